"""What a face chooses for its books: ids, unique names and numbers, rounding."""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP
from enum import StrEnum
from typing import Protocol

from .books import Kind


class IdScheme(Protocol):
    """Makes ids. `table` is the core's table name (`parties`, `documents`, ...)."""

    def next(self, table: str) -> str: ...

    def seen(self, table: str, record_id: str) -> None:
        """Told of each id that was loaded or forced, so that none is made twice."""


class Integers:
    """Short integers, as text; one row of numbers per table, or one for all."""

    def __init__(self, start: int = 1, *, shared: bool = False) -> None:
        self._start = start
        self._shared = shared
        self._next: dict[str, int] = defaultdict(lambda: start)

    def next(self, table: str) -> str:
        row = "" if self._shared else table
        number = self._next[row]
        self._next[row] = number + 1
        return str(number)

    def seen(self, table: str, record_id: str) -> None:
        row = "" if self._shared else table
        if record_id.isdigit():
            self._next[row] = max(self._next[row], int(record_id) + 1)


class Prefixed:
    """Integers, those of some tables behind letters: `{"parties": "BP"}`."""

    def __init__(self, prefixes: Mapping[str, str], *, width: int = 5) -> None:
        self._prefixes = prefixes
        self._width = width
        self._numbers = Integers()

    def next(self, table: str) -> str:
        number = self._numbers.next(table)
        prefix = self._prefixes.get(table)
        return number if prefix is None else f"{prefix}{number:0>{self._width}}"

    def seen(self, table: str, record_id: str) -> None:
        prefix = self._prefixes.get(table, "")
        self._numbers.seen(table, record_id.removeprefix(prefix))


class Guids:
    """Random UUIDs in lower case."""

    def next(self, table: str) -> str:
        return str(uuid.uuid4())

    def seen(self, table: str, record_id: str) -> None:
        return None


class Scope(StrEnum):
    """How far a name or number must be unique."""

    NONE = "none"
    ROLE = "role"
    ALL = "all"
    KIND = "kind"
    PARTY = "party"


class RoundPer(StrEnum):
    LINE = "line"
    CODE = "code"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class TaxPolicy:
    """How the vendor computes tax.

    `per`: round on each line, on the sum of each tax code, or on the document's total.
    What is rounded above the line is handed back to the lines, the last one taking the
    odd cents, so that lines always add up to the document.
    """

    per: RoundPer = RoundPer.LINE
    rounding: str = ROUND_HALF_UP
    places: int = 2


HALF_UP = ROUND_HALF_UP
HALF_EVEN = ROUND_HALF_EVEN


@dataclass(frozen=True)
class Policies:
    """`names`: NONE, ROLE (customers and suppliers apart) or ALL (one name space).

    `numbers`: per kind NONE, KIND or PARTY; a kind left out is NONE. Empty numbers are
    never compared. `numbering` gives a prefix for kinds where the vendor numbers a
    document that comes without one. `number_length`: 0 is no limit.
    """

    ids: IdScheme = field(default_factory=Integers)
    names: Scope = Scope.ROLE
    numbers: dict[Kind, Scope] = field(
        default_factory=lambda: {
            Kind.SALES_INVOICE: Scope.KIND,
            Kind.CREDIT_NOTE: Scope.KIND,
            Kind.SUPPLIER_INVOICE: Scope.PARTY,
            Kind.SALES_ORDER: Scope.KIND,
        }
    )
    numbering: dict[Kind, str] = field(default_factory=dict)
    tax: TaxPolicy = TaxPolicy()
    number_length: int = 0
    name_length: int = 0
