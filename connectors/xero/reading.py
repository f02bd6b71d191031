"""Xero's documents and payments, as our records. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

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
from connectors.xero.mapping import IDS, NUMBERS, PATHS, TYPES
from connectors.xero.wire import Entity, amount, day, milliseconds, moment

KINDS = {type: kind for kind, type in TYPES.items()}
_PLAIN_STATUS = {
    "DRAFT": RemoteStatus.DRAFT,
    "SUBMITTED": RemoteStatus.DRAFT,
    "PAID": RemoteStatus.PAID,
    "VOIDED": RemoteStatus.VOID,
    "DELETED": RemoteStatus.DELETED,
}
# Payments of credit notes are refunds and go the other way.
DIRECTIONS = {
    "ACCRECPAYMENT": PaymentDirection.RECEIVED,
    "ACCPAYPAYMENT": PaymentDirection.MADE,
    "ARCREDITPAYMENT": PaymentDirection.MADE,
}


def document_from(
    entity: Entity, *, url: str = "", link_base: str = ""
) -> RemoteDocument:
    kind = KINDS[str(entity["Type"])]
    path = PATHS[kind]
    contact = entity.get("Contact") or {}
    rate = amount(entity, "CurrencyRate")
    return RemoteDocument(
        kind=kind,
        id=str(entity[IDS[path]]),
        number=str(entity.get(NUMBERS[path]) or ""),
        status=document_status(entity),
        date=day(entity, "Date"),
        currency=str(entity.get("CurrencyCode") or ""),
        gross=amount(entity, "Total") or ZERO,
        net=amount(entity, "SubTotal"),
        tax=amount(entity, "TotalTax"),
        balance=balance_of(entity),
        reference=_reference(kind, entity, link_base),
        party_id=str(contact.get("ContactID") or ""),
        party_name=str(contact.get("Name") or ""),
        due_date=day(entity, "DueDate"),
        rate=1 / rate if rate else None,
        sent=_sent(kind, entity),
        version=milliseconds(entity, "UpdatedDateUTC"),
        url=url,
        changed_at=moment(entity, "UpdatedDateUTC"),
        lines=tuple(_lines(entity)),
    )


def document_status(entity: Entity) -> RemoteStatus:
    """Void and paid are told; of what is approved the amounts tell the rest."""
    status = str(entity.get("Status") or "")
    if status != "AUTHORISED":
        return _PLAIN_STATUS.get(status, RemoteStatus.UNKNOWN)
    left, total = balance_of(entity), amount(entity, "Total") or ZERO
    if left is None:
        return RemoteStatus.UNKNOWN
    if left >= total and total:
        return RemoteStatus.OPEN
    return RemoteStatus.PART_PAID if left else RemoteStatus.PAID


def balance_of(entity: Entity) -> Decimal | None:
    due = amount(entity, "AmountDue")
    return amount(entity, "RemainingCredit") if due is None else due


def payments_from(entities: Iterable[Entity]) -> Iterator[RemotePayment]:
    """One of ours may be several of Xero's, bound together as a batch: they come back
    as one, under the batch's id."""
    batches: dict[str, list[Entity]] = {}
    for entity in entities:
        if str(entity.get("PaymentType")) in DIRECTIONS:
            batches.setdefault(_batch_id(entity), []).append(entity)
    for id, members in batches.items():
        yield _payment(id, members)


def _batch_id(entity: Entity) -> str:
    batch = entity.get("BatchPayment") or {}
    found = entity.get("BatchPaymentID") or batch.get("BatchPaymentID")
    return str(found or entity["PaymentID"])


def _payment(id: str, members: list[Entity]) -> RemotePayment:
    first = members[0]
    live = [each for each in members if each.get("Status") != "DELETED"]
    document = _paid(first)
    contact = document.get("Contact") or {}
    return RemotePayment(
        direction=DIRECTIONS[str(first["PaymentType"])],
        id=id,
        date=day(first, "Date"),
        amount=sum((amount(each, "Amount") or ZERO for each in live), ZERO),
        currency=str(document.get("CurrencyCode") or ""),
        allocations=tuple(_allocation(each) for each in live),
        party_id=str(contact.get("ContactID") or ""),
        reference=str(first.get("Reference") or ""),
        bank_account_id=str((first.get("Account") or {}).get("AccountID") or ""),
        deleted=not live,
        version=milliseconds(first, "UpdatedDateUTC"),
        changed_at=max(_moments(members), default=None),
    )


def _moments(members: list[Entity]) -> Iterator[datetime]:
    for each in members:
        if found := moment(each, "UpdatedDateUTC"):
            yield found


def _paid(payment: Entity) -> Entity:
    found = payment.get("Invoice") or payment.get("CreditNote") or {}
    return found if isinstance(found, dict) else {}


def _allocation(payment: Entity) -> Allocation:
    document = _paid(payment)
    is_credit = "CreditNoteID" in document
    bought = payment.get("PaymentType") == "ACCPAYPAYMENT"
    kind = DocumentKind.SUPPLIER_INVOICE if bought else DocumentKind.SALES_INVOICE
    return Allocation(
        document_id=str(document.get("CreditNoteID") or document.get("InvoiceID")),
        kind=DocumentKind.CREDIT_NOTE if is_credit else kind,
        amount=amount(payment, "Amount") or ZERO,
    )


def _reference(kind: DocumentKind, entity: Entity, link_base: str) -> str:
    """Bills have no reference: there it is the end of the link back to us."""
    if kind is not DocumentKind.SUPPLIER_INVOICE:
        return str(entity.get("Reference") or "")
    url = str(entity.get("Url") or "")
    return (
        url.removeprefix(link_base) if link_base and url.startswith(link_base) else ""
    )


def _sent(kind: DocumentKind, entity: Entity) -> bool | None:
    """Of credit notes Xero keeps no mark that could be set: approved counts as sent."""
    if kind is DocumentKind.SUPPLIER_INVOICE:
        return None
    if kind is DocumentKind.CREDIT_NOTE:
        return document_status(entity) is not RemoteStatus.DRAFT
    return bool(entity.get("SentToContact"))


def _lines(entity: Entity) -> Iterator[RemoteLine]:
    inclusive = entity.get("LineAmountTypes") == "Inclusive"
    for line in entity.get("LineItems") or ():
        told, tax = amount(line, "LineAmount") or ZERO, amount(line, "TaxAmount")
        yield RemoteLine(
            text=str(line.get("Description") or ""),
            net=told - (tax or ZERO) if inclusive else told,
            tax=tax,
            quantity=amount(line, "Quantity"),
            unit_price=amount(line, "UnitAmount"),
            account_id=str(line.get("AccountCode") or line.get("AccountID") or ""),
            item_id=str(line.get("ItemCode") or ""),
            tax_code_id=str(line.get("TaxType") or ""),
        )
