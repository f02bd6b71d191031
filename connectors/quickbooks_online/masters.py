"""Parties, accounts, items, tax codes and the company, both ways. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from connectors.quickbooks_online.mapping import reference
from connectors.quickbooks_online.reading import ref
from connectors.records import (
    ZERO,
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

Entity = dict[str, Any]

PARTY_ENTITIES = {PartyRole.CUSTOMER: "Customer", PartyRole.SUPPLIER: "Vendor"}
_ACCOUNT_TYPES = {
    "Income": AccountType.INCOME,
    "Other Income": AccountType.INCOME,
    "Expense": AccountType.EXPENSE,
    "Other Expense": AccountType.EXPENSE,
    "Cost of Goods Sold": AccountType.EXPENSE,
    "Bank": AccountType.BANK,
    "Accounts Receivable": AccountType.RECEIVABLE,
    "Accounts Payable": AccountType.PAYABLE,
}
_TAX_ACCOUNTS = frozenset({"GlobalTaxPayable", "GlobalTaxSuspense", "SalesTaxPayable"})
_UNDEPOSITED = "UndepositedFunds"
_ITEM_NAME_LENGTH = 100
CONTROL_TYPES = {
    "Accounts Receivable": PartyRole.CUSTOMER,
    "Accounts Payable": PartyRole.SUPPLIER,
}


def party_payload(party: Party) -> Entity:
    payload: Entity = {"DisplayName": party.name, "CompanyName": party.name[:100]}
    if party.email:
        payload["PrimaryEmailAddr"] = {"Address": party.email}
    if party.phone:
        payload["PrimaryPhone"] = {"FreeFormNumber": party.phone}
    if party.currency:
        payload["CurrencyRef"] = reference(party.currency)
    if party.code and party.role is PartyRole.SUPPLIER:
        payload["AcctNum"] = party.code
    if party.tax_number:
        payload[_tax_field(party.role)] = party.tax_number
    address = _address_payload(party.address)
    return payload | ({"BillAddr": address} if address else {})


def party_from(role: PartyRole, entity: Entity, *, url: str = "") -> Party:
    return Party(
        role=role,
        id=str(entity["Id"]),
        name=str(entity.get("DisplayName") or ""),
        code=str(entity.get("AcctNum") or ""),
        email=_inner(entity, "PrimaryEmailAddr", "Address"),
        phone=_inner(entity, "PrimaryPhone", "FreeFormNumber"),
        tax_number=str(entity.get(_tax_field(role)) or ""),
        currency=ref(entity, "CurrencyRef"),
        address=_address_from(entity.get("BillAddr") or {}),
        active=bool(entity.get("Active", True)),
        version=str(entity.get("SyncToken") or ""),
        url=url,
    )


def account_from(entity: Entity) -> LedgerAccount:
    kind = _ACCOUNT_TYPES.get(str(entity.get("AccountType")), AccountType.OTHER)
    if entity.get("AccountSubType") in _TAX_ACCOUNTS:
        kind = AccountType.TAX
    return LedgerAccount(
        id=str(entity["Id"]),
        name=str(entity.get("FullyQualifiedName") or entity.get("Name") or ""),
        code=str(entity.get("AcctNum") or ""),
        type=kind,
        currency=ref(entity, "CurrencyRef"),
        active=bool(entity.get("Active", True)),
    )


def takes_payments(entity: Entity) -> bool:
    """Banks, and the account where receipts wait to be banked."""
    return (
        entity.get("AccountType") == "Bank"
        or entity.get("AccountSubType") == _UNDEPOSITED
    )


def control_balance(entity: Entity) -> ControlBalance:
    return ControlBalance(
        role=CONTROL_TYPES[str(entity["AccountType"])],
        account_id=str(entity["Id"]),
        currency=ref(entity, "CurrencyRef"),
        amount=Decimal(str(entity.get("CurrentBalance") or 0)),
    )


def item_payload(item: Item, name: str) -> Entity:
    payload: Entity = {
        "Name": name,
        "Type": "Service",
        "IncomeAccountRef": reference(item.income_account_id),
    }
    if item.code:
        payload["Sku"] = item.code
    if item.expense_account_id:
        payload["ExpenseAccountRef"] = reference(item.expense_account_id)
    return payload


def item_from(entity: Entity) -> Item:
    return Item(
        id=str(entity["Id"]),
        name=str(entity.get("Name") or ""),
        code=str(entity.get("Sku") or ""),
        income_account_id=ref(entity, "IncomeAccountRef"),
        expense_account_id=ref(entity, "ExpenseAccountRef"),
        tax_code_id=ref(entity, "SalesTaxCodeRef"),
        active=bool(entity.get("Active", True)),
    )


def item_names(item: Item) -> list[str]:
    """Names to try, for a name may be taken by an item of another account. A colon
    would make it a sub-item."""
    name = " ".join(item.name.replace(":", " ").split())
    tails = ["", item.code, f"account {item.income_account_id}"]
    names = [
        f"{name[: _ITEM_NAME_LENGTH - len(tail) - 3]} ({tail})" if tail else name
        for tail in tails
    ]
    return list(dict.fromkeys(name[:_ITEM_NAME_LENGTH] for name in names))


def tax_code_from(entity: Entity, rates: Mapping[str, Decimal]) -> TaxCode:
    """`rates`: percent by id of tax rate. A code of several rates has their sum."""
    sales = _rate(entity.get("SalesTaxRateList"), rates)
    purchases = _rate(entity.get("PurchaseTaxRateList"), rates)
    plain = sales is None and purchases is None
    return TaxCode(
        id=str(entity["Id"]),
        name=str(entity.get("Name") or ""),
        code=str(entity.get("Name") or ""),
        rate=_plain_rate(entity) if plain else (purchases if sales is None else sales),
        sales=plain or sales is not None,
        purchases=plain or purchases is not None,
        active=bool(entity.get("Active", True)),
    )


def organisation_from(
    realm: str, company: Entity, preferences: Entity, currencies: frozenset[str]
) -> Organisation:
    sales = preferences.get("SalesFormsPrefs") or {}
    tax = preferences.get("TaxPrefs") or {}
    accounting = preferences.get("AccountingInfoPrefs") or {}
    closed = accounting.get("BookCloseDate")
    return Organisation(
        id=realm,
        name=str(company.get("CompanyName") or company.get("LegalName") or ""),
        country=str(company.get("Country") or ""),
        home_currency=home_currency(preferences),
        currencies=currencies,
        locked_before=_day_after(str(closed)) if closed else None,
        numbers_documents=sales.get("CustomTxnNumbers") is False,
        facts={
            "uses_sales_tax": str(bool(tax.get("UsingSalesTax"))).lower(),
            "automated_sales_tax": str(bool(tax.get("PartnerTaxEnabled"))).lower(),
        },
    )


def home_currency(preferences: Entity) -> str:
    return ref(preferences.get("CurrencyPrefs") or {}, "HomeCurrency")


def several_currencies(preferences: Entity) -> bool:
    prefs = preferences.get("CurrencyPrefs") or {}
    return bool(prefs.get("MultiCurrencyEnabled"))


def _day_after(text: str) -> date:
    """The close date itself is closed."""
    return date.fromisoformat(text[:10]) + timedelta(days=1)


def _tax_field(role: PartyRole) -> str:
    return "PrimaryTaxIdentifier" if role is PartyRole.CUSTOMER else "TaxIdentifier"


def _address_payload(address: Address) -> Entity:
    pairs = {
        "Line1": address.street,
        "City": address.city,
        "CountrySubDivisionCode": address.region,
        "PostalCode": address.postcode,
        "Country": address.country,
    }
    return {name: value for name, value in pairs.items() if value}


def _address_from(entity: Entity) -> Address:
    return Address(
        street=str(entity.get("Line1") or ""),
        city=str(entity.get("City") or ""),
        region=str(entity.get("CountrySubDivisionCode") or ""),
        postcode=str(entity.get("PostalCode") or ""),
        country=str(entity.get("Country") or ""),
    )


def _inner(entity: Entity, name: str, inner: str) -> str:
    found = entity.get(name)
    return str(found.get(inner) or "") if isinstance(found, dict) else ""


def _plain_rate(entity: Entity) -> Decimal | None:
    """TAX of companies in the United States depends on the address, NON is none."""
    return ZERO if entity.get("Id") == "NON" or not entity.get("Taxable") else None


def _rate(listed: object, rates: Mapping[str, Decimal]) -> Decimal | None:
    details = listed.get("TaxRateDetail") if isinstance(listed, dict) else None
    if not details:
        return None
    return sum((rates.get(ref(d, "TaxRateRef"), ZERO) for d in details), ZERO)
