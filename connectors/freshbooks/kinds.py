"""Where FreshBooks keeps each kind of document, and under which names."""

from dataclasses import dataclass

from connectors.records import DocumentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    path: str
    key: str
    many: str
    number: str
    date: str
    party: str

    def one(self, id: str) -> str:
        return f"{self.path}/{id}"


PLACES = {
    DocumentKind.SALES_INVOICE: Place(
        path="invoices/invoices",
        key="invoice",
        many="invoices",
        number="invoice_number",
        date="create_date",
        party="customerid",
    ),
    DocumentKind.CREDIT_NOTE: Place(
        path="credit_notes/credit_notes",
        key="credit_note",
        many="credit_notes",
        number="credit_number",
        date="create_date",
        party="clientid",
    ),
    DocumentKind.SUPPLIER_INVOICE: Place(
        path="bills/bills",
        key="bill",
        many="bills",
        number="bill_number",
        date="issue_date",
        party="vendorid",
    ),
}
