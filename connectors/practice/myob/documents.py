"""Invoices and bills: what is sent, checked, laid in the books. Of negative totals they
are credits."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from ..books import ZERO, Document, Kind, Line, State
from ..errors import LedgerError, UnknownReference
from ..ledger import Ledger
from ..policies import TaxPolicy
from ..shape import Misfit
from ..totals import HUNDRED, rounded
from . import masters, numbers, render, shapes
from .refusals import (
    Refused,
    duplicate,
    misfit,
    refused,
    required,
    reversed_only,
    stale,
    unknown,
)

Sent = Mapping[str, Any]
# By path: what a document of that sign is.
KINDS = {
    "Sale/Invoice": (Kind.SALES_INVOICE, Kind.CREDIT_NOTE),
    "Purchase/Bill": (Kind.SUPPLIER_INVOICE, Kind.SUPPLIER_CREDIT),
}
_CENTS = TaxPolicy()
_REFERENCE_LENGTH = 30


def rows(ledger: Ledger, path: str) -> Iterator[Document]:
    """What was voided by hand is gone: MYOB knows no other void."""
    found = ledger.documents.of_kind(*KINDS[path])
    return (row for row in found if row.state is not State.VOID)


def parsed(path: str, layout: str, body: Any) -> dict[str, Any]:
    """Raises `Refused`."""
    try:
        found = shapes.document(path, layout).parsed(body)
    except Misfit as error:
        raise misfit(error) from error
    for place, line in enumerate(found["Lines"]):
        _check_line(layout, line, f"Lines[{place}]")
    return found


def create(ledger: Ledger, path: str, layout: str, sent: Sent) -> Document:
    """Raises `Refused` or `LedgerError`."""
    names = ("RowID", "RowVersion")
    if {"UID", "RowVersion"} & sent.keys() or any(
        name in line for line in sent["Lines"] for name in names
    ):
        raise stale()
    row = _laid(ledger, path, layout, sent, None)
    return _kept(ledger, row, lambda: ledger.documents.create(row))


def update(
    ledger: Ledger, path: str, layout: str, now: Document, sent: Sent
) -> Document:
    """The whole document anew. Raises `Refused` or `LedgerError`."""
    if masters.reversed_only(ledger.company):
        raise reversed_only()
    if sent.get("UID") != now.id or "RowVersion" not in sent:
        raise required("RowVersion")
    version = numbers.version_of(sent["RowVersion"])
    _check_rows(ledger, now, sent)
    row = _laid(ledger, path, layout, sent, now)
    fields = {
        each: getattr(row, each)
        for each in (
            *("kind", "party", "date", "due", "number", "reference", "memo"),
            *("lines", "prices_include_tax", "extra"),
        )
    }
    return _kept(
        ledger,
        row,
        lambda: ledger.documents.update(now.id, version=version, **fields),
    )


def delete(ledger: Ledger, row: Document) -> None:
    if masters.reversed_only(ledger.company):
        raise reversed_only()
    ledger.documents.delete(row.id)


def _kept(ledger: Ledger, row: Document, keep: Callable[[], Document]) -> Document:
    _require_free_number(ledger, row)
    try:
        return keep()
    except UnknownReference as error:
        raise _named(error, purchase=row.kind.is_purchase) from error
    except LedgerError as error:
        raise refused(error) from error


def _named(error: UnknownReference, *, purchase: bool) -> Refused:
    place, _, member = error.field.removeprefix("lines.").partition(".")
    if not member:
        return unknown("Supplier" if purchase else "Customer")
    names = {"account": "Account", "item": "Item", "tax_code": "TaxCode"}
    return unknown(f"Lines[{place}].{names[member]}")


def _require_free_number(ledger: Ledger, row: Document) -> None:
    """Invoices and credits share their numbers; bills only name the supplier's."""
    if ledger.company.extra.get("duplicate_numbers") or row.kind.is_purchase:
        return
    for kind in KINDS["Sale/Invoice"]:
        for other in ledger.documents.numbered(kind, row.number):
            if other.id != row.id and other.state is not State.VOID:
                raise duplicate()


