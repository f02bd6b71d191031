"""Our payments, as FreeAgent wants them: explanations of bank transactions. Pure."""

from connectors.errors import Rejected, Unsupported
from connectors.freeagent.errors import LABEL
from connectors.freeagent.mapping import PATHS, Address, Payload, text
from connectors.records import Allocation, DocumentKind, Payment, PaymentDirection

EXPLANATIONS = "bank_transaction_explanations"
EXPLANATION = "bank_transaction_explanation"


def payment_payload(payment: Payment, address: Address, *, home: str) -> Payload:
    """Raises `Rejected` or `Unsupported` for what FreeAgent cannot be told."""
    allocation = _only(payment)
    if not payment.bank_account_id:
        raise Rejected(
            f"{LABEL} needs the bank account of the payment.",
            status_code="NO_BANK",
            field="bank_account_id",
        )
    sign = 1 if payment.direction is PaymentDirection.RECEIVED else -1
    is_bill = allocation.kind is DocumentKind.SUPPLIER_INVOICE
    paid = address(PATHS[allocation.kind], allocation.document_id)
    payload: Payload = {
        "bank_account": address("bank_accounts", payment.bank_account_id),
        "dated_on": payment.date,
        "gross_value": text(sign * payment.amount),
        "paid_bill" if is_bill else "paid_invoice": paid,
    }
    if payment.currency != home and payment.rate != 1:
        in_home = round(payment.amount * payment.rate, 2)
        payload["gross_value"] = text(sign * in_home)
        payload["foreign_currency_value"] = text(sign * payment.amount)
    if told := payment.reference or payment.method:
        payload["description"] = told
    return payload


def _only(payment: Payment) -> Allocation:
    """An explanation pays one document, and pays it alone."""
    if len(payment.allocations) != 1:
        raise Unsupported(
            f"A payment in {LABEL} is of one document. Record it as one payment for "
            "each.",
            field="allocations",
        )
    [allocation] = payment.allocations
    if allocation.amount != payment.amount:
        raise Unsupported(
            f"{LABEL} keeps nothing on account: the payment must be of what it pays.",
            field="allocations",
        )
    return allocation
