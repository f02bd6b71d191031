"""The records that travel between FinSync's engine and a platform's connector.

Amounts are `Decimal` in major units of `currency`. They stand in the document's own
direction: a credit note of 12.00 has `gross == 12.00`; `signed` makes it -12.00 where
documents of several kinds are added up. Business dates are plain dates, moments are
aware datetimes. `id`, `*_id` are the platform's ids, always text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Date  # fields are called `date`
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal(0)


class DocumentKind(StrEnum):
    SALES_INVOICE = "sales_invoice"
    CREDIT_NOTE = "credit_note"
    SUPPLIER_INVOICE = "supplier_invoice"
    SALES_ORDER = "sales_order"


class PartyRole(StrEnum):
    CUSTOMER = "customer"
    SUPPLIER = "supplier"


class RemoteStatus(StrEnum):
    """What the platform says of a document, in our words."""

    DRAFT = "draft"
    OPEN = "open"
    PART_PAID = "part_paid"
    PAID = "paid"
    VOID = "void"
    DELETED = "deleted"
    UNKNOWN = "unknown"


class AccountType(StrEnum):
    INCOME = "income"
    EXPENSE = "expense"
    BANK = "bank"
    RECEIVABLE = "receivable"
    PAYABLE = "payable"
    TAX = "tax"
    OTHER = "other"


class PaymentDirection(StrEnum):
    RECEIVED = "received"
    MADE = "made"


def party_role(kind: DocumentKind) -> PartyRole:
    if kind is DocumentKind.SUPPLIER_INVOICE:
        return PartyRole.SUPPLIER
    return PartyRole.CUSTOMER


def signed(kind: DocumentKind, amount: Decimal) -> Decimal:
    """The amount as it counts in a total: credit notes are negative."""
    return -amount if kind is DocumentKind.CREDIT_NOTE else amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Who the connection talks to, and the preferences that decide what may be sent.

    `locked_before`: documents dated before this day are refused there.
    `numbers_documents`: the organisation is set so that it numbers sales documents
    itself, and ours would be ignored.
    """

    id: str
    name: str
    country: str = ""
    home_currency: str = ""
    currencies: frozenset[str] = frozenset()
    locked_before: Date | None = None
    numbers_documents: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    street: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A customer or supplier. `id` is empty until the platform has made it.

    `key` is the idempotency key of a create; `code` our contact code.
    """

    role: PartyRole
    name: str
    id: str = ""
    key: str = ""
    code: str = ""
    email: str = ""
    phone: str = ""
    tax_number: str = ""
    company_number: str = ""
    currency: str = ""
    address: Address = Address()
    active: bool = True
    version: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerAccount:
    id: str
    name: str
    code: str = ""
    type: AccountType = AccountType.OTHER
    currency: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxCode:
    """`rate` is in percent (20 for a fifth); None where it depends on the date."""

    id: str
    name: str
    code: str = ""
    rate: Decimal | None = None
    sales: bool = True
    purchases: bool = True
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A product or service over there. Its accounts are ids of ledger accounts."""

    name: str
    id: str = ""
    key: str = ""
    code: str = ""
    income_account_id: str = ""
    expense_account_id: str = ""
    tax_code_id: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line. `net` and `tax` are what we make of it, after all discounts.

    `unit_price` includes tax when the document's `prices_include_tax` says so.
    `account_id` and `item_id` are filled as far as the mappings have them: where items
    carry the accounts, `item_id` is the item that carries `account_id`.
    """

    position: int
    text: str
    quantity: Decimal
    unit_price: Decimal
    net: Decimal
    tax: Decimal = ZERO
    discount_percent: Decimal = ZERO
    nominal_code: str = ""
    account_id: str = ""
    item_id: str = ""
    product_code: str = ""
    tax_code_id: str = ""
    tax_rate: Decimal = ZERO
    unit: str = ""
    job_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One of our documents, ready to travel.

    `key` names the intent: the same key with the same content may be sent again and
    must leave one document; it is at most 36 characters. `reference` is ours, unique
    per document, at most 30 characters, and is written where the platform keeps a
    private reference, so that a document can be known as ours without its number.
    `id` and `version` are set for update, void and delete. `credited_id` is the
    platform's id of the invoice that a credit note corrects.
    """

    kind: DocumentKind
    number: str
    reference: str
    party_id: str
    date: Date
    currency: str
    lines: tuple[Line, ...]
    net: Decimal
    tax: Decimal
    gross: Decimal
    key: str = ""
    party_name: str = ""
    party: Party | None = None
    care_of_id: str = ""
    care_of_name: str = ""
    due_date: Date | None = None
    rate: Decimal = Decimal(1)
    prices_include_tax: bool = False
    tax_override: Decimal | None = None
    note: str = ""
    email: str = ""
    sent: bool = False
    job_code: str = ""
    credited_id: str = ""
    credited_number: str = ""
    id: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteLine:
    text: str
    net: Decimal
    tax: Decimal | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    account_id: str = ""
    item_id: str = ""
    tax_code_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteDocument:
    """A document as the platform holds it. A void one has `status` VOID and whatever
    amounts the platform shows. `net`, `tax`, `balance` are None where it does not say;
    `lines` is empty where the list call does not bring lines."""

    kind: DocumentKind
    id: str
    number: str
    status: RemoteStatus
    date: Date | None = None
    currency: str = ""
    gross: Decimal = ZERO
    net: Decimal | None = None
    tax: Decimal | None = None
    balance: Decimal | None = None
    reference: str = ""
    party_id: str = ""
    party_name: str = ""
    due_date: Date | None = None
    rate: Decimal | None = None
    sent: bool | None = None
    version: str = ""
    url: str = ""
    changed_at: datetime | None = None
    lines: tuple[RemoteLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """`amount` of a payment that settles one document, in the payment's currency."""

    document_id: str
    kind: DocumentKind
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One of our payments. What `allocations` leave of `amount` stays on account."""

    direction: PaymentDirection
    key: str
    party_id: str
    date: Date
    amount: Decimal
    currency: str
    allocations: tuple[Allocation, ...]
    bank_account_id: str = ""
    reference: str = ""
    method: str = ""
    rate: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemotePayment:
    direction: PaymentDirection
    id: str
    date: Date | None
    amount: Decimal
    currency: str
    allocations: tuple[Allocation, ...] = ()
    party_id: str = ""
    reference: str = ""
    method: str = ""
    bank_account_id: str = ""
    deleted: bool = False
    version: str = ""
    changed_at: datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed since a cursor. `cursor` is where to go on; `complete` is False when
    the platform's window did not reach back to the cursor that was given, so that only
    a full comparison can tell what was missed."""

    documents: tuple[RemoteDocument, ...]
    payments: tuple[RemotePayment, ...]
    cursor: str
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlBalance:
    """A control account's balance there: debit positive for receivables, credit
    positive for payables."""

    role: PartyRole
    account_id: str
    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    net: Decimal
    tax: Decimal
    gross: Decimal
