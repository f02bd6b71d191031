"""Parties, accounts, taxes, items and the company, both ways. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from connectors.odoo.reading import amount, day, id_in, label, text
from connectors.records import (
    AccountType,
    Address,
    ControlBalance,
    Item,
    LedgerAccount,
    Organisation,
    Party,
    PartyRole,
    TaxCode,
)

Row = Mapping[str, Any]
Domain = list[object]

RANKS = {PartyRole.CUSTOMER: "customer_rank", PartyRole.SUPPLIER: "supplier_rank"}
PARTY_FIELDS = (
    *("name", "email", "phone", "vat", "ref", "company_registry", "street", "city"),
    *("zip", "country_code", "customer_rank", "supplier_rank", "active", "write_date"),
)
TAX_FIELDS = (
    "name",
    "amount",
    "amount_type",
    "type_tax_use",
    "price_include",
    "active",
)
ITEM_FIELDS = (
    *("name", "default_code", "active"),
    *("property_account_income_id", "property_account_expense_id"),
)
COMPANY_FIELDS = (
    *("name", "currency_id", "country_code", "tax_calculation_rounding_method"),
    "fiscalyear_lock_date",
)
# Version 18 made three of one.
LOCKS_SINCE_18 = ("hard_lock_date", "sale_lock_date")
CONTROL_TYPES = {
    "asset_receivable": PartyRole.CUSTOMER,
    "liability_payable": PartyRole.SUPPLIER,
}
_ACCOUNT_TYPES = {
    "income": AccountType.INCOME,
    "income_other": AccountType.INCOME,
    "expense": AccountType.EXPENSE,
    "expense_direct_cost": AccountType.EXPENSE,
    "expense_depreciation": AccountType.EXPENSE,
    "asset_cash": AccountType.BANK,
    "asset_receivable": AccountType.RECEIVABLE,
    "liability_payable": AccountType.PAYABLE,
}
JOURNAL_TYPES = ("bank", "cash")


def in_role(role: PartyRole) -> Domain:
    """Those of that role, and contacts that have none yet."""
    other = next(rank for each, rank in RANKS.items() if each is not role)
    return ["|", [RANKS[role], ">", 0], [other, "=", 0]]


def party_values(party: Party, *, country_id: int | None) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": party.name,
        "is_company": True,
        RANKS[party.role]: 1,
    }
    told = {
        "email": party.email,
        "phone": party.phone,
        "vat": party.tax_number,
        "ref": party.code,
        "company_registry": party.company_number,
        "street": party.address.street,
        "city": party.address.city,
        "zip": party.address.postcode,
        "country_id": country_id,
    }
    return values | {name: value for name, value in told.items() if value}


def party_from(role: PartyRole, row: Row, *, url: str = "") -> Party:
    return Party(
        role=role,
        id=str(row["id"]),
        name=text(row.get("name")),
        code=text(row.get("ref")),
        email=text(row.get("email")),
        phone=text(row.get("phone")),
        tax_number=text(row.get("vat")),
        company_number=text(row.get("company_registry")),
        address=Address(
            street=text(row.get("street")),
            city=text(row.get("city")),
            postcode=text(row.get("zip")),
            country=text(row.get("country_code")),
        ),
        active=bool(row.get("active", True)),
        url=url,
    )


def account_from(row: Row) -> LedgerAccount:
    return LedgerAccount(
        id=str(row["id"]),
        name=text(row.get("name")),
        code=text(row.get("code")),
        type=_ACCOUNT_TYPES.get(row["account_type"], AccountType.OTHER),
        active=not row.get("deprecated") and bool(row.get("active", True)),
    )


def bank_from(row: Row) -> LedgerAccount:
    """Payments are put to a journal, which has an account of its own."""
    return LedgerAccount(
        id=str(row["id"]),
        name=text(row.get("name")),
        code=text(row.get("code")),
        type=AccountType.BANK,
        currency=label(row.get("currency_id")),
    )


def tax_from(row: Row) -> TaxCode:
    percent = row.get("amount_type") == "percent"
    return TaxCode(
        id=str(row["id"]),
        name=text(row.get("name")),
        rate=amount(row.get("amount")) if percent else None,
        sales=row.get("type_tax_use") == "sale",
        purchases=row.get("type_tax_use") == "purchase",
        active=bool(row.get("active", True)),
    )


def item_values(item: Item) -> dict[str, Any]:
    told = {
        "default_code": item.code,
        "property_account_income_id": _number(item.income_account_id),
        "property_account_expense_id": _number(item.expense_account_id),
    }
    values = {name: value for name, value in told.items() if value}
    return {"name": item.name, "type": "service", **values}


def item_from(row: Row) -> Item:
    return Item(
        id=str(row["id"]),
        name=text(row.get("name")),
        code=text(row.get("default_code")),
        income_account_id=id_in(row.get("property_account_income_id")),
        expense_account_id=id_in(row.get("property_account_expense_id")),
        active=bool(row.get("active", True)),
    )


def organisation_from(row: Row, currencies: frozenset[str]) -> Organisation:
    rounding = text(row.get("tax_calculation_rounding_method"))
    return Organisation(
        id=str(row["id"]),
        name=text(row.get("name")),
        country=text(row.get("country_code")),
        home_currency=label(row.get("currency_id")),
        currencies=currencies,
        locked_before=_locked_before(row),
        facts={"tax_rounding": rounding} if rounding else {},
    )


def control_balance(row: Row, currency: str) -> ControlBalance:
    role = CONTROL_TYPES[row["account_type"]]
    balance: Decimal = amount(row.get("current_balance"))
    return ControlBalance(
        role=role,
        account_id=str(row["id"]),
        currency=currency,
        amount=-balance if role is PartyRole.SUPPLIER else balance,
    )


def _locked_before(row: Row) -> date | None:
    """Odoo tells the last day that is locked."""
    locks = [day(row.get(name)) for name in ("fiscalyear_lock_date", *LOCKS_SINCE_18)]
    last = max((lock for lock in locks if lock), default=None)
    return last + timedelta(days=1) if last else None


def _number(id: str) -> int | None:
    return int(id) if id.isdecimal() else None
