"""Contacts and items: what is sent, checked, laid in the books."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..books import Address, Item, Party, Role
from ..ledger import Ledger
from .refusals import Refused, no_account

Sent = Mapping[str, Any]
FIELDS = {
    "Name": "name",
    "EmailAddress": "email",
    "TaxNumber": "tax_number",
    "CompanyNumber": "company_number",
    "AccountNumber": "code",
    "DefaultCurrency": "currency",
}


def create(ledger: Ledger, sent: Sent) -> Party:
    """Raises `Refused` or `LedgerError`."""
    if not sent.get("Name", "").strip():
        raise Refused("The Contact Name cannot be empty.")
    base = Party(
        name=sent["Name"],
        roles=(Role.CUSTOMER, Role.SUPPLIER),
        currency=ledger.company.currency,
    )
    return ledger.parties.create(replace(base, **_fields(ledger, base, sent)))


def update(ledger: Ledger, row: Party, sent: Sent) -> Party:
    fields = _fields(ledger, row, sent)
    if "ContactStatus" in sent:
        fields["active"] = sent["ContactStatus"] == "ACTIVE"
    return ledger.parties.update(row.id, **fields)


def existing(ledger: Ledger, sent: Sent) -> Party | None:
    """By id, or as POST has it: by name."""
    if told := sent.get("ContactID"):
        row = ledger.parties.find(told)
        if row is None:
            raise Refused("The contact could not be found.")
        return row
    found = ledger.parties.named(sent.get("Name", ""))
    return found[0] if found else None


def _fields(ledger: Ledger, row: Party, sent: Sent) -> dict[str, Any]:
    fields = {ours: sent[name] for name, ours in FIELDS.items() if name in sent}
    for phone in sent.get("Phones", ()):
        if phone.get("PhoneType") == "DEFAULT":
            fields["phone"] = phone.get("PhoneNumber", "")
    for address in sent.get("Addresses", ()):
        if address.get("AddressType") == "POBOX":
            fields["address"] = _address(address)
    if fields.get("currency", row.currency) not in ledger.company.currencies:
        raise Refused("The currency is not subscribed to by this organisation.")
    return fields


def _address(sent: Sent) -> Address:
    return Address(
        street=sent.get("AddressLine1", ""),
        city=sent.get("City", ""),
        region=sent.get("Region", ""),
        postcode=sent.get("PostalCode", ""),
        country=sent.get("Country", ""),
    )


def create_item(ledger: Ledger, sent: Sent) -> Item:
    if ledger.items.coded(sent["Code"]) is not None:
        raise Refused(f"Price List Item with Code '{sent['Code']}' already exists")
    return ledger.items.create(
        Item(
            code=sent["Code"],
            name=sent.get("Name") or sent["Code"],
            income_account=_account(ledger, sent.get("SalesDetails") or {}),
            expense_account=_account(ledger, sent.get("PurchaseDetails") or {}),
        )
    )


def _account(ledger: Ledger, sent: Sent) -> str:
    code = sent.get("AccountCode")
    if not code:
        return ""
    found = ledger.accounts.coded(code)
    if found is None:
        raise no_account(code)
    return found.id
