"""Our payments, as Acumatica wants them, and back. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.acumatica.mapping import TYPES, Style
from connectors.acumatica.wrapping import Entity, amount, day, rows, text, wrapped
from connectors.amounts import credit_shares
from connectors.errors import Rejected
from connectors.records import (
    Allocation,
    DocumentKind,
    Payment,
    PaymentDirection,
    RemotePayment,
)
from connectors.refund import refuse_refund

UNRELEASED = frozenset({"Balanced", "On Hold", "Pending Processing"})
_REFERENCE_LENGTH = 40
_KINDS = {
    **{word: kind for kind, word in TYPES.items()},
    "INV": DocumentKind.SALES_INVOICE,
    "CRM": DocumentKind.CREDIT_NOTE,
    "BILL": DocumentKind.SUPPLIER_INVOICE,
}


@dataclass(frozen=True, slots=True)
class Screen:
    """How an entity of payments names its members. `mark` is where the intent's key
    stands, by which a payment is known again."""

    entity: str
    party: str
    mark: str
    details: str
    release: str
    void: str


SCREENS = {
    PaymentDirection.RECEIVED: Screen(
        *("Payment", "CustomerID", "ExternalRef", "DocumentsToApply"),
        *("ReleasePayment", "VoidPayment"),
    ),
    PaymentDirection.MADE: Screen(
        *("Check", "Vendor", "Description", "Details"),
        *("ReleaseCheck", "VoidCheck"),
    ),
}


def payment_payload(payment: Payment, style: Style) -> Entity:
    """Raises `Rejected` where no account is named, and `Unsupported` for refunds."""
    refuse_refund(payment, "Acumatica")
    if not payment.bank_account_id:
        raise Rejected(
            "Acumatica needs the cash account that the money went to or came from.",
            status_code="NO_BANK",
            field="bank_account_id",
        )
    screen = SCREENS[payment.direction]
    return wrapped(
        {
            "Type": "Payment",
            screen.party: payment.party_id,
            "PaymentMethod": style.payment_method,
            "CashAccount": payment.bank_account_id,
            "PaymentRef": payment.reference[:_REFERENCE_LENGTH],
            screen.mark: payment.key,
            "ApplicationDate": payment.date,
            "PaymentAmount": payment.amount,
            "Hold": False,
            screen.details: [
                _applied(TYPES[each.kind], each.document_id, each.amount)
                for each in payment.allocations
            ],
        }
    )


def credit_payloads(payment: Payment) -> Iterable[Entity]:
    """Each credit memo is opened on the screen of payments, and laid on invoices."""
    shares: dict[str, list[Entity]] = {}
    for share in credit_shares(payment):
        applied = _applied("Invoice", share.document_id, share.amount)
        shares.setdefault(share.credit_id, []).append(applied)
    for credit, details in shares.items():
        yield wrapped(
            {
                "Type": "Credit Memo",
                "ReferenceNbr": credit,
                "DocumentsToApply": details,
            }
        )


def payment_from(direction: PaymentDirection, row: Mapping[str, Any]) -> RemotePayment:
    screen = SCREENS[direction]
    return RemotePayment(
        direction=direction,
        id=text(row, "ReferenceNbr"),
        date=day(row, "ApplicationDate"),
        amount=amount(row, "PaymentAmount"),
        currency=text(row, "CurrencyID"),
        allocations=tuple(_allocations(row, screen)),
        party_id=text(row, screen.party),
        reference=text(row, "PaymentRef"),
        method=text(row, "PaymentMethod"),
        bank_account_id=text(row, "CashAccount"),
        deleted=text(row, "Status") in ("Voided", "Canceled"),
    )


def history_of(direction: PaymentDirection) -> str:
    """Where a released payment tells what it settled."""
    received = direction is PaymentDirection.RECEIVED
    return "ApplicationHistory" if received else "History"


def _allocations(row: Mapping[str, Any], screen: Screen) -> Iterable[Allocation]:
    """What waits to be applied, and what was."""
    for name in (screen.details, "ApplicationHistory", "History"):
        for applied in rows(row, name):
            kind = _KINDS.get(text(applied, "DisplayDocType", "DocType"))
            paid = amount(applied, "AmountPaid")
            if kind and paid:
                number = text(applied, "DisplayRefNbr", "ReferenceNbr")
                yield Allocation(document_id=number, kind=kind, amount=paid)


def _applied(kind: str, number: str, paid: object) -> Entity:
    return wrapped({"DocType": kind, "ReferenceNbr": number, "AmountPaid": paid})
