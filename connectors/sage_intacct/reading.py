"""The gateway's documents and payments, as our records. Pure."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from connectors.leading_reference import reference_in
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
from connectors.sage_intacct.record import Record

_COMMON = (
    *("RECORDNO", "RECORDID", "STATE", "DESCRIPTION", "WHENCREATED", "CURRENCY"),
    *("TOTALENTERED", "TOTALPAID", "TOTALDUE", "TRX_TOTALENTERED"),
    *("TRX_TOTALPAID", "TRX_TOTALDUE", "WHENMODIFIED"),
)
HEADERS = {
    DocumentKind.SALES_INVOICE: (*_COMMON, "CUSTOMERID", "CUSTOMERNAME", "WHENDUE"),
    DocumentKind.CREDIT_NOTE: (*_COMMON, "CUSTOMERID", "CUSTOMERNAME"),
    DocumentKind.SUPPLIER_INVOICE: (*_COMMON, "VENDORID", "VENDORNAME", "WHENDUE"),
}
PAYMENT_FIELDS = (
    *("RECORDNO", "DOCNUMBER", "CUSTOMERID", "RECEIPTDATE", "CURRENCY", "STATE"),
    *("PAYMENTMETHOD", "FINANCIALENTITY", "TOTALENTERED", "TRX_TOTALENTERED"),
    "WHENMODIFIED",
)
DETAIL_FIELDS = (
    *("RECORDNO", "PAYMENTKEY", "RECORDKEY", "ADJUSTMENTKEY"),
    *("TRX_PAYMENTAMOUNT", "TRX_ADJUSTMENTAMOUNT"),
)
# What takes a document back; part of that one's story.
REVERSALS = frozenset({"reversal"})
_VOID = frozenset({"reversed", "voided", "void", "v"})
_WAITING = frozenset(
    {"draft", "submitted", "partially approved", "approved", "declined", "analyzing"}
)
_LISTS = ("ARINVOICEITEMS", "ARADJUSTMENTITEMS", "APBILLITEMS")


def document_from(
    kind: DocumentKind, record: Record, *, home_currency: str
) -> RemoteDocument:
    """Credit memos are adjustments whose amounts are negative; ours are not."""
    sign = -1 if kind is DocumentKind.CREDIT_NOTE else 1
    gross = sign * record.total("TRX_TOTALENTERED", "TOTALENTERED")
    lines = tuple(_lines(record, sign))
    net = sum((line.net for line in lines), ZERO) if lines else None
    status = document_status(record)
    due = record.amount("TRX_TOTALDUE", "TOTALDUE")
    void = status is RemoteStatus.VOID
    return RemoteDocument(
        kind=kind,
        id=record.text("RECORDNO"),
        number=record.text("RECORDID"),
        status=status,
        date=record.day("WHENCREATED"),
        currency=record.text("CURRENCY") or home_currency,
        gross=gross,
        net=net,
        tax=None if net is None else gross - net,
        balance=ZERO if void else None if due is None else sign * due,
        reference=reference_in(record.text("DESCRIPTION")),
        party_id=record.text("CUSTOMERID", "VENDORID"),
        party_name=record.text("CUSTOMERNAME", "VENDORNAME"),
        due_date=record.day("WHENDUE"),
        lines=lines,
    )


def document_status(record: Record) -> RemoteStatus:
    """From the amounts, for the words of the state differ between modules."""
    state = record.text("STATE").lower()
    if state in _VOID or record.text("RAWSTATE").upper() == "V":
        return RemoteStatus.VOID
    if state in _WAITING:
        return RemoteStatus.DRAFT
    total = record.amount("TRX_TOTALENTERED", "TOTALENTERED")
    due = record.amount("TRX_TOTALDUE", "TOTALDUE")
    if total is None or due is None:
        return RemoteStatus.UNKNOWN
    if not due:
        return RemoteStatus.PAID
    return RemoteStatus.OPEN if due == total else RemoteStatus.PART_PAID


def is_reversal(record: Record) -> bool:
    return record.text("STATE").lower() in REVERSALS


def payment_from(
    record: Record, details: Sequence[Record], *, home_currency: str
) -> RemotePayment:
    return RemotePayment(
        direction=PaymentDirection.RECEIVED,
        id=record.text("RECORDNO"),
        date=record.day("RECEIPTDATE"),
        amount=record.total("TRX_TOTALENTERED", "TOTALENTERED"),
        currency=record.text("CURRENCY") or home_currency,
        allocations=tuple(_allocations(details)),
        party_id=record.text("CUSTOMERID"),
        reference=record.text("DOCNUMBER"),
        method=record.text("PAYMENTMETHOD"),
        bank_account_id=record.text("FINANCIALENTITY"),
        deleted=record.text("STATE").lower() in _VOID,
    )


def _allocations(details: Iterable[Record]) -> Iterable[Allocation]:
    for detail in details:
        paid = detail.total("TRX_PAYMENTAMOUNT") + detail.total("TRX_ADJUSTMENTAMOUNT")
        yield Allocation(
            document_id=detail.text("RECORDKEY"),
            kind=DocumentKind.SALES_INVOICE,
            amount=paid,
        )
        if credit := detail.text("ADJUSTMENTKEY"):
            yield Allocation(
                document_id=credit, kind=DocumentKind.CREDIT_NOTE, amount=paid
            )


def _lines(record: Record, sign: int) -> Iterable[RemoteLine]:
    """Lines of tax stand among the others, and are marked."""
    rows = next((record.lists[name] for name in _LISTS if name in record.lists), [])
    for row in rows:
        if row.text("ISTAX").lower() == "true":
            continue
        amount: Decimal = row.total("TRX_AMOUNT", "AMOUNT")
        yield RemoteLine(
            text=row.text("ENTRYDESCRIPTION"),
            net=sign * amount,
            account_id=row.text("ACCOUNTLABEL", "ACCOUNTNO"),
        )
