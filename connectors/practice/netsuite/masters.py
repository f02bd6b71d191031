"""Customers, vendors, items, accounts, taxes: from records to the ledger and back."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..books import Account, AccountType, Address, Item, ItemType, Party, Role, TaxCode
from ..ledger import Ledger
from . import values
from .refusals import Refused, bad_key, missing
from .transactions import CURRENCIES, CURRENCY_NAMES
from .values import Record

ROLES = {"customer": Role.CUSTOMER, "vendor": Role.SUPPLIER}
ITEMS = ("serviceSaleItem", "serviceResaleItem")
# As REST names them; SOAP has longer words.
ACCOUNT_TYPES = {
    AccountType.INCOME: "Income",
    AccountType.EXPENSE: "Expense",
    AccountType.COST_OF_SALES: "COGS",
    AccountType.BANK: "Bank",
    AccountType.RECEIVABLE: "AcctRec",
    AccountType.PAYABLE: "AcctPay",
    AccountType.TAX: "OthCurrLiab",
    AccountType.ASSET: "OthCurrAsset",
    AccountType.LIABILITY: "OthCurrLiab",
    AccountType.EQUITY: "Equity",
}


def party_from(ledger: Ledger, type: str, sent: Record, row: Party | None) -> Party:
    name = values.text(sent, "companyName", row.name if row else "")
    if values.flag(sent, "isPerson"):
        first, last = values.text(sent, "firstName"), values.text(sent, "lastName")
        name = f"{first} {last}".strip()
    if not name.strip():
        raise missing("companyName")
    subsidiary = values.ref(sent, "subsidiary") or "1"
    if subsidiary != "1":
        raise bad_key("subsidiary", subsidiary, "subsidiary")
    base = row or Party(name=name, roles=(ROLES[type],))
    return replace(
        base,
        name=name,
        email=values.text(sent, "email", base.email),
        phone=values.text(sent, "phone", base.phone),
        code=values.text(sent, "accountNumber", base.code),
        tax_number=values.text(sent, "vatRegNumber", base.tax_number),
        currency=_currency(ledger, sent, base if row else None),
        address=_address(sent, base.address),
    )


def item_from(ledger: Ledger, type: str, sent: Record, row: Item | None) -> Item:
    name = values.text(sent, "itemId", row.name if row else "")
    if not name:
        raise missing("itemId")
    income = values.ref(sent, "incomeAccount") or (row.income_account if row else "")
    expense = values.ref(sent, "expenseAccount") or (row.expense_account if row else "")
    if not income:
        raise missing("incomeAccount")
    if type == "serviceResaleItem" and not expense:
        raise missing("expenseAccount")
    base = row or Item(name=name, type=ItemType.SERVICE)
    if not row and ledger.items.named(name):
        raise Refused("DUP_ITEM", "Uniqueness error - itemId", "itemId")
    return replace(base, name=name, income_account=income, expense_account=expense)


def party_record(row: Party) -> dict[str, Any]:
    record: dict[str, Any] = {
        "entityId": f"ENT-{row.id}",
        "isPerson": False,
        "companyName": row.name,
        "phone": row.phone,
        "email": row.email,
        "isInactive": not row.active,
        "vatRegNumber": row.tax_number,
        "accountNumber": row.code,
        "currency": {
            "id": CURRENCIES[row.currency],
            "refName": CURRENCY_NAMES[row.currency],
        },
    }
    record = {name: value for name, value in record.items() if value != ""}
    address = _address_record(row.address)
    if address:
        each = {"defaultBilling": True, "addressBookAddress": address}
        record["addressBook"] = {"items": [each]}
    return record


def item_type(row: Item) -> str:
    return ITEMS[1] if row.expense_account else ITEMS[0]


def item_record(row: Item) -> dict[str, Any]:
    record: dict[str, Any] = {"itemId": row.name, "isInactive": not row.active}
    for name, id in (
        ("incomeAccount", row.income_account),
        ("expenseAccount", row.expense_account),
    ):
        if id:
            record[name] = {"id": id, "refName": ""}
    return record


def account_record(row: Account) -> dict[str, Any]:
    return {
        "acctType": ACCOUNT_TYPES[row.type],
        "acctNumber": row.code,
        "acctName": row.name,
        "isInactive": not row.active,
    }


def tax_record(ledger: Ledger, row: TaxCode) -> dict[str, Any]:
    percent: Decimal = ledger.tax_codes.percent(row.id)
    available = "both" if row.sales and row.purchases else "sale"
    return {
        "itemId": row.code,
        "displayName": row.name,
        "rate": f"{percent:.2f}%",
        "isInactive": not row.active,
        "available": available,
    }


def currency_records(ledger: Ledger) -> dict[str, dict[str, Any]]:
    """By id, the currencies that the company has."""
    return {
        CURRENCIES[code]: {
            "name": CURRENCY_NAMES[code],
            "symbol": code,
            "isBaseCurrency": code == ledger.company.currency,
            "isInactive": False,
        }
        for code in ledger.company.currencies
    }


def subsidiary_record(ledger: Ledger) -> dict[str, Any]:
    code = ledger.company.currency
    return {
        "name": ledger.company.name,
        "isInactive": False,
        "country": {"id": ledger.company.country},
        "currency": {"id": CURRENCIES[code], "refName": CURRENCY_NAMES[code]},
    }


def _currency(ledger: Ledger, sent: Record, row: Party | None) -> str:
    id = values.ref(sent, "currency")
    if not id:
        return row.currency if row else ledger.company.currency
    codes = {each: code for code, each in CURRENCIES.items()}
    if id not in codes:
        raise bad_key("currency", id, "currency")
    return codes[id]


def _address(sent: Record, old: Address) -> Address:
    for row in values.rows(sent, "addressBook"):
        found = row.get("addressBookAddress")
        if isinstance(found, dict):
            return Address(
                street=values.text(found, "addr1"),
                city=values.text(found, "city"),
                region=values.text(found, "state"),
                postcode=values.text(found, "zip"),
                country=values.ref(found, "country"),
            )
    return old


def _address_record(address: Address) -> dict[str, Any]:
    texts = {
        "addr1": address.street,
        "city": address.city,
        "state": address.region,
        "zip": address.postcode,
    }
    record: dict[str, Any] = {name: text for name, text in texts.items() if text}
    return record | ({"country": {"id": address.country}} if address.country else {})
