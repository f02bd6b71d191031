"""FreeAgent's documents and payments, as our records. Pure."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from connectors.freeagent.api import Entity, last_part
from connectors.freeagent.mapping import ITEMS
from connectors.records import (
    ZERO,
    Allocation,
    DocumentKind,
    PaymentDirection,
    RemoteDocument,
    RemoteLine,
    RemotePayment,
    RemoteStatus,
)

_STATUSES = {
    "Draft": RemoteStatus.DRAFT,
    "Scheduled To Email": RemoteStatus.DRAFT,
    "Paid": RemoteStatus.PAID,
    "Overpaid": RemoteStatus.PAID,
    "Zero Value": RemoteStatus.PAID,
    "Refunded": RemoteStatus.PAID,
    # Nothing is expected any more.
    "Part written-off": RemoteStatus.PAID,
    "Written-off": RemoteStatus.VOID,
}
_OPEN = frozenset({"Open", "Overdue"})


def document_from(
    kind: DocumentKind, entity: Entity, *, url: str = ""
) -> RemoteDocument:
    """Amounts of credit notes are negative there, and of bills some may be; a bill of
    a negative total is a refund, and stays one."""
    sign = -1 if kind is DocumentKind.CREDIT_NOTE else 1
    gross = sign * (amount(entity, "total_value") or ZERO)
    tax = _tax_in(entity, gross)
    due = amount(entity, "due_value")
    return RemoteDocument(
        kind=kind,
        id=last_part(entity.get("url")),
        number=str(entity.get("reference") or ""),
        status=document_status(entity),
        date=day(entity, "dated_on"),
        currency=str(entity.get("currency") or ""),
        gross=gross,
        net=None if tax is None else gross - tax,
        tax=tax,
        balance=None if due is None else sign * due,
        party_id=last_part(entity.get("contact")),
        party_name=str(entity.get("contact_name") or ""),
        due_date=day(entity, "due_on"),
        rate=amount(entity, "exchange_rate"),
        sent=_sent(kind, entity),
        version=str(entity.get("updated_at") or ""),
        url=url,
        changed_at=moment(entity),
        lines=tuple(_lines(kind, entity)),
    )


def document_status(entity: Entity) -> RemoteStatus:
    word = str(entity.get("status") or "")
    if word not in _OPEN:
        return _STATUSES.get(word, RemoteStatus.UNKNOWN)
    return RemoteStatus.PART_PAID if amount(entity, "paid_value") else RemoteStatus.OPEN


def payment_from(entity: Entity, *, currency: str = "") -> RemotePayment | None:
    """None for an explanation that pays none of our kinds of document."""
    allocation = _allocation(entity)
    if allocation is None:
        return None
    value = amount(entity, "gross_value") or ZERO
    received = value > ZERO
    return RemotePayment(
        direction=PaymentDirection.RECEIVED if received else PaymentDirection.MADE,
        id=last_part(entity.get("url")),
        date=day(entity, "dated_on"),
        amount=abs(value),
        currency=currency,
        allocations=(allocation,),
        reference=str(entity.get("description") or ""),
        bank_account_id=last_part(entity.get("bank_account")),
        version=str(entity.get("updated_at") or ""),
        changed_at=moment(entity),
    )


def amount(entity: Entity, name: str) -> Decimal | None:
    found = entity.get(name)
    return None if found in (None, "") else Decimal(str(found))


def _tax_in(entity: Entity, gross: Decimal) -> Decimal | None:
    """Of whichever sign it is told, it goes the way of the whole."""
    found = amount(entity, "sales_tax_value")
    if found is None:
        return None
    return -abs(found) if gross < ZERO else abs(found)


def day(entity: Entity, name: str) -> date | None:
    text = entity.get(name)
    return date.fromisoformat(str(text)[:10]) if text else None


def moment(entity: Entity) -> datetime | None:
    text = entity.get("updated_at")
    return datetime.fromisoformat(str(text)) if text else None


def _allocation(entity: Entity) -> Allocation | None:
    """A refund names its credit note as the invoice that it pays."""
    paid = str(entity.get("paid_bill") or entity.get("paid_invoice") or "")
    if not paid:
        return None
    kind = DocumentKind.SALES_INVOICE
    if entity.get("paid_bill"):
        kind = DocumentKind.SUPPLIER_INVOICE
    elif "/credit_notes/" in paid:
        kind = DocumentKind.CREDIT_NOTE
    told = amount(entity, "foreign_currency_value") or amount(entity, "gross_value")
    return Allocation(document_id=last_part(paid), kind=kind, amount=abs(told or ZERO))


def _sent(kind: DocumentKind, entity: Entity) -> bool | None:
    """What is no draft was marked as sent."""
    if kind is DocumentKind.SUPPLIER_INVOICE:
        return None
    return document_status(entity) is not RemoteStatus.DRAFT


def _lines(kind: DocumentKind, entity: Entity) -> Iterator[RemoteLine]:
    if kind is DocumentKind.SUPPLIER_INVOICE:
        yield from _bill_lines(entity)
        return
    sign = -1 if kind is DocumentKind.CREDIT_NOTE else 1
    for item in entity.get(ITEMS[kind]) or ():
        quantity = amount(item, "quantity") or ZERO
        price = sign * (amount(item, "price") or ZERO)
        yield RemoteLine(
            text=str(item.get("description") or ""),
            net=round(quantity * price, 2),
            quantity=quantity,
            unit_price=price,
            account_id=last_part(item.get("category")),
            tax_code_id=_tax_code(item),
        )


def _bill_lines(entity: Entity) -> Iterator[RemoteLine]:
    for item in entity.get("bill_items") or ():
        gross = amount(item, "total_value") or ZERO
        tax = abs(amount(item, "sales_tax_value") or ZERO)
        yield RemoteLine(
            text=str(item.get("description") or ""),
            net=gross - tax if gross > ZERO else gross + tax,
            tax=tax,
            account_id=last_part(item.get("category")),
            tax_code_id=_tax_code(item),
        )


def _tax_code(item: Entity) -> str:
    """By its words where there is no rate."""
    status = str(item.get("sales_tax_status") or "TAXABLE")
    return str(item.get("sales_tax_rate") or "") if status == "TAXABLE" else status
