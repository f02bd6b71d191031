"""The books' records, as Acumatica shows them: members by name, wrapped at the end."""

import datetime as dt
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..books import (
    ZERO,
    Account,
    AccountType,
    Document,
    Item,
    Kind,
    Party,
    Payment,
    Role,
    State,
    TaxCode,
    TaxRate,
)
from ..ledger import Ledger

Row = dict[str, Any]
TYPES = {
    Kind.SALES_INVOICE: "Invoice",
    Kind.CREDIT_NOTE: "Credit Memo",
    Kind.SUPPLIER_INVOICE: "Bill",
}
PREFIXES = {
    Kind.SALES_INVOICE: "AR",
    Kind.CREDIT_NOTE: "AR",
    Kind.SUPPLIER_INVOICE: "AP",
}
_SPACE = uuid.UUID("8deb6bf9-2072-4b11-b83e-00155d408001")


def number_of(row: Document) -> str:
    """Numbers of the documents' own, apart from ours."""
    return f"{PREFIXES[row.kind]}{int(row.id):06d}"


def document(row: Document, entity: str) -> Row:
    """Without its rows."""
    status = "Voided" if row.state is State.VOID else "Closed"
    if row.state is State.DRAFT:
        status = "Balanced"
    elif row.state is State.POSTED and row.balance > ZERO:
        status = "Open"
    party, number = {
        "Invoice": ("Customer", "CustomerOrder"),
        "SalesInvoice": ("CustomerID", "CustomerOrder"),
        "Bill": ("Vendor", "VendorRef"),
    }[entity]
    found: Row = {
        **_head("document", row.id),
        "Type": TYPES[row.kind],
        "ReferenceNbr": number_of(row),
        "Status": status,
        party: row.party,
        number: row.number,
        "Date": row.date,
        "DueDate": row.due,
        "Description": row.memo,
        "Amount": row.gross,
        "TaxTotal": row.tax,
        "Balance": row.balance,
        "LastModifiedDateTime": row.updated_at,
    }
    if entity == "SalesInvoice":
        found["Currency"] = row.currency
    if entity == "Bill":
        found["CurrencyID"] = row.currency
    return found


def whole(ledger: Ledger, row: Document, entity: str) -> Row:
    """With its rows, which are much of the work."""
    details = _details(ledger, row, entity)
    return document(row, entity) | {"Details": details, "TaxDetails": []}


def party(row: Party, role: Role) -> Row:
    word = "Customer" if role is Role.CUSTOMER else "Vendor"
    address = row.address
    return {
        **_head("party", row.id),
        f"{word}ID": row.id,
        f"{word}Name": row.name,
        f"{word}Class": "DEFAULT",
        "Status": "Active" if row.active else "Inactive",
        "TaxRegistrationID": row.tax_number,
        "CurrencyID": row.currency,
        "LastModifiedDateTime": row.updated_at,
        "MainContact": {
            "CompanyName": row.name,
            "Email": row.email,
            "Phone1": row.phone,
            "Address": {
                "AddressLine1": address.street,
                "City": address.city,
                "State": address.region,
                "PostalCode": address.postcode,
                "Country": address.country,
            },
        },
    }


def account(row: Account) -> Row:
    kinds = {
        AccountType.INCOME: "Income",
        AccountType.EXPENSE: "Expense",
        AccountType.COST_OF_SALES: "Expense",
        AccountType.PAYABLE: "Liability",
        AccountType.TAX: "Liability",
        AccountType.LIABILITY: "Liability",
    }
    return {
        **_head("account", row.id),
        "AccountCD": row.code,
        "Description": row.name,
        "Type": kinds.get(row.type, "Asset"),
        "Active": row.active,
        "CashAccount": row.type is AccountType.BANK,
        "CurrencyID": row.currency,
    }


def category(row: TaxCode) -> Row:
    return {
        **_head("category", row.id),
        "TaxCategoryID": row.code,
        "Description": row.name,
        "Active": row.active,
        "Details": [
            {"TaxID": tax_id(rate), "TaxCategory": row.code} for rate in row.rates
        ],
    }


def tax(row: TaxRate) -> Row:
    schedule = {
        "TaxID": tax_id(row.id),
        "StartDate": dt.date(2000, 1, 1),
        "TaxRate": row.percent,
    }
    return {
        **_head("tax", row.id),
        "TaxID": tax_id(row.id),
        "Description": row.name,
        "TaxType": "VAT",
        "TaxSchedule": [schedule],
    }


def tax_id(rate: str) -> str:
    return f"VAT{rate}"


def item(ledger: Ledger, row: Item) -> Row:
    sales = ledger.accounts.find(row.income_account) if row.income_account else None
    bought = ledger.accounts.find(row.expense_account) if row.expense_account else None
    return {
        **_head("item", row.id),
        "InventoryID": row.code,
        "Description": row.name,
        "ItemStatus": "Active" if row.active else "Inactive",
        "SalesAccount": sales.code if sales else "",
        "ExpenseAccount": bought.code if bought else "",
    }


