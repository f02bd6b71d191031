"""The company file, cards, accounts, tax codes and items, both ways. Pure."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from connectors.errors import Rejected
from connectors.myob.api import Entity
from connectors.myob.errors import LABEL
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
from connectors.transport.odata import both, either, equals

CARDS = {
    PartyRole.CUSTOMER: "Contact/Customer",
    PartyRole.SUPPLIER: "Contact/Supplier",
}
DETAILS = {
    PartyRole.CUSTOMER: "SellingDetails",
    PartyRole.SUPPLIER: "BuyingDetails",
}
# Where the preferences keep the tax codes of new cards.
PREFERENCES = {PartyRole.CUSTOMER: "Sales", PartyRole.SUPPLIER: "Purchases"}
CURRENCIES = {"AU": "AUD", "NZ": "NZD"}
NAME_LENGTH, CARD_ID_LENGTH = 50, 15
_ABN_DIGITS = 11
_NO_CARD_ID = "*None"
_TYPES = {
    "Bank": AccountType.BANK,
    "CreditCard": AccountType.BANK,
    "AccountReceivable": AccountType.RECEIVABLE,
    "AccountsPayable": AccountType.PAYABLE,
    "Income": AccountType.INCOME,
    "OtherIncome": AccountType.INCOME,
    "CostOfSales": AccountType.EXPENSE,
    "Expense": AccountType.EXPENSE,
    "OtherExpense": AccountType.EXPENSE,
}


def organisation_from(
    file: Entity, preferences: Entity | None = None, *, currency: str = ""
) -> Organisation:
    """Without `preferences`: of the list of files. `currency`: where one is set."""
    country = str(file.get("Country") or "")
    home = currency or CURRENCIES.get(country, "")
    system = (preferences or {}).get("System") or {}
    reversed_only = system.get("TransactionsCannotBeChangedMustBeReversed")
    return Organisation(
        id=str(file["Id"]),
        name=str(file.get("Name") or ""),
        country=country,
        home_currency=home,
        currencies=frozenset({home} - {""}),
        locked_before=_day(system.get("LockPeriodPriorTo")),
        facts={
            "uri": str(file.get("Uri") or ""),
            "reversed_only": "true" if reversed_only else "false",
        },
    )


def preferred_tax_codes(preferences: Entity, role: PartyRole) -> tuple[str, str]:
    """Of goods and of freight, by id. Raises `Rejected` where none is set."""
    terms = (preferences.get(PREFERENCES[role]) or {}).get("Terms") or {}
    goods = uid(terms, "TaxCode")
    if not goods:
        raise Rejected(
            f"The preferences of the company file in {LABEL} name no tax code for a "
            f"new {role}. Choose one in this connection.",
            status_code="NO_TAX",
        )
    return goods, uid(terms, "FreightTaxCode") or goods


def names_filter(names: Iterable[str]) -> str:
    """Companies by their name; people by what may be their two names."""
    return either(*(part for name in names for part in _name_filters(name)))


def _name_filters(name: str) -> Iterable[str]:
    yield equals("CompanyName", name)
    first, _, last = name.rpartition(" ")
    if first:
        yield f"({both(equals('LastName', last), equals('FirstName', first))})"


def party_payload(party: Party, *, tax_code: str, freight_tax_code: str) -> Entity:
    """As a company; both tax codes by id. Raises `Rejected`."""
    if len(party.name) > NAME_LENGTH:
        raise Rejected(
            f"{LABEL} keeps names of up to {NAME_LENGTH} characters.", field="name"
        )
    payload: Entity = {
        "CompanyName": party.name,
        "IsIndividual": False,
        "IsActive": True,
        "Addresses": [_address(party)],
        DETAILS[party.role]: {
            "TaxCode": {"UID": tax_code},
            "FreightTaxCode": {"UID": freight_tax_code},
            **_tax_number(party.tax_number),
        },
    }
    if party.code and len(party.code) <= CARD_ID_LENGTH:
        payload["DisplayID"] = party.code
    return payload


def party_from(role: PartyRole, row: Entity) -> Party:
    first: Entity = next(iter(row.get("Addresses") or ()), {})
    details = row.get(DETAILS[role]) or {}
    card_id = _text(row, "DisplayID")
    return Party(
        role=role,
        id=str(row["UID"]),
        name=_name(row),
        code="" if card_id == _NO_CARD_ID else card_id,
        email=_text(first, "Email"),
        phone=_text(first, "Phone1"),
        tax_number=_text(details, "ABN") or _text(details, "TaxIdNumber"),
        address=Address(
            street=_text(first, "Street"),
            city=_text(first, "City"),
            region=_text(first, "State"),
            postcode=_text(first, "PostCode"),
            country=_text(first, "Country"),
        ),
        active=row.get("IsActive") is not False,
        version=_text(row, "RowVersion"),
    )


def account_from(row: Entity) -> LedgerAccount:
    return LedgerAccount(
        id=str(row["UID"]),
        name=_text(row, "Name"),
        code=_text(row, "DisplayID"),
        type=_TYPES.get(_text(row, "Type"), AccountType.OTHER),
        active=row.get("IsActive") is not False,
    )


def tax_code_from(row: Entity) -> TaxCode:
    rate = row.get("Rate")
    return TaxCode(
        id=str(row["UID"]),
        name=_text(row, "Description") or _text(row, "Code"),
        code=_text(row, "Code"),
        rate=None if rate is None else Decimal(str(rate)),
    )


def item_from(row: Entity) -> Item:
    return Item(
        id=str(row["UID"]),
        name=_text(row, "Name"),
        code=_text(row, "Number"),
        income_account_id=uid(row, "IncomeAccount"),
        expense_account_id=uid(row, "ExpenseAccount"),
        tax_code_id=uid(row.get("SellingDetails") or {}, "TaxCode"),
        active=row.get("IsActive") is not False,
    )


def uid(row: Entity, name: str) -> str:
    """Of a record that another one names; empty for none."""
    found = row.get(name)
    return str(found.get("UID") or "") if isinstance(found, dict) else ""


def _address(party: Party) -> Entity:
    pairs = {
        "Street": party.address.street,
        "City": party.address.city,
        "State": party.address.region,
        "PostCode": party.address.postcode,
        "Country": party.address.country,
        "Phone1": party.phone,
        "Email": party.email,
    }
    return {"Location": 1} | {name: value for name, value in pairs.items() if value}


def _tax_number(number: str) -> Entity:
    """An Australian business number has a field of its own."""
    digits = "".join(number.split())
    is_abn = digits.isdecimal() and len(digits) == _ABN_DIGITS
    return {"ABN" if is_abn else "TaxIdNumber": number} if number else {}


def _name(row: Entity) -> str:
    if not row.get("IsIndividual"):
        return _text(row, "CompanyName")
    return " ".join(filter(None, (_text(row, "FirstName"), _text(row, "LastName"))))


def _text(row: Entity, name: str) -> str:
    return str(row.get(name) or "")


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)[:10]) if value else None
