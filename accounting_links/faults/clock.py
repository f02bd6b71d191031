"""Clocks that are set while a worker works. Each thread may have one of its own, as a
machine has; what the platform says of the time stays true."""

import datetime as dt
import threading

from django.utils import timezone

from connectors.services import SystemClock

HOURS = dt.timedelta(hours=3)
_now = timezone.now
_theirs = SystemClock.now


class _Shifts(threading.local):
    mine = dt.timedelta()


_shifts = _Shifts()
_of_all = [dt.timedelta()]


def _shift() -> dt.timedelta:
    return _of_all[0] + _shifts.mine


def forward() -> None:
    """For all threads of this process."""
    _of_all[0] = HOURS
    _install()


def back() -> None:
    """For this thread alone."""
    _shifts.mine = -HOURS
    _install()


def put_right() -> None:
    _of_all[0] = _shifts.mine = dt.timedelta()
    timezone.now = _now
    SystemClock.now = _theirs  # type: ignore[method-assign]


def _install() -> None:
    timezone.now = _shifted
    SystemClock.now = _shifted_of  # type: ignore[method-assign]


def _shifted() -> dt.datetime:
    return _now() + _shift()


def _shifted_of(self: SystemClock) -> dt.datetime:
    return _theirs(self) + _shift()