def method(ledger: Ledger, name: str) -> Row:
    banks = [a for a in ledger.accounts.table if a.type is AccountType.BANK]
    return {
        **_head("method", name),
        "PaymentMethodID": name,
        "Active": True,
        "AllowedCashAccounts": [
            {"CashAccount": bank.code, "Description": bank.name} for bank in banks
        ],
    }


def main_ledger(ledger: Ledger) -> Row:
    company = ledger.company
    return {
        **_head("ledger", "1"),
        "LedgerID": "ACTUAL",
        "Description": "Actual ledger",
        "Type": "Actual",
        "Currency": company.currency,
        "Companies": [{"Company": "MAIN", "CompanyName": company.name}],
    }


def payment(ledger: Ledger, row: Payment, entity: str) -> Row:
    bank = ledger.accounts.find(row.account) if row.account else None
    found = _paid(entity, row.id, row.party, row.extra) | {
        "Status": "Voided" if row.state is State.VOID else "Open",
        "CashAccount": bank.code if bank else "",
        "PaymentMethod": row.method or "CHECK",
        "PaymentRef": row.number,
        "ApplicationDate": row.date,
        "PaymentAmount": row.amount,
        "CurrencyID": row.currency,
        "LastModifiedDateTime": row.updated_at,
    }
    history = [
        _history(paid, each.amount, entity)
        for each in ledger.settlements.of_payment(row.id)
        if (paid := ledger.documents.find(each.document))
    ]
    name = "ApplicationHistory" if entity == "Payment" else "History"
    return found | {name: history, _waiting(entity): []}


def saved_payment(entity: str, sent: Mapping[str, Any]) -> Row:
    """One that is not released yet. What it will settle is told as it was sent."""
    rows = [dict(row) for row in sent["rows"]]
    for row in rows:
        row["AmountPaid"] = Decimal(row["AmountPaid"])
    name = "ApplicationHistory" if entity == "Payment" else "History"
    return _paid(entity, str(sent["id"]), str(sent["party"]), sent) | {
        "Status": "Balanced",
        "CashAccount": sent["account"],
        "PaymentMethod": sent["method"],
        "PaymentRef": sent["number"],
        "ApplicationDate": dt.date.fromisoformat(sent["date"]),
        "PaymentAmount": Decimal(sent["amount"]),
        "CurrencyID": sent["currency"],
        "LastModifiedDateTime": dt.datetime.fromisoformat(sent["at"]),
        _waiting(entity): rows,
        name: [],
    }


def wrapped(row: Mapping[str, Any], expand: set[str], path: str = "") -> Row:
    """Lists and records inside are shown only when they were asked for."""
    found: Row = {}
    for name, value in row.items():
        where = f"{path}{name}"
        is_inside = isinstance(value, list | dict)
        if name in ("id", "rowNumber"):
            found[name] = value
        elif is_inside and where not in expand:
            continue
        elif isinstance(value, list):
            found[name] = [
                {"id": str(uuid.uuid5(_SPACE, f"{row.get('id')}{where}{n}"))}
                | wrapped(each, expand, f"{where}/")
                for n, each in enumerate(value)
            ]
        elif isinstance(value, dict):
            found[name] = wrapped(value, expand, f"{where}/")
        else:
            found[name] = {} if value in (None, "") else {"value": plain(value)}
    return found


def plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, dt.date):
        return f"{value.isoformat()}T00:00:00+00:00"
    return value


def _head(kind: str, id: str) -> Row:
    return {"id": str(uuid.uuid5(_SPACE, f"{kind} {id}")), "rowNumber": 1, "note": ""}


def _details(ledger: Ledger, row: Document, entity: str) -> list[Row]:
    text = "TransactionDescr" if entity == "SalesInvoice" else "TransactionDescription"
    price = "UnitCost" if entity == "Bill" else "UnitPrice"
    found = []
    for line in row.lines:
        account = ledger.line_account(line, purchase=row.kind.is_purchase)
        item = ledger.items.find(line.item) if line.item else None
        tax = ledger.tax_codes.find(line.tax_code) if line.tax_code else None
        found.append(
            {
                "InventoryID": item.code if item else "",
                text: line.description,
                "Account": account.code if account else "",
                "Qty": line.quantity,
                price: line.unit_price,
                "Amount": line.net,
                "TaxCategory": tax.code if tax else "",
            }
        )
    return found


def _paid(entity: str, id: str, party: str, extra: Mapping[str, Any]) -> Row:
    is_receipt = entity == "Payment"
    found = {
        **_head(entity, id),
        "Type": "Payment",
        "ReferenceNbr": f"{int(id):06d}",
        "CustomerID" if is_receipt else "Vendor": party,
        "Description": extra.get("description", ""),
    }
    return found | ({"ExternalRef": extra.get("external", "")} if is_receipt else {})


def _waiting(entity: str) -> str:
    return "DocumentsToApply" if entity == "Payment" else "Details"


def _history(row: Document, amount: Decimal, entity: str) -> Row:
    if entity == "Payment":
        return {
            "DisplayDocType": TYPES[row.kind],
            "DisplayRefNbr": number_of(row),
            "AmountPaid": amount,
        }
    return {
        "DocType": TYPES[row.kind],
        "ReferenceNbr": number_of(row),
        "AmountPaid": amount,
    }
