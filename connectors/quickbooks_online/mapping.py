"""Our documents, as Intuit wants them. Pure.

Amounts travel without tax (`TaxExcluded`): what `Amount` means with tax inside is not
told clearly, and a net line can be read in one way alone.
"""

from collections.abc import Iterable
from typing import Any

from connectors.amounts import quantity_and_price, totals_per_tax_code
from connectors.errors import Rejected, Unsupported
from connectors.quickbooks_online.api import Creation
from connectors.records import ZERO, Document, DocumentKind, Line, Totals

Payload = dict[str, Any]

ENTITIES = {
    DocumentKind.SALES_INVOICE: "Invoice",
    DocumentKind.CREDIT_NOTE: "CreditMemo",
    DocumentKind.SUPPLIER_INVOICE: "Bill",
}
NUMBER_LENGTH = 21
TEXT_LENGTH = 4000
# The two tax codes of companies in the United States.
US_CODES = frozenset({"TAX", "NON"})
_PRICE_PLACES = 7


def reference(value: str) -> dict[str, str]:
    return {"value": value}


def document_payload(document: Document) -> Payload:
    """Raises `Rejected` or `Unsupported` for what cannot be told to Intuit."""
    if document.kind is DocumentKind.SUPPLIER_INVOICE:
        return _bill_payload(document)
    if document.kind not in ENTITIES:
        raise Unsupported("QuickBooks Online takes no orders.", field="kind")
    return _sale_payload(document)


def document_creation(document: Document) -> Creation:
    return Creation(
        document.key, ENTITIES.get(document.kind, ""), document_payload(document)
    )


def update_payload(document: Document) -> Payload:
    """Sparse, so that what staff added over there stays; the lines are replaced."""
    return version_payload(document.id, document.version) | document_payload(document)


def version_payload(id: str, version: str) -> Payload:
    return {"Id": id, "SyncToken": version, "sparse": True}


def private_note(document: Document) -> str:
    """Our reference on the first line, whole; the note after it."""
    return "\n".join(filter(None, (document.reference, document.note)))[:TEXT_LENGTH]


def warnings_of(document: Document) -> tuple[str, ...]:
    cut = [line.position for line in document.lines if len(line.text) > TEXT_LENGTH]
    if not cut:
        return ()
    where = ", ".join(map(str, cut))
    return (f"The text of line {where} was cut at {TEXT_LENGTH} characters.",)


def forecast_totals(document: Document) -> Totals:
    """Intuit rounds the tax once for each tax code, unless it is told the tax."""
    told = document.tax_override
    if told is None and _american(document):
        told = document.tax
    if told is None:
        return totals_per_tax_code(document)
    net = sum((line.net for line in document.lines), ZERO)
    return Totals(net=net, tax=told, gross=net + told)


def sent_payload(document_email: str) -> Payload:
    """Marks it as sent without mailing it."""
    if document_email:
        return {"EmailStatus": "EmailSent", "BillEmail": {"Address": document_email}}
    return {"PrintStatus": "PrintComplete"}


def _sale_payload(document: Document) -> Payload:
    payload = _common(document) | {"CustomerRef": reference(document.party_id)}
    payload["Line"] = [_sale_line(n, line) for n, line in _numbered(document)]
    if document.sent:
        payload |= sent_payload(document.email)
    elif document.email:
        payload["BillEmail"] = {"Address": document.email}
    if document.kind is DocumentKind.CREDIT_NOTE:
        payload.pop("DueDate", None)
        if document.credited_id:
            payload["InvoiceRef"] = reference(document.credited_id)
    return payload


def _bill_payload(document: Document) -> Payload:
    payload = _common(document) | {"VendorRef": reference(document.party_id)}
    payload["Line"] = [_bill_line(n, line) for n, line in _numbered(document)]
    return payload


def _common(document: Document) -> Payload:
    payload: Payload = {
        "DocNumber": document.number,
        "TxnDate": document.date,
        "PrivateNote": private_note(document),
    }
    if document.due_date:
        payload["DueDate"] = document.due_date
    if document.currency:
        payload["CurrencyRef"] = reference(document.currency)
    if document.rate != 1:
        payload["ExchangeRate"] = document.rate
    return payload | _tax(document)


def _tax(document: Document) -> Payload:
    """Companies in the United States compute their own tax unless they are told it, and
    must not be told how amounts are meant."""
    if _american(document):
        return {"TxnTaxDetail": {"TotalTax": document.tax}} if document.tax else {}
    payload: Payload = {"GlobalTaxCalculation": "TaxExcluded"}
    if not any(line.tax_code_id for line in document.lines):
        payload["GlobalTaxCalculation"] = "NotApplicable"
    if document.tax_override is not None:
        payload["TxnTaxDetail"] = {"TotalTax": document.tax_override}
    return payload


def _american(document: Document) -> bool:
    codes = {line.tax_code_id for line in document.lines}
    return bool(codes & US_CODES)


def _numbered(document: Document) -> Iterable[tuple[int, Line]]:
    return enumerate(document.lines, start=1)


def _sale_line(number: int, line: Line) -> Payload:
    if not line.item_id:
        raise _no_nominal(
            line, "QuickBooks Online needs an item that carries the nominal code."
        )
    detail = {"ItemRef": reference(line.item_id)} | _price(line) | _tax_code(line)
    return _line(number, line, "SalesItemLineDetail", detail)


def _bill_line(number: int, line: Line) -> Payload:
    if line.account_id:
        detail: Payload = {"AccountRef": reference(line.account_id)} | _tax_code(line)
        detail["BillableStatus"] = "NotBillable"
        return _line(number, line, "AccountBasedExpenseLineDetail", detail)
    if line.item_id:
        detail = {"ItemRef": reference(line.item_id)} | _price(line) | _tax_code(line)
        return _line(number, line, "ItemBasedExpenseLineDetail", detail)
    raise _no_nominal(line, "QuickBooks Online needs an account for it.")


def _line(number: int, line: Line, kind: str, detail: Payload) -> Payload:
    payload: Payload = {"LineNum": number, "Amount": line.net, "DetailType": kind}
    if line.text:
        payload["Description"] = line.text[:TEXT_LENGTH]
    return payload | {kind: detail}


def _price(line: Line) -> Payload:
    """Intuit refuses a line whose amount is not quantity times price to the cent."""
    quantity, price = quantity_and_price(line, price_places=_PRICE_PLACES)
    return {"Qty": quantity, "UnitPrice": price}


def _tax_code(line: Line) -> Payload:
    if not line.tax_code_id:
        return {}
    return {"TaxCodeRef": reference(line.tax_code_id)}


def _no_nominal(line: Line, why: str) -> Rejected:
    return Rejected(
        f"Line {line.position} has no nominal code there: {why}",
        status_code="NO_NOMINAL",
        field="lines",
    )
