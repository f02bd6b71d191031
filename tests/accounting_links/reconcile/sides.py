"""Documents of either side, the same until told otherwise."""

from datetime import date
from decimal import Decimal
from typing import Any

from accounting_links.models import ItemState, Operation
from accounting_links.reconcile.compare import Row, compare
from accounting_links.reconcile.sides import Ours, Period, Theirs, Waiting
from accounting_links.reconcile.verdicts import Rules
from connectors.records import DocumentKind, RemoteStatus

DAY = date(2026, 11, 10)
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
BEFORE = date(2026, 10, 31)
AFTER = date(2026, 12, 1)
REFERENCE = "FinSync-" + "a" * 20
STRANGE_REFERENCE = "FinSync-" + "0" * 20


def ours(**fields: Any) -> Ours:
    """Number 1 of 120.00, linked to document 1 there."""
    whole: dict[str, Any] = {
        "id": 1,
        "kind": DocumentKind.SALES_INVOICE,
        "number": "INV-1",
        "reference": REFERENCE,
        "date": DAY,
        "currency": "GBP",
        "gross": Decimal("120.00"),
        "tax": Decimal("20.00"),
        "status": RemoteStatus.OPEN,
        "party_names": ("Acme Ltd",),
        "party_ids": ("P1",),
        "external_id": "1",
        "external_number": "INV-1",
    }
    return Ours(**whole | fields)


def theirs(**fields: Any) -> Theirs:
    """What stands in the books for `ours()`."""
    whole: dict[str, Any] = {
        "kind": DocumentKind.SALES_INVOICE,
        "id": "1",
        "number": "INV-1",
        "date": DAY,
        "currency": "GBP",
        "gross": Decimal("120.00"),
        "status": RemoteStatus.OPEN,
        "tax": Decimal("20.00"),
        "reference": REFERENCE,
        "party_id": "P1",
        "party_name": "Acme Ltd",
    }
    return Theirs(**whole | fields)


def foreign(**fields: Any) -> Theirs:
    """A document that FinSync never had to do with."""
    whole = {"id": "900", "number": "X-9", "reference": "", "party_name": "Other"}
    return theirs(**whole | fields)


def unsent(**fields: Any) -> Ours:
    return ours(**{"external_id": "", "external_number": ""} | fields)


def item(
    state: str = ItemState.WAITING,
    *,
    operation: str = Operation.CREATE,
    code: str = "",
    message: str = "",
) -> Waiting:
    return Waiting(state, operation, code, message)


def compared(
    own: list[Ours], remote: list[Theirs], period: Period = NOVEMBER
) -> list[Row]:
    return compare(own, remote, period=period, rules=Rules())


def verdicts(rows: list[Row]) -> list[str]:
    return [row.verdict.value for row in rows]
