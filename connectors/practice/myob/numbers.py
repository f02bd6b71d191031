"""Numbers that MYOB gives: versions of rows, and those of records without one."""

from ..books import Record
from ..ledger import Ledger
from .refusals import stale

# Any start will do: callers must not count on it.
_FIRST = 8653760884428439681
_LENGTH = 8


def row_version(row: Record) -> str:
    return str(_FIRST + row.version)


def version_of(text: str) -> int:
    """Raises `Refused`."""
    if not text.isdecimal():
        raise stale()
    return int(text) - _FIRST


def following(ledger: Ledger, name: str, prefix: str = "") -> str:
    """The next number of that row, filled up with zeros."""
    count = int(ledger.recall(f"myob.{name}", 0)) + 1
    ledger.remember(f"myob.{name}", count)
    return f"{prefix}{count:0{_LENGTH - len(prefix)}d}"