def _check_line(layout: str, line: Sent, path: str) -> None:
    if not _counts(line):
        return
    for name in shapes.LINES[layout][1]:
        if name not in line:
            raise required(f"{path}.{name}")
    count = line.get("UnitCount" if layout == "Service" else "ShipQuantity")
    if count is None or "UnitPrice" not in line:
        return
    discount = HUNDRED - line.get("DiscountPercent", ZERO)
    due = rounded(count * line["UnitPrice"] * discount / HUNDRED, _CENTS)
    if due != line["Total"]:
        raise Refused(
            "ValidationError",
            "The total is not quantity times price less discount",
            details=f"{path}.Total",
        )


def _check_rows(ledger: Ledger, now: Document, sent: Sent) -> None:
    shown = render.Renderer(ledger, "").document(now, lines=True)["Lines"]
    known = {row["RowID"]: row["RowVersion"] for row in shown}
    for line in sent["Lines"]:
        row = line.get("RowID")
        if row is not None and known.get(int(row)) != line.get("RowVersion"):
            raise stale()


def _laid(
    ledger: Ledger, path: str, layout: str, sent: Sent, now: Document | None
) -> Document:
    told = [line for line in sent["Lines"] if _counts(line)]
    negative = sum((line["Total"] for line in told), ZERO) < ZERO
    kind = KINDS[path][negative]
    memo = sent.get("JournalMemo", "")
    party = sent["Supplier" if kind.is_purchase else "Customer"]["UID"]
    sign = -1 if negative else 1
    extra: dict[str, Any] = {"layout": layout, "comment": sent.get("Comment")}
    own = sent.get("Number") or numbers.following(ledger, path)
    if kind.is_purchase:
        extra["number"] = own
    else:
        extra["order"] = sent.get("CustomerPurchaseOrderNumber")
    return Document(
        id=now.id if now else "",
        kind=kind,
        party=party,
        date=sent["Date"],
        due=_due(sent),
        number=sent.get("SupplierInvoiceNumber", "") if kind.is_purchase else own,
        reference=_reference(memo),
        memo=memo,
        currency=ledger.company.currency,
        prices_include_tax=sent.get("IsTaxInclusive", False),
        lines=tuple(_lines(told, sign, now)),
        extra=extra,
    )


def _counts(line: Sent) -> bool:
    """Headings and subtotals do not."""
    return bool(line.get("Type", "Transaction") == "Transaction")


def _due(sent: Sent) -> dt.date:
    terms = sent.get("Terms") or {}
    day: dt.date = sent["Date"]
    if terms.get("PaymentIsDue", "InAGivenNumberOfDays") != "InAGivenNumberOfDays":
        return day
    days = terms.get("BalanceDueDate", ZERO)
    if not ZERO <= days <= 999:
        raise Refused("Term_Out_Of_Range", "The terms are out of range")
    return day + dt.timedelta(days=int(days))


def _reference(memo: str) -> str:
    """One word before the first bar: what a program, and not a person, writes."""
    first = memo.split(" | ")[0]
    return first if " " not in first and len(first) <= _REFERENCE_LENGTH else ""


def _lines(told: list[Sent], sign: int, now: Document | None) -> Iterator[Line]:
    rows = [int(line["RowID"]) for line in told if "RowID" in line]
    before = [int(each.extra.get("row", 0)) for each in now.lines] if now else []
    last = max([0, *rows, *before, *range(1, len(before) + 1)])
    version = str(now.version + 1 if now else 0)
    for line in told:
        row = int(line["RowID"]) if "RowID" in line else (last := last + 1)
        count = line.get("UnitCount", line.get("ShipQuantity", Decimal(sign)))
        yield Line(
            description=line.get("Description", ""),
            quantity=sign * count,
            unit_price=line.get("UnitPrice", sign * line["Total"]),
            discount_percent=line.get("DiscountPercent", ZERO),
            account=line["Account"]["UID"] if "Account" in line else "",
            item=line["Item"]["UID"] if "Item" in line else "",
            tax_code=line["TaxCode"]["UID"],
            given_net=sign * line["Total"],
            extra={"row": row, "version": version},
        )
