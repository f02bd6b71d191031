"""Our documents, as Reckon One wants them. Pure.

Reckon numbers documents itself, so that our number is their reference. What a line's
amount is multiplied by is not documented: each line is one, at its net.
"""

from decimal import Decimal

from connectors.amounts import cents, line_taxes, totals_as_given, totals_per_line
from connectors.errors import Rejected, Unsupported
from connectors.reckon_one.api import Node, checked
from connectors.reckon_one.errors import LABEL
from connectors.reckon_one.filters import can_ask, moment
from connectors.reckon_one.kinds import PLACES
from connectors.records import Document, DocumentKind, Line, Totals

REFERENCE_LENGTH = 50
TEXT_LENGTH = 1000
EXCLUSIVE, NO_TAX = "Exclusive", "NonTaxed"


def document_payload(document: Document, *, home: str) -> Node:
    """Raises `Rejected` or `Unsupported` for what Reckon One cannot be told."""
    if document.kind not in PLACES:
        raise Unsupported(f"{LABEL} takes no orders from FinSync.", field="kind")
    require_told(document, home=home)
    taxed = any(line.tax_code_id for line in document.lines)
    taxes = zip(document.lines, line_taxes(document), strict=True)
    payload: Node = {
        "customer": checked(document.party_id, "ACCOUNT_WRONG", field="party_id"),
        PLACES[document.kind].date: moment(document.date),
        "amountTaxStatus": EXCLUSIVE if taxed else NO_TAX,
        "reference": document.number,
        "lineItems": [_line(line, tax) for line, tax in taxes],
    }
    if document.kind is DocumentKind.SALES_INVOICE:
        payload["dueDate"] = moment(document.due_date or document.date)
    if document.note:
        payload["notes"] = document.note
    return payload


def require_told(document: Document, *, home: str) -> None:
    """What holds for bills as well."""
    if len(document.number) > REFERENCE_LENGTH:
        raise Rejected(
            f"{LABEL} keeps our number as a reference of up to {REFERENCE_LENGTH} "
            "characters.",
            status_code="NUMBER_TOO_LONG",
            field="number",
        )
    if not can_ask(document.number):
        raise Rejected(
            f"{LABEL} cannot be asked for a number that holds both kinds of quotes.",
            field="number",
        )
    if document.currency and document.currency != home:
        raise Rejected(
            f"This book in {LABEL} is kept in {home} alone.",
            status_code="CURRENCY",
            field="currency",
        )


def _line(line: Line, tax: Decimal) -> Node:
    payload: Node = {
        "lineNumber": line.position,
        "description": line.text[:TEXT_LENGTH],
        "accountDetails": {
            "ledgerAccount": account_of(line),
            "quantity": 1,
            "amount": line.net,
        },
    }
    if not line.tax_code_id:
        return payload
    payload["taxRate"] = checked(line.tax_code_id, "NO_TAX", field="lines")
    if tax != computed_tax(line):
        payload["taxAmount"] = tax
    return payload


def account_of(line: Line) -> str:
    if not line.account_id:
        raise Rejected(
            f"Line {line.position} has no account in {LABEL}.",
            status_code="NO_NOMINAL",
            field="lines",
        )
    return checked(line.account_id, "NO_NOMINAL", field="lines")


def computed_tax(line: Line) -> Decimal:
    """What Reckon makes of a line that is told no tax amount."""
    return cents(line.net * line.tax_rate / 100)


def forecast_totals(document: Document) -> Totals:
    """Taxes that differ from Reckon's own are told, line by line; of bills they cannot
    be."""
    is_bill = document.kind is DocumentKind.SUPPLIER_INVOICE
    return (totals_per_line if is_bill else totals_as_given)(document)


def warnings_of(document: Document) -> tuple[str, ...]:
    cut = [line.position for line in document.lines if len(line.text) > TEXT_LENGTH]
    if not cut:
        return ()
    where = ", ".join(map(str, cut))
    return (f"The text of line {where} was cut at {TEXT_LENGTH} characters.",)
