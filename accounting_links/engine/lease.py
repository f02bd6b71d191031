"""Who works on what, and for how long it may stay silent."""

import datetime as dt
import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterable
from functools import lru_cache
from types import TracebackType

from django.db import DatabaseError, connection
from django.utils import timezone

from accounting_links.models import ItemState, RunState, SyncItem, SyncRun

LENGTH = dt.timedelta(seconds=40)
EVERY = 10.0
# A step that shows no progress for so long is taken to hang: its lease may run out.
LONGEST_STEP = 300.0
HELD = (ItemState.CHECKING, ItemState.SENDING, ItemState.IN_DOUBT)

log = logging.getLogger(__name__)


def owner_name() -> str:
    """One for each piece of work; tells in which process it is done."""
    return f"{_home()}:{os.getpid()}:{uuid.uuid4().hex[:12]}"


@lru_cache(maxsize=1)
def _home() -> str:
    """The machine, and within it the space in which process ids mean something."""
    try:
        space = os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        space = ""
    return f"{socket.gethostname()[:20]}:{space}"


def dead(owners: Iterable[str]) -> list[str]:
    """Those whose process has ended on this machine, killed say: nobody needs to wait
    until their leases run out. Of other machines nothing is known."""
    return [owner for owner in owners if owner and _has_ended(owner)]


def _has_ended(owner: str) -> bool:
    home, _, rest = owner.rpartition(":")[0].rpartition(":")
    if home != _home() or not rest.isdecimal():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def until(now: dt.datetime | None = None) -> dt.datetime:
    return (now or timezone.now()) + LENGTH


def renew(owner: str) -> None:
    """Statements do not grow with the rows that it holds."""
    end = until()
    SyncItem.objects.filter(lease_owner=owner, state__in=HELD).update(lease_until=end)
    SyncRun.objects.filter(lease_owner=owner, state=RunState.RUNNING).update(
        lease_until=end
    )


class Heartbeat:
    """Renews the leases of one worker while it works. `step` says that it gets on; one
    that hangs in a step stops renewing, so that others can take over."""

    def __init__(self, owner: str, *, every: float = EVERY) -> None:
        self.owner = owner
        self.every = every
        # By a clock that nobody sets.
        self._stepped_at = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join(timeout=30)

    def step(self) -> None:
        self._stepped_at = time.monotonic()

    def _beat(self) -> None:
        try:
            while not self._ended.wait(self.every):
                if time.monotonic() - self._stepped_at < LONGEST_STEP:
                    self._renew()
        finally:
            connection.close()

    def _renew(self) -> None:
        try:
            renew(self.owner)
        except DatabaseError:
            log.warning("A lease of %s could not be renewed.", self.owner)
            connection.close()
