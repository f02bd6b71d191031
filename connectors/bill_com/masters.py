"""Customers, vendors, accounts, items and the organisation, both ways. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from connectors.bill_com.api import Entity
from connectors.bill_com.errors import LABEL
from connectors.errors import Rejected
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
from connectors.settings import ConnectionConfig

PARTIES = {PartyRole.CUSTOMER: "customers", PartyRole.SUPPLIER: "vendors"}
SALES_TAX = "SALES_TAX"
_ADDRESSES = {PartyRole.CUSTOMER: "billingAddress", PartyRole.SUPPLIER: "address"}
_ACCOUNT_TYPES = {
    "INCOME": AccountType.INCOME,
    "OTHER_INCOME": AccountType.INCOME,
    "EXPENSE": AccountType.EXPENSE,
    "OTHER_EXPENSE": AccountType.EXPENSE,
    "COST_OF_GOODS_SOLD": AccountType.EXPENSE,
    "BANK": AccountType.BANK,
    "ACCOUNTS_RECEIVABLE": AccountType.RECEIVABLE,
    "ACCOUNTS_PAYABLE": AccountType.PAYABLE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What stands in for what a party lacks and Bill.com demands."""

    country: str = "US"
    email: str = ""
    address: Address = Address()

    @classmethod
    def of(cls, config: ConnectionConfig) -> "Usual":
        """The street may have commas of its own."""
        parts = config.value("fallback_address").rsplit(",", 2)
        street, city, postcode = (*map(str.strip, parts), "", "")[:3]
        return cls(
            country=config.value("country") or "US",
            email=config.value("fallback_email"),
            address=Address(street=street, city=city, postcode=postcode),
        )


def party_payload(party: Party, usual: Usual) -> Entity:
    """Raises `Rejected` where a customer has no e-mail, or a supplier no address, and
    nothing may stand in for it."""
    payload: Entity = {"name": party.name}
    email = party.email
    if party.role is PartyRole.CUSTOMER:
        email = email or usual.email
        if not email:
            raise Rejected(
                f"{LABEL} takes no customer without an e-mail. Enter one, or an "
                "address for customers who have none on the connection.",
                field="email",
            )
    address = _address_payload(party, usual)
    pairs = {
        "email": email,
        "phone": party.phone,
        "accountNumber": party.code,
        _ADDRESSES[party.role]: address,
    }
    return payload | {name: value for name, value in pairs.items() if value}


def _address_payload(party: Party, usual: Usual) -> Entity:
    """A part of an address is refused, so it is told whole or not at all."""
    address = party.address
    if not _is_whole(address) and party.role is PartyRole.SUPPLIER:
        address = usual.address
        if not _is_whole(address):
            raise Rejected(
                f"{LABEL} takes no supplier without street, city and postcode. Enter "
                "them, or an address for suppliers who have none on the connection.",
                field="address",
            )
    if not _is_whole(address):
        return {}
    pairs = {
        "line1": address.street,
        "city": address.city,
        "stateOrProvince": address.region,
        "zipOrPostalCode": address.postcode,
        "country": address.country or usual.country,
    }
    return {name: value for name, value in pairs.items() if value}


def _is_whole(address: Address) -> bool:
    return bool(address.street and address.city and address.postcode)


def party_from(role: PartyRole, entity: Entity, usual: Usual) -> Party:
    """Without what only stands in for something."""
    email = _text(entity, "email")
    return Party(
        role=role,
        id=_text(entity, "id"),
        name=_text(entity, "name"),
        code=_text(entity, "accountNumber"),
        email="" if email == usual.email else email,
        phone=_text(entity, "phone"),
        currency=_text(entity, "invoiceCurrency") or _text(entity, "billCurrency"),
        address=_address(entity.get(_ADDRESSES[role]) or {}, usual),
        active=entity.get("archived") is not True,
        version=_text(entity, "updatedTime"),
    )


def _address(told: Entity, usual: Usual) -> Address:
    country = _text(told, "country")
    found = Address(
        street=_text(told, "line1"),
        city=_text(told, "city"),
        region=_text(told, "stateOrProvince"),
        postcode=_text(told, "zipOrPostalCode"),
        country="" if country == usual.country else country,
    )
    return Address() if found == usual.address else found


def account_from(entity: Entity) -> LedgerAccount:
    account = entity.get("account") or {}
    return LedgerAccount(
        id=_text(entity, "id"),
        name=_text(entity, "name"),
        code=_text(account, "number"),
        type=_ACCOUNT_TYPES.get(_text(account, "type"), AccountType.OTHER),
        active=entity.get("archived") is not True,
    )


def is_sales_tax(entity: Entity) -> bool:
    return entity.get("type") == SALES_TAX


def tax_code_from(entity: Entity) -> TaxCode:
    """Of purchases it only says that the amount has such a tax inside."""
    told = entity.get("percentage")
    return TaxCode(
        id=_text(entity, "id"),
        name=_text(entity, "name"),
        code=_text(entity, "shortName"),
        rate=None if told is None else Decimal(str(told)),
        active=entity.get("archived") is not True,
    )


def item_from(entity: Entity) -> Item:
    return Item(
        id=_text(entity, "id"),
        name=_text(entity, "name"),
        code=_text(entity, "shortName"),
        income_account_id=_text(entity, "chartOfAccountId"),
        expense_account_id=_text(entity, "expenseChartOfAccountId"),
        active=entity.get("archived") is not True,
    )


def organisation_from(entity: Entity, *, home: str) -> Organisation:
    address = entity.get("address") or {}
    return Organisation(
        id=_text(entity, "id"),
        name=_text(entity, "name") or _text(entity, "id"),
        country=_text(address, "country"),
        home_currency=home,
        currencies=frozenset({home}),
    )


def _text(entity: Entity, name: str) -> str:
    return str(entity.get(name) or "")
