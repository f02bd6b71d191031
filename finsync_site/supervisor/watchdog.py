"""Notices a task cluster that runs and yet does nothing.

django-q2 hangs for ever when the idle worker that holds its queue's read lock is
killed: the processes stay, and no task runs again.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from django.utils import timezone

# A loaded machine needs this long from the start to the first task.
LONGEST_START = dt.timedelta(seconds=60)


class SignsOfLife(Protocol):
    def __call__(self) -> dt.datetime | None:
        """When a worker last gave one, by heartbeat or by renewing a lease."""


@dataclass(kw_only=True)
class Watchdog:
    last_sign: SignsOfLife
    silence: dt.timedelta
    now: Callable[[], dt.datetime] = timezone.now
    _started: dt.datetime | None = None

    def cluster_started(self) -> None:
        self._started = self.now()

    def cluster_hangs(self) -> bool:
        if self._started is None:
            return False
        sign = self.last_sign()
        if sign is not None and sign > self._started:
            return self.now() - sign > self.silence
        return self.now() - self._started > max(self.silence, LONGEST_START)
