"""Our documents, as FreeAgent wants them. Pure.

Tax is told by percentage, not by code; amounts are texts. A credit note is a document
of negative prices, a bill is told by what each line comes to with its tax.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from connectors.amounts import cents, quantity_and_price
from connectors.errors import Rejected, Unsupported
from connectors.freeagent.errors import LABEL
from connectors.records import ZERO, Document, DocumentKind, Line, Totals

Payload = dict[str, Any]
Address = Callable[[str, str], str]

PATHS = {
    DocumentKind.SALES_INVOICE: "invoices",
    DocumentKind.CREDIT_NOTE: "credit_notes",
    DocumentKind.SUPPLIER_INVOICE: "bills",
}
NAMES = {kind: path.removesuffix("s") for kind, path in PATHS.items()}
ITEMS = {kind: f"{name}_items" for kind, name in NAMES.items()}
NUMBER_LENGTH = 32
MOST_BILL_ITEMS = 40
# More may be kept; these surely are.
PRICE_PLACES = 2
QUANTITY_PLACES = 4
# Kinds of no tax, beside the rate of zero.
EXEMPT, OUT_OF_SCOPE = "EXEMPT", "OUT_OF_SCOPE"
_HUNDRED = Decimal(100)


def document_payload(document: Document, address: Address) -> Payload:
    """Raises `Rejected` or `Unsupported` for what cannot be told to FreeAgent."""
    if document.kind not in PATHS:
        raise Unsupported(f"{LABEL} takes no sales orders.", field="kind")
    _require_length(document)
    due = document.due_date or document.date
    payload: Payload = {
        "contact": address("contacts", document.party_id),
        "reference": document.number,
        "dated_on": document.date,
        "due_on": due,
        ITEMS[document.kind]: _items(document, address),
    }
    if document.currency:
        payload["currency"] = document.currency
    if document.rate != 1:
        payload["exchange_rate"] = text(document.rate)
    if document.kind is DocumentKind.SUPPLIER_INVOICE:
        return payload | ({"comments": document.note} if document.note else {})
    payload["payment_terms_in_days"] = max(0, (due - document.date).days)
    return payload | ({"comments": document.note} if document.note else {})


def forecast_totals(document: Document) -> Totals:
    """FreeAgent rounds the tax of each line by itself: of a bill it takes it out of the
    whole, of a sale it lays it on the net."""
    net = sum((line.net for line in document.lines), ZERO)
    if document.kind is DocumentKind.SUPPLIER_INVOICE:
        gross = sum((line.net + line.tax for line in document.lines), ZERO)
        tax = sum((_tax_inside(line) for line in document.lines), ZERO)
        return Totals(net=gross - tax, tax=tax, gross=gross)
    tax = sum(
        (cents(line.net * rate_of(line) / _HUNDRED) for line in document.lines), ZERO
    )
    return Totals(net=net, tax=tax, gross=net + tax)


def rate_of(line: Line) -> Decimal:
    """By the code that the line is mapped to, else its own."""
    if line.tax_code_id in (EXEMPT, OUT_OF_SCOPE):
        return ZERO
    return Decimal(line.tax_code_id) if line.tax_code_id else line.tax_rate


def text(amount: Decimal) -> str:
    return format(amount, "f")


def _tax_inside(line: Line) -> Decimal:
    rate, gross = rate_of(line), line.net + line.tax
    return cents(gross * rate / (_HUNDRED + rate))


def _require_length(document: Document) -> None:
    if len(document.number) > NUMBER_LENGTH:
        raise Rejected(
            f"{LABEL} is given numbers of up to {NUMBER_LENGTH} characters.",
            status_code="NUMBER_TOO_LONG",
            field="number",
        )


def _items(document: Document, address: Address) -> list[Payload]:
    for line in document.lines:
        if not line.account_id:
            raise Rejected(
                f"Line {line.position} has no category in {LABEL}.",
                status_code="NO_NOMINAL",
                field="lines",
            )
    if document.kind is not DocumentKind.SUPPLIER_INVOICE:
        sign = -1 if document.kind is DocumentKind.CREDIT_NOTE else 1
        numbered = enumerate(document.lines, start=1)
        return [_sold(n, line, address, sign) for n, line in numbered]
    if len(document.lines) > MOST_BILL_ITEMS:
        raise Unsupported(
            f"A bill in {LABEL} has {MOST_BILL_ITEMS} lines at most.", field="lines"
        )
    return [_bought(line, address) for line in document.lines]


def _sold(number: int, line: Line, address: Address, sign: int) -> Payload:
    quantity, price = quantity_and_price(
        line, price_places=PRICE_PLACES, quantity_places=QUANTITY_PLACES
    )
    return {
        "position": number,
        "item_type": "Services",
        "quantity": text(quantity),
        "price": text(sign * price),
        "description": line.text,
        "category": address("categories", line.account_id),
        **_tax(line),
    }


def _bought(line: Line, address: Address) -> Payload:
    return {
        "category": address("categories", line.account_id),
        "description": line.text,
        "total_value": text(line.net + line.tax),
        **_tax(line),
    }


def _tax(line: Line) -> Payload:
    if line.tax_code_id in (EXEMPT, OUT_OF_SCOPE):
        return {"sales_tax_status": line.tax_code_id}
    return {"sales_tax_rate": text(rate_of(line))}
