"""Which of MYOB's resources stand for which of our kinds of document.

A resource is read as a whole, and written by its layout: `Sale/Invoice/Service`.
Credit notes are invoices of negative amounts.
"""

from collections.abc import Mapping
from typing import Any

from connectors.records import DocumentKind

INVOICES, BILLS = "Sale/Invoice", "Purchase/Bill"
PATHS = {
    DocumentKind.SALES_INVOICE: INVOICES,
    DocumentKind.CREDIT_NOTE: INVOICES,
    DocumentKind.SUPPLIER_INVOICE: BILLS,
}
SERVICE, ITEM = "Service", "Item"
# Those that FinSync writes come first.
LAYOUTS = {
    INVOICES: (SERVICE, ITEM, "Professional", "TimeBilling", "Miscellaneous"),
    BILLS: (SERVICE, ITEM, "Professional", "Miscellaneous"),
}
LAYOUT_FIELDS = {INVOICES: "InvoiceType", BILLS: "BillType"}
NUMBER_FIELDS = {INVOICES: "Number", BILLS: "SupplierInvoiceNumber"}
PARTY_FIELDS = {INVOICES: "Customer", BILLS: "Supplier"}
NUMBER_LENGTH = 13
SUPPLIER_NUMBER_LENGTH = 255
# A number of digits that somebody enters there is filled up to this length.
_PADDED_LENGTH = 8


def sign_of(kind: DocumentKind) -> int:
    return -1 if kind is DocumentKind.CREDIT_NOTE else 1


def kind_of(path: str, row: Mapping[str, Any]) -> DocumentKind:
    if path == BILLS:
        return DocumentKind.SUPPLIER_INVOICE
    negative = (row.get("TotalAmount") or 0) < 0
    return DocumentKind.CREDIT_NOTE if negative else DocumentKind.SALES_INVOICE


def spellings(kind: DocumentKind, number: str) -> set[str]:
    """A number as it may stand there."""
    pads = kind is not DocumentKind.SUPPLIER_INVOICE and number.isdecimal()
    return {number, number.zfill(_PADDED_LENGTH)} if pads else {number}
