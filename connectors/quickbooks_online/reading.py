"""Intuit's documents and payments, as our records. Pure."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from connectors.quickbooks_online.mapping import ENTITIES
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

Entity = dict[str, Any]

KINDS = {entity: kind for kind, entity in ENTITIES.items()}
PAYMENTS = {
    "Payment": PaymentDirection.RECEIVED,
    "BillPayment": PaymentDirection.MADE,
}
_VOIDED = "Voided"
_REFERENCE_LENGTH = 30
_DETAILS = (
    "SalesItemLineDetail",
    "AccountBasedExpenseLineDetail",
    "ItemBasedExpenseLineDetail",
)


def document_from(
    kind: DocumentKind, entity: Entity, *, url: str = ""
) -> RemoteDocument:
    gross, tax = _amount(entity, "TotalAmt"), _tax(entity)
    return RemoteDocument(
        kind=kind,
        id=str(entity["Id"]),
        number=str(entity.get("DocNumber") or ""),
        status=document_status(kind, entity),
        date=_day(entity.get("TxnDate")),
        currency=ref(entity, "CurrencyRef"),
        gross=gross,
        net=None if tax is None else gross - tax,
        tax=tax,
        balance=_balance(kind, entity),
        reference=reference_in(entity),
        party_id=ref(entity, "CustomerRef") or ref(entity, "VendorRef"),
        party_name=_name(entity, "CustomerRef") or _name(entity, "VendorRef"),
        due_date=_day(entity.get("DueDate")),
        rate=_optional(entity, "ExchangeRate"),
        sent=_sent(kind, entity),
        version=str(entity.get("SyncToken") or ""),
        url=url,
        changed_at=changed_at(entity),
        lines=tuple(_lines(entity)),
    )


def document_status(kind: DocumentKind, entity: Entity) -> RemoteStatus:
    """Intuit keeps no status: it follows from the amounts. There are no drafts."""
    if entity.get("status") == "Deleted":
        return RemoteStatus.DELETED
    gross, balance = _amount(entity, "TotalAmt"), _balance(kind, entity)
    if voided(entity) and not gross:
        return RemoteStatus.VOID
    if balance is None:
        return RemoteStatus.UNKNOWN
    if balance >= gross and gross:
        return RemoteStatus.OPEN
    return RemoteStatus.PART_PAID if balance else RemoteStatus.PAID


def payment_from(
    direction: PaymentDirection, entity: Entity, *, url: str = ""
) -> RemotePayment:
    """A voided payment counts as deleted: it settles nothing any more."""
    amount = _amount(entity, "TotalAmt")
    gone = entity.get("status") == "Deleted" or (voided(entity) and not amount)
    return RemotePayment(
        direction=direction,
        id=str(entity["Id"]),
        date=_day(entity.get("TxnDate")),
        amount=amount,
        currency=ref(entity, "CurrencyRef"),
        allocations=tuple(_allocations(entity)),
        party_id=ref(entity, "CustomerRef") or ref(entity, "VendorRef"),
        reference=str(entity.get("PaymentRefNum") or entity.get("DocNumber") or ""),
        method=_name(entity, "PaymentMethodRef"),
        bank_account_id=_bank(entity),
        deleted=gone,
        version=str(entity.get("SyncToken") or ""),
        changed_at=changed_at(entity),
        url=url,
    )


def ref(entity: Entity, name: str) -> str:
    """The id in a reference, empty where there is none."""
    found = entity.get(name)
    return str(found.get("value") or "") if isinstance(found, dict) else ""


def reference_in(entity: Entity) -> str:
    """Our reference is the first line of the private note. A longer line is somebody's
    text; a void puts its own word before it."""
    lines = str(entity.get("PrivateNote") or "").splitlines()
    kept = [_without_void(line) for line in lines]
    first = next((line for line in kept if line), "")
    return first if len(first) <= _REFERENCE_LENGTH else ""


def voided(entity: Entity) -> bool:
    return str(entity.get("PrivateNote") or "").startswith(_VOIDED)


def changed_at(entity: Entity) -> datetime | None:
    text = (entity.get("MetaData") or {}).get("LastUpdatedTime")
    return moment(str(text)) if text else None


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _without_void(line: str) -> str:
    return (
        line.removeprefix(_VOIDED).lstrip(" :-.") if line.startswith(_VOIDED) else line
    )


def _balance(kind: DocumentKind, entity: Entity) -> Decimal | None:
    name = "RemainingCredit" if kind is DocumentKind.CREDIT_NOTE else "Balance"
    found = _optional(entity, name)
    return found if found is not None else _optional(entity, "Balance")


def _sent(kind: DocumentKind, entity: Entity) -> bool | None:
    if kind is DocumentKind.SUPPLIER_INVOICE:
        return None
    return (
        entity.get("EmailStatus") == "EmailSent"
        or entity.get("PrintStatus") == "PrintComplete"
    )


def _tax(entity: Entity) -> Decimal | None:
    return _optional(entity.get("TxnTaxDetail") or {}, "TotalTax")


def _lines(entity: Entity) -> Iterable[RemoteLine]:
    """Without subtotals, which Intuit puts in by itself."""
    for line in entity.get("Line") or ():
        kind = line.get("DetailType")
        if kind in _DETAILS:
            detail = line.get(kind) or {}
            yield RemoteLine(
                text=str(line.get("Description") or ""),
                net=_amount(line, "Amount"),
                quantity=_optional(detail, "Qty"),
                unit_price=_optional(detail, "UnitPrice"),
                account_id=ref(detail, "AccountRef") or ref(detail, "ItemAccountRef"),
                item_id=ref(detail, "ItemRef"),
                tax_code_id=ref(detail, "TaxCodeRef"),
            )


def _allocations(entity: Entity) -> Iterable[Allocation]:
    for line in entity.get("Line") or ():
        for linked in line.get("LinkedTxn") or ():
            kind = KINDS.get(str(linked.get("TxnType")))
            if kind:
                yield Allocation(
                    document_id=str(linked.get("TxnId")),
                    kind=kind,
                    amount=_amount(line, "Amount"),
                )


def _bank(entity: Entity) -> str:
    check = entity.get("CheckPayment") or {}
    card = entity.get("CreditCardPayment") or {}
    return (
        ref(entity, "DepositToAccountRef")
        or ref(check, "BankAccountRef")
        or ref(card, "CCAccountRef")
    )


def _amount(entity: Entity, name: str) -> Decimal:
    return _optional(entity, name) or ZERO


def _optional(entity: Entity, name: str) -> Decimal | None:
    found = entity.get(name)
    return None if found is None else Decimal(str(found))


def _name(entity: Entity, name: str) -> str:
    found = entity.get(name)
    return str(found.get("name") or "") if isinstance(found, dict) else ""


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)[:10]) if text else None
