"""Odoo's rows, as our records. Pure.

An empty field is False, whatever its type; a many2one comes as [id, name].
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from connectors.amounts import trimmed
from connectors.odoo.mapping import MOVE_TYPES
from connectors.records import (
    Allocation,
    DocumentKind,
    PaymentDirection,
    RemoteDocument,
    RemoteLine,
    RemotePayment,
    RemoteStatus,
)

Row = Mapping[str, Any]

KINDS = {move_type: kind for kind, move_type in MOVE_TYPES.items()}
MOVE_FIELDS = (
    *("name", "ref", "invoice_origin", "move_type", "state", "payment_state"),
    *("partner_id", "invoice_date", "invoice_date_due", "date", "currency_id"),
    *("amount_untaxed", "amount_tax", "amount_total", "amount_residual"),
    *("is_move_sent", "write_date"),
)
LINE_FIELDS = (
    *("name", "display_type", "quantity", "price_unit", "price_subtotal"),
    *("price_total", "account_id", "product_id", "tax_ids"),
)
_TEXT_LINES = frozenset({"line_section", "line_subsection", "line_note"})
_FOUR_PLACES = Decimal("0.0001")
# A draft has no name yet: False, or "/" before version 18.
_NO_NAME = "/"
# An invoice that credit notes settled whole is "reversed". It still counts in the
# books, as the credit notes do, so it is paid and not void.
_STATUSES = {
    "not_paid": RemoteStatus.OPEN,
    "blocked": RemoteStatus.OPEN,
    "partial": RemoteStatus.PART_PAID,
    "in_payment": RemoteStatus.PAID,
    "paid": RemoteStatus.PAID,
    "reversed": RemoteStatus.PAID,
}
_DIRECTIONS = {
    "inbound": PaymentDirection.RECEIVED,
    "outbound": PaymentDirection.MADE,
}
_NO_PAYMENT = frozenset({"canceled", "cancel", "cancelled", "rejected"})


def document_from(
    row: Row, *, lines: Iterable[Row] = (), url: str = ""
) -> RemoteDocument:
    kind = KINDS[row["move_type"]]
    supplier = kind is DocumentKind.SUPPLIER_INVOICE
    name = text(row.get("name"))
    return RemoteDocument(
        kind=kind,
        id=str(row["id"]),
        number="" if name == _NO_NAME else name,
        status=document_status(row),
        date=day(row.get("invoice_date")) or day(row.get("date")),
        currency=label(row.get("currency_id")),
        gross=amount(row.get("amount_total")),
        net=amount(row.get("amount_untaxed")),
        tax=amount(row.get("amount_tax")),
        balance=amount(row.get("amount_residual")),
        reference=text(row.get("invoice_origin")) or text(row.get("ref")),
        party_id=id_in(row.get("partner_id")),
        party_name=label(row.get("partner_id")),
        due_date=day(row.get("invoice_date_due")),
        sent=None if supplier else bool(row.get("is_move_sent")),
        url=url,
        changed_at=moment(row.get("write_date")),
        lines=tuple(_line(line) for line in lines if _is_priced(line)),
    )


def document_status(row: Row) -> RemoteStatus:
    if row.get("state") == "draft":
        return RemoteStatus.DRAFT
    if row.get("state") == "cancel":
        return RemoteStatus.VOID
    payment_state = text(row.get("payment_state"))
    return _STATUSES.get(payment_state, RemoteStatus.UNKNOWN)


def payment_from(
    row: Row, settled: Mapping[int, Row], *, url: str = ""
) -> RemotePayment:
    """`settled`: the documents that it was laid on, by id."""
    return RemotePayment(
        direction=_DIRECTIONS.get(row["payment_type"], PaymentDirection.RECEIVED),
        id=str(row["id"]),
        date=day(row.get("date")),
        amount=amount(row.get("amount")),
        currency=label(row.get("currency_id")),
        allocations=_allocations(row, settled),
        party_id=id_in(row.get("partner_id")),
        reference=text(row.get("memo")) or text(row.get("ref")),
        bank_account_id=id_in(row.get("journal_id")),
        deleted=row.get("state") in _NO_PAYMENT,
        changed_at=moment(row.get("write_date")),
        url=url,
    )


def settled_ids(row: Row) -> list[int]:
    found = (row.get("reconciled_invoice_ids") or []) + (
        row.get("reconciled_bill_ids") or []
    )
    return list(dict.fromkeys(int(each) for each in found))


def _allocations(row: Row, settled: Mapping[int, Row]) -> tuple[Allocation, ...]:
    """Odoo names the documents without the amounts. They are certain for one document,
    and for several that the payment settles whole; else none are told."""
    there = [settled[each] for each in settled_ids(row) if each in settled]
    there = [each for each in there if each["move_type"] in KINDS]
    paid = amount(row.get("amount"))
    totals = [amount(each["amount_total"]) for each in there]
    if len(there) == 1:
        totals = [min(paid, totals[0])]
    elif sum(totals) != paid:
        return ()
    return tuple(
        Allocation(
            document_id=str(each["id"]), kind=KINDS[each["move_type"]], amount=total
        )
        for each, total in zip(there, totals, strict=True)
    )


def _is_priced(line: Row) -> bool:
    return line.get("display_type") not in _TEXT_LINES


def _line(line: Row) -> RemoteLine:
    net = amount(line.get("price_subtotal"))
    taxes = line.get("tax_ids") or []
    return RemoteLine(
        text=text(line.get("name")),
        net=net,
        tax=amount(line.get("price_total")) - net,
        quantity=amount(line.get("quantity")),
        unit_price=amount(line.get("price_unit")),
        account_id=id_in(line.get("account_id")),
        item_id=id_in(line.get("product_id")),
        tax_code_id=str(taxes[0]) if len(taxes) == 1 else "",
    )


def amount(value: object) -> Decimal:
    """Odoo computes in floats, and tells their noise."""
    return trimmed(Decimal(str(value or 0)).quantize(_FOUR_PLACES))


def text(value: object) -> str:
    return value if isinstance(value, str) else ""


def id_in(value: object) -> str:
    return str(value[0]) if isinstance(value, list) and value else ""


def label(value: object) -> str:
    return str(value[1]) if isinstance(value, list) and len(value) > 1 else ""


def day(value: object) -> date | None:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else None


def moment(value: object) -> datetime | None:
    """Odoo tells moments in UTC without saying so."""
    if not isinstance(value, str):
        return None
    return datetime.fromisoformat(value).replace(tzinfo=UTC)
