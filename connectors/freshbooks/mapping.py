"""Our documents, as FreshBooks wants them. Pure.

Sales lines have no account. A tax is told by name and percent; its id here is both, so
that a line's tax can be told without looking it up. Amounts travel as text.
"""

from decimal import Decimal
from typing import Any

from connectors.amounts import (
    quantity_and_price,
    totals_per_line,
    totals_per_tax_code,
)
from connectors.errors import Rejected, Unsupported
from connectors.freshbooks.api import integer
from connectors.freshbooks.kinds import PLACES
from connectors.records import (
    Document,
    DocumentKind,
    Line,
    Party,
    PartyRole,
    Payment,
    PaymentDirection,
    Totals,
)
from connectors.references import marked
from connectors.refund import refuse_refund
from connectors.transport.json_codec import plain

Payload = dict[str, Any]

NUMBER_LENGTH = 20
NAME_LENGTH = 100
PRICE_PLACES = 2
QUANTITY_PLACES = 3
LANGUAGE = "en"
# Payments have no bank account there, but one of these words.
PAYMENT_TYPES = (
    *("Bank Transfer", "Cash", "Check", "Credit Card", "Debit", "PayPal", "ACH"),
    "Other",
)
CREDIT = "Credit"


def document_payload(document: Document, *, per_line: bool) -> Payload:
    """Raises `Rejected` or `Unsupported` for what cannot be told to FreshBooks."""
    if document.kind not in PLACES:
        raise Unsupported("FreshBooks takes no orders from FinSync.", field="kind")
    if len(document.number) > NUMBER_LENGTH:
        raise Rejected(
            f"FreshBooks keeps numbers of {NUMBER_LENGTH} characters safely.",
            status_code="NUMBER_TOO_LONG",
            field="number",
        )
    _check_tax(document, per_line=per_line)
    place = PLACES[document.kind]
    payload: Payload = {
        place.party: integer(document.party_id, "ACCOUNT_WRONG", field="party_id"),
        place.number: document.number,
        place.date: document.date,
        "currency_code": document.currency,
        "language": LANGUAGE,
    }
    if document.kind is DocumentKind.SUPPLIER_INVOICE:
        payload["lines"] = [_bill_line(line, document) for line in document.lines]
    else:
        payload["notes"] = marked(document.note, document.reference)
        payload["lines"] = [_sale_line(line, document) for line in document.lines]
    return payload | _of_kind(document)


def _of_kind(document: Document) -> Payload:
    if document.kind is DocumentKind.CREDIT_NOTE:
        return {"credit_type": "goodwill"}
    due = document.due_date or document.date
    payload: Payload = {"due_offset_days": max(0, (due - document.date).days)}
    if document.kind is DocumentKind.SALES_INVOICE and document.job_code:
        payload["po_number"] = document.job_code
    return payload


def _sale_line(line: Line, document: Document) -> Payload:
    quantity, price = _amounts(line)
    payload: Payload = {
        "type": 0,
        "name": line.text[:NAME_LENGTH],
        "qty": plain(quantity),
        "unit_cost": money(price, document.currency),
    }
    if document.kind is DocumentKind.CREDIT_NOTE:
        payload.pop("type")
    if len(line.text) > NAME_LENGTH:
        payload["description"] = line.text
    if line.tax_code_id:
        name, percent = tax_told(line.tax_code_id)
        payload |= {"taxName1": name, "taxAmount1": percent}
    return payload


def _bill_line(line: Line, document: Document) -> Payload:
    if not line.account_id:
        raise Rejected(
            f"Line {line.position} has no nominal code there: FreshBooks needs an "
            "expense category.",
            status_code="NO_NOMINAL",
            field="lines",
        )
    quantity, price = _amounts(line)
    payload: Payload = {
        "categoryid": integer(line.account_id, "NO_NOMINAL", field="lines"),
        "description": line.text,
        "quantity": quantity,
        "unit_cost": money(price, document.currency),
    }
    if line.tax_code_id:
        name, percent = tax_told(line.tax_code_id)
        payload |= {"tax_name1": name, "tax_percent1": Decimal(percent)}
    return payload


