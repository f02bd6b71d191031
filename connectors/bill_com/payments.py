"""Our payments, as Bill.com records those that were made outside of it. Pure.

Nothing here moves money: `record-payment` writes down what happened elsewhere.
"""

import re

from connectors.bill_com.errors import LABEL
from connectors.bill_com.mapping import Payload
from connectors.errors import Unsupported
from connectors.records import DocumentKind, Payment, PaymentDirection

RECORDING = {
    PaymentDirection.RECEIVED: "invoices/record-payment",
    PaymentDirection.MADE: "bills/record-payment",
}
_SETTLES = {
    PaymentDirection.RECEIVED: DocumentKind.SALES_INVOICE,
    PaymentDirection.MADE: DocumentKind.SUPPLIER_INVOICE,
}
_TYPES = (
    (re.compile(r"\bcash\b", re.IGNORECASE), "CASH"),
    (re.compile(r"\b(check|cheque)\b", re.IGNORECASE), "CHECK"),
    (re.compile(r"\bcard\b", re.IGNORECASE), "CREDIT_CARD"),
    (re.compile(r"\bpaypal\b", re.IGNORECASE), "PAYPAL"),
    (re.compile(r"\b(ach|bank|transfer)\b", re.IGNORECASE), "ACH"),
)


def payment_payload(payment: Payment) -> Payload:
    """Raises `Unsupported` for what cannot be told."""
    _require_own_kind(payment)
    if payment.direction is PaymentDirection.RECEIVED:
        return _receipt(payment)
    return _payout(payment)


def payment_type(method: str) -> str:
    return next((word for pattern, word in _TYPES if pattern.search(method)), "OTHER")


def _require_own_kind(payment: Payment) -> None:
    kinds = {allocation.kind for allocation in payment.allocations}
    if kinds == {_SETTLES[payment.direction]}:
        return
    sentence = (
        f"A payment in {LABEL} names at least one document that it pays."
        if not kinds
        else f"{LABEL} records receipts on invoices and payments on bills; it refunds "
        "no credit memo."
    )
    raise Unsupported(sentence, field="allocations")


def _receipt(payment: Payment) -> Payload:
    """What is left over stays as the customer's balance. No bank account is named."""
    payload: Payload = {
        "customerId": payment.party_id,
        "paymentDate": payment.date,
        "paymentType": payment_type(payment.method),
        "amount": payment.amount,
        "invoices": [
            {"id": allocation.document_id, "amount": allocation.amount}
            for allocation in payment.allocations
        ],
    }
    return payload | _described(payment)


def _payout(payment: Payment) -> Payload:
    if sum(each.amount for each in payment.allocations) != payment.amount:
        raise Unsupported(
            f"{LABEL} keeps no payment to a supplier on account: it must be of what it "
            "pays.",
            field="allocations",
        )
    payload: Payload = {
        "vendorId": payment.party_id,
        "processDate": payment.date,
        "toPrintCheck": False,
        "payments": [
            {"billId": allocation.document_id, "amount": allocation.amount}
            for allocation in payment.allocations
        ],
    }
    if payment.bank_account_id:
        payload["classifications"] = {"chartOfAccountId": payment.bank_account_id}
    return payload | _described(payment)


def _described(payment: Payment) -> Payload:
    told = payment.reference or payment.method
    return {"description": told} if told else {}
