"""Names, accounts, items and taxes as Intuit's JSON objects."""

from collections.abc import Mapping
from decimal import Decimal

from ..books import (
    ZERO,
    Account,
    AccountType,
    Item,
    ItemType,
    Party,
    Role,
    TaxCode,
    TaxRate,
)
from ..ledger import Ledger
from .render import Json, echo, entity, reference

# AccountType, Classification, AccountSubType, and whether debits count as positive.
ACCOUNTS: Mapping[AccountType, tuple[str, str, str, bool]] = {
    AccountType.INCOME: ("Income", "Revenue", "SalesOfProductIncome", False),
    AccountType.EXPENSE: ("Expense", "Expense", "SuppliesMaterials", True),
    AccountType.COST_OF_SALES: (
        "Cost of Goods Sold",
        "Expense",
        "SuppliesMaterialsCogs",
        True,
    ),
    AccountType.BANK: ("Bank", "Asset", "Checking", True),
    AccountType.RECEIVABLE: (
        "Accounts Receivable",
        "Asset",
        "AccountsReceivable",
        True,
    ),
    AccountType.PAYABLE: ("Accounts Payable", "Liability", "AccountsPayable", False),
    AccountType.TAX: (
        "Other Current Liability",
        "Liability",
        "GlobalTaxPayable",
        False,
    ),
    AccountType.ASSET: ("Fixed Asset", "Asset", "MachineryAndEquipment", True),
    AccountType.LIABILITY: (
        "Other Current Liability",
        "Liability",
        "OtherCurrentLiabilities",
        False,
    ),
    AccountType.EQUITY: ("Equity", "Equity", "OwnersEquity", False),
}
NO_BALANCE = {AccountType.INCOME, AccountType.EXPENSE, AccountType.COST_OF_SALES}
ITEM_TYPES = {
    ItemType.SERVICE: "Service",
    ItemType.GOODS: "NonInventory",
    ItemType.STOCK: "Inventory",
}


def party(ledger: Ledger, row: Party) -> Json:
    body = {
        **entity(row),
        **echo(row),
        "DisplayName": row.name,
        "FullyQualifiedName": row.name,
        "PrintOnCheckName": row.name,
        "Active": row.active,
        "CurrencyRef": reference(row.currency),
        "Balance": _balance(ledger, row),
    }
    if row.email:
        body["PrimaryEmailAddr"] = {"Address": row.email}
    if row.phone:
        body["PrimaryPhone"] = {"FreeFormNumber": row.phone}
    if row.address.street and "BillAddr" not in body:
        body["BillAddr"] = _address(row)
    return body


def _balance(ledger: Ledger, row: Party) -> Decimal:
    owed = ledger.party_balance(row.id)
    return -owed if Role.SUPPLIER in row.roles else owed


def _address(row: Party) -> Json:
    return {
        "Line1": row.address.street,
        "City": row.address.city,
        "PostalCode": row.address.postcode,
    }


def account(ledger: Ledger, row: Account) -> Json:
    kind, classification, sub_type, debit = ACCOUNTS[row.type]
    balance = ledger.account_balances().get(row.id, ZERO)
    shown = ZERO if row.type in NO_BALANCE else balance if debit else -balance
    return {
        **entity(row),
        "Name": row.name,
        "AcctNum": row.code,
        "FullyQualifiedName": row.name,
        "SubAccount": False,
        "Active": row.active,
        "Classification": classification,
        "AccountType": row.extra.get("account_type", kind),
        "AccountSubType": row.extra.get("sub_type", sub_type),
        "CurrentBalance": shown,
        "CurrentBalanceWithSubAccounts": shown,
        "CurrencyRef": reference(row.currency),
    }


def item(ledger: Ledger, row: Item) -> Json:
    body = {
        **entity(row),
        **echo(row),
        "Name": row.name,
        "FullyQualifiedName": row.name,
        "Active": row.active,
        "Type": ITEM_TYPES[row.type],
        "UnitPrice": row.price,
        "TrackQtyOnHand": row.type is ItemType.STOCK,
    }
    if row.code:
        body["Sku"] = row.code
    for name, account_id in (
        ("IncomeAccountRef", row.income_account),
        ("ExpenseAccountRef", row.expense_account),
    ):
        if account_id:
            found = ledger.accounts.table.peek(account_id)
            body[name] = reference(account_id, found.name if found else "")
    if row.tax_code:
        body["SalesTaxCodeRef"] = reference(row.tax_code)
    return body


def tax_code_name(ledger: Ledger, row: TaxCode) -> str:
    if row.exempt:
        return "Exempt"
    return f"{ledger.tax_codes.percent(row.id):.1f}% {row.code}"


def tax_code(ledger: Ledger, row: TaxCode) -> Json:
    details = [
        {
            "TaxRateRef": reference(rate, ledger.tax_rates.get(rate).name),
            "TaxTypeApplicable": "TaxOnAmount",
            "TaxOrder": 0,
        }
        for rate in row.rates
    ]
    empty: Json = {"TaxRateDetail": []}
    rates: Json = {"TaxRateDetail": details}
    return {
        **entity(row),
        "Name": tax_code_name(ledger, row),
        "Description": row.name,
        "Active": row.active,
        "Taxable": True,
        "TaxGroup": True,
        "SalesTaxRateList": rates if row.sales else empty,
        "PurchaseTaxRateList": rates if row.purchases else empty,
    }


def tax_rate(ledger: Ledger, row: TaxRate) -> Json:
    return {
        **entity(row),
        "Name": row.name,
        "Description": row.name,
        "Active": row.active,
        "RateValue": row.percent,
        "AgencyRef": reference("1"),
        "SpecialTaxType": "NONE",
        "DisplayType": "ReadOnly",
    }
