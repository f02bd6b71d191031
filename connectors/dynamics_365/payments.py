"""Our payments, as lines of a payment journal. Pure.

A journal's lines carry no key; the number of the payment's document is made from ours,
so that a payment is known again whether its lines are posted or not.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.errors import Rejected, Unsupported
from connectors.records import (
    ZERO,
    DocumentKind,
    Payment,
    PaymentDirection,
    RemotePayment,
)
from connectors.results import as_sent

Payload = dict[str, Any]

_NUMBER_LENGTH = 20
_REFERENCE_LENGTH = 35
_TEXT_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Journal:
    """What a kind of payment journal calls its parts. Money received is negative
    there."""

    path: str
    lines: str
    party: str
    pays: DocumentKind
    sign: int


JOURNALS = {
    PaymentDirection.RECEIVED: Journal(
        *("customerPaymentJournals", "customerPayments", "customer"),
        *(DocumentKind.SALES_INVOICE, -1),
    ),
    PaymentDirection.MADE: Journal(
        *("vendorPaymentJournals", "vendorPayments", "vendor"),
        *(DocumentKind.SUPPLIER_INVOICE, 1),
    ),
}


def document_number(payment: Payment) -> str:
    """Of the intent's key, as short as the journal takes it; in capitals, as all codes
    there are."""
    return f"F{payment.key}".replace("-", "").upper()[:_NUMBER_LENGTH]


def journal_code(account: str) -> str:
    """One journal for each account that money comes to, in ten characters."""
    return f"FS{account}"[-10:] if len(account) > 8 else f"FS{account}"


def journal_payload(account: str, account_id: str) -> Payload:
    return {
        "code": journal_code(account),
        "displayName": f"FinSync {account}"[:_TEXT_LENGTH],
        "balancingAccountId": account_id,
    }


def line_payloads(payment: Payment) -> list[Payload]:
    """One line for each document that is paid, and one for what stays on account."""
    journal = JOURNALS[payment.direction]
    base: Payload = {
        f"{journal.party}Number": payment.party_id,
        "postingDate": payment.date,
        "documentNumber": document_number(payment),
        "description": (payment.reference or "Payment")[:_TEXT_LENGTH],
    }
    if payment.reference:
        base["externalDocumentNumber"] = payment.reference[:_REFERENCE_LENGTH]
    return [base | shares for shares in _shares(payment, journal)]


def require_tellable(payment: Payment, home: str) -> None:
    """Raises `Rejected` or `Unsupported`."""
    if not payment.bank_account_id:
        raise Rejected(
            "Business Central needs the account that the money went to or came from.",
            status_code="NO_BANK",
            field="bank_account_id",
        )
    if payment.currency not in ("", home):
        raise Unsupported(
            "A payment journal of Business Central's API names no currency, so FinSync "
            f"sends payments in {home} alone.",
            field="currency",
        )
    pays = JOURNALS[payment.direction].pays
    if any(each.kind is not pays for each in payment.allocations):
        raise Unsupported(
            "A payment journal of Business Central's API settles invoices alone. Enter "
            "the refund there.",
            field="allocations",
        )


def recorded(payment: Payment) -> RemotePayment:
    """The API tells no payments; this is what was posted."""
    return as_sent(payment, document_number(payment))


def numbers_of(rows: Iterable[Mapping[str, Any]]) -> set[str]:
    return {str(row.get("documentNumber") or "") for row in rows}


def _shares(payment: Payment, journal: Journal) -> Iterator[Payload]:
    for each in payment.allocations:
        yield {
            "amount": journal.sign * each.amount,
            "appliesToInvoiceId": each.document_id,
        }
    left = payment.amount - sum((each.amount for each in payment.allocations), ZERO)
    if left:
        yield {"amount": journal.sign * left}
