"""SAP's short codes for what the ledger calls by its own names."""

from decimal import Decimal

from ..books import Account, Kind, TaxCode
from ..ledger import Ledger

COMPANY_CODE = "1010"
COMPANY_ID = f"{COMPANY_CODE}@my300000-api.s4hana.cloud.sap"
CHART = "YCOA"
USER = "FINSYNC_COMM"
RECEIVABLES = "12100000"
PAYABLES = "21100000"
# SAP's tax code -> the ledger's; A for output, V for input.
SALES_TAXES = {"A1": "S", "A2": "R", "A0": "Z", "A3": "E"}
INPUT_TAXES = {"V1": "S", "V2": "R", "V0": "Z", "V3": "E"}
TYPES = {
    Kind.SALES_INVOICE: "DR",
    Kind.CREDIT_NOTE: "DG",
    Kind.SUPPLIER_INVOICE: "RE",
    Kind.SUPPLIER_CREDIT: "KG",
}


def tax_table(ledger: Ledger) -> str:
    """As staff enter it: code, per cent, side."""
    lines = []
    for codes, side in ((SALES_TAXES, "sale"), (INPUT_TAXES, "purchase")):
        for code, own in codes.items():
            lines.append(f"{code} {percent(ledger, own)} {side}")
    return "\n".join(lines)


def percent(ledger: Ledger, own: str) -> Decimal:
    found = ledger.tax_codes.coded(own)
    return ledger.tax_codes.percent(found.id) if found else Decimal(0)


def ledger_tax(ledger: Ledger, code: str, *, purchase: bool) -> TaxCode | None:
    own = (INPUT_TAXES if purchase else SALES_TAXES).get(code, "")
    return ledger.tax_codes.coded(own) if own else None


def sap_tax(ledger: Ledger, id: str, *, purchase: bool) -> str:
    row = ledger.tax_codes.find(id)
    codes = INPUT_TAXES if purchase else SALES_TAXES
    return next((code for code, own in codes.items() if row and own == row.code), "")


def account_of(ledger: Ledger, number: str) -> Account | None:
    """By its number, with leading zeros or without; the ledger's own have some."""
    short = number.lstrip("0")
    for row in ledger.accounts.table:
        if row.code.lstrip("0") == short:
            return row
    return None


def number_of(ledger: Ledger, id: str) -> str:
    row = ledger.accounts.table.peek(id)
    return row.code if row else ""
