"""Customers, vendors, items and accounts: created and updated."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..books import Account, AccountType, Address, Item, ItemType, Party, Role
from ..ledger import Ledger
from . import refusals
from .refusals import bad_text, bad_word, missing
from .render_names import ACCOUNTS, ITEM_TYPES
from .transactions import version_of

Sent = Mapping[str, Any]
ECHOED = (
    "Title GivenName MiddleName FamilyName Suffix CompanyName Notes AcctNum BillAddr "
    "ShipAddr WebAddr Mobile Fax ResaleNum BusinessNumber TaxIdentifier "
    "PrimaryTaxIdentifier CompanyRegistrationNumber"
).split()
ITEM_ECHOED = ("Description", "PurchaseDesc", "PurchaseCost", "Taxable")
STOCK_NEEDS = ("AssetAccountRef", "QtyOnHand", "InvStartDate", "TrackQtyOnHand")
# The vendor's types that the renderer does not write, and where they stand in ours.
MORE_ACCOUNT_TYPES = {
    "Other Income": AccountType.INCOME,
    "Other Expense": AccountType.EXPENSE,
    "Other Current Asset": AccountType.ASSET,
    "Other Asset": AccountType.ASSET,
    "Credit Card": AccountType.LIABILITY,
    "Other Current Liability": AccountType.LIABILITY,
    "Long Term Liability": AccountType.LIABILITY,
}


# --- customers and vendors


def create_party(ledger: Ledger, role: Role, sent: Sent) -> Party:
    currency = str(sent.get("CurrencyRef", ledger.company.currency))
    if currency not in ledger.company.currencies:
        raise refusals.invalid_reference("CurrencyRef")
    row = Party(name=_display_name(sent), roles=(role,), currency=currency)
    return ledger.parties.create(_party_fields(row, sent))


def update_party(ledger: Ledger, role: Role, sent: Sent) -> Party:
    """The currency of a name is fixed when it is made."""
    row = existing_party(ledger, role, sent)
    version = version_of(sent)
    if sent.get("CurrencyRef", row.currency) != row.currency:
        raise refusals.business("The currency of a name cannot be changed.")
    base = row
    if not sent.get("sparse"):
        base = replace(row, email="", phone="", active=True, extra={})
    if "DisplayName" in sent or not sent.get("sparse"):
        base = replace(base, name=_display_name(sent))
    changed = _party_fields(base, sent)
    names = ("name", "email", "phone", "active", "address", "extra")
    fields = {name: getattr(changed, name) for name in names}
    return ledger.parties.update(row.id, version=version, **fields)


def existing_party(ledger: Ledger, role: Role, sent: Sent) -> Party:
    if not sent.get("Id"):
        raise missing("Id")
    row = ledger.parties.find(sent["Id"])
    if row is None or role not in row.roles:
        raise refusals.not_found()
    return row


def _display_name(sent: Sent) -> str:
    parts = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")
    name = str(sent.get("DisplayName") or "").strip()
    name = name or " ".join(sent[part] for part in parts if sent.get(part))
    if not name:
        raise missing("DisplayName")
    if len(name) > 500 or any(mark in name for mark in ":\t\n"):
        raise bad_text("DisplayName", 500, len(name))
    return name


def _party_fields(row: Party, sent: Sent) -> Party:
    echo = dict(row.extra.get("echo", {}))
    echo |= {name: sent[name] for name in ECHOED if name in sent}
    email = sent.get("PrimaryEmailAddr", {}).get("Address", row.email)
    phone = sent.get("PrimaryPhone", {}).get("FreeFormNumber", row.phone)
    address = sent.get("BillAddr")
    if isinstance(address, Mapping):
        row = replace(row, address=_address(address))
    return replace(
        row,
        email=str(email),
        phone=str(phone),
        active=sent.get("Active", row.active),
        extra={**row.extra, "echo": echo},
    )


def _address(sent: Sent) -> Address:
    return Address(
        street=str(sent.get("Line1", "")),
        city=str(sent.get("City", "")),
        region=str(sent.get("CountrySubDivisionCode", "")),
        postcode=str(sent.get("PostalCode", "")),
        country=str(sent.get("Country", "")),
    )


# --- items


def create_item(ledger: Ledger, sent: Sent) -> Item:
    if not sent.get("Name"):
        raise missing("Name")
    row = _item_fields(Item(name=""), sent)
    if row.type is ItemType.STOCK:
        for needed in STOCK_NEEDS:
            if needed not in sent:
                raise missing(needed)
    if not (row.income_account or row.expense_account):
        raise missing("IncomeAccountRef")
    return ledger.items.create(row)


def update_item(ledger: Ledger, sent: Sent) -> Item:
    row = ledger.items.find(sent.get("Id", ""))
    if row is None:
        raise refusals.not_found()
    changed = _item_fields(row, sent)
    names = ("name", "code", "type", "price", "active", "extra", "tax_code")
    fields = {name: getattr(changed, name) for name in names}
    fields["income_account"] = changed.income_account
    fields["expense_account"] = changed.expense_account
    return ledger.items.update(row.id, version=version_of(sent), **fields)


def _item_fields(row: Item, sent: Sent) -> Item:
    name = str(sent.get("Name", row.name))
    if len(name) > 100 or any(mark in name for mark in ":\t\n"):
        raise bad_text("Name", 100, len(name))
    types = {word: kind for kind, word in ITEM_TYPES.items()}
    word = sent.get("Type", ITEM_TYPES[row.type])
    if word not in types:
        raise bad_word("Type", word)
    echo = dict(row.extra.get("echo", {}))
    for each in ITEM_ECHOED:
        if each in sent:
            value = sent[each]
            echo[each] = float(value) if each == "PurchaseCost" else value
    return replace(
        row,
        name=name,
        code=str(sent.get("Sku", row.code)),
        type=types[word],
        price=sent.get("UnitPrice", row.price),
        active=sent.get("Active", row.active),
        income_account=str(sent.get("IncomeAccountRef", row.income_account)),
        expense_account=str(sent.get("ExpenseAccountRef", row.expense_account)),
        tax_code=str(sent.get("SalesTaxCodeRef", row.tax_code)),
        extra={**row.extra, "echo": echo},
    )


# --- accounts


def create_account(ledger: Ledger, sent: Sent) -> Account:
    for needed in ("Name", "AccountType"):
        if not sent.get(needed):
            raise missing(needed)
    word = sent["AccountType"]
    types = {each[0]: kind for kind, each in ACCOUNTS.items()}
    types |= MORE_ACCOUNT_TYPES
    if word not in types:
        raise bad_word("AccountType", word)
    extra = {"account_type": word}
    if "AccountSubType" in sent:
        extra["sub_type"] = sent["AccountSubType"]
    row = Account(
        code=str(sent.get("AcctNum", "")),
        name=str(sent["Name"]),
        type=types[word],
        currency=str(sent.get("CurrencyRef", ledger.company.currency)),
        extra=extra,
    )
    return ledger.accounts.create(row)


def update_account(ledger: Ledger, sent: Sent) -> Account:
    row = ledger.accounts.find(sent.get("Id", ""))
    if row is None:
        raise refusals.not_found()
    fields = {
        "name": str(sent.get("Name", row.name)),
        "code": str(sent.get("AcctNum", row.code)),
        "active": sent.get("Active", row.active),
    }
    return ledger.accounts.update(row.id, version=version_of(sent), **fields)
