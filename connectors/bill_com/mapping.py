"""Our documents, as Bill.com wants them. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from connectors.amounts import cents, quantity_and_price, totals_per_tax_code
from connectors.bill_com.errors import LABEL
from connectors.errors import Rejected, Unsupported
from connectors.records import ZERO, Document, DocumentKind, Line, Totals
from connectors.references import marked

Payload = dict[str, Any]

PATHS = {
    DocumentKind.SALES_INVOICE: "invoices",
    DocumentKind.CREDIT_NOTE: "credit-memos",
    DocumentKind.SUPPLIER_INVOICE: "bills",
}
# Where the number stands, as a list's filter names it.
NUMBERS = {
    DocumentKind.SALES_INVOICE: "invoiceNumber",
    DocumentKind.CREDIT_NOTE: "referenceNumber",
    DocumentKind.SUPPLIER_INVOICE: "invoice.invoiceNumber",
}
NUMBER_LENGTH = 21
PRICE_PLACES = 2


def document_payload(document: Document, *, home: str) -> Payload:
    """Raises `Rejected` or `Unsupported` for what cannot be told to Bill.com."""
    _require_sendable(document, home)
    if document.kind is DocumentKind.SUPPLIER_INVOICE:
        return _bill(document)
    if document.kind is DocumentKind.CREDIT_NOTE:
        return _credit_memo(document) | _sales_tax(document)
    return _invoice(document) | _sales_tax(document)


def forecast_totals(document: Document) -> Totals:
    """One tax is laid on the sum of what is taxable. Of a bill each line's whole amount
    is told, and nothing is made of it."""
    if document.kind is DocumentKind.SUPPLIER_INVOICE:
        return Totals(net=document.net, tax=document.tax, gross=document.gross)
    return totals_per_tax_code(document)


def is_taxed(line: Line) -> bool:
    return bool(line.tax_rate or line.tax)


def _require_sendable(document: Document, home: str) -> None:
    if document.kind not in PATHS:
        raise Unsupported(f"{LABEL} takes no sales orders.", field="kind")
    if len(document.number) > NUMBER_LENGTH:
        raise Rejected(
            f"{LABEL} takes numbers of up to {NUMBER_LENGTH} characters.",
            status_code="NUMBER_TOO_LONG",
            field="number",
        )
    if document.currency not in ("", home):
        raise Rejected(
            f"{LABEL} is told no currency: this connection's documents are in {home}.",
            status_code="CURRENCY",
            field="currency",
        )
    for line in document.lines:
        if not line.account_id:
            raise Rejected(
                f"Line {line.position} has no account in {LABEL}.",
                status_code="NO_NOMINAL",
                field="lines",
            )


def _invoice(document: Document) -> Payload:
    """An invoice has no field for a note or a reference; nothing is mailed."""
    return {
        "customer": {"id": document.party_id},
        "invoiceNumber": document.number,
        "invoiceDate": document.date,
        "dueDate": document.due_date or document.date,
        "invoiceLineItems": [_sold(line) for line in document.lines],
        "processingOptions": {"sendEmail": False},
    }


def _credit_memo(document: Document) -> Payload:
    return {
        "customerId": document.party_id,
        "referenceNumber": document.number,
        "creditDate": document.date,
        "creditMemoLineItems": [_sold(line) for line in document.lines],
        "description": _description(document),
    }


def _bill(document: Document) -> Payload:
    """The due date stands outside, number and date within."""
    return {
        "vendorId": document.party_id,
        "dueDate": document.due_date or document.date,
        "invoice": {
            "invoiceNumber": document.number,
            "invoiceDate": document.date,
        },
        "billLineItems": [_bought(line) for line in document.lines],
        "description": _description(document),
    }


def _description(document: Document) -> str:
    credited = document.credited_number and f"Credits {document.credited_number}"
    job = document.job_code and f"Job {document.job_code}"
    care_of = document.care_of_name and f"Care of {document.care_of_name}"
    told = filter(None, (credited, job, care_of, document.note))
    return marked("\n".join(told), document.reference)


def _sold(line: Line) -> Payload:
    """What is taken off is a price below nothing: quantities count what there is."""
    quantity, price = quantity_and_price(line, price_places=PRICE_PLACES)
    if quantity < ZERO:
        quantity, price = -quantity, -price
    return {
        "quantity": quantity,
        "price": price,
        "description": line.text,
        "taxable": is_taxed(line),
        "classifications": _classifications(line),
    }


def _bought(line: Line) -> Payload:
    """A bill knows no tax: it is part of what the line costs."""
    return {
        "amount": line.net + line.tax,
        "description": line.text,
        "classifications": _classifications(line),
    }


def _classifications(line: Line) -> Payload:
    told: Mapping[str, str] = {
        "chartOfAccountId": line.account_id,
        "itemId": line.item_id,
    }
    return {name: id for name, id in told.items() if id}


def _sales_tax(document: Document) -> Payload:
    """One tax for the whole document; lines are taxable or not."""
    taxed = [line for line in document.lines if is_taxed(line)]
    for line in taxed:
        if not line.tax_code_id:
            raise Rejected(
                f"The tax of line {line.position} is no sales tax item in {LABEL}.",
                status_code="NO_TAX",
                field="lines",
            )
    codes = {line.tax_code_id for line in taxed}
    if len(codes) > 1:
        raise Rejected(
            f"{LABEL} takes one sales tax for a whole document; the lines have "
            f"{len(codes)}. Split the document, one for each tax.",
            status_code="NO_TAX",
            field="lines",
        )
    return {"salesTaxItemId": codes.pop()} if codes else {}


def line_amount(quantity: Decimal, price: Decimal) -> Decimal:
    """Bill.com shows no amount on an invoice's line."""
    return cents(quantity * price)
