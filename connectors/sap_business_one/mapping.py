"""Our documents, as the Service Layer wants them. Pure."""

from dataclasses import dataclass
from typing import Any

from connectors.amounts import quantity_and_price, totals_per_line
from connectors.errors import Rejected, Unsupported
from connectors.records import Document, DocumentKind, Line, Totals
from connectors.settings import ConnectionConfig
from connectors.transport.odata_batch import Write

Payload = dict[str, Any]

SETS = {
    DocumentKind.SALES_INVOICE: "Invoices",
    DocumentKind.CREDIT_NOTE: "CreditNotes",
    DocumentKind.SUPPLIER_INVOICE: "PurchaseInvoices",
}
NUMBER_LENGTH = 100
TEXT_LENGTH = 100
COMMENT_LENGTH = 254
REFERENCE = "JournalMemo"
_PRICE_PLACES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How the connection's company wants its documents."""

    tax_field: str = "VatGroup"
    items: bool = False
    warehouse: str = ""
    branch: str = ""
    reference_field: str = REFERENCE

    @classmethod
    def of(cls, config: ConnectionConfig) -> "Style":
        return cls(
            tax_field=config.value("tax_field") or "VatGroup",
            items=config.value("rows") == "items",
            warehouse=config.value("warehouse"),
            branch=config.value("branch"),
            reference_field=config.value("reference_field") or REFERENCE,
        )


def document_write(document: Document, style: Style) -> Write:
    """Raises `Rejected` or `Unsupported` for what cannot be told."""
    if document.kind not in SETS:
        raise Unsupported("FinSync sends SAP Business One no orders.", field="kind")
    if len(document.number) > NUMBER_LENGTH:
        raise Rejected(
            f"The number is longer than {NUMBER_LENGTH} characters.",
            status_code="NUMBER_TOO_LONG",
            field="number",
        )
    return Write("POST", SETS[document.kind], document_payload(document, style))


def document_payload(document: Document, style: Style) -> Payload:
    by_items = style.items and all(line.item_id for line in document.lines)
    row = _item_row if by_items else _service_row
    payload: Payload = {
        "CardCode": document.party_id,
        "NumAtCard": document.number,
        "DocType": "dDocument_Items" if by_items else "dDocument_Service",
        "DocDate": document.date,
        "DocDueDate": document.due_date or document.date,
        "TaxDate": document.date,
        style.reference_field: document.reference,
        "DocumentLines": [row(line, style) for line in document.lines],
    }
    if document.currency:
        payload["DocCurrency"] = document.currency
    if document.rate != 1:
        payload["DocRate"] = document.rate
    if comments := _comments(document):
        payload["Comments"] = comments
    if style.branch:
        payload["BPL_IDAssignedToInvoice"] = int(style.branch)
    return payload


def warnings_of(document: Document) -> tuple[str, ...]:
    cut = [line.position for line in document.lines if len(line.text) > TEXT_LENGTH]
    if not cut:
        return ()
    where = ", ".join(map(str, cut))
    return (f"The text of line {where} was cut at {TEXT_LENGTH} characters.",)


def forecast_totals(document: Document) -> Totals:
    """Tax is rounded on each row, whatever tax of its own the document has."""
    return totals_per_line(document)


def _comments(document: Document) -> str:
    credited = document.credited_number and f"Credits {document.credited_number}"
    job = document.job_code and f"Repair job {document.job_code}"
    care_of = document.care_of_name and f"Care of {document.care_of_name}"
    told = filter(None, (job, credited, care_of, document.note))
    return "\n".join(told)[:COMMENT_LENGTH]


def _service_row(line: Line, style: Style) -> Payload:
    if not line.account_id:
        raise Rejected(
            f"Line {line.position} has no nominal code in SAP Business One.",
            status_code="NO_NOMINAL",
            field="lines",
        )
    row: Payload = {"AccountCode": line.account_id, "LineTotal": line.net}
    return _text(line) | row | _tax(line, style)


def _item_row(line: Line, style: Style) -> Payload:
    quantity, price = quantity_and_price(line, price_places=_PRICE_PLACES)
    row: Payload = {
        "ItemCode": line.item_id,
        "Quantity": quantity,
        "UnitPrice": price,
    }
    if line.account_id:
        row["AccountCode"] = line.account_id
    if style.warehouse:
        row["WarehouseCode"] = style.warehouse
    return row | _text(line) | _tax(line, style)


def _text(line: Line) -> Payload:
    return {"ItemDescription": line.text[:TEXT_LENGTH]} if line.text else {}


def _tax(line: Line, style: Style) -> Payload:
    if not line.tax_code_id:
        raise Rejected(
            f"Line {line.position} has no tax in SAP Business One.",
            status_code="NO_TAX",
            field="lines",
        )
    return {style.tax_field: line.tax_code_id}
