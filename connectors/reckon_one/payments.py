"""Our payments, as Reckon One wants them. Pure."""

from decimal import Decimal

from connectors.amounts import CreditShare
from connectors.errors import Rejected, Unsupported
from connectors.reckon_one.api import Node, checked
from connectors.reckon_one.errors import LABEL
from connectors.reckon_one.filters import moment
from connectors.reckon_one.reading import amount
from connectors.records import ZERO, DocumentKind, Payment

RECEIPTS, PAYMENTS = "receipts", "payments"
REFERENCE_LENGTH = 200
_INVOICE = "Invoice"


def receipt_payload(payment: Payment, *, home: str) -> Node:
    """Of several invoices, or none: what is left stays on account. Raises `Rejected` or
    `Unsupported` for what Reckon One cannot be told."""
    kinds = {each.kind for each in payment.allocations}
    if kinds - {DocumentKind.SALES_INVOICE}:
        raise Unsupported(
            f"FinSync sends {LABEL} receipts of invoices alone.", field="allocations"
        )
    if payment.currency != home:
        raise Rejected(
            f"This book in {LABEL} is kept in {home} alone.",
            status_code="CURRENCY",
            field="currency",
        )
    bank = checked(payment.bank_account_id, "NO_BANK", field="bank_account_id")
    payload: Node = {
        "customer": checked(payment.party_id, "ACCOUNT_WRONG", field="party_id"),
        "receiptDate": moment(payment.date),
        "ledgerAccount": bank,
        "totalAmount": payment.amount,
        "transactionLinks": [
            _link(_document(each.document_id), each.amount)
            for each in payment.allocations
        ],
    }
    if payment.reference or payment.method:
        told = payment.reference or payment.method
        payload["reference"] = told[:REFERENCE_LENGTH]
    return payload


def link_payload(share: CreditShare) -> Node:
    """What of a credit note is laid on an invoice."""
    return _link(_document(share.document_id), share.amount)


def link_from(row: Node) -> Node:
    """A link that is there, as it would be sent."""
    return _link(str(row["transactionId"]), amount(row, "transactionAmount") or ZERO)


def is_to_invoice(row: Node) -> bool:
    return row.get("transactionType") == _INVOICE


def _link(document_id: str, laid: Decimal) -> Node:
    return {
        "transactionId": document_id,
        "transactionType": _INVOICE,
        "transactionAmount": laid,
    }


def _document(id: str) -> str:
    return checked(id, "NOT_FOUND", field="allocations")
