"""Contacts, accounts, products, tax rates and the business, both ways. Pure."""

from datetime import date, timedelta

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
from connectors.sage_accounting.api import Entity
from connectors.sage_accounting.reading import amount, inner_id

CONTACT_TYPES = {PartyRole.CUSTOMER: "CUSTOMER", PartyRole.SUPPLIER: "VENDOR"}
_PERSON_LENGTH = 50
_CODE_LENGTH = 255
_ACCOUNT_TYPES = {
    "SALES": AccountType.INCOME,
    "OTHER_INCOME": AccountType.INCOME,
    "DIRECT_EXPENSES": AccountType.EXPENSE,
    "OVERHEADS": AccountType.EXPENSE,
    "BANK": AccountType.BANK,
}


def party_payload(party: Party) -> Entity:
    """Without our code: Sage's reference of a contact has ten characters and must be
    unique, so that it would keep contacts from being made."""
    inner: Entity = {
        "name": party.name,
        "contact_type_ids": [CONTACT_TYPES[party.role]],
    }
    if party.tax_number:
        inner["tax_number"] = party.tax_number
    if party.company_number:
        inner["registered_number"] = party.company_number
    if party.currency:
        inner["currency_id"] = party.currency
    if address := _address_payload(party.address):
        inner["main_address"] = address
    if party.email or party.phone:
        inner["main_contact_person"] = _person(party)
    return {"contact": inner}


def party_from(role: PartyRole, entity: Entity) -> Party:
    person = entity.get("main_contact_person") or {}
    return Party(
        role=role,
        id=str(entity["id"]),
        name=str(entity.get("name") or entity.get("displayed_as") or ""),
        code=str(entity.get("reference") or ""),
        email=str(person.get("email") or entity.get("email") or ""),
        phone=str(person.get("telephone") or ""),
        tax_number=str(entity.get("tax_number") or ""),
        company_number=str(entity.get("registered_number") or ""),
        currency=inner_id(entity, "currency"),
        address=_address_from(entity.get("main_address") or {}),
        active=not entity.get("deleted_at"),
        version=str(entity.get("updated_at") or ""),
    )


def has_role(role: PartyRole, entity: Entity) -> bool:
    types = {str(each.get("id")) for each in entity.get("contact_types") or ()}
    return CONTACT_TYPES[role] in types


def account_from(entity: Entity) -> LedgerAccount:
    return LedgerAccount(
        id=str(entity["id"]),
        name=str(entity.get("display_name") or entity.get("name") or ""),
        code=str(entity.get("nominal_code") or ""),
        type=_account_type(entity),
    )


def bank_from(entity: Entity) -> LedgerAccount:
    return LedgerAccount(
        id=str(entity["id"]),
        name=str(entity.get("displayed_as") or ""),
        code=str(entity.get("nominal_code") or ""),
        type=AccountType.BANK,
        active=not entity.get("deleted_at"),
    )


def tax_code_from(entity: Entity) -> TaxCode:
    return TaxCode(
        id=str(entity["id"]),
        name=str(entity.get("name") or entity.get("displayed_as") or ""),
        code=str(entity["id"]),
        rate=amount(entity, "percentage"),
        active=bool(entity.get("is_visible", True)),
    )


def item_payload(item: Item, *, purchase_account: str) -> Entity:
    """`purchase_account`: the default of products that say none."""
    return {
        "product": {
            "description": item.name[:_CODE_LENGTH],
            "item_code": (item.code or item.name)[:_CODE_LENGTH],
            "sales_ledger_account_id": item.income_account_id,
            "purchase_ledger_account_id": item.expense_account_id or purchase_account,
        }
    }


def item_from(entity: Entity) -> Item:
    return Item(
        id=str(entity["id"]),
        name=str(entity.get("description") or entity.get("displayed_as") or ""),
        code=str(entity.get("item_code") or ""),
        income_account_id=inner_id(entity, "sales_ledger_account"),
        expense_account_id=inner_id(entity, "purchase_ledger_account"),
        tax_code_id=inner_id(entity, "sales_tax_rate"),
        active=bool(entity.get("active", True)),
    )


def organisation_from(business: Entity, settings: Entity | None = None) -> Organisation:
    """The lockdown day is itself locked. With several currencies Sage does not say
    which, so that the set is empty, for unknown."""
    told = settings or {}
    home = inner_id(told, "base_currency")
    locked = told.get("year_end_lockdown_date")
    several = bool(told.get("multi_currency_enabled"))
    return Organisation(
        id=str(business["id"]),
        name=str(business.get("name") or business.get("displayed_as") or ""),
        country=inner_id(business, "country"),
        home_currency=home,
        currencies=frozenset() if several or not home else frozenset({home}),
        locked_before=_after(str(locked)) if locked else None,
        numbers_documents=False,
    )


def _after(text: str) -> date:
    return date.fromisoformat(text[:10]) + timedelta(days=1)


def _account_type(entity: Entity) -> AccountType:
    """Sage's words differ by country; where a word is new, where the account may be
    used tells enough."""
    control = str(entity.get("control_name") or "").upper()
    if entity.get("is_control_account"):
        if "DEBTOR" in control or "RECEIVABLE" in control:
            return AccountType.RECEIVABLE
        if "CREDITOR" in control or "PAYABLE" in control:
            return AccountType.PAYABLE
        return AccountType.TAX if "VAT" in control else AccountType.OTHER
    found = _ACCOUNT_TYPES.get(inner_id(entity, "ledger_account_type"))
    if found is None and entity.get("visible_in_sales"):
        return AccountType.INCOME
    if found is None and entity.get("visible_in_expenses"):
        return AccountType.EXPENSE
    return found or AccountType.OTHER


def _person(party: Party) -> Entity:
    pairs = {"email": party.email, "telephone": party.phone}
    told = {name: value for name, value in pairs.items() if value}
    return {"name": party.name[:_PERSON_LENGTH], "is_main_contact": True, **told}


def _address_payload(address: Address) -> Entity:
    country = address.country if len(address.country) == 2 else ""
    pairs = {
        "address_line_1": address.street,
        "city": address.city,
        "region": address.region,
        "postal_code": address.postcode,
        "country_id": country.upper(),
    }
    return {name: value for name, value in pairs.items() if value}


def _address_from(entity: Entity) -> Address:
    return Address(
        street=str(entity.get("address_line_1") or ""),
        city=str(entity.get("city") or ""),
        region=str(entity.get("region") or ""),
        postcode=str(entity.get("postal_code") or ""),
        country=inner_id(entity, "country"),
    )
