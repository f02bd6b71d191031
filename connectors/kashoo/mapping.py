"""Our documents and payments, as Kashoo is believed to want them. Pure.

Money is in whole cents: 9500 means 95.00. Ids are numbers.
"""

from decimal import Decimal
from typing import Any

from connectors.amounts import (
    cents,
    quantity_and_price,
    totals_per_line,
    totals_per_tax_code,
)
from connectors.errors import Rejected, Unsupported
from connectors.kashoo.names import LABEL, RECORDS
from connectors.numeric_ids import numeric_id
from connectors.records import (
    ZERO,
    Document,
    DocumentKind,
    Line,
    Party,
    Payment,
    PaymentDirection,
    Totals,
)

Payload = dict[str, Any]
NUMBER_LENGTH = 20
_HUNDRED = Decimal(100)
# Of other than two decimals: what Kashoo would read into a whole number is not known.
_OTHER_PLACES = frozenset(
    {"JPY", "KRW", "CLP", "VND", "ISK", "BHD", "KWD", "OMR", "TND"}
)
PAID_BY = {
    PaymentDirection.RECEIVED: (DocumentKind.SALES_INVOICE, "invoiceId"),
    PaymentDirection.MADE: (DocumentKind.SUPPLIER_INVOICE, "billId"),
}


def document_payload(document: Document, *, home: str) -> Payload:
    """Raises `Rejected` or `Unsupported` for what cannot be told to Kashoo."""
    if document.kind not in RECORDS:
        raise Unsupported(f"{LABEL} is sent invoices and bills alone.", field="kind")
    _require_known_form(document, home)
    payload: Payload = {
        "number": document.number,
        "date": document.date,
        "dueDate": document.due_date or document.date,
        "contactId": _id(document.party_id, "ACCOUNT_WRONG", "party_id"),
        "currency": document.currency or home,
    }
    if document.job_code:
        payload["poNumber"] = document.job_code
    if document.note:
        payload["memo"] = document.note
    lines = enumerate(document.lines)
    return payload | {"lineItems": [_line(place, line) for place, line in lines]}


def payment_payload(payment: Payment) -> Payload:
    """Raises `Rejected` or `Unsupported` for what cannot be told to Kashoo."""
    kind, name = PAID_BY[payment.direction]
    if any(each.kind is not kind for each in payment.allocations):
        raise Unsupported(
            f"Money that goes this way settles other documents in {LABEL}.",
            field="allocations",
        )
    if sum((each.amount for each in payment.allocations), ZERO) != payment.amount:
        raise Unsupported(
            f"How {LABEL} keeps money on account is not known: the payment must be of "
            "what it pays.",
            field="allocations",
        )
    payload: Payload = {
        "date": payment.date,
        "contactId": _id(payment.party_id, "ACCOUNT_WRONG", "party_id"),
        "depositAccount": {"id": _id(payment.bank_account_id, "NO_BANK", _BANK)},
        "amount": in_cents(payment.amount),
        "payments": [
            {name: int(each.document_id), "amount": in_cents(each.amount)}
            for each in payment.allocations
        ],
    }
    told = payment.reference or payment.method
    return payload | ({"memo": told} if told else {})


def party_payload(party: Party) -> Payload:
    address = {
        "address1": party.address.street,
        "city": party.address.city,
        "state": party.address.region,
        "postalCode": party.address.postcode,
        "country": party.address.country,
    }
    pairs = {
        "name": party.name,
        "email": party.email,
        "phone": party.phone,
        "taxNumber": party.tax_number,
        "address": {name: value for name, value in address.items() if value},
    }
    return {name: value for name, value in pairs.items() if value}


def forecast_totals(document: Document, *, per_line: bool) -> Totals:
    """Kashoo computes the tax; how it rounds is a setting of the connection."""
    return totals_per_line(document) if per_line else totals_per_tax_code(document)


def in_cents(amount: Decimal) -> int:
    return int(cents(amount) * _HUNDRED)


_BANK = "bank_account_id"


def _line(place: int, line: Line) -> Payload:
    quantity, price = quantity_and_price(line, price_places=2, quantity_places=3)
    payload: Payload = {
        "position": place,
        "account": {"id": _id(line.account_id, "NO_NOMINAL", "lines")},
        "description": line.text,
        "quantity": quantity,
        "rate": in_cents(price),
        "amount": in_cents(line.net),
    }
    if line.tax_code_id:
        payload["taxes"] = [{"id": _id(line.tax_code_id, "NO_TAX", "lines")}]
    return payload


def _require_known_form(document: Document, home: str) -> None:
    if len(document.number) > NUMBER_LENGTH:
        raise Rejected(
            f"{LABEL} is given numbers of up to {NUMBER_LENGTH} characters.",
            status_code="NUMBER_TOO_LONG",
            field="number",
        )
    currency = document.currency or home
    if currency != home or currency in _OTHER_PLACES:
        raise Rejected(
            f"{LABEL} is sent documents in the currency of the business alone"
            f" ({home}), and that of two decimals: how a rate is told is not known.",
            status_code="CURRENCY",
            field="currency",
        )


def _id(value: str, code: str, field: str) -> int:
    return numeric_id(value, label=LABEL, code=code, field=field)
