"""Credit notes paid back, both ways. Pure.

A refund stands on one credit note, and is asked for there.
"""

from connectors.dates import day
from connectors.errors import Rejected, Unsupported
from connectors.records import (
    ZERO,
    Allocation,
    DocumentKind,
    Payment,
    PaymentDirection,
    RemotePayment,
)
from connectors.transport.json_codec import plain
from connectors.zoho_books.api import Node, checked
from connectors.zoho_books.errors import LABEL
from connectors.zoho_books.kinds import PLACES
from connectors.zoho_books.mapping import amount
from connectors.zoho_books.payments import REFERENCE_LENGTH, mode_of
from connectors.zoho_books.reading import moment

CREDIT = DocumentKind.CREDIT_NOTE
KEY, LISTED, ID = "creditnote_refund", "creditnote_refunds", "creditnote_refund_id"
ALL = f"{PLACES[CREDIT].path}/refunds"


def is_refund(payment: Payment | RemotePayment) -> bool:
    made = payment.direction is PaymentDirection.MADE
    return made and any(each.kind is CREDIT for each in payment.allocations)


def path_of(payment: Payment | RemotePayment) -> str:
    """Where the refunds of its credit note are. Raises `Unsupported`."""
    if len(payment.allocations) != 1:
        raise Unsupported(
            f"{LABEL} pays back one credit note at a time. Record this one in parts.",
            field="allocations",
        )
    [paid] = payment.allocations
    return refunds_of(paid.document_id)


def refunds_of(credit_id: str) -> str:
    id = checked(credit_id, "NOT_FOUND", field="allocations")
    return f"{PLACES[CREDIT].one(id)}/refunds"


def refund_payload(payment: Payment) -> Node:
    """Raises `Rejected` or `Unsupported` for what Zoho Books cannot be told."""
    if payment.allocations[0].amount != payment.amount:
        raise Unsupported(
            f"{LABEL} keeps nothing of a refund on account.", field="amount"
        )
    if not payment.bank_account_id:
        raise Rejected(
            f"{LABEL} needs the bank account of the refund.",
            status_code="NO_BANK",
            field="bank_account_id",
        )
    bank = checked(payment.bank_account_id, "NO_BANK", field="bank_account_id")
    payload: Node = {
        "date": payment.date,
        "refund_mode": mode_of(payment.method),
        "amount": payment.amount,
        "from_account_id": bank,
    }
    if payment.reference:
        payload["reference_number"] = payment.reference[:REFERENCE_LENGTH]
    if payment.rate != 1:
        # A text in the schema.
        payload["exchange_rate"] = plain(payment.rate)
    return payload


def refund_from(node: Node) -> RemotePayment:
    """Lists tell the amount in either currency, by other names."""
    told = amount(node, "amount_fcy")
    paid = (amount(node, "amount") if told is None else told) or ZERO
    credit = str(node.get("creditnote_id") or "")
    return RemotePayment(
        direction=PaymentDirection.MADE,
        id=str(node[ID]),
        date=day(node.get("date")),
        amount=paid,
        currency=str(node.get("currency_code") or ""),
        allocations=(Allocation(document_id=credit, kind=CREDIT, amount=paid),),
        reference=str(node.get("reference_number") or ""),
        method=str(node.get("refund_mode") or ""),
        bank_account_id=str(node.get("from_account_id") or ""),
        changed_at=moment(node),
    )
