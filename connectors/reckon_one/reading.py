"""Reckon One's documents and payments, as our records. Pure."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from connectors.dates import day
from connectors.reckon_one.api import Node
from connectors.reckon_one.kinds import PLACES
from connectors.records import (
    ZERO,
    Allocation,
    DocumentKind,
    PaymentDirection,
    RemoteDocument,
    RemoteLine,
    RemotePayment,
    RemoteStatus,
)

_STATUSES: Mapping[str, RemoteStatus] = {
    "Draft": RemoteStatus.DRAFT,
    "Approved": RemoteStatus.OPEN,
    "Paid": RemoteStatus.PAID,
    "Closed": RemoteStatus.PAID,
}
_SENT = "Sent"
# What a payment is laid on; it may also stand beside a journal or another payment.
_LINKED = {
    "Invoice": DocumentKind.SALES_INVOICE,
    "CreditNote": DocumentKind.CREDIT_NOTE,
    "Bill": DocumentKind.SUPPLIER_INVOICE,
}


def document_from(kind: DocumentKind, node: Node, *, currency: str) -> RemoteDocument:
    place = PLACES[kind]
    gross, tax = amount(node, "totalAmount") or ZERO, amount(node, "totalTaxAmount")
    balance = amount(node, "balance")
    customer = node.get("customer") or {}
    status = _STATUSES.get(str(node.get("status") or ""), RemoteStatus.UNKNOWN)
    return RemoteDocument(
        kind=kind,
        id=str(node["id"]),
        number=str(node.get(place.number) or ""),
        status=settled(status, gross, balance),
        date=day(node.get(place.date)),
        currency=currency,
        gross=gross,
        net=None if tax is None else gross - tax,
        tax=tax,
        balance=balance,
        reference=str(node.get("reference") or ""),
        party_id=str(customer.get("id") or ""),
        party_name=str(customer.get("name") or ""),
        due_date=day(node.get("dueDate")),
        sent=node.get("emailStatus") == _SENT,
        lines=tuple(_lines(node)),
    )


def settled(
    status: RemoteStatus, gross: Decimal, balance: Decimal | None
) -> RemoteStatus:
    """Reckon knows draft, approved and paid; the balance tells what is between."""
    if status is not RemoteStatus.OPEN or balance is None or balance >= gross > 0:
        return status
    if gross:
        return RemoteStatus.PART_PAID if balance else RemoteStatus.PAID
    return RemoteStatus.PAID


def _lines(node: Node) -> Iterator[RemoteLine]:
    inclusive = node.get("amountTaxStatus") == "Inclusive"
    for line in node.get("lineItems") or ():
        told, tax = _line_amount(line), amount(line, "taxAmount")
        account = line.get("accountDetails") or {}
        item = line.get("itemDetails") or {}
        yield RemoteLine(
            text=str(line.get("description") or ""),
            net=told - (tax or ZERO) if inclusive else told,
            tax=tax,
            account_id=_id(account, "ledgerAccount"),
            item_id=_id(item, "item"),
            tax_code_id=_id(line, "taxRate"),
        )


def _line_amount(line: Node) -> Decimal:
    """An account has an amount, an item a price of each."""
    if account := line.get("accountDetails"):
        return amount(account, "amount") or ZERO
    item = line.get("itemDetails") or {}
    price, quantity = amount(item, "price") or ZERO, amount(item, "quantity")
    less = amount(item, "discountAmount") or ZERO
    return price * (Decimal(1) if quantity is None else quantity) - less


def payment_from(
    direction: PaymentDirection, node: Node, *, currency: str
) -> RemotePayment:
    received = direction is PaymentDirection.RECEIVED
    party = node.get("customer" if received else "supplier") or {}
    method = node.get("paymentMethod") or {}
    return RemotePayment(
        direction=direction,
        id=str(node["id"]),
        date=day(node.get("receiptDate" if received else "paymentDate")),
        amount=amount(node, "totalAmount") or ZERO,
        currency=currency,
        allocations=tuple(_allocations(node)),
        party_id=str(party.get("id") or ""),
        reference=str(node.get("reference") or ""),
        method=str(method.get("name") or ""),
        bank_account_id=_id(node, "ledgerAccount"),
    )


def _allocations(node: Node) -> Iterator[Allocation]:
    for link in node.get("transactionLinks") or ():
        kind = _LINKED.get(str(link.get("transactionType")))
        if kind is not None:
            yield Allocation(
                document_id=str(link["transactionId"]),
                kind=kind,
                amount=amount(link, "transactionAmount") or ZERO,
            )


def _id(node: Mapping[str, Any], name: str) -> str:
    found = node.get(name)
    return str(found.get("id") or "") if isinstance(found, Mapping) else ""


def amount(node: Mapping[str, Any], name: str) -> Decimal | None:
    value = node.get(name)
    return None if value is None else Decimal(str(value))
