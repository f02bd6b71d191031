"""A vendor's quotas, off unless the ledger runs with `--limits`.

A face declares its quotas; the gate counts the calls of one organisation and app, and
refuses what is over. Windows slide: a call counts for `seconds` from when it came.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from re import search


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `limit` calls in any `seconds`; `path` (an expression) narrows it.

    `seconds` 0 means calls going on at the same time. `weighted`: a call counts for
    what `Face.cost` says, else for one. `status` is what the vendor answers,
    `retry_after` whether it says how long to wait.
    """

    name: str
    limit: int
    seconds: float
    path: str = ""
    weighted: bool = False
    status: int = 429
    retry_after: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """`wait`: seconds until the call would be taken."""

    quota: Quota
    wait: float


class Window:
    """Calls of one quota, as moments with how many calls each stands for."""

    def __init__(self, quota: Quota) -> None:
        self.quota = quota
        self.calls: deque[tuple[float, int]] = deque()
        self.used = 0

    def refresh(self, now: float) -> None:
        while self.calls and self.calls[0][0] <= now - self.quota.seconds:
            self.used -= self.calls.popleft()[1]

    def weight(self, cost: int) -> int:
        return cost if self.quota.weighted else 1

    def take(self, now: float, cost: int) -> None:
        self.calls.append((now, cost))
        self.used += cost


class Gate:
    """Admits or refuses calls. `enabled=False` admits all and counts nothing."""

    def __init__(
        self,
        quotas: Sequence[Quota],
        *,
        enabled: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.enabled = enabled
        self._clock = clock
        self._lock = threading.Lock()
        self._windows = [Window(quota) for quota in quotas if quota.seconds]
        self._concurrent = [quota for quota in quotas if not quota.seconds]
        self._running = 0

    def enter(self, path: str, cost: int = 1) -> Refusal | None:
        """None: the call may go on, and `leave` is called when it is over."""
        if not self.enabled:
            return None
        with self._lock:
            refusal = self._refusal(path, cost)
            if refusal is None:
                self._running += 1
                for window in self._of(path):
                    window.take(self._clock(), window.weight(cost))
            return refusal

    def leave(self) -> None:
        if self.enabled:
            with self._lock:
                self._running -= 1

    def left(self, name: str) -> int:
        """Calls left in a quota's window, for vendors that tell in a header."""
        with self._lock:
            for window in self._windows:
                if window.quota.name == name:
                    window.refresh(self._clock())
                    return max(0, window.quota.limit - window.used)
        return 0

    def _of(self, path: str) -> list[Window]:
        return [each for each in self._windows if search(each.quota.path, path)]

    def _refusal(self, path: str, cost: int) -> Refusal | None:
        for quota in self._concurrent:
            if search(quota.path, path) and self._running >= quota.limit:
                return Refusal(quota, 1)
        now = self._clock()
        for window in self._of(path):
            window.refresh(now)
            weight = window.weight(cost)
            if window.used and window.used + weight > window.quota.limit:
                return Refusal(window.quota, self._wait(window, now, weight))
        return None

    def _wait(self, window: Window, now: float, cost: int) -> float:
        over = window.used + cost - window.quota.limit
        for moment, calls in window.calls:
            over -= calls
            if over <= 0:
                return moment + window.quota.seconds - now
        return window.quota.seconds
