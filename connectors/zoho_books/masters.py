"""Contacts, accounts, items, taxes and the organisation, both ways. Pure."""

from collections.abc import Iterable, Mapping
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
from connectors.zoho_books.api import Node
from connectors.zoho_books.mapping import NAME_LENGTH, amount

CONTACT_TYPES = {PartyRole.CUSTOMER: "customer", PartyRole.SUPPLIER: "vendor"}
_ACCOUNT_TYPES = {
    "income": AccountType.INCOME,
    "other_income": AccountType.INCOME,
    "expense": AccountType.EXPENSE,
    "other_expense": AccountType.EXPENSE,
    "cost_of_goods_sold": AccountType.EXPENSE,
    "bank": AccountType.BANK,
    "cash": AccountType.BANK,
    "credit_card": AccountType.BANK,
    "accounts_receivable": AccountType.RECEIVABLE,
    "accounts_payable": AccountType.PAYABLE,
}


def party_payload(
    party: Party,
    *,
    tax_number_field: str,
    currency_id: str = "",
    extra: Mapping[str, Any] | None = None,
) -> Node:
    payload: Node = {
        **(extra or {}),
        "contact_name": party.name,
        "company_name": party.name,
        "contact_type": CONTACT_TYPES[party.role],
    }
    if currency_id:
        payload["currency_id"] = currency_id
    if party.tax_number:
        payload[tax_number_field] = party.tax_number
    if address := _address_payload(party.address):
        payload["billing_address"] = address
    person = {"email": party.email, "phone": party.phone}
    told = {name: value for name, value in person.items() if value}
    if told:
        payload["contact_persons"] = [{**told, "is_primary_contact": True}]
    return payload


def party_from(
    role: PartyRole, node: Node, *, tax_number_field: str, url: str = ""
) -> Party:
    """Lists bring neither address nor tax number."""
    person = _primary(node.get("contact_persons") or ())
    return Party(
        role=role,
        id=str(node["contact_id"]),
        name=str(node.get("contact_name") or ""),
        email=str(node.get("email") or person.get("email") or ""),
        phone=str(node.get("phone") or person.get("phone") or ""),
        tax_number=str(node.get(tax_number_field) or ""),
        currency=str(node.get("currency_code") or ""),
        address=_address_from(node.get("billing_address") or {}),
        active=node.get("status", "active") == "active",
        url=url,
    )


def has_role(role: PartyRole, node: Node) -> bool:
    return node.get("contact_type") == CONTACT_TYPES[role]


def _primary(persons: Iterable[Node]) -> Node:
    rows = list(persons)
    marked = [row for row in rows if row.get("is_primary_contact")]
    return next(iter(marked or rows), {})


def _address_payload(address: Address) -> Node:
    told = {
        "address": address.street,
        "city": address.city,
        "state": address.region,
        "zip": address.postcode,
        "country": address.country,
    }
    return {name: value for name, value in told.items() if value}


def _address_from(node: Node) -> Address:
    return Address(
        street=str(node.get("address") or ""),
        city=str(node.get("city") or ""),
        region=str(node.get("state") or ""),
        postcode=str(node.get("zip") or ""),
        country=str(node.get("country") or ""),
    )


def account_from(node: Node) -> LedgerAccount:
    kind = str(node.get("account_type") or "")
    return LedgerAccount(
        id=str(node["account_id"]),
        name=str(node.get("account_name") or ""),
        code=str(node.get("account_code") or ""),
        type=_ACCOUNT_TYPES.get(kind, AccountType.OTHER),
        currency=str(node.get("currency_code") or ""),
        active=bool(node.get("is_active", True)),
    )


def tax_from(node: Node) -> TaxCode:
    return TaxCode(
        id=str(node["tax_id"]),
        name=str(node.get("tax_name") or ""),
        rate=amount(node, "tax_percentage"),
        active=not node.get("is_inactive"),
    )


def item_payload(item: Item) -> Node:
    payload: Node = {
        "name": item.name[:NAME_LENGTH],
        "rate": 0,
        "account_id": item.income_account_id,
        "item_type": "sales",
        "product_type": "service",
    }
    if item.expense_account_id:
        payload |= {
            "purchase_account_id": item.expense_account_id,
            "item_type": "sales_and_purchases",
        }
    return payload


def item_from(node: Node) -> Item:
    return Item(
        id=str(node["item_id"]),
        name=str(node.get("name") or ""),
        code=str(node.get("sku") or ""),
        income_account_id=str(node.get("account_id") or ""),
        expense_account_id=str(node.get("purchase_account_id") or ""),
        tax_code_id=str(node.get("tax_id") or ""),
        active=node.get("status", "active") == "active",
    )


def carrier_of(account: LedgerAccount) -> Item:
    """The item that stands for an account, where sales lines name items alone."""
    name = f"{account.code} {account.name}".strip()
    return Item(name=name[:NAME_LENGTH], income_account_id=account.id)


def organisation_from(node: Node, currencies: Iterable[str] = ()) -> Organisation:
    home = str(node.get("currency_code") or "")
    return Organisation(
        id=str(node["organization_id"]),
        name=str(node.get("name") or ""),
        country=str(node.get("country_code") or node.get("country") or ""),
        home_currency=home,
        currencies=frozenset({home, *currencies}) - {""},
        facts={"time_zone": str(node.get("time_zone") or "")},
    )
