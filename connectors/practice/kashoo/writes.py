"""What is sent, checked and laid in the books."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ..books import (
    Account,
    AccountType,
    Address,
    Direction,
    Document,
    Kind,
    Line,
    Party,
    Payment,
    Role,
)
from ..errors import DuplicateNumber
from ..ledger import Ledger
from ..shape import Misfit, Shape
from . import shapes
from .refusals import Refused, misfit

Sent = Mapping[str, Any]
CENT = Decimal("0.01")
ROLES = {"customers": Role.CUSTOMER, "vendors": Role.SUPPLIER}
PAID = {
    "invoicePayments": (Direction.RECEIVED, "invoiceId"),
    "billPayments": (Direction.MADE, "billId"),
}
ADDRESS = {
    "address1": "street",
    "city": "city",
    "state": "region",
    "postalCode": "postcode",
    "country": "country",
}


def parsed(shape: Shape, body: Any) -> dict[str, Any]:
    """Raises `Refused`."""
    try:
        return shape.parsed(body)
    except Misfit as error:
        raise misfit(error) from error


def create_document(ledger: Ledger, kind: Kind, body: Any) -> Document:
    sent = parsed(shapes.DOCUMENT, body)
    base = Document(
        kind=kind, party="", date=sent["date"], currency=ledger.company.currency
    )
    row = _laid(base, sent)
    if ledger.company.extra.get("unique_numbers"):
        refuse_taken(ledger, row)
    return ledger.documents.create(row)


def update_document(ledger: Ledger, row: Document, body: Any) -> Document:
    """The whole record takes the place of the one that is there."""
    changed = _laid(row, parsed(shapes.DOCUMENT, body))
    names = ("party", "date", "due", "number", "reference", "currency")
    fields = {name: getattr(changed, name) for name in (*names, "memo", "lines")}
    return ledger.documents.update(row.id, extra=changed.extra, **fields)


def refuse_taken(ledger: Ledger, row: Document) -> None:
    for other in ledger.documents.numbered(row.kind, row.number):
        raise DuplicateNumber(row.number, other.id)


def _laid(row: Document, sent: Sent) -> Document:
    number = sent.get("number", "")
    return replace(
        row,
        party=str(sent["contactId"]),
        date=sent["date"],
        due=sent.get("dueDate", sent["date"]),
        number=number,
        reference=number or "api",
        currency=sent.get("currency", row.currency),
        memo=sent.get("memo", ""),
        lines=tuple(_line(each) for each in sent["lineItems"]),
        extra={"po": sent.get("poNumber", "")},
    )


def _line(sent: Sent) -> Line:
    """The amount has to be what quantity and rate come to."""
    amount = (sent["quantity"] * sent["rate"]).quantize(CENT, ROUND_HALF_UP)
    if amount != sent["amount"]:
        raise Refused(f"amount: {sent['amount']} is not quantity times rate")
    taxes = sent.get("taxes", [])
    if len(taxes) > 1:
        raise Refused("Unknown tax: one on a line here")
    return Line(
        description=sent.get("description", ""),
        quantity=sent["quantity"],
        unit_price=sent["rate"],
        account=str(sent["account"]["id"]),
        tax_code=str(taxes[0]["id"]) if taxes else "",
    )


def create_payment(ledger: Ledger, path: str, body: Any) -> Payment:
    direction, member = PAID[path]
    sent = parsed(shapes.payment(member), body)
    bank = ledger.accounts.find(str(sent["depositAccount"]["id"]))
    if bank is None or bank.type is not AccountType.BANK:
        raise Refused("Unknown deposit account")
    memo = sent.get("memo", "")
    payment = Payment(
        party=str(sent["contactId"]),
        direction=direction,
        amount=sent["amount"],
        date=sent["date"],
        account=bank.id,
        number=memo,
        reference=memo or "api",
        currency=ledger.company.currency,
    )
    pays = {str(each[member]): each["amount"] for each in sent["payments"]}
    for id, amount in pays.items():
        row = ledger.documents.find(id)
        if row is not None and amount > row.balance:
            raise Refused(f"{amount} is more than the balance of {row.number}")
    return ledger.settlements.record(payment, pays)


def create_contact(ledger: Ledger, path: str, body: Any) -> Party:
    sent = parsed(shapes.CONTACT, body)
    told = sent.get("address", {})
    address = Address(**{ADDRESS[name]: value for name, value in told.items()})
    return ledger.parties.create(
        Party(
            name=sent["name"],
            roles=(ROLES[path],),
            email=sent.get("email", ""),
            phone=sent.get("phone", ""),
            tax_number=sent.get("taxNumber", ""),
            currency=ledger.company.currency,
            address=address,
        )
    )


def create_account(ledger: Ledger, body: Any) -> Account:
    sent = parsed(shapes.ACCOUNT, body)
    try:
        type = AccountType(sent["type"].lower())
    except ValueError as error:
        raise Refused(f"type: {sent['type']} is no type of account") from error
    row = Account(code=sent.get("number", ""), name=sent["name"], type=type)
    return ledger.accounts.create(row)
