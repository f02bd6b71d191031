"""Bill.com's documents and payments, as our records. Pure."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal

from connectors.bill_com.api import Entity
from connectors.bill_com.mapping import line_amount
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
from connectors.references import reference_in

_INVOICE_STATUSES = {
    "OPEN": RemoteStatus.OPEN,
    "SCHEDULED": RemoteStatus.OPEN,
    "PARTIAL_PAYMENT": RemoteStatus.PART_PAID,
    "PAID_IN_FULL": RemoteStatus.PAID,
    "PAID": RemoteStatus.PAID,
}
_CREDIT_STATUSES = {
    "NOT_APPLIED": RemoteStatus.OPEN,
    "IN_PROCESS": RemoteStatus.OPEN,
    "PARTIALLY_APPLIED": RemoteStatus.PART_PAID,
    "FULLY_APPLIED": RemoteStatus.PAID,
}
# By how they begin: their spelling differs in what Bill.com publishes.
_BILL_STATUSES = {
    "UNPAID": RemoteStatus.OPEN,
    "SCHEDULED": RemoteStatus.OPEN,
    "PART": RemoteStatus.PART_PAID,
    "PAID": RemoteStatus.PAID,
}
_GONE = frozenset({"VOID", "CANCELED", "CANCELLED", "FAILED"})


def document_from(kind: DocumentKind, entity: Entity, *, home: str) -> RemoteDocument:
    return _READERS[kind](entity, home)


def is_archived(entity: Entity) -> bool:
    """Only this tells that something is void: its status goes on as it was."""
    return entity.get("archived") is True or entity.get("recordStatus") == "INACTIVE"


def receipt_from(entity: Entity, *, home: str) -> RemotePayment:
    return RemotePayment(
        direction=PaymentDirection.RECEIVED,
        id=str(entity["id"]),
        date=day(entity, "paymentDate"),
        amount=amount(entity, "amount") or ZERO,
        currency=home,
        allocations=tuple(
            Allocation(
                document_id=str(paid["invoiceId"]),
                kind=DocumentKind.SALES_INVOICE,
                amount=amount(paid, "amount") or ZERO,
            )
            for paid in entity.get("invoicePayments") or ()
        ),
        party_id=_text(entity, "customerId"),
        reference=_text(entity, "description"),
        method=_text(entity, "receivablesType"),
        deleted=_text(entity, "status") in _GONE,
        version=_text(entity, "updatedTime"),
        changed_at=moment(entity),
    )


def payout_from(entity: Entity, *, home: str) -> RemotePayment:
    """Those that Bill.com makes itself, too."""
    paid = entity.get("billPayments") or ()
    return RemotePayment(
        direction=PaymentDirection.MADE,
        id=str(entity["id"]),
        date=day(entity, "processDate"),
        amount=amount(entity, "amount") or ZERO,
        currency=home if _in_home(entity) else "",
        allocations=tuple(
            Allocation(
                document_id=str(each["billId"]),
                kind=DocumentKind.SUPPLIER_INVOICE,
                amount=amount(each, "amount") or ZERO,
            )
            for each in paid
        ),
        party_id=_text(entity, "vendorId"),
        reference=_text(entity, "description"),
        method=_text(entity, "disbursementType"),
        deleted=_text(entity, "status") in _GONE,
        version=_text(entity, "updatedTime"),
        changed_at=moment(entity),
    )


def amount(entity: Mapping[str, object], name: str) -> Decimal | None:
    found = entity.get(name)
    return None if found is None else Decimal(str(found))


def day(entity: Mapping[str, object], name: str) -> date | None:
    text = entity.get(name)
    return date.fromisoformat(str(text)[:10]) if text else None


def moment(entity: Entity) -> datetime | None:
    text = entity.get("updatedTime")
    return datetime.fromisoformat(str(text)) if text else None


def _invoice(entity: Entity, home: str) -> RemoteDocument:
    gross = amount(entity, "totalAmount") or ZERO
    tax = _tax(entity)
    status = _status(entity, _INVOICE_STATUSES.get(_text(entity, "status")))
    return RemoteDocument(
        kind=DocumentKind.SALES_INVOICE,
        id=str(entity["id"]),
        number=_text(entity, "invoiceNumber"),
        status=status,
        date=day(entity, "invoiceDate"),
        currency=home if _in_home(entity) else "",
        gross=gross,
        net=None if tax is None else gross - tax,
        tax=tax,
        balance=_balance(status, amount(entity, "dueAmount")),
        party_id=_text(entity, "customerId"),
        due_date=day(entity, "dueDate"),
        rate=amount(entity, "exchangeRate"),
        version=_text(entity, "updatedTime"),
        changed_at=moment(entity),
        lines=tuple(_sold(entity, "invoiceLineItems")),
    )


def _credit_memo(entity: Entity, home: str) -> RemoteDocument:
    gross = amount(entity, "amount") or ZERO
    tax = _tax(entity)
    used = amount(entity, "appliedAmount")
    status = _status(entity, _CREDIT_STATUSES.get(_text(entity, "status")))
    return RemoteDocument(
        kind=DocumentKind.CREDIT_NOTE,
        id=str(entity["id"]),
        number=_text(entity, "referenceNumber"),
        status=status,
        date=day(entity, "creditDate"),
        currency=home,
        gross=gross,
        net=None if tax is None else gross - tax,
        tax=tax,
        balance=_balance(status, None if used is None else gross - used),
        reference=reference_in(_text(entity, "description")),
        party_id=_text(entity, "customerId"),
        version=_text(entity, "updatedTime"),
        changed_at=moment(entity),
        lines=tuple(_sold(entity, "creditMemoLineItems")),
    )


def _bill(entity: Entity, home: str) -> RemoteDocument:
    gross = amount(entity, "amount") or ZERO
    due = amount(entity, "dueAmount")
    status = _status(entity, _bill_status(entity, gross, due))
    named = entity.get("invoice") or {}
    return RemoteDocument(
        kind=DocumentKind.SUPPLIER_INVOICE,
        id=str(entity["id"]),
        number=_text(named, "invoiceNumber"),
        status=status,
        date=day(named, "invoiceDate"),
        currency=home if _in_home(entity) else "",
        gross=gross,
        balance=_balance(status, due),
        reference=reference_in(_text(entity, "description")),
        party_id=_text(entity, "vendorId"),
        party_name=_text(entity, "vendorName"),
        due_date=day(entity, "dueDate"),
        rate=amount(entity, "exchangeRate"),
        version=_text(entity, "updatedTime"),
        changed_at=moment(entity),
        lines=tuple(_bought(entity)),
    )


_READERS: dict[DocumentKind, Callable[[Entity, str], RemoteDocument]] = {
    DocumentKind.SALES_INVOICE: _invoice,
    DocumentKind.CREDIT_NOTE: _credit_memo,
    DocumentKind.SUPPLIER_INVOICE: _bill,
}


def _status(entity: Entity, told: RemoteStatus | None) -> RemoteStatus:
    if is_archived(entity):
        return RemoteStatus.VOID
    if entity.get("recordStatus") == "DRAFT":
        return RemoteStatus.DRAFT
    return told or RemoteStatus.UNKNOWN


def _bill_status(
    entity: Entity, gross: Decimal, due: Decimal | None
) -> RemoteStatus | None:
    """What is due is the truth, where it is told; nothing is made of its absence."""
    if due is not None:
        if due <= ZERO:
            return RemoteStatus.PAID
        return RemoteStatus.PART_PAID if due < gross else RemoteStatus.OPEN
    word = _text(entity, "paymentStatus").upper()
    found = (s for begin, s in _BILL_STATUSES.items() if word.startswith(begin))
    return next(found, None)


def _balance(status: RemoteStatus, due: Decimal | None) -> Decimal | None:
    return ZERO if status is RemoteStatus.VOID else due


def _tax(entity: Entity) -> Decimal | None:
    """None where a tax is named and its amount is not."""
    told = amount(entity, "salesTaxTotal")
    if told is None and not entity.get("salesTaxItemId"):
        return ZERO
    return told


def _in_home(entity: Entity) -> bool:
    """Documents name no currency, but those in another one have a rate."""
    return amount(entity, "exchangeRate") in (None, ZERO, Decimal(1))


def _sold(entity: Entity, name: str) -> Iterator[RemoteLine]:
    """An invoice does not tell which of its lines are taxable."""
    for item in entity.get(name) or ():
        quantity = amount(item, "quantity")
        price = amount(item, "price")
        told = amount(item, "amount")
        made = line_amount(quantity or ZERO, price or ZERO)
        yield RemoteLine(
            text=_text(item, "description"),
            net=made if told is None else told,
            quantity=quantity,
            unit_price=price,
            account_id=_classified(item, "chartOfAccountId"),
            item_id=_classified(item, "itemId"),
        )


def _bought(entity: Entity) -> Iterator[RemoteLine]:
    for item in entity.get("billLineItems") or ():
        yield RemoteLine(
            text=_text(item, "description"),
            net=amount(item, "amount") or ZERO,
            quantity=amount(item, "quantity"),
            unit_price=amount(item, "price"),
            account_id=_classified(item, "chartOfAccountId"),
            item_id=_classified(item, "itemId"),
        )


def _classified(item: Entity, name: str) -> str:
    return _text(item.get("classifications") or {}, name)


def _text(entity: Mapping[str, object], name: str) -> str:
    return str(entity.get(name) or "")
