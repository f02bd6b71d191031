"""Our documents, as Acumatica wants them. Pure."""

from dataclasses import dataclass
from typing import Any

from connectors.acumatica.wrapping import Entity, wrapped
from connectors.amounts import quantity_and_price, totals_per_tax_code
from connectors.errors import Rejected, Unsupported
from connectors.leading_reference import description_of
from connectors.records import Document, DocumentKind, Line, Totals
from connectors.settings import ConnectionConfig

NUMBER_LENGTH = 40
DESCRIPTION_LENGTH = 256
TEXT_LENGTH = 256
BILL = "Bill"
TYPES = {
    DocumentKind.SALES_INVOICE: "Invoice",
    DocumentKind.CREDIT_NOTE: "Credit Memo",
    DocumentKind.SUPPLIER_INVOICE: "Bill",
}
_PRICE_PLACES = 6


@dataclass(frozen=True, slots=True)
class Names:
    """What an entity's members are called."""

    party: str
    number: str
    text: str
    price: str


NAMES = {
    "Invoice": Names(
        "Customer", "CustomerOrder", "TransactionDescription", "UnitPrice"
    ),
    "SalesInvoice": Names(
        "CustomerID", "CustomerOrder", "TransactionDescr", "UnitPrice"
    ),
    BILL: Names("Vendor", "VendorRef", "TransactionDescription", "UnitCost"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How the connection's company wants its documents."""

    sales: str = "Invoice"
    home_currency: str = ""
    branch: str = ""
    payment_method: str = "CHECK"

    @classmethod
    def of(cls, config: ConnectionConfig) -> "Style":
        return cls(
            sales=config.value("document_entity") or "Invoice",
            home_currency=config.value("home_currency"),
            branch=config.value("branch"),
            payment_method=config.value("payment_method") or "CHECK",
        )

    def entity(self, kind: DocumentKind) -> str:
        """Raises `Unsupported`."""
        if kind not in TYPES:
            raise Unsupported("FinSync sends Acumatica no orders.", field="kind")
        return BILL if kind is DocumentKind.SUPPLIER_INVOICE else self.sales


def document_payload(document: Document, style: Style) -> Entity:
    """Raises `Rejected` or `Unsupported` for what cannot be told."""
    entity = style.entity(document.kind)
    _require_told(document, style)
    names = NAMES[entity]
    values: dict[str, Any] = {
        "Type": TYPES[document.kind],
        names.party: document.party_id,
        names.number: document.number,
        "Date": document.date,
        "DueDate": document.due_date,
        "Description": description_of(document, limit=DESCRIPTION_LENGTH),
        "Hold": False,
        "Details": [_line(line, entity) for line in document.lines],
    }
    if document.kind is DocumentKind.CREDIT_NOTE:
        del values["DueDate"]
    return wrapped(values)


def keys_payload(kind: DocumentKind, id: str) -> Entity:
    return wrapped({"Type": TYPES[kind], "ReferenceNbr": id})


def warnings_of(document: Document) -> tuple[str, ...]:
    cut = [line.position for line in document.lines if len(line.text) > TEXT_LENGTH]
    if not cut:
        return ()
    where = ", ".join(map(str, cut))
    return (f"The text of line {where} was cut at {TEXT_LENGTH} characters.",)


def forecast_totals(document: Document) -> Totals:
    """Tax is computed for each tax of the document, whatever tax of its own it has."""
    return totals_per_tax_code(document)


def _require_told(document: Document, style: Style) -> None:
    if len(document.number) > NUMBER_LENGTH:
        raise Rejected(
            f"The number is longer than {NUMBER_LENGTH} characters.",
            status_code="NUMBER_TOO_LONG",
            field="number",
        )
    if document.currency not in ("", style.home_currency):
        raise Rejected(
            "An invoice in Acumatica's web service names no currency, so FinSync sends "
            f"documents in {style.home_currency} alone.",
            status_code="CURRENCY",
            field="currency",
        )


def _line(line: Line, entity: str) -> Entity:
    names = NAMES[entity]
    by_item = entity == "SalesInvoice"
    if not (line.item_id if by_item else line.account_id):
        what = "item" if by_item else "nominal code"
        raise Rejected(
            f"Line {line.position} has no {what} in Acumatica.",
            status_code="NO_NOMINAL",
            field="lines",
        )
    quantity, price = quantity_and_price(line, price_places=_PRICE_PLACES)
    values: dict[str, Any] = {
        "InventoryID": line.item_id if by_item else "",
        names.text: line.text[:TEXT_LENGTH],
        "Account": line.account_id,
        "Qty": quantity,
        names.price: price,
        "TaxCategory": line.tax_code_id,
    }
    if by_item:
        values["ManualPrice"] = True
    return wrapped(values)
