"""Customers, vendors, accounts, taxes and the tenant, both ways. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from connectors.acumatica.wrapping import (
    Entity,
    amount,
    day,
    flag,
    inner,
    rows,
    text,
    wrapped,
)
from connectors.records import (
    ZERO,
    AccountType,
    Address,
    Item,
    LedgerAccount,
    Organisation,
    Party,
    PartyRole,
    TaxCode,
)

ENTITIES = {PartyRole.CUSTOMER: "Customer", PartyRole.SUPPLIER: "Vendor"}
IDS = {PartyRole.CUSTOMER: "CustomerID", PartyRole.SUPPLIER: "VendorID"}
PARTY_NAMES = {PartyRole.CUSTOMER: "CustomerName", PartyRole.SUPPLIER: "VendorName"}
CLASSES = {PartyRole.CUSTOMER: "CustomerClass", PartyRole.SUPPLIER: "VendorClass"}
EXPAND = "MainContact,MainContact/Address"
_TYPES = {"Income": AccountType.INCOME, "Expense": AccountType.EXPENSE}
_ID_LENGTH = 10
_NAME_LENGTH = 60


def party_id(party: Party) -> str:
    """Ids are chosen by whoever makes the record. Ours follows from our contact's code,
    else from the intent's key, so that a repeated intent meets its own."""
    letter = "C" if party.role is PartyRole.CUSTOMER else "V"
    code = f"{letter}{party.code}".upper()
    if party.code and len(code) <= _ID_LENGTH and code.isalnum():
        return code
    base = party.code or party.key or party.name
    return f"{letter}{sha256(base.encode()).hexdigest()[: _ID_LENGTH - 1].upper()}"


def party_payload(party: Party, *, own_id: bool, party_class: str) -> Entity:
    """Without `own_id` the company numbers it."""
    role, address = party.role, party.address
    contact: dict[str, Any] = {
        "CompanyName": party.name,
        "Email": party.email,
        "Phone1": party.phone,
    }
    place = wrapped(
        {
            "AddressLine1": address.street,
            "City": address.city,
            "State": address.region,
            "PostalCode": address.postcode,
            "Country": address.country.upper() if len(address.country) == 2 else "",
        }
    )
    if place:
        contact["Address"] = place
    return wrapped(
        {
            IDS[role]: party_id(party) if own_id else "",
            PARTY_NAMES[role]: party.name,
            CLASSES[role]: party_class,
            "TaxRegistrationID": party.tax_number,
            "CurrencyID": party.currency,
            "MainContact": wrapped(contact),
        }
    )


def party_from(role: PartyRole, row: Mapping[str, Any]) -> Party:
    contact = inner(row, "MainContact")
    address = inner(contact, "Address")
    id = text(row, IDS[role])
    return Party(
        role=role,
        id=id,
        name=text(row, PARTY_NAMES[role]),
        code=id,
        email=text(contact, "Email") or text(row, "Email"),
        phone=text(contact, "Phone1"),
        tax_number=text(row, "TaxRegistrationID"),
        currency=text(row, "CurrencyID"),
        address=Address(
            street=text(address, "AddressLine1"),
            city=text(address, "City"),
            region=text(address, "State"),
            postcode=text(address, "PostalCode"),
            country=text(address, "Country"),
        ),
        active=text(row, "Status") not in ("Inactive", "Hold", "On Hold"),
    )


def account_from(row: Mapping[str, Any]) -> LedgerAccount:
    code = text(row, "AccountCD")
    kind = _TYPES.get(text(row, "Type"), AccountType.OTHER)
    return LedgerAccount(
        id=code,
        name=text(row, "Description"),
        code=code,
        type=AccountType.BANK if flag(row, "CashAccount") else kind,
        currency=text(row, "CurrencyID"),
        active=flag(row, "Active") is not False,
    )


def cash_account_from(row: Mapping[str, Any]) -> LedgerAccount:
    code = text(row, "CashAccount")
    return LedgerAccount(
        id=code,
        name=text(row, "Description") or code,
        code=code,
        type=AccountType.BANK,
    )


def rates_on(taxes: Iterable[Mapping[str, Any]], on: date) -> dict[str, Decimal]:
    """Percent in force on a day, by tax."""
    found = {}
    for tax in taxes:
        begun = [
            (start, amount(line, "TaxRate"))
            for line in rows(tax, "TaxSchedule")
            if (start := day(line, "StartDate")) is None or start <= on
        ]
        if begun:
            latest = max(begun, key=lambda each: each[0] or date.min)
            found[text(tax, "TaxID")] = latest[1]
    return found


def tax_from(row: Mapping[str, Any], rates: Mapping[str, Decimal]) -> TaxCode:
    """A category's rate is that of its taxes together; which of them apply depends on
    the customer's tax zone."""
    code = text(row, "TaxCategoryID")
    taxes = [text(line, "TaxID") for line in rows(row, "Details")]
    known = [rates[tax] for tax in taxes if tax in rates]
    return TaxCode(
        id=code,
        name=text(row, "Description") or code,
        code=code,
        rate=sum(known, ZERO) if len(known) == len(taxes) else None,
        active=flag(row, "Active") is not False,
    )


def item_from(row: Mapping[str, Any]) -> Item:
    code = text(row, "InventoryID")
    return Item(
        id=code,
        name=text(row, "Description") or code,
        code=code,
        income_account_id=text(row, "SalesAccount"),
        expense_account_id=text(row, "ExpenseAccount"),
        tax_code_id=text(row, "TaxCategory"),
        active=text(row, "ItemStatus") in ("", "Active"),
    )


def organisation_from(
    site: str, tenant: str, home_currency: str, ledger: Mapping[str, Any]
) -> Organisation:
    companies = [text(row, "CompanyName") for row in rows(ledger, "Companies")]
    name = tenant or next(filter(None, companies), "") or text(ledger, "Description")
    return Organisation(
        id=tenant or site,
        name=name or site,
        home_currency=home_currency or text(ledger, "Currency"),
        currencies=frozenset({home_currency} if home_currency else ()),
        facts={"ledger": text(ledger, "LedgerID")},
    )
