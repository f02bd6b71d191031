"""Customers, suppliers, accounts, items, taxes and the book, both ways. Pure."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from connectors.dates import day
from connectors.reckon_one.api import Node
from connectors.reckon_one.reading import amount
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

PATHS = {PartyRole.CUSTOMER: "customers", PartyRole.SUPPLIER: "suppliers"}
ACTIVE = "Active"
ITEM_NAME_LENGTH = 100
_LINE, _SHORT, _PHONE, _BUSINESS_NUMBER = 80, 30, 30, 20
_BILLING, _EMAIL, _WORK = "Billing", "Email", "Work"
_CURRENCIES: Mapping[str, str] = {
    **dict.fromkeys(("australia", "au"), "AUD"),
    **dict.fromkeys(("new zealand", "nz"), "NZD"),
    **dict.fromkeys(("united kingdom", "uk", "gb"), "GBP"),
}
_ACCOUNT_TYPES = {
    "Income": AccountType.INCOME,
    "Income_Other": AccountType.INCOME,
    "Expense": AccountType.EXPENSE,
    "Expense_Other": AccountType.EXPENSE,
    "Expense_CostOfGoodsSold": AccountType.EXPENSE,
    "CurrentAsset_Bank": AccountType.BANK,
    "CurrentLiability_CreditCard": AccountType.BANK,
    "CurrentAsset_AccountsReceivable": AccountType.RECEIVABLE,
    "CurrentLiability_AccountsPayable": AccountType.PAYABLE,
}


def party_payload(party: Party) -> Node:
    payload: Node = {"name": party.name}
    if party.role is PartyRole.SUPPLIER:
        payload["isTpar"] = False
    if party.tax_number:
        payload["businessNumber1"] = party.tax_number[:_BUSINESS_NUMBER]
    if party.company_number:
        payload["businessNumber2"] = party.company_number[:_BUSINESS_NUMBER]
    if party.email:
        payload["electronicAddresses"] = [{"type": _EMAIL, "address": party.email}]
    if party.phone:
        number = {"type": _WORK, "number": party.phone[:_PHONE]}
        payload["phoneNumbers"] = [number]
    if address := _address_payload(party.address):
        payload["addresses"] = [{"type": _BILLING, **address}]
    return payload


def party_from(role: PartyRole, node: Node, *, currency: str) -> Party:
    phone = _typed(node.get("phoneNumbers"), _WORK)
    parts = ("countryCode", "areaCode", "number")
    return Party(
        role=role,
        id=str(node["id"]),
        name=str(node.get("name") or ""),
        email=str(_typed(node.get("electronicAddresses"), _EMAIL).get("address") or ""),
        phone=" ".join(str(phone[name]) for name in parts if phone.get(name)),
        tax_number=str(node.get("businessNumber1") or ""),
        company_number=str(node.get("businessNumber2") or ""),
        currency=currency,
        address=_address_from(_typed(node.get("addresses"), _BILLING)),
        active=node.get("status", ACTIVE) == ACTIVE,
        version=str(node.get("lastModifiedDateTime") or ""),
    )


def _typed(rows: Iterable[Node] | None, name: str) -> Node:
    """The one of that type, else the first."""
    listed = list(rows or ())
    named = [row for row in listed if (row.get("type") or {}).get("name") == name]
    return next(iter(named or listed), {})


def _address_payload(address: Address) -> Node:
    told = {
        "line1": address.street[:_LINE],
        "town": address.city[:_LINE],
        "state": address.region[:_LINE],
        "postcode": address.postcode[:_SHORT],
        "country": address.country[:_SHORT],
    }
    return {name: value for name, value in told.items() if value}


def _address_from(node: Node) -> Address:
    return Address(
        street=str(node.get("line1") or ""),
        city=str(node.get("town") or node.get("suburb") or ""),
        region=str(node.get("state") or ""),
        postcode=str(node.get("postcode") or ""),
        country=str(node.get("country") or ""),
    )


def account_from(node: Node) -> LedgerAccount:
    kind = str(node.get("accountType") or "")
    return LedgerAccount(
        id=str(node["id"]),
        name=str(node.get("fullName") or node.get("name") or ""),
        code=str(node.get("accountCode") or ""),
        type=_ACCOUNT_TYPES.get(kind, AccountType.OTHER),
        active=node.get("status") == ACTIVE,
    )


def tax_from(node: Node) -> TaxCode:
    return TaxCode(
        id=str(node["id"]),
        name=str(node.get("name") or ""),
        rate=amount(node, "rate"),
        sales=bool(node.get("useOnSales", True)),
        purchases=bool(node.get("useOnPurchases", True)),
        active=node.get("status") == ACTIVE,
    )


def item_payload(item: Item) -> Node:
    payload: Node = {
        "name": item.name[:ITEM_NAME_LENGTH],
        "itemType": "Service",
        "amountTaxStatus": "Exclusive",
        "sale": {"ledgerAccount": item.income_account_id},
    }
    if item.code:
        payload["itemCode"] = item.code
    if item.expense_account_id:
        payload["purchase"] = {"ledgerAccount": item.expense_account_id}
    return payload


def item_from(node: Node) -> Item:
    sale, purchase = node.get("sale") or {}, node.get("purchase") or {}
    return Item(
        id=str(node["id"]),
        name=str(node.get("fullName") or node.get("name") or ""),
        code=str(node.get("itemCode") or ""),
        income_account_id=_account(sale),
        expense_account_id=_account(purchase),
        active=node.get("status") == ACTIVE,
    )


def _account(use: Node) -> str:
    return str((use.get("ledgerAccount") or {}).get("id") or "")


def currency_of(book: Node) -> str:
    """By its country, for Reckon does not tell it."""
    return _CURRENCIES.get(str(book.get("country") or "").strip().casefold(), "")


def organisation_from(book: Node, settings: Node, *, currency: str) -> Organisation:
    """The lock-off date is itself locked."""
    last = day(settings.get("lockOffDate"))
    return Organisation(
        id=str(book["id"]),
        name=str(settings.get("bookName") or book.get("name") or ""),
        country=str(book.get("country") or ""),
        home_currency=currency,
        currencies=frozenset({currency} - {""}),
        locked_before=last + timedelta(days=1) if last else None,
    )
