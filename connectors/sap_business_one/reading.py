"""The Service Layer's documents and payments, as our records. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

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
from connectors.sap_business_one.mapping import REFERENCE
from connectors.sap_business_one.masters import YES
from connectors.sap_business_one.payments import INVOICE_TYPES
from connectors.transport.odata import ETAG

Entity = Mapping[str, Any]

HEADER = (
    *("DocEntry", "DocNum", "NumAtCard", "DocDate", "DocDueDate", "CardCode"),
    *("CardName", "DocCurrency", "DocRate", "DocTotal", "DocTotalFc", "VatSum"),
    *("VatSumFc", "PaidToDate", "PaidToDateFC", "DocumentStatus", "Cancelled"),
    *("CancelStatus", "AuthorizationStatus", "JournalMemo", "UpdateDate"),
)
WHOLE = (*HEADER, "DocumentLines")
# A document that takes another back. It is part of that one's story, not one of its
# own, and bears the same number.
REVERSAL = "csCancellation"
_KINDS = {word: kind for kind, word in INVOICE_TYPES.items()}
_PENDING = frozenset({"dasPending", "dasRejected"})


def document_from(
    kind: DocumentKind, row: Entity, *, reference_field: str = REFERENCE
) -> RemoteDocument:
    # Amounts in another currency stand beside those of the books, which else are 0.
    foreign = bool(_amount(row, "DocTotalFc"))
    gross = _amount(row, "DocTotalFc" if foreign else "DocTotal")
    tax = _amount(row, "VatSumFc" if foreign else "VatSum")
    paid = _amount(row, "PaidToDateFC" if foreign else "PaidToDate")
    status = document_status(row, gross, paid)
    is_void = status is RemoteStatus.VOID
    return RemoteDocument(
        kind=kind,
        id=str(row["DocEntry"]),
        number=str(row.get("NumAtCard") or row.get("DocNum") or ""),
        status=status,
        date=_day(row.get("DocDate")),
        currency=str(row.get("DocCurrency") or ""),
        gross=gross,
        net=gross - tax,
        tax=tax,
        balance=ZERO if is_void else gross - paid,
        reference=reference_in(row, reference_field),
        party_id=str(row.get("CardCode") or ""),
        party_name=str(row.get("CardName") or ""),
        due_date=_day(row.get("DocDueDate")),
        rate=Decimal(str(row["DocRate"])) if foreign and row.get("DocRate") else None,
        version=str(row.get(ETAG) or ""),
        lines=tuple(_lines(row, foreign=foreign)),
    )


def document_status(row: Entity, gross: Decimal, paid: Decimal) -> RemoteStatus:
    """A document is closed by credit notes as well as by payments; what is closed with
    something left was written off there, and nothing more is owed."""
    if row.get("Cancelled") == YES or row.get("CancelStatus") in ("csYes", REVERSAL):
        return RemoteStatus.VOID
    if row.get("AuthorizationStatus") in _PENDING:
        return RemoteStatus.DRAFT
    state = row.get("DocumentStatus")
    if state in ("bost_Close", "bost_Paid") or (gross and paid >= gross):
        return RemoteStatus.PAID
    if state not in ("bost_Open", "bost_Delivered"):
        return RemoteStatus.UNKNOWN
    return RemoteStatus.PART_PAID if paid else RemoteStatus.OPEN


def reference_in(row: Entity, field: str) -> str:
    """The journal remark that nobody wrote names the document's kind and party."""
    text = str(row.get(field) or "")
    card = str(row.get("CardCode") or "")
    if field == REFERENCE and text.endswith(f" - {card}"):
        return ""
    return text


def payment_from(direction: PaymentDirection, row: Entity) -> RemotePayment:
    sums = ("CashSum", "TransferSum")
    credit_cards = row.get("PaymentCreditCards") or ()
    amount = sum((_amount(row, name) for name in sums), ZERO)
    amount += sum((_amount(card, "CreditSum") for card in credit_cards), ZERO)
    return RemotePayment(
        direction=direction,
        id=str(row["DocEntry"]),
        date=_day(row.get("DocDate")),
        amount=amount,
        currency=str(row.get("DocCurrency") or ""),
        allocations=tuple(_allocations(row)),
        party_id=str(row.get("CardCode") or ""),
        reference=str(row.get("Remarks") or row.get("TransferReference") or ""),
        method=str(row.get("JournalRemarks") or ""),
        bank_account_id=str(row.get("TransferAccount") or row.get("CashAccount") or ""),
        deleted=row.get("Cancelled") == YES,
        version=str(row.get(ETAG) or ""),
    )


def _allocations(row: Entity) -> Iterable[Allocation]:
    for line in row.get("PaymentInvoices") or ():
        kind = _KINDS.get(str(line.get("InvoiceType")))
        if kind:
            yield Allocation(
                document_id=str(line["DocEntry"]),
                kind=kind,
                amount=_amount(line, "AppliedFC") or _amount(line, "SumApplied"),
            )


def _lines(row: Entity, *, foreign: bool) -> Iterable[RemoteLine]:
    for line in row.get("DocumentLines") or ():
        is_item = bool(line.get("ItemCode"))
        yield RemoteLine(
            text=str(line.get("ItemDescription") or ""),
            net=_amount(line, "RowTotalFC" if foreign else "LineTotal"),
            quantity=_amount(line, "Quantity") if is_item else None,
            unit_price=_amount(line, "UnitPrice") if is_item else None,
            account_id=str(line.get("AccountCode") or ""),
            item_id=str(line.get("ItemCode") or ""),
            tax_code_id=str(line.get("VatGroup") or line.get("TaxCode") or ""),
        )


def _amount(row: Entity, name: str) -> Decimal:
    found = row.get(name)
    return ZERO if found is None else Decimal(str(found))


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)[:10]) if text else None
