"""Business partners, accounts, taxes, items and the company, both ways. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
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

Entity = dict[str, Any]

CARD_TYPES = {PartyRole.CUSTOMER: "cCustomer", PartyRole.SUPPLIER: "cSupplier"}
_LETTERS = {PartyRole.CUSTOMER: "C", PartyRole.SUPPLIER: "V"}
_CODE_LENGTH = 15
_NAME_LENGTH = 100
_ACCOUNT_TYPES = {
    "at_Revenues": AccountType.INCOME,
    "at_Expenses": AccountType.EXPENSE,
}
PARTY_FIELDS = (
    *("CardCode", "CardName", "CardType", "EmailAddress", "Phone1", "FederalTaxID"),
    *("CompanyRegistrationNumber", "Currency", "Valid", "Frozen", "BPAddresses"),
)
ACCOUNT_FIELDS = (
    *("Code", "Name", "FormatCode", "AccountType", "AcctCurrency", "CashAccount"),
    "ActiveAccount",
)
ITEM_FIELDS = ("ItemCode", "ItemName", "IncomeAccount", "SalesVATGroup", "Valid")
_ALL_CURRENCIES = "##"
YES = "tYES"


def card_code(party: Party) -> str:
    """Codes are chosen by whoever makes the record. Ours follows from our contact's
    code, else from the intent's key, so that a repeated intent meets its own."""
    letter, base = _LETTERS[party.role], party.code or party.key or party.name
    code = f"{letter}{base}".upper()
    if party.code and len(code) <= _CODE_LENGTH and code.isalnum():
        return code
    return f"{letter}{sha256(base.encode()).hexdigest()[: _CODE_LENGTH - 1].upper()}"


def party_payload(party: Party) -> Entity:
    pairs = {
        "CardCode": card_code(party),
        "CardName": party.name[:_NAME_LENGTH],
        "CardType": CARD_TYPES[party.role],
        "EmailAddress": party.email,
        "Phone1": party.phone,
        "FederalTaxID": party.tax_number,
        "CompanyRegistrationNumber": party.company_number,
        "Currency": party.currency,
    }
    payload: Entity = {name: value for name, value in pairs.items() if value}
    if address := _address_payload(party.address):
        payload["BPAddresses"] = [address]
    return payload


def party_from(role: PartyRole, row: Entity) -> Party:
    currency = str(row.get("Currency") or "")
    return Party(
        role=role,
        id=str(row["CardCode"]),
        name=str(row.get("CardName") or ""),
        code=str(row["CardCode"]),
        email=str(row.get("EmailAddress") or ""),
        phone=str(row.get("Phone1") or ""),
        tax_number=str(row.get("FederalTaxID") or ""),
        company_number=str(row.get("CompanyRegistrationNumber") or ""),
        currency="" if currency == _ALL_CURRENCIES else currency,
        address=_address_from(row.get("BPAddresses") or ()),
        active=row.get("Frozen") != YES and row.get("Valid") != "tNO",
    )


def account_from(row: Entity) -> LedgerAccount:
    """Where accounts have segments, `Code` is internal and `FormatCode` is seen."""
    kind = _ACCOUNT_TYPES.get(str(row.get("AccountType")), AccountType.OTHER)
    if row.get("CashAccount") == YES:
        kind = AccountType.BANK
    currency = str(row.get("AcctCurrency") or "")
    return LedgerAccount(
        id=str(row["Code"]),
        name=str(row.get("Name") or ""),
        code=str(row.get("FormatCode") or row["Code"]),
        type=kind,
        currency="" if currency == _ALL_CURRENCIES else currency,
        active=row.get("ActiveAccount") != "tNO",
    )


def vat_group_from(row: Entity, on: date) -> TaxCode:
    is_sale = row.get("Category") == "bovcOutputTax"
    return TaxCode(
        id=str(row["Code"]),
        name=str(row.get("Name") or ""),
        code=str(row["Code"]),
        rate=_rate_on(row.get("VatGroups_Lines") or (), on),
        sales=is_sale,
        purchases=not is_sale,
        active=row.get("Inactive") != YES,
    )


def sales_tax_from(row: Entity) -> TaxCode:
    return TaxCode(
        id=str(row["Code"]),
        name=str(row.get("Name") or ""),
        code=str(row["Code"]),
        rate=Decimal(str(row.get("Rate") or 0)),
        sales=row.get("ValidForAR") != "tNO",
        purchases=row.get("ValidForAP") != "tNO",
        active=row.get("Inactive") != YES,
    )


def item_from(row: Entity) -> Item:
    return Item(
        id=str(row["ItemCode"]),
        name=str(row.get("ItemName") or ""),
        code=str(row["ItemCode"]),
        income_account_id=str(row.get("IncomeAccount") or ""),
        tax_code_id=str(row.get("SalesVATGroup") or ""),
        active=row.get("Valid") != "tNO",
    )


def organisation_from(
    database: str, company: Entity, admin: Entity, currencies: Iterable[Entity]
) -> Organisation:
    home = str(admin.get("LocalCurrency") or "")
    codes = frozenset(str(row["Code"]) for row in currencies)
    return Organisation(
        id=database,
        name=str(company.get("CompanyName") or admin.get("CompanyName") or database),
        country=str(admin.get("Country") or ""),
        home_currency=home,
        currencies=codes | ({home} if home else set()),
        facts={"version": str(company.get("Version") or "")},
    )


def _rate_on(lines: Iterable[Mapping[str, Any]], on: date) -> Decimal | None:
    """The rate in force on a day; None where none is yet."""
    begun = [
        (str(line.get("Effectivefrom") or "")[:10], line.get("Rate"))
        for line in lines
        if str(line.get("Effectivefrom") or "")[:10] <= on.isoformat()
    ]
    if not begun:
        return None
    return Decimal(str(max(begun, key=lambda each: each[0])[1] or 0))


def _address_payload(address: Address) -> Entity:
    """Countries are known there by their two letters."""
    country = address.country if len(address.country) == 2 else ""
    pairs = {
        "Street": address.street,
        "City": address.city,
        "State": address.region if len(address.region) <= 3 else "",
        "ZipCode": address.postcode,
        "Country": country.upper(),
    }
    told = {name: value for name, value in pairs.items() if value}
    if not told:
        return {}
    return {"AddressName": "Bill to", "AddressType": "bo_BillTo"} | told


def _address_from(rows: Iterable[Mapping[str, Any]]) -> Address:
    for row in rows:
        if row.get("AddressType") == "bo_BillTo":
            return Address(
                street=str(row.get("Street") or ""),
                city=str(row.get("City") or ""),
                region=str(row.get("State") or ""),
                postcode=str(row.get("ZipCode") or ""),
                country=str(row.get("Country") or ""),
            )
    return Address()
