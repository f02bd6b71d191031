"""Customers, vendors, accounts, taxes, items and the company, both ways. Pure.

Records are named by their numbers, as people see them in Business Central.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from connectors.records import (
    AccountType,
    Address,
    Item,
    LedgerAccount,
    Organisation,
    Party,
    PartyRole,
    TaxCode,
)

Entity = Mapping[str, Any]

PATHS = {PartyRole.CUSTOMER: "customers", PartyRole.SUPPLIER: "vendors"}
PARTY_FIELDS = (
    *("number", "displayName", "email", "phoneNumber", "taxRegistrationNumber"),
    *("currencyCode", "addressLine1", "city", "state", "postalCode", "country"),
    "blocked",
)
ACCOUNT_FIELDS = ("number", "displayName", "category", "subCategory", "blocked")
NAME_LENGTH = 100
_LENGTHS = {
    "displayName": NAME_LENGTH,
    "email": 80,
    "phoneNumber": 30,
    "taxRegistrationNumber": 20,
    "currencyCode": 10,
    "addressLine1": 100,
    "city": 30,
    "state": 30,
    "postalCode": 20,
}
_TYPES = {
    "Income": AccountType.INCOME,
    "Expense": AccountType.EXPENSE,
    "Cost of Goods Sold": AccountType.EXPENSE,
    "Assets": AccountType.OTHER,
}
_CLOSED = frozenset({"All", "Invoice"})


def word(value: object) -> str:
    """Enumerations write a blank in their own way, and nothing as a blank."""
    return str(value or "").replace("_x0020_", " ").strip()


def party_payload(party: Party) -> dict[str, Any]:
    """Countries are known there by their two letters."""
    country = party.address.country
    pairs = {
        "displayName": party.name,
        "email": party.email,
        "phoneNumber": party.phone,
        "taxRegistrationNumber": party.tax_number,
        "currencyCode": party.currency,
        "addressLine1": party.address.street,
        "city": party.address.city,
        "state": party.address.region,
        "postalCode": party.address.postcode,
    }
    told = {name: value[: _LENGTHS[name]] for name, value in pairs.items() if value}
    return told | ({"country": country.upper()} if len(country) == 2 else {})


def party_from(role: PartyRole, row: Entity, *, url: str = "") -> Party:
    return Party(
        role=role,
        id=str(row["number"]),
        name=str(row.get("displayName") or ""),
        code=str(row["number"]),
        email=str(row.get("email") or ""),
        phone=str(row.get("phoneNumber") or ""),
        tax_number=str(row.get("taxRegistrationNumber") or ""),
        currency=str(row.get("currencyCode") or ""),
        address=Address(
            street=str(row.get("addressLine1") or ""),
            city=str(row.get("city") or ""),
            region=str(row.get("state") or ""),
            postcode=str(row.get("postalCode") or ""),
            country=str(row.get("country") or ""),
        ),
        active=word(row.get("blocked")) not in _CLOSED,
        url=url,
    )


def account_from(row: Entity) -> LedgerAccount:
    return LedgerAccount(
        id=str(row["number"]),
        name=str(row.get("displayName") or ""),
        code=str(row["number"]),
        type=_account_type(row),
        active=not row.get("blocked"),
    )


def tax_from(row: Entity, rates: Mapping[str, Decimal]) -> TaxCode:
    """The API tells no rates; `rates` are those that a person entered."""
    code = str(row["code"])
    return TaxCode(
        id=code,
        name=str(row.get("displayName") or code),
        code=code,
        rate=rates.get(code),
    )


def item_from(row: Entity) -> Item:
    return Item(
        id=str(row["number"]),
        name=str(row.get("displayName") or ""),
        code=str(row["number"]),
        tax_code_id=str(row.get("taxGroupCode") or ""),
        active=not row.get("blocked"),
    )


def company_from(row: Entity) -> Organisation:
    """Of the list of companies."""
    return Organisation(
        id=str(row["id"]), name=str(row.get("displayName") or row.get("name") or "")
    )


def organisation_from(
    company_id: str,
    company: Entity,
    currencies: Iterable[Entity],
    setup: Entity,
) -> Organisation:
    home = str(company.get("currencyCode") or setup.get("localCurrencyCode") or "")
    codes = frozenset(str(row["code"]) for row in currencies if row.get("code"))
    return Organisation(
        id=company_id,
        name=str(company.get("displayName") or ""),
        country=str(company.get("country") or ""),
        home_currency=home,
        currencies=codes | ({home} if home else set()),
        locked_before=day_in(setup.get("allowPostingFrom")),
    )


def day_in(text: object) -> date | None:
    """The first day of all stands for none."""
    found = date.fromisoformat(str(text)[:10]) if text else None
    return None if found == date.min else found


def _account_type(row: Entity) -> AccountType:
    kind = _TYPES.get(word(row.get("category")), AccountType.OTHER)
    is_cash = word(row.get("subCategory")).casefold() in ("cash", "bank")
    return AccountType.BANK if is_cash else kind
