"""Our invoices and customers, as OneUp is believed to want them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from connectors.amounts import (
    cents,
    quantity_and_price,
    totals_per_line,
    totals_per_tax_code,
)
from connectors.errors import Rejected, Unsupported
from connectors.numeric_ids import numeric_id
from connectors.oneup.names import LABEL
from connectors.records import ZERO, Document, DocumentKind, Line, Party, Totals

Payload = dict[str, Any]
NUMBER_LENGTH = 64
COMPANY = 1
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How the company of a connection wants to be told; see its settings."""

    home: str
    references: str = "ids"
    prices_with_tax: bool = False
    per_line: bool = True
    payment_terms_id: str = ""

    def named(self, name: str, id: int) -> Payload:
        if self.references == "objects":
            return {name: {"id": id}}
        return {name: id} if self.references == "numbers" else {f"{name}_id": id}

    def tax(self, id: int) -> Payload:
        return (
            {"tax": id} if self.references == "numbers" else {"sales_tax": {"id": id}}
        )


def style_of(values: Mapping[str, str], *, home: str) -> Style:
    return Style(
        home=home,
        references=values.get("reference_style") or "ids",
        prices_with_tax=values.get("prices") == "with",
        per_line=values.get("rounding") != "code",
        payment_terms_id=values.get("payment_terms_id") or "",
    )


def invoice_payload(document: Document, style: Style) -> Payload:
    """Raises `Rejected` or `Unsupported` for what cannot be told to OneUp."""
    if document.kind is not DocumentKind.SALES_INVOICE:
        raise Unsupported(f"{LABEL} is sent invoices alone.", field="kind")
    _require_known_form(document, style)
    customer = _id(document.party_id, "ACCOUNT_WRONG", "party_id")
    payload: Payload = {
        **style.named("customer", customer),
        "date": document.date,
        "user_code": document.number,
        "external_id": document.reference,
        "currency_iso_code": document.currency or style.home,
        "order_lines": [_line(line, style) for line in document.lines],
    }
    if document.job_code:
        payload["po_number"] = document.job_code
    if document.note:
        payload["public_note"] = document.note
    if style.payment_terms_id.isdecimal():
        payload["payment_terms"] = {"id": int(style.payment_terms_id)}
    return payload


def customer_payload(party: Party) -> Payload:
    address = {
        "street_line1": party.address.street,
        "city": party.address.city,
        "state": party.address.region,
        "postal_code": party.address.postcode,
        "country": party.address.country,
    }
    pairs = {
        "type": COMPANY,
        "company_name": party.name,
        "user_code": party.code,
        "email": party.email,
        "phone_number": party.phone,
        "taxpayer_id_number": party.tax_number,
        "currency_iso_code": party.currency,
        "address": {name: value for name, value in address.items() if value},
    }
    return {name: value for name, value in pairs.items() if value}


def forecast_totals(document: Document, style: Style) -> Totals:
    """OneUp computes the tax; how, is told by settings of the connection."""
    if style.prices_with_tax:
        return _out_of_the_whole(document)
    return (
        totals_per_line(document) if style.per_line else totals_per_tax_code(document)
    )


def _out_of_the_whole(document: Document) -> Totals:
    gross = sum((line.net + line.tax for line in document.lines), ZERO)
    taxes = (
        cents((line.net + line.tax) * line.tax_rate / (_HUNDRED + line.tax_rate))
        for line in document.lines
    )
    tax = sum(taxes, ZERO)
    return Totals(net=gross - tax, tax=tax, gross=gross)


def _line(line: Line, style: Style) -> Payload:
    item = _id(line.item_id, "NO_NOMINAL", "lines")
    priced = replace(line, net=line.net + line.tax) if style.prices_with_tax else line
    quantity, price = quantity_and_price(priced, price_places=2, quantity_places=3)
    payload: Payload = {
        **style.named("item", item),
        "description": line.text,
        "quantity": quantity,
        "unit_price_wt": price,
    }
    if line.tax_code_id:
        payload |= style.tax(_id(line.tax_code_id, "NO_TAX", "lines"))
    return payload


def _require_known_form(document: Document, style: Style) -> None:
    if len(document.number) > NUMBER_LENGTH:
        raise Rejected(
            f"{LABEL} takes numbers of up to {NUMBER_LENGTH} characters.",
            status_code="NUMBER_TOO_LONG",
            field="number",
        )
    if (document.currency or style.home) != style.home:
        raise Rejected(
            f"{LABEL} is sent documents in the company's own currency alone"
            f" ({style.home}): how a rate is told is not known.",
            status_code="CURRENCY",
            field="currency",
        )


def _id(value: str, code: str, field: str) -> int:
    return numeric_id(value, label=LABEL, code=code, field=field)
