"""Contacts, accounts, items, tax rates and the organisation, both ways. Pure."""

from collections.abc import Iterable
from datetime import timedelta

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
from connectors.xero.wire import Entity, amount, day, milliseconds

ITEM_CODE_LENGTH = 30
_ITEM_NAME_LENGTH = 50
_CODE_LENGTH = 50
_SYSTEM = {
    "DEBTORS": AccountType.RECEIVABLE,
    "CREDITORS": AccountType.PAYABLE,
    "GST": AccountType.TAX,
}
_CLASSES = {"REVENUE": AccountType.INCOME, "EXPENSE": AccountType.EXPENSE}


def party_payload(party: Party) -> Entity:
    plain = {
        "Name": party.name,
        "EmailAddress": party.email,
        "TaxNumber": party.tax_number,
        "CompanyNumber": party.company_number,
        "AccountNumber": party.code[:_CODE_LENGTH],
        "DefaultCurrency": party.currency,
    }
    payload: Entity = {name: value for name, value in plain.items() if value}
    if party.phone:
        phone = {"PhoneType": "DEFAULT", "PhoneNumber": party.phone}
        payload["Phones"] = [phone]
    if address := _address_payload(party.address):
        payload["Addresses"] = [{"AddressType": "POBOX"} | address]
    return payload


def party_from(role: PartyRole, entity: Entity, *, url: str = "") -> Party:
    """Xero has one list of contacts; what they are comes from their documents."""
    return Party(
        role=role,
        id=str(entity["ContactID"]),
        name=str(entity.get("Name") or ""),
        code=str(entity.get("AccountNumber") or ""),
        email=str(entity.get("EmailAddress") or ""),
        phone=_phone(entity.get("Phones") or ()),
        tax_number=str(entity.get("TaxNumber") or ""),
        company_number=str(entity.get("CompanyNumber") or ""),
        currency=str(entity.get("DefaultCurrency") or ""),
        address=_address_from(entity.get("Addresses") or ()),
        active=entity.get("ContactStatus", "ACTIVE") == "ACTIVE",
        version=milliseconds(entity, "UpdatedDateUTC"),
        url=url,
    )


def account_from(entity: Entity, *, by_id: bool = False) -> LedgerAccount:
    """Lines name accounts by their code. `by_id`: payments name them by their id, for
    a bank account needs no code."""
    code, id = str(entity.get("Code") or ""), str(entity["AccountID"])
    return LedgerAccount(
        id=id if by_id or not code else code,
        name=str(entity.get("Name") or ""),
        code=code,
        type=_account_type(entity),
        currency=str(entity.get("CurrencyCode") or ""),
        active=entity.get("Status", "ACTIVE") == "ACTIVE",
    )


def takes_payments(entity: Entity) -> bool:
    return entity.get("Type") == "BANK" or bool(entity.get("EnablePaymentsToAccount"))


def tax_code_from(entity: Entity) -> TaxCode:
    return TaxCode(
        id=str(entity["TaxType"]),
        name=str(entity.get("Name") or ""),
        code=str(entity["TaxType"]),
        rate=amount(entity, "EffectiveRate"),
        sales=bool(entity.get("CanApplyToRevenue", True)),
        purchases=bool(entity.get("CanApplyToExpenses", True)),
        active=entity.get("Status", "ACTIVE") == "ACTIVE",
    )


def item_payload(item: Item) -> Entity:
    payload: Entity = {
        "Code": item_code(item),
        "Name": item.name[:_ITEM_NAME_LENGTH],
        "SalesDetails": {"AccountCode": item.income_account_id},
    }
    if item.expense_account_id:
        payload["PurchaseDetails"] = {"AccountCode": item.expense_account_id}
    return payload


def item_code(item: Item) -> str:
    return (item.code or item.name)[:ITEM_CODE_LENGTH]


def item_from(entity: Entity) -> Item:
    """Lines name an item by its code."""
    sales = entity.get("SalesDetails") or {}
    bought = entity.get("PurchaseDetails") or {}
    code = str(entity["Code"])
    return Item(
        id=code,
        name=str(entity.get("Name") or code),
        code=code,
        income_account_id=str(sales.get("AccountCode") or ""),
        expense_account_id=str(bought.get("AccountCode") or ""),
        tax_code_id=str(sales.get("TaxType") or ""),
    )


def organisation_from(
    tenant: str, entity: Entity, currencies: Iterable[Entity]
) -> Organisation:
    """Both lock dates are themselves locked; the later one counts."""
    home = str(entity.get("BaseCurrency") or "")
    locks = [day(entity, name) for name in ("PeriodLockDate", "EndOfYearLockDate")]
    last = max(filter(None, locks), default=None)
    return Organisation(
        id=tenant,
        name=str(entity.get("Name") or ""),
        country=str(entity.get("CountryCode") or ""),
        home_currency=home,
        currencies=frozenset({home, *(str(row["Code"]) for row in currencies)}) - {""},
        locked_before=last + timedelta(days=1) if last else None,
        facts={"version": str(entity.get("Version") or "")},
    )


def _account_type(entity: Entity) -> AccountType:
    if entity.get("Type") == "BANK":
        return AccountType.BANK
    system = _SYSTEM.get(str(entity.get("SystemAccount")))
    return system or _CLASSES.get(str(entity.get("Class")), AccountType.OTHER)


def _phone(phones: Iterable[Entity]) -> str:
    for phone in phones:
        if phone.get("PhoneType") == "DEFAULT":
            parts = ("PhoneCountryCode", "PhoneAreaCode", "PhoneNumber")
            return " ".join(str(phone[name]) for name in parts if phone.get(name))
    return ""


def _address_payload(address: Address) -> Entity:
    pairs = {
        "AddressLine1": address.street,
        "City": address.city,
        "Region": address.region,
        "PostalCode": address.postcode,
        "Country": address.country,
    }
    return {name: value for name, value in pairs.items() if value}


def _address_from(addresses: Iterable[Entity]) -> Address:
    found = next((a for a in addresses if a.get("AddressType") == "POBOX"), {})
    return Address(
        street=str(found.get("AddressLine1") or ""),
        city=str(found.get("City") or ""),
        region=str(found.get("Region") or ""),
        postcode=str(found.get("PostalCode") or ""),
        country=str(found.get("Country") or ""),
    )
