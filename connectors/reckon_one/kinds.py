"""Where Reckon One keeps each kind of document, and under which names."""

from dataclasses import dataclass

from connectors.records import DocumentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`listed` differs from `path` by its letters alone, as Reckon writes them."""

    path: str
    listed: str
    number: str
    date: str

    def one(self, id: str) -> str:
        return f"{self.path}/{id}"


# Bills are of the older API; see `bills`.
PLACES = {
    DocumentKind.SALES_INVOICE: Place(
        path="invoices", listed="invoices", number="invoiceNumber", date="invoiceDate"
    ),
    DocumentKind.CREDIT_NOTE: Place(
        path="creditNotes",
        listed="creditnotes",
        number="creditNoteNumber",
        date="creditNoteDate",
    ),
}
BILL = DocumentKind.SUPPLIER_INVOICE
