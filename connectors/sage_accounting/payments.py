"""Our payments, as Sage wants them. Pure."""

from decimal import Decimal

from connectors.amounts import credit_shares
from connectors.errors import Rejected
from connectors.records import DocumentKind, Payment, PaymentDirection
from connectors.sage_accounting.api import Entity
from connectors.sage_accounting.errors import LABEL

PAYMENTS = "contact_payments"
ALLOCATIONS = "contact_allocations"
REFERENCE_LENGTH = 25


def payment_payload(payment: Payment) -> Entity:
    """What its allocations leave stays on account. Raises `Rejected`."""
    if not payment.bank_account_id:
        raise Rejected(
            f"{LABEL} needs the bank account of the payment.",
            status_code="NO_BANK",
            field="bank_account_id",
        )
    inner: Entity = {
        "transaction_type_id": _type(payment),
        "contact_id": payment.party_id,
        "bank_account_id": payment.bank_account_id,
        "date": payment.date,
        "total_amount": payment.amount,
        "allocated_artefacts": [
            {"artefact_id": each.document_id, "amount": each.amount}
            for each in payment.allocations
        ],
    }
    if payment.reference or payment.method:
        told = payment.reference or payment.method
        inner["reference"] = told[:REFERENCE_LENGTH]
    return {"contact_payment": inner}


def allocation_payload(payment: Payment) -> Entity:
    """Credits are negative, so that all comes to nothing."""
    amounts: dict[str, Decimal] = {}
    for share in credit_shares(payment):
        for id, part in (
            (share.document_id, share.amount),
            (share.credit_id, -share.amount),
        ):
            amounts[id] = amounts.get(id, Decimal(0)) + part
    rows = [{"artefact_id": id, "amount": part} for id, part in amounts.items()]
    return {
        "contact_allocation": {
            "transaction_type_id": "CUSTOMER_ALLOCATION",
            "contact_id": payment.party_id,
            "date": payment.date,
            "allocated_artefacts": rows,
        }
    }


def _type(payment: Payment) -> str:
    if payment.direction is PaymentDirection.RECEIVED:
        return "CUSTOMER_RECEIPT"
    refunds = [a for a in payment.allocations if a.kind is DocumentKind.CREDIT_NOTE]
    return "CUSTOMER_REFUND" if refunds else "VENDOR_PAYMENT"
