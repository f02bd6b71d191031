"""Our documents, as Business Central wants them. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from connectors.amounts import quantity_and_price
from connectors.errors import Rejected, Unsupported
from connectors.records import Document, DocumentKind, Line
from connectors.settings import ConnectionConfig

Payload = dict[str, Any]

# Of our number, and of theirs.
NUMBER_LENGTH = 35
CODE_LENGTH = 20
TEXT_LENGTH = 100
_PRICE_PLACES = 5
_QUANTITY_PLACES = 5
_CURRENCY_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Names:
    """What a kind of document calls its parts."""

    path: str
    lines: str
    number: str
    date: str
    party: str
    price: str


NAMES = {
    DocumentKind.SALES_INVOICE: Names(
        *("salesInvoices", "salesInvoiceLines", "externalDocumentNumber"),
        *("invoiceDate", "customer", "unitPrice"),
    ),
    DocumentKind.CREDIT_NOTE: Names(
        *("salesCreditMemos", "salesCreditMemoLines", "externalDocumentNumber"),
        *("creditMemoDate", "customer", "unitPrice"),
    ),
    DocumentKind.SUPPLIER_INVOICE: Names(
        *("purchaseInvoices", "purchaseInvoiceLines", "vendorInvoiceNumber"),
        *("invoiceDate", "vendor", "unitCost"),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How the connection's company wants its documents."""

    items: bool = False
    apply_credits: bool = False

    @classmethod
    def of(cls, config: ConnectionConfig) -> "Style":
        return cls(
            items=config.value("lines") == "items",
            apply_credits=config.value("apply_credits") == "true",
        )


def document_payload(document: Document, style: Style) -> Payload:
    """Raises `Rejected` or `Unsupported` for what cannot be told."""
    _require_tellable(document)
    names = NAMES[document.kind]
    payload: Payload = {
        f"{names.party}Number": document.party_id,
        names.number: document.number,
        names.date: document.date,
        "postingDate": document.date,
        "dueDate": document.due_date or document.date,
    }
    if document.currency:
        payload["currencyCode"] = document.currency[:_CURRENCY_LENGTH]
    if document.kind is DocumentKind.SALES_INVOICE and document.job_code:
        payload["customerPurchaseOrderReference"] = document.job_code[:35]
    is_credit = document.kind is DocumentKind.CREDIT_NOTE
    if is_credit and style.apply_credits and document.credited_id:
        payload["invoiceId"] = document.credited_id
    lines = [_line(line, names, style) for line in document.lines]
    payload[names.lines] = lines + list(_comments(document))
    return payload


def warnings_of(document: Document) -> tuple[str, ...]:
    cut = [line.position for line in document.lines if len(line.text) > TEXT_LENGTH]
    if not cut:
        return ()
    where = ", ".join(map(str, cut))
    return (f"The text of line {where} was cut at {TEXT_LENGTH} characters.",)


def tax_rates_of(text: str) -> Mapping[str, Decimal]:
    """Of the setting: a code and its rate on each line; lines of another form are
    passed over."""
    rates: dict[str, Decimal] = {}
    for line in text.replace(";", "\n").splitlines():
        code, _, rate = line.partition("=")
        try:
            rates[code.strip()] = Decimal(rate.strip().removesuffix("%").strip())
        except InvalidOperation:
            continue
    return rates


def _require_tellable(document: Document) -> None:
    if document.kind not in NAMES:
        raise Unsupported("FinSync sends Business Central no orders.", field="kind")
    if len(document.number) > NUMBER_LENGTH:
        raise Rejected(
            f"The number is longer than {NUMBER_LENGTH} characters.",
            status_code="NUMBER_TOO_LONG",
            field="number",
        )


def _line(line: Line, names: Names, style: Style) -> Payload:
    """Prices are net of tax and discount."""
    quantity, price = quantity_and_price(
        line, price_places=_PRICE_PLACES, quantity_places=_QUANTITY_PLACES
    )
    if not line.tax_code_id:
        raise _line_lacks(line, "tax", "NO_TAX")
    return {
        **_object(line, style),
        "description": line.text[:TEXT_LENGTH],
        "quantity": quantity,
        names.price: price,
        "taxCode": line.tax_code_id,
    }


def _object(line: Line, style: Style) -> Payload:
    if line.item_id and (style.items or not line.account_id):
        return {"lineType": "Item", "lineObjectNumber": line.item_id}
    if not line.account_id:
        raise _line_lacks(line, "nominal code", "NO_NOMINAL")
    return {"lineType": "Account", "lineObjectNumber": line.account_id}


def _line_lacks(line: Line, what: str, code: str) -> Rejected:
    return Rejected(
        f"Line {line.position} has no {what} in Business Central.",
        status_code=code,
        field="lines",
    )


def _comments(document: Document) -> Iterator[Payload]:
    """Lines of text below the others; customers see them."""
    care_of = document.care_of_name and f"Care of {document.care_of_name}"
    told = [care_of, *document.note.splitlines()]
    for text in filter(None, (each.strip() for each in told)):
        for begin in range(0, len(text), TEXT_LENGTH):
            part = text[begin : begin + TEXT_LENGTH]
            yield {"lineType": "Comment", "description": part}
