"""Payments, refunds and the settling of credits: checked, laid in the books."""

import uuid
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ..books import ZERO, AccountType, Direction, Kind, Payment, State
from ..errors import Invalid, LedgerError, UnknownParty, UnknownReference, WrongState
from ..ledger import Ledger
from ..shape import Misfit, Shape
from . import numbers, shapes
from .refusals import Refused, misfit, refused, stale, unknown

Sent = Mapping[str, Any]
RECEIVED = "Sale/CustomerPayment"
PAID = "Purchase/SupplierPayment"
REFUNDED = "Sale/CreditRefund"
# By path: the number of a payment, its prefix, and its amount.
_NUMBERS = {
    RECEIVED: ("ReceiptNumber", "CR"),
    PAID: ("PaymentNumber", ""),
    REFUNDED: ("Number", ""),
}
_AMOUNTS = {RECEIVED: "AmountReceived", PAID: "AmountPaid", REFUNDED: "Amount"}


def rows(ledger: Ledger, path: str) -> Iterator[Payment]:
    for row in ledger.settlements.payments:
        if row.state is State.POSTED and _path_of(ledger, row) == path:
            yield row


def _path_of(ledger: Ledger, row: Payment) -> str:
    """Money from suppliers has a resource of its own, which nobody here asks for."""
    applied = ledger.settlements.of_payment(row.id)
    paid = [ledger.documents.find(each.document) for each in applied]
    kinds = {each.kind for each in paid if each}
    if row.direction is Direction.RECEIVED:
        return "" if Kind.SUPPLIER_CREDIT in kinds else RECEIVED
    return REFUNDED if Kind.CREDIT_NOTE in kinds else PAID


def create(ledger: Ledger, path: str, body: Any) -> Payment:
    """Raises `Refused`."""
    sent = _parsed(shapes.PAYMENTS[path], body)
    pays = dict(_pays(path, sent))
    amount = sent[_AMOUNTS[path]]
    if sum(pays.values(), ZERO) != amount:
        raise Refused(
            "ValidationError",
            "The amount is not what is applied",
            details=_AMOUNTS[path],
        )
    bank = ledger.accounts.find(sent["Account"]["UID"])
    if bank is None or bank.type is not AccountType.BANK:
        raise unknown("Account")
    name, prefix = _NUMBERS[path]
    party = sent["Supplier" if path == PAID else "Customer"]["UID"]
    memo = sent.get("Memo", "")
    payment = Payment(
        party=party,
        direction=Direction.RECEIVED if path == RECEIVED else Direction.MADE,
        amount=amount,
        date=sent.get("Date", ledger.today()),
        account=bank.id,
        number=sent.get(name) or numbers.following(ledger, path, prefix),
        reference=memo,
        memo=memo,
        method=sent.get("PaymentMethod", ""),
        currency=ledger.company.currency,
    )
    try:
        return ledger.settlements.record(payment, pays)
    except LedgerError as error:
        raise _refused(error, path) from error


def settle(ledger: Ledger, body: Any) -> tuple[str, Any]:
    """The new settlement's id and its day. Raises `Refused`."""
    sent = _parsed(shapes.SETTLEMENT, body)
    id = str(uuid.uuid4())
    try:
        for line in sent["Lines"]:
            ledger.settlements.apply_credit(
                sent["CreditFromInvoice"]["UID"],
                line["Sale"]["UID"],
                line["AmountApplied"],
                on=sent["Date"],
                group=id,
            )
    except LedgerError as error:
        raise _refused(error, "") from error
    return id, sent["Date"]


def _parsed(shape: Shape, body: Any) -> dict[str, Any]:
    try:
        found = shape.parsed(body)
    except Misfit as error:
        raise misfit(error) from error
    if {"UID", "RowVersion"} & found.keys():
        raise stale()
    return found


def _pays(path: str, sent: Sent) -> Iterator[tuple[str, Decimal]]:
    if path == REFUNDED:
        yield sent["Invoice"]["UID"], sent["Amount"]
    elif path == RECEIVED:
        for line in sent.get("Invoices", ()):
            yield line["UID"], line["AmountApplied"]
    else:
        for line in sent["Lines"]:
            yield line["Purchase"]["UID"], line["AmountApplied"]


def _refused(error: LedgerError, path: str) -> Refused:
    if isinstance(error, UnknownParty):
        return refused(error, purchase=path == PAID)
    if isinstance(error, UnknownReference):
        return unknown({"credit": "CreditFromInvoice"}.get(error.field, "Invoice"))
    if isinstance(error, Invalid | WrongState):
        return Refused("ValidationError", error.message, details="AmountApplied")
    return refused(error)
