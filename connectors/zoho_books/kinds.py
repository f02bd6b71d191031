"""Where Zoho Books keeps each kind of document, and under which names."""

from dataclasses import dataclass

from connectors.records import DocumentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`count` is the status that makes a draft count; `numbered`: the organisation may
    number them by itself, and is to be told that we do."""

    path: str
    key: str
    party: str
    count: str
    numbered: bool

    @property
    def id(self) -> str:
        return f"{self.key}_id"

    @property
    def number(self) -> str:
        return f"{self.key}_number"

    def one(self, id: str) -> str:
        return f"{self.path}/{id}"


PLACES = {
    DocumentKind.SALES_INVOICE: Place(
        path="invoices",
        key="invoice",
        party="customer_id",
        count="sent",
        numbered=True,
    ),
    DocumentKind.CREDIT_NOTE: Place(
        path="creditnotes",
        key="creditnote",
        party="customer_id",
        count="open",
        numbered=True,
    ),
    DocumentKind.SUPPLIER_INVOICE: Place(
        path="bills", key="bill", party="vendor_id", count="open", numbered=False
    ),
}
