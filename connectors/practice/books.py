"""What a practice ledger's books hold: frozen records, replaced and never mutated.

Amounts are `Decimal` in major units and stand in the document's own direction (a
credit note of 12.00 has `gross == 12.00`). Percentages are in percent (20 for a
fifth). Ids are text, made by the face's `IdScheme`. `extra` is the face's own drawer
on each record: JSON values only, kept and saved, never read by the core.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

ZERO = Decimal(0)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

Extra = Mapping[str, Any]


class Kind(StrEnum):
    SALES_INVOICE = "sales_invoice"
    CREDIT_NOTE = "credit_note"
    SUPPLIER_INVOICE = "supplier_invoice"
    SUPPLIER_CREDIT = "supplier_credit"
    SALES_ORDER = "sales_order"

    @property
    def is_credit(self) -> bool:
        return self in (Kind.CREDIT_NOTE, Kind.SUPPLIER_CREDIT)

    @property
    def is_purchase(self) -> bool:
        return self in (Kind.SUPPLIER_INVOICE, Kind.SUPPLIER_CREDIT)


class Role(StrEnum):
    CUSTOMER = "customer"
    SUPPLIER = "supplier"


class State(StrEnum):
    """What was done to a document; its `Status` follows from this and settlements."""

    DRAFT = "draft"
    POSTED = "posted"
    VOID = "void"


class Status(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"


class AccountType(StrEnum):
    INCOME = "income"
    EXPENSE = "expense"
    COST_OF_SALES = "cost_of_sales"
    BANK = "bank"
    RECEIVABLE = "receivable"
    PAYABLE = "payable"
    TAX = "tax"
    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"


class ItemType(StrEnum):
    SERVICE = "service"
    GOODS = "goods"
    STOCK = "stock"


class Direction(StrEnum):
    RECEIVED = "received"
    MADE = "made"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    street: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What all records share. `version` counts changes, from 0."""

    id: str = ""
    external_id: str = ""
    version: int = 0
    created_at: dt.datetime = EPOCH
    updated_at: dt.datetime = EPOCH
    deleted: bool = False
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Company(Record):
    """`closed_until`: the last day of the closed period; None when all is open."""

    name: str
    country: str = "GB"
    currency: str = "GBP"
    currencies: tuple[str, ...] = ("GBP", "EUR", "USD")
    closed_until: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party(Record):
    name: str
    roles: tuple[Role, ...] = (Role.CUSTOMER,)
    code: str = ""
    email: str = ""
    phone: str = ""
    tax_number: str = ""
    company_number: str = ""
    currency: str = "GBP"
    address: Address = Address()
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(Record):
    code: str
    name: str
    type: AccountType
    currency: str = "GBP"
    tax_code: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRate(Record):
    name: str
    percent: Decimal
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxCode(Record):
    """A code that lines carry; `rates` are ids of `TaxRate`, laid on one by one."""

    code: str
    name: str
    rates: tuple[str, ...] = ()
    exempt: bool = False
    sales: bool = True
    purchases: bool = True
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Record):
    name: str
    code: str = ""
    type: ItemType = ItemType.SERVICE
    income_account: str = ""
    expense_account: str = ""
    tax_code: str = ""
    price: Decimal = ZERO
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`net` and `tax` are computed by the ledger from the face's tax policy.

    `given_net` and `given_tax` are amounts that the caller insists on (vendors that
    take a line's amount or its tax as they are told); None lets the ledger compute.
    """

    description: str = ""
    quantity: Decimal = Decimal(1)
    unit_price: Decimal = ZERO
    discount_percent: Decimal = ZERO
    account: str = ""
    item: str = ""
    tax_code: str = ""
    given_net: Decimal | None = None
    given_tax: Decimal | None = None
    net: Decimal = ZERO
    tax: Decimal = ZERO
    extra: Extra = field(default_factory=dict)

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Record):
    """`number` is the platform's, `reference` ours (empty: FinSync did not make it).

    `settled` is what payments and credits have taken off; of a credit note it is what
    was used of it or paid out.
    """

    kind: Kind
    party: str
    date: dt.date
    due: dt.date | None = None
    number: str = ""
    reference: str = ""
    currency: str = "GBP"
    rate: Decimal = Decimal(1)
    prices_include_tax: bool = False
    lines: tuple[Line, ...] = ()
    net: Decimal = ZERO
    tax: Decimal = ZERO
    gross: Decimal = ZERO
    settled: Decimal = ZERO
    state: State = State.POSTED
    sent: bool = False
    sent_at: dt.datetime | None = None
    memo: str = ""

    @property
    def balance(self) -> Decimal:
        return ZERO if self.state is State.VOID else self.gross - self.settled

    @property
    def status(self) -> Status:
        """A posted document of nothing counts as paid, as vendors have it."""
        if self.state is State.DRAFT:
            return Status.DRAFT
        if self.state is State.VOID:
            return Status.VOID
        return Status.OPEN if self.balance > ZERO else Status.PAID


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(Record):
    """Money in or out. `account` is the bank account; `reference` as on documents."""

    party: str
    direction: Direction
    amount: Decimal
    date: dt.date
    account: str = ""
    number: str = ""
    reference: str = ""
    method: str = ""
    currency: str = "GBP"
    memo: str = ""
    state: State = State.POSTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation(Record):
    """Takes `amount` off `document`, out of a payment or out of a credit.

    Exactly one of `payment` and `credit` is set. `group` binds allocations that one
    vendor object made (a payment of zero, for one).
    """

    document: str
    amount: Decimal
    date: dt.date
    payment: str = ""
    credit: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """Debits are positive, credits negative."""

    account: str
    amount: Decimal
    party: str = ""
    memo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal(Record):
    date: dt.date
    lines: tuple[JournalLine, ...]
    number: str = ""
    reference: str = ""
    memo: str = ""
    opening: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory(Record):
    """A face's own thing to keep across restarts: a JSON value under a key."""

    value: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One entry of the change log. `action`: create, update, void or delete."""

    sequence: int
    at: dt.datetime
    table: str
    id: str
    action: str
    version: int
