"""Money paid back to a customer, where FinSync cannot tell a platform of it."""

from connectors.errors import Unsupported
from connectors.records import DocumentKind, Payment, PaymentDirection


def refuse_refund(payment: Payment, label: str) -> None:
    """Raises `Unsupported` for a payment made that settles a credit note."""
    credits = {each.kind for each in payment.allocations} & {DocumentKind.CREDIT_NOTE}
    if payment.direction is PaymentDirection.MADE and credits:
        raise Unsupported(
            f"FinSync sends no refunds to {label}. Enter this one there, and set it"
            " against the credit note.",
            field="allocations",
        )
