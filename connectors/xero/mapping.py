"""Our documents, as Xero wants them. Pure.

Each line says its own account, tax type and tax amount: Xero would else take those of
the item or the account, and round by itself.
"""

from decimal import Decimal

from connectors.amounts import line_taxes, quantity_and_price
from connectors.errors import Rejected, Unsupported
from connectors.guids import is_guid
from connectors.records import Document, DocumentKind, Line
from connectors.xero.api import Creation
from connectors.xero.errors import LABEL
from connectors.xero.wire import Entity

INVOICES = "Invoices"
CREDIT_NOTES = "CreditNotes"
PATHS = {
    DocumentKind.SALES_INVOICE: INVOICES,
    DocumentKind.CREDIT_NOTE: CREDIT_NOTES,
    DocumentKind.SUPPLIER_INVOICE: INVOICES,
}
TYPES = {
    DocumentKind.SALES_INVOICE: "ACCREC",
    DocumentKind.CREDIT_NOTE: "ACCRECCREDIT",
    DocumentKind.SUPPLIER_INVOICE: "ACCPAY",
}
IDS = {INVOICES: "InvoiceID", CREDIT_NOTES: "CreditNoteID"}
NUMBERS = {INVOICES: "InvoiceNumber", CREDIT_NOTES: "CreditNoteNumber"}
NUMBER_LENGTH = 255
TEXT_LENGTH = 4000
PRICE_PLACES = QUANTITY_PLACES = 4
NO_TAX = "NONE"
_RATE_PLACES = Decimal("0.000001")


def document_creation(
    document: Document, *, link_base: str = "", our_rate: bool = True
) -> Creation:
    """Raises `Rejected` or `Unsupported` for what cannot be told to Xero."""
    if document.kind not in PATHS:
        raise Unsupported(f"{LABEL} takes no sales orders.", field="kind")
    payload = document_payload(document, link_base=link_base, our_rate=our_rate)
    return Creation(document.key, PATHS[document.kind], payload)


def document_payload(
    document: Document, *, link_base: str = "", our_rate: bool = True
) -> Entity:
    """`link_base`: where bills link back to, which is where they keep our reference.
    `our_rate`: send our exchange rate rather than let Xero take the one of the day."""
    _require_length(document)
    path = PATHS[document.kind]
    payload: Entity = {
        "Type": TYPES[document.kind],
        "Contact": {"ContactID": _contact(document)},
        "Date": document.date,
        "LineAmountTypes": "Exclusive",
        NUMBERS[path]: document.number,
        "Status": "AUTHORISED",
        "LineItems": _lines(document),
    }
    if document.currency:
        payload["CurrencyCode"] = document.currency
    if our_rate and document.rate != 1:
        payload["CurrencyRate"] = units_per_home(document.rate)
    return payload | _by_kind(document, link_base)


def update_payload(
    document: Document, *, link_base: str = "", our_rate: bool = True
) -> Entity:
    """All lines are replaced. A document that was sent is not told so again."""
    payload = document_payload(document, link_base=link_base, our_rate=our_rate)
    payload.pop("SentToContact", None)
    return {IDS[PATHS[document.kind]]: document.id} | payload


def units_per_home(rate: Decimal) -> Decimal:
    """Ours is home currency for one foreign unit, Xero's the other way about."""
    return (1 / rate).quantize(_RATE_PLACES)


def warnings_of(document: Document) -> tuple[str, ...]:
    cut = [line.position for line in document.lines if len(line.text) > TEXT_LENGTH]
    if not cut:
        return ()
    where = ", ".join(map(str, cut))
    return (f"The text of line {where} was cut at {TEXT_LENGTH} characters.",)


def _by_kind(document: Document, link_base: str) -> Entity:
    if document.kind is DocumentKind.CREDIT_NOTE:
        return {"Reference": document.reference}
    payload: Entity = {"DueDate": document.due_date or document.date}
    if document.kind is DocumentKind.SUPPLIER_INVOICE:
        return payload | ({"Url": link_base + document.reference} if link_base else {})
    payload["Reference"] = document.reference
    return payload | ({"SentToContact": True} if document.sent else {})


def _require_length(document: Document) -> None:
    if len(document.number) > NUMBER_LENGTH:
        raise Rejected(
            f"{LABEL} takes numbers of up to {NUMBER_LENGTH} characters.",
            status_code="NUMBER_TOO_LONG",
            field="number",
        )


def _contact(document: Document) -> str:
    """By id alone: a name would make or rename a contact."""
    if not is_guid(document.party_id):
        raise Rejected(
            f"{document.party_id!r} is no contact id of {LABEL}.",
            status_code="ACCOUNT_WRONG",
            field="party_id",
        )
    return document.party_id


def _lines(document: Document) -> list[Entity]:
    taxes = line_taxes(document)
    return [_line(line, tax) for line, tax in zip(document.lines, taxes, strict=True)]


def _line(line: Line, tax: Decimal) -> Entity:
    quantity, price = quantity_and_price(
        line, price_places=PRICE_PLACES, quantity_places=QUANTITY_PLACES
    )
    return {
        "Description": line.text[:TEXT_LENGTH],
        "Quantity": quantity,
        "UnitAmount": price,
        **_account(line),
        "TaxType": line.tax_code_id or NO_TAX,
        "TaxAmount": tax,
    }


def _account(line: Line) -> Entity:
    item = {"ItemCode": line.item_id} if line.item_id else {}
    if not line.account_id:
        if item:
            return item
        raise Rejected(
            f"Line {line.position} has no account in {LABEL}.",
            status_code="NO_NOMINAL",
            field="lines",
        )
    name = "AccountID" if is_guid(line.account_id) else "AccountCode"
    return {name: line.account_id} | item
