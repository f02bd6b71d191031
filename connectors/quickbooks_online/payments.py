"""Our payments, as Intuit wants them. Pure."""

from typing import Any

from connectors.errors import Rejected
from connectors.quickbooks_online.api import Creation
from connectors.quickbooks_online.mapping import ENTITIES, reference
from connectors.records import Allocation, Payment, PaymentDirection
from connectors.refund import refuse_refund

Payload = dict[str, Any]

ENTITY_OF = {
    PaymentDirection.RECEIVED: "Payment",
    PaymentDirection.MADE: "BillPayment",
}
_REFERENCE_LENGTH = 21


def payment_creation(payment: Payment) -> Creation:
    entity = ENTITY_OF[payment.direction]
    return Creation(payment.key, entity, payment_payload(payment))


def payment_payload(payment: Payment) -> Payload:
    """Raises `Rejected` where a payment made names no bank, and `Unsupported` for
    refunds. A payment of nothing sets credit notes against invoices."""
    refuse_refund(payment, "QuickBooks Online")
    payload: Payload = {
        "TotalAmt": payment.amount,
        "TxnDate": payment.date,
        "Line": [_line(allocation) for allocation in payment.allocations],
    }
    if payment.currency:
        payload["CurrencyRef"] = reference(payment.currency)
    if payment.rate != 1:
        payload["ExchangeRate"] = payment.rate
    if payment.method:
        payload["PrivateNote"] = payment.method
    if payment.direction is PaymentDirection.RECEIVED:
        return payload | _received(payment)
    return payload | _made(payment)


def _received(payment: Payment) -> Payload:
    payload: Payload = {"CustomerRef": reference(payment.party_id)}
    if payment.reference:
        payload["PaymentRefNum"] = payment.reference[:_REFERENCE_LENGTH]
    if payment.bank_account_id:
        payload["DepositToAccountRef"] = reference(payment.bank_account_id)
    return payload


def _made(payment: Payment) -> Payload:
    if not payment.bank_account_id:
        raise Rejected(
            "QuickBooks Online needs the bank account that the supplier was paid from.",
            status_code="NO_BANK",
            field="bank_account_id",
        )
    payload: Payload = {
        "VendorRef": reference(payment.party_id),
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": reference(payment.bank_account_id)},
    }
    if payment.reference:
        payload["DocNumber"] = payment.reference[:_REFERENCE_LENGTH]
    return payload


def _line(allocation: Allocation) -> Payload:
    linked = {"TxnId": allocation.document_id, "TxnType": ENTITIES[allocation.kind]}
    return {"Amount": allocation.amount, "LinkedTxn": [linked]}
