"""Payments, both ways. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from connectors.amounts import CreditShare, credit_shares
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
from connectors.zoho_books.api import Node, checked
from connectors.zoho_books.errors import LABEL
from connectors.zoho_books.mapping import amount
from connectors.zoho_books.reading import moment

REFERENCE_LENGTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where payments of one direction are, and what is named how there."""

    path: str
    key: str
    party: str
    bank: str
    documents: str
    document: str
    kind: DocumentKind

    def one(self, id: str) -> str:
        return f"{self.path}/{id}"


ROUTES = {
    PaymentDirection.RECEIVED: Route(
        path="customerpayments",
        key="payment",
        party="customer_id",
        bank="account_id",
        documents="invoices",
        document="invoice_id",
        kind=DocumentKind.SALES_INVOICE,
    ),
    PaymentDirection.MADE: Route(
        path="vendorpayments",
        key="vendorpayment",
        party="vendor_id",
        bank="paid_through_account_id",
        documents="bills",
        document="bill_id",
        kind=DocumentKind.SUPPLIER_INVOICE,
    ),
}
OTHER_MODE = "others"
# Our words for a method -> Zoho's.
_MODES = {
    "card": "creditcard",
    "credit card": "creditcard",
    "cash": "cash",
    "cheque": "check",
    "check": "check",
    "bank transfer": "banktransfer",
    "bacs": "banktransfer",
    "transfer": "banktransfer",
    "direct debit": "autotransaction",
}


def payment_payload(payment: Payment) -> Node:
    """One payment may settle several documents; what is left stays on account. Raises
    `Rejected` or `Unsupported` for what Zoho Books cannot be told."""
    route = ROUTES[payment.direction]
    if any(each.kind is not route.kind for each in payment.allocations):
        raise Unsupported(
            f"{LABEL} takes payments of invoices or of bills, and refunds of credit "
            "notes, each by itself.",
            field="allocations",
        )
    if not payment.bank_account_id:
        raise Rejected(
            f"{LABEL} needs the bank account of the payment.",
            status_code="NO_BANK",
            field="bank_account_id",
        )
    payload: Node = {
        route.party: checked(payment.party_id, "ACCOUNT_WRONG", field="party_id"),
        "payment_mode": mode_of(payment.method),
        "amount": payment.amount,
        "date": payment.date,
        route.bank: checked(
            payment.bank_account_id, "NO_BANK", field="bank_account_id"
        ),
        route.documents: [_applied(each, route) for each in payment.allocations],
    }
    if payment.reference:
        payload["reference_number"] = payment.reference[:REFERENCE_LENGTH]
    if payment.rate != 1:
        payload["exchange_rate"] = payment.rate
    return payload


def mode_of(method: str) -> str:
    return _MODES.get(" ".join(method.split()).casefold(), OTHER_MODE)


def _applied(allocation: Allocation, route: Route) -> Node:
    id = checked(allocation.document_id, "NOT_FOUND", field="allocations")
    return {route.document: id, "amount_applied": allocation.amount}


def credits_applied(payment: Payment) -> dict[str, list[Node]]:
    """Credit note's id -> what of it to lay on which invoice."""
    found: dict[str, list[Node]] = {}
    for share in credit_shares(payment):
        id = checked(share.credit_id, "NOT_FOUND", field="allocations")
        applied = {
            "invoice_id": checked(share.document_id, "NOT_FOUND", field="allocations"),
            "amount_applied": share.amount,
        }
        found.setdefault(id, []).append(applied)
    return found


def is_share(row: Node, share: CreditShare) -> bool:
    """Whether it is what was laid on; somebody may have laid on more by hand."""
    laid = amount(row, "credited_amount")
    same = str(row.get("invoice_id")) == share.document_id
    return same and laid in (None, share.amount)


def payment_from(direction: PaymentDirection, node: Node) -> RemotePayment:
    route = ROUTES[direction]
    return RemotePayment(
        direction=direction,
        id=str(node["payment_id"]),
        date=day(node.get("date")),
        amount=amount(node, "amount") or ZERO,
        currency=str(node.get("currency_code") or ""),
        allocations=tuple(_allocations(node.get(route.documents) or (), route)),
        party_id=str(node.get(route.party) or ""),
        reference=str(node.get("reference_number") or ""),
        method=str(node.get("payment_mode") or ""),
        bank_account_id=str(node.get(route.bank) or ""),
        changed_at=moment(node),
    )


def _allocations(rows: Iterable[Node], route: Route) -> Iterable[Allocation]:
    for row in rows:
        yield Allocation(
            document_id=str(row[route.document]),
            kind=route.kind,
            amount=amount(row, "amount_applied") or ZERO,
        )
