"""Supplier invoices of purchasing: made with their lines and taxes, cancelled."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from ..books import Document, Kind
from ..ledger import Ledger
from .codes import COMPANY_CODE
from .partners import results
from .posting import Entry, Item, Tax, number_word, posted, reversed_document
from .refusals import Refused, unknown

_TICKS = re.compile(r"/Date\((-?\d+)\)/")
NEEDED = (
    "CompanyCode",
    "DocumentDate",
    "PostingDate",
    "SupplierInvoiceIDByInvcgParty",
    "InvoicingParty",
    "DocumentCurrency",
    "InvoiceGrossAmount",
)
KNOWN = {
    *NEEDED,
    "DocumentHeaderText",
    "SupplierPostingLineItemText",
    "TaxIsCalculatedAutomatically",
    "to_SupplierInvoiceItemGLAcct",
    "to_SupplierInvoiceTax",
}


def create(ledger: Ledger, sent: Mapping[str, Any]) -> Document:
    """Raises `Refused` or `LedgerError`."""
    if odd := sent.keys() - KNOWN:
        raise Refused(f"Property '{min(odd)}' is invalid", "/IWCOR/CX_DS_EDM_ERROR")
    for name in NEEDED:
        if not sent.get(name):
            raise Refused(f"Enter a value for {name}", "M8/050")
    items = [
        Item(
            account=str(row["GLAccount"]),
            net=number_word(row["SupplierInvoiceItemAmount"])
            * (1 if row.get("DebitCreditCode") == "S" else -1),
            tax_code=str(row.get("TaxCode", "")),
            text=str(row.get("SupplierInvoiceItemText", "")),
        )
        for row in results(sent, "to_SupplierInvoiceItemGLAcct")
    ]
    taxes = [
        Tax(
            code=str(row["TaxCode"]),
            base=number_word(row["TaxBaseAmountInTransCrcy"]),
            tax=number_word(row["TaxAmount"]),
        )
        for row in results(sent, "to_SupplierInvoiceTax")
    ]
    party = str(sent["InvoicingParty"])
    if ledger.parties.find(party) is None:
        raise unknown("Supplier", party)
    return posted(
        ledger,
        Entry(
            kind=Kind.SUPPLIER_INVOICE,
            company=str(sent["CompanyCode"]),
            party=party,
            number=str(sent["SupplierInvoiceIDByInvcgParty"]),
            text=str(sent.get("SupplierPostingLineItemText", "")),
            date=_day(sent["PostingDate"]),
            currency=str(sent["DocumentCurrency"]),
            gross=number_word(sent["InvoiceGrossAmount"]),
            items=items,
            taxes=taxes,
        ),
    )


def row_of(document: Document) -> dict[str, Any]:
    """Purchasing numbers by itself; here by the same number."""
    return {
        "SupplierInvoice": document.id,
        "FiscalYear": str(document.date.year),
        "CompanyCode": COMPANY_CODE,
        "SupplierInvoiceIDByInvcgParty": document.number,
        "InvoicingParty": document.party,
        "InvoiceGrossAmount": f"{document.gross:.2f}",
    }


def cancel(ledger: Ledger, arguments: Mapping[str, str]) -> None:
    """Raises `Refused` or `LedgerError`."""
    number, year, reason = (
        arguments.get(name, "").strip("'")
        for name in ("SupplierInvoice", "FiscalYear", "ReversalReason")
    )
    reversed_document(ledger, f"{number}{COMPANY_CODE}{year}", reason)


def _day(value: Any) -> dt.date:
    match = _TICKS.fullmatch(str(value))
    if match is None:
        raise Refused(f"{value} is no Edm.DateTime")
    return dt.datetime.fromtimestamp(int(match.group(1)) / 1000, dt.UTC).date()
