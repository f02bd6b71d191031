"""Our payments, as Reckon One wants them. Pure."""

from connectors.amounts import CreditShare
from connectors.errors import Rejected, Unsupported
from connectors.reckon_one.api import Node, checked
from connectors.reckon_one.errors import LABEL
from connectors.reckon_one.filters import moment
from connectors.records import DocumentKind, Payment

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
            {
                "transactionId": _document(each.document_id),
                "transactionType": _INVOICE,
                "transactionAmount": each.amount,
            }
            for each in payment.allocations
        ],
    }
    if payment.reference or payment.method:
        told = payment.reference or payment.method
        payload["reference"] = told[:REFERENCE_LENGTH]
    return payload


def link_payload(share: CreditShare) -> Node:
    """What of a credit note is laid on an invoice."""
    return {
        "transactionId": _document(share.document_id),
        "transactionType": _INVOICE,
        "transactionAmount": share.amount,
    }


def _document(id: str) -> str:
    return checked(id, "NOT_FOUND", field="allocations")
