"""Our documents, as Sage wants them. Pure.

Sage numbers sales documents itself: ours is their reference. It takes the tax of each
line as it is told, and refuses a rated line without one.
"""

from decimal import Decimal

from connectors.amounts import line_taxes, quantity_and_price
from connectors.errors import Rejected, Unsupported
from connectors.records import Document, DocumentKind, Line
from connectors.sage_accounting.api import Entity
from connectors.sage_accounting.errors import LABEL

PATHS = {
    DocumentKind.SALES_INVOICE: "sales_invoices",
    DocumentKind.CREDIT_NOTE: "sales_credit_notes",
    DocumentKind.SUPPLIER_INVOICE: "purchase_invoices",
}
NAMES = {kind: path.removesuffix("s") for kind, path in PATHS.items()}
LINES = {
    DocumentKind.SALES_INVOICE: "invoice_lines",
    DocumentKind.CREDIT_NOTE: "credit_note_lines",
    DocumentKind.SUPPLIER_INVOICE: "invoice_lines",
}
NUMBER_LENGTH = 25
NOTE_LENGTH = 2000
# More may be kept; two always are.
PRICE_PLACES = 2
QUANTITY_PLACES = 4
_RATE_PLACES = Decimal("0.000001")


def document_payload(document: Document, *, home: str) -> Entity:
    """With its name around it. Raises `Rejected` or `Unsupported` for what cannot be
    told to Sage. `home`: the currency that needs no rate."""
    if document.kind not in PATHS:
        raise Unsupported(f"{LABEL} takes no sales orders.", field="kind")
    _require_length(document)
    inner: Entity = {
        "contact_id": document.party_id,
        "date": document.date,
        **_names(document),
        LINES[document.kind]: _lines(document),
    }
    if document.note:
        inner["notes"] = document.note[:NOTE_LENGTH]
    if document.currency and document.currency != home:
        inner |= _currency(document)
    return {NAMES[document.kind]: inner}


def _require_length(document: Document) -> None:
    if len(document.number) > NUMBER_LENGTH:
        raise Rejected(
            f"{LABEL} keeps numbers of up to {NUMBER_LENGTH} characters.",
            status_code="NUMBER_TOO_LONG",
            field="number",
        )


def _names(document: Document) -> Entity:
    due = {"due_date": document.due_date or document.date}
    if document.kind is DocumentKind.SUPPLIER_INVOICE:
        reference = document.reference[:NUMBER_LENGTH]
        return due | {"vendor_reference": document.number, "reference": reference}
    names: Entity = {"reference": document.number, "sent": document.sent}
    return names if document.kind is DocumentKind.CREDIT_NOTE else due | names


def _currency(document: Document) -> Entity:
    """Sage's rate is foreign units for one of the home currency."""
    told: Entity = {"currency_id": document.currency}
    if document.rate != 1:
        told["exchange_rate"] = (1 / document.rate).quantize(_RATE_PLACES)
    return told


def _lines(document: Document) -> list[Entity]:
    taxes = line_taxes(document)
    return [_line(line, tax) for line, tax in zip(document.lines, taxes, strict=True)]


def _line(line: Line, tax: Decimal) -> Entity:
    if not line.account_id:
        raise Rejected(
            f"Line {line.position} has no ledger account in {LABEL}.",
            status_code="NO_NOMINAL",
            field="lines",
        )
    quantity, price = quantity_and_price(
        line, price_places=PRICE_PLACES, quantity_places=QUANTITY_PLACES
    )
    told: Entity = {
        "description": line.text,
        "ledger_account_id": line.account_id,
        "quantity": quantity,
        "unit_price": price,
        "tax_amount": tax,
    }
    if line.tax_code_id:
        told["tax_rate_id"] = line.tax_code_id
    return told
