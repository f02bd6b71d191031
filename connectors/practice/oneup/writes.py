"""What is sent, checked and laid in the books."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..books import ZERO, Address, Document, Kind, Line, Party, Role
from ..errors import DuplicateNumber
from ..ledger import Ledger
from ..shape import Misfit, Shape
from . import shapes
from .refusals import Refused, misfit

Sent = Mapping[str, Any]
# Payment terms by their number there, and the days that they give.
TERMS = {1: 0, 2: 30}
FIELDS = {
    "user_code": "code",
    "email": "email",
    "phone_number": "phone",
    "taxpayer_id_number": "tax_number",
    "currency_iso_code": "currency",
}
ADDRESS = {
    "street_line1": "street",
    "city": "city",
    "state": "region",
    "postal_code": "postcode",
    "country": "country",
}
COMPANY, PERSON = 1, 2


def parsed(shape: Shape, body: Any) -> dict[str, Any]:
    """Raises `Refused`."""
    try:
        return shape.parsed(body)
    except Misfit as error:
        raise misfit(error) from error


def create_invoice(ledger: Ledger, body: Any) -> Document:
    extra = ledger.company.extra
    shape = shapes.invoice(numbers=bool(extra.get("numbers")))
    sent = parsed(Shape(shape, needs=("order_lines",)), body)
    base = Document(
        kind=Kind.SALES_INVOICE,
        party="",
        date=ledger.today(),
        currency=ledger.company.currency,
    )
    row = _laid(base, sent)
    if extra.get("unique_numbers"):
        refuse_taken(ledger, row)
    return ledger.documents.create(row)


def update_invoice(ledger: Ledger, row: Document, body: Any) -> Document:
    """What is missing stays as it is; lines take the place of those that are there."""
    shape = shapes.invoice(numbers=bool(ledger.company.extra.get("numbers")))
    changed = _laid(row, parsed(Shape(shape), body))
    names = ("party", "date", "due", "number", "reference", "currency")
    fields = {name: getattr(changed, name) for name in (*names, "memo", "lines")}
    return ledger.documents.update(row.id, extra=changed.extra, **fields)


def refuse_taken(ledger: Ledger, row: Document) -> None:
    for other in ledger.documents.numbered(row.kind, row.number):
        raise DuplicateNumber(row.number, other.id)


def _laid(row: Document, sent: Sent) -> Document:
    party = sent.get("customer_id") or sent.get("customer") or row.party
    day = sent.get("date", row.date)
    number = sent.get("user_code", row.number)
    lines = row.lines
    if "order_lines" in sent:
        lines = tuple(_line(each) for each in sent["order_lines"])
    return replace(
        row,
        party=str(party),
        date=day,
        due=_due(day, sent) or row.due or day,
        number=number,
        reference=sent.get("external_id", row.reference) or number or "api",
        currency=sent.get("currency_iso_code", row.currency),
        memo=sent.get("public_note", row.memo),
        lines=lines,
        extra={**row.extra, "po": sent.get("po_number", row.extra.get("po", ""))},
    )


def _due(day: dt.date, sent: Sent) -> dt.date | None:
    terms = sent.get("payment_terms")
    if terms is None:
        return None
    if terms not in TERMS:
        raise Refused("payment_terms is invalid")
    return day + dt.timedelta(days=TERMS[terms])


def _line(sent: Sent) -> Line:
    item = sent.get("item_id") or sent.get("item") or ""
    tax = sent.get("sales_tax") or sent.get("tax") or ""
    return Line(
        description=sent.get("description", ""),
        quantity=sent["quantity"],
        unit_price=sent["unit_price_wt"],
        discount_percent=sent.get("discount_rate", ZERO),
        item=str(item),
        tax_code=str(tax),
    )


def create_customer(ledger: Ledger, body: Any) -> Party:
    sent = parsed(shapes.CUSTOMER, body)
    told = sent.get("address", {})
    address = Address(**{ADDRESS[name]: value for name, value in told.items()})
    fields = {ours: sent[name] for name, ours in FIELDS.items() if name in sent}
    base = Party(
        name=_name(sent),
        roles=(Role.CUSTOMER,),
        currency=ledger.company.currency,
        address=address,
        extra={"type": sent["type"], "status": sent.get("status", 1)},
    )
    return ledger.parties.create(replace(base, **fields))


def _name(sent: Sent) -> str:
    first, last = sent.get("first_name", ""), sent.get("last_name", "")
    if sent["type"] == COMPANY and sent.get("company_name"):
        return str(sent["company_name"])
    if sent["type"] == PERSON and first and last:
        return f"{first} {last}"
    raise Refused("a company has a company_name, a person a first_name and last_name")
