"""Contacts, categories, bank accounts, tax rates and the company, both ways. Pure."""

from collections.abc import Iterator
from decimal import Decimal

from connectors.freeagent.api import Entity, last_part
from connectors.freeagent.mapping import EXEMPT, OUT_OF_SCOPE, text
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

CATEGORY_LISTS = {
    "income_categories": AccountType.INCOME,
    "cost_of_sales_categories": AccountType.EXPENSE,
    "admin_expenses_categories": AccountType.EXPENSE,
    "general_categories": AccountType.OTHER,
}
_WITHOUT_TAX = ((EXEMPT, "Exempt"), (OUT_OF_SCOPE, "Outside the scope of tax"))


def party_payload(party: Party) -> Entity:
    pairs = {
        "organisation_name": party.name,
        "email": party.email,
        "phone_number": party.phone,
        "sales_tax_registration_number": party.tax_number,
        "address1": party.address.street,
        "town": party.address.city,
        "region": party.address.region,
        "postcode": party.address.postcode,
        "country": party.address.country,
    }
    return {name: value for name, value in pairs.items() if value}


def party_from(role: PartyRole, entity: Entity, *, url: str = "") -> Party:
    """FreeAgent has one list of contacts; what they are comes from their documents."""
    return Party(
        role=role,
        id=last_part(entity.get("url")),
        name=_name(entity),
        email=_text(entity, "email"),
        phone=_text(entity, "phone_number"),
        tax_number=_text(entity, "sales_tax_registration_number"),
        address=Address(
            street=_text(entity, "address1"),
            city=_text(entity, "town"),
            region=_text(entity, "region"),
            postcode=_text(entity, "postcode"),
            country=_text(entity, "country"),
        ),
        active=str(entity.get("status") or "Active") == "Active",
        version=_text(entity, "updated_at"),
        url=url,
    )


def accounts_from(body: Entity) -> Iterator[LedgerAccount]:
    """A category's address ends in its nominal code."""
    for name, type in CATEGORY_LISTS.items():
        for row in body.get(name) or ():
            yield LedgerAccount(
                id=last_part(row.get("url")),
                name=str(row.get("description") or ""),
                code=str(row.get("nominal_code") or ""),
                type=type,
            )


def bank_from(entity: Entity) -> LedgerAccount:
    return LedgerAccount(
        id=last_part(entity.get("url")),
        name=_text(entity, "name"),
        type=AccountType.BANK,
        currency=_text(entity, "currency"),
        active=str(entity.get("status") or "active").lower() == "active",
    )


def tax_codes_from(company: Entity) -> Iterator[TaxCode]:
    """There are no codes: a rate is named by itself."""
    for told in company.get("sales_tax_rates") or ():
        rate = Decimal(str(told))
        shown = f"{text(rate.normalize())}%"
        yield TaxCode(id=text(rate), name=shown, code=shown, rate=rate)
    for id, name in _WITHOUT_TAX:
        yield TaxCode(id=id, name=name, code=id, rate=ZERO)


def item_from(entity: Entity) -> Item:
    return Item(
        id=last_part(entity.get("url")),
        name=_text(entity, "description") or _text(entity, "code"),
        code=_text(entity, "code"),
        income_account_id=last_part(entity.get("category")),
    )


def organisation_from(company: Entity) -> Organisation:
    """The part of its address stands for the company. Its locked periods it does not
    tell."""
    home = _text(company, "currency")
    return Organisation(
        id=_text(company, "subdomain"),
        name=_text(company, "name"),
        home_currency=home,
        facts={
            "type": _text(company, "type"),
            "sales_tax": _text(company, "sales_tax_registration_status"),
        },
    )


def _name(entity: Entity) -> str:
    person = f"{_text(entity, 'first_name')} {_text(entity, 'last_name')}".strip()
    return _text(entity, "organisation_name") or person


def _text(entity: Entity, name: str) -> str:
    return str(entity.get(name) or "")
