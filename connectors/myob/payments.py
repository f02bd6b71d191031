"""Our payments, as MYOB wants them. Pure.

Money received, money paid to suppliers and money paid back to customers are three
resources there; setting a credit against invoices is a fourth.
"""

from decimal import Decimal

from connectors.amounts import credit_shares
from connectors.errors import Rejected, Unsupported
from connectors.myob.api import Entity
from connectors.myob.errors import LABEL
from connectors.myob.mapping import MEMO_LENGTH, day
from connectors.records import (
    ZERO,
    Allocation,
    DocumentKind,
    Payment,
    PaymentDirection,
)

RECEIVED = "Sale/CustomerPayment"
PAID = "Purchase/SupplierPayment"
REFUNDED = "Sale/CreditRefund"
SETTLEMENTS = "Sale/CreditSettlement"


def payment_request(payment: Payment) -> tuple[str, Entity]:
    """The resource, and what it is sent. Raises `Rejected` or `Unsupported`."""
    if not payment.bank_account_id:
        raise Rejected(
            f"{LABEL} needs the account that the money went to or came from.",
            status_code="NO_BANK",
            field="bank_account_id",
        )
    _require_settled(payment)
    told: Entity = {
        "Date": day(payment.date),
        "Account": {"UID": payment.bank_account_id},
    }
    if memo := payment.reference or payment.method:
        told["Memo"] = memo[:MEMO_LENGTH]
    if payment.direction is PaymentDirection.RECEIVED:
        return RECEIVED, told | _received(payment)
    if payment.allocations[0].kind is DocumentKind.CREDIT_NOTE:
        return REFUNDED, told | _refunded(payment)
    return PAID, told | _paid(payment)


def settlements(payment: Payment) -> list[Entity]:
    """One for each credit note."""
    lines: dict[str, list[Entity]] = {}
    for share in credit_shares(payment):
        line = _line("Invoice", "Sale", share.document_id, share.amount)
        lines.setdefault(share.credit_id, []).append(line)
    return [
        {
            "CreditFromInvoice": {"UID": credit},
            "Customer": {"UID": payment.party_id},
            "Date": day(payment.date),
            "Lines": some,
        }
        for credit, some in lines.items()
    ]


def _require_settled(payment: Payment) -> None:
    settled = sum((each.amount for each in payment.allocations), ZERO)
    if not payment.allocations or settled != payment.amount:
        raise Unsupported(
            f"{LABEL} keeps nothing on account: a payment must be of the documents "
            "that it pays.",
            field="allocations",
        )


def _received(payment: Payment) -> Entity:
    return {
        "DepositTo": "Account",
        "Customer": {"UID": payment.party_id},
        "AmountReceived": payment.amount,
        "Invoices": [_invoice(each) for each in payment.allocations],
    }


def _invoice(each: Allocation) -> Entity:
    return {"UID": each.document_id, "AmountApplied": each.amount, "Type": "Invoice"}


def _paid(payment: Payment) -> Entity:
    return {
        "PayFrom": "Account",
        "Supplier": {"UID": payment.party_id},
        "AmountPaid": payment.amount,
        "Lines": [
            _line("Bill", "Purchase", each.document_id, each.amount)
            for each in payment.allocations
        ],
    }


def _refunded(payment: Payment) -> Entity:
    if len(payment.allocations) > 1:
        raise Unsupported(
            f"A refund in {LABEL} is of one credit note. Record one for each.",
            field="allocations",
        )
    return {
        "Customer": {"UID": payment.party_id},
        "Invoice": {"UID": payment.allocations[0].document_id},
        "Amount": payment.amount,
    }


def _line(type: str, name: str, id: str, amount: Decimal) -> Entity:
    return {"Type": type, name: {"UID": id}, "AmountApplied": amount}