def _amounts(line: Line) -> tuple[Decimal, Decimal]:
    return quantity_and_price(
        line, price_places=PRICE_PLACES, quantity_places=QUANTITY_PLACES
    )


def tax_id(name: str, percent: str) -> str:
    return f"{name}@{percent}"


def tax_told(id: str) -> tuple[str, str]:
    """Name and percent. Raises `Rejected`."""
    name, _, percent = id.rpartition("@")
    if not name or not percent.replace(".", "", 1).isdecimal():
        raise Rejected(
            f"{id!r} is no tax of FreshBooks.", status_code="NO_TAX", field="lines"
        )
    return name, percent


def money(amount: Decimal, currency: str) -> Payload:
    return {"amount": plain(amount), "code": currency}


def forecast_totals(document: Document, *, per_line: bool) -> Totals:
    return (totals_per_line if per_line else totals_per_tax_code)(document)


def _check_tax(document: Document, *, per_line: bool) -> None:
    override = document.tax_override
    if override is None:
        return
    if override != forecast_totals(document, per_line=per_line).tax:
        raise Unsupported(
            "FreshBooks computes the tax itself and cannot be told another one.",
            field="tax_override",
        )


def payment_payload(payment: Payment) -> Payload:
    """FreshBooks records a payment on one document."""
    refuse_refund(payment, "FreshBooks")
    if len(payment.allocations) != 1:
        raise Unsupported(
            "FreshBooks records each payment on one document. Record this one in "
            "parts.",
            field="allocations",
        )
    [allocation] = payment.allocations
    if allocation.amount != payment.amount:
        raise Unsupported(
            "FinSync leaves nothing on account in FreshBooks.", field="amount"
        )
    if not payment.bank_account_id:
        raise Rejected(
            "FreshBooks needs the kind of payment.",
            status_code="NO_METHOD",
            field="bank_account_id",
        )
    document_id = integer(allocation.document_id, "NOT_FOUND", field="allocations")
    amount = money(payment.amount, payment.currency)
    if payment.direction is PaymentDirection.MADE:
        return {
            "billid": document_id,
            "amount": amount,
            "paid_date": payment.date,
            "payment_type": payment.bank_account_id,
            "note": payment.reference,
        }
    return {
        "invoiceid": document_id,
        "amount": amount,
        "date": payment.date,
        "type": payment.bank_account_id,
        "note": payment.reference,
    }


def credit_payload(payment: Payment) -> Payload:
    """A credit note on an invoice: a payment of that kind."""
    credits = [a for a in payment.allocations if a.kind is DocumentKind.CREDIT_NOTE]
    invoices = [a for a in payment.allocations if a not in credits]
    if len(credits) != 1 or len(invoices) != 1:
        raise Unsupported(
            "FreshBooks lays one credit note on one invoice.", field="allocations"
        )
    [credit], [invoice] = credits, invoices
    return {
        "invoiceid": integer(invoice.document_id, "NOT_FOUND", field="allocations"),
        "creditid": integer(credit.document_id, "NOT_FOUND", field="allocations"),
        "amount": money(invoice.amount, payment.currency),
        "date": payment.date,
        "type": CREDIT,
    }


def party_payload(party: Party) -> Payload:
    payload: Payload = {"language": LANGUAGE}
    if party.currency:
        payload["currency_code"] = party.currency
    if party.role is PartyRole.SUPPLIER:
        return payload | {"vendor_name": party.name}
    told = {
        "organization": party.name,
        "email": party.email,
        "home_phone": party.phone,
        "vat_number": party.tax_number,
        "p_street": party.address.street,
        "p_city": party.address.city,
        "p_province": party.address.region,
        "p_code": party.address.postcode,
        "p_country": party.address.country,
    }
    return payload | {name: value for name, value in told.items() if value}
