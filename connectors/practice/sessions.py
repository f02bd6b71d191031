"""Sessions of platforms that are entered by a log-in: seats, idle time, an end."""

import datetime as dt
import secrets
import threading
from collections.abc import Callable

from .errors import LedgerError
from .store import Clock


class NoSeat(LedgerError):
    """All seats that the licence has are taken."""


class Sessions:
    """Open sessions by their id. `seats` at most at the same time, so that one who
    forgets to log out finds out; `idle` seconds without a call end one."""

    def __init__(
        self,
        clock: Clock,
        *,
        seats: int,
        idle: float,
        name: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        self._clock = clock
        self._seats = seats
        self._idle = dt.timedelta(seconds=idle)
        self._name = name
        self._used: dict[str, dt.datetime] = {}
        self._lock = threading.Lock()

    def open(self) -> str:
        """Raises `NoSeat`."""
        with self._lock:
            self._sweep()
            if len(self._used) >= self._seats:
                raise NoSeat(f"All {self._seats} seats are taken.")
            session = self._name()
            self._used[session] = self._clock()
            return session

    def alive(self, session: str) -> bool:
        """Whether it may be used; that counts as use."""
        with self._lock:
            self._sweep()
            if session not in self._used:
                return False
            self._used[session] = self._clock()
            return True

    def close(self, session: str) -> None:
        with self._lock:
            self._used.pop(session, None)

    def close_all(self) -> None:
        with self._lock:
            self._used.clear()

    def __len__(self) -> int:
        with self._lock:
            self._sweep()
            return len(self._used)

    def _sweep(self) -> None:
        oldest = self._clock() - self._idle
        for session in [s for s, at in self._used.items() if at < oldest]:
            del self._used[session]
