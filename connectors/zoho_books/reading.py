"""Zoho Books' documents, as our records. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal

from connectors.dates import day
from connectors.records import (
    ZERO,
    DocumentKind,
    RemoteDocument,
    RemoteLine,
    RemoteStatus,
)
from connectors.zoho_books.api import Node
from connectors.zoho_books.kinds import PLACES
from connectors.zoho_books.mapping import amount

_STATUSES: Mapping[str, RemoteStatus] = {
    **dict.fromkeys(("draft", "pending_approval", "approved"), RemoteStatus.DRAFT),
    **dict.fromkeys(("sent", "viewed", "unpaid", "overdue", "open"), RemoteStatus.OPEN),
    "partially_paid": RemoteStatus.PART_PAID,
    "paid": RemoteStatus.PAID,
    "closed": RemoteStatus.PAID,
    "void": RemoteStatus.VOID,
}


def document_from(kind: DocumentKind, node: Node, *, url: str = "") -> RemoteDocument:
    place = PLACES[kind]
    gross = amount(node, "total") or ZERO
    tax = tax_of(node)
    status = document_status(node)
    bill = kind is DocumentKind.SUPPLIER_INVOICE
    return RemoteDocument(
        kind=kind,
        id=str(node[place.id]),
        number=str(node.get(place.number) or ""),
        status=status,
        date=day(node.get("date")),
        currency=str(node.get("currency_code") or ""),
        gross=gross,
        net=None if tax is None else gross - tax,
        tax=tax,
        balance=amount(node, "balance"),
        reference=str(node.get("reference_number") or ""),
        party_id=str(node.get(place.party) or ""),
        party_name=str(node.get("vendor_name" if bill else "customer_name") or ""),
        due_date=day(node.get("due_date")),
        rate=amount(node, "exchange_rate"),
        sent=None if bill else status is not RemoteStatus.DRAFT,
        url=url,
        changed_at=moment(node),
        lines=tuple(_lines(node)),
    )


def document_status(node: Node) -> RemoteStatus:
    """An overdue document, and a credit note, may be settled in part."""
    status = _STATUSES.get(str(node.get("status") or ""), RemoteStatus.UNKNOWN)
    left, gross = amount(node, "balance"), amount(node, "total")
    if status is not RemoteStatus.OPEN or left is None or gross is None:
        return status
    if left < gross:
        return RemoteStatus.PART_PAID if left else RemoteStatus.PAID
    return status


def tax_of(node: Node) -> Decimal | None:
    """Lists do not tell it, and a credit note may tell it tax by tax alone."""
    told = amount(node, "tax_total")
    taxes = node.get("taxes")
    if told is None and isinstance(taxes, list):
        return sum((amount(each, "tax_amount") or ZERO for each in taxes), ZERO)
    return told


def _lines(node: Node) -> Iterator[RemoteLine]:
    for line in node.get("line_items") or ():
        yield RemoteLine(
            text=str(line.get("description") or line.get("name") or ""),
            net=amount(line, "item_total") or ZERO,
            quantity=amount(line, "quantity"),
            unit_price=amount(line, "rate"),
            account_id=str(line.get("account_id") or ""),
            item_id=str(line.get("item_id") or ""),
            tax_code_id=str(line.get("tax_id") or ""),
        )


def moment(node: Node) -> datetime | None:
    """Zoho writes the offset without a colon."""
    text = str(node.get("last_modified_time") or "")
    return datetime.fromisoformat(text) if text else None
