"""Wave's nodes, as our records. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from connectors.dates import day, moment
from connectors.records import (
    ZERO,
    AccountType,
    Address,
    Allocation,
    ControlBalance,
    DocumentKind,
    Item,
    LedgerAccount,
    Organisation,
    Party,
    PartyRole,
    PaymentDirection,
    RemoteDocument,
    RemoteLine,
    RemotePayment,
    RemoteStatus,
    TaxCode,
)
from connectors.references import reference_in

Node = Mapping[str, Any]

_STATUSES = {
    "DRAFT": RemoteStatus.DRAFT,
    "SAVED": RemoteStatus.OPEN,
    "UNPAID": RemoteStatus.OPEN,
    "SENT": RemoteStatus.OPEN,
    "VIEWED": RemoteStatus.OPEN,
    "OVERDUE": RemoteStatus.OPEN,
    "PARTIAL": RemoteStatus.PART_PAID,
    "PAID": RemoteStatus.PAID,
    "OVERPAID": RemoteStatus.PAID,
}
_NOT_SENT = frozenset({"", "NOT_SENT", "SKIPPED"})
_TYPES = {"INCOME": AccountType.INCOME, "EXPENSE": AccountType.EXPENSE}
_SUBTYPES = {
    "CASH_AND_BANK": AccountType.BANK,
    "MONEY_IN_TRANSIT": AccountType.BANK,
    "RECEIVABLE": AccountType.RECEIVABLE,
    "RECEIVABLE_INVOICES": AccountType.RECEIVABLE,
    "PAYABLE": AccountType.PAYABLE,
    "PAYABLE_BILLS": AccountType.PAYABLE,
    "SALES_TAX": AccountType.TAX,
}
BANK_SUBTYPES = ("CASH_AND_BANK", "MONEY_IN_TRANSIT")
CONTROL_SUBTYPES = ("RECEIVABLE_INVOICES", "PAYABLE_BILLS")


def document_from(node: Node) -> RemoteDocument:
    gross, tax = money(node, "total"), money(node, "taxTotal")
    customer = node.get("customer") or {}
    return RemoteDocument(
        kind=DocumentKind.SALES_INVOICE,
        id=str(node["id"]),
        number=str(node.get("invoiceNumber") or ""),
        status=document_status(node),
        date=day(node.get("invoiceDate")),
        currency=code(node, "currency"),
        gross=gross,
        net=gross - tax,
        tax=tax,
        balance=money(node, "amountDue"),
        reference=reference_in(str(node.get("memo") or "")),
        party_id=str(customer.get("id") or ""),
        party_name=str(customer.get("name") or ""),
        due_date=day(node.get("dueDate")),
        rate=number(node.get("exchangeRate")),
        sent=str(node.get("lastSentVia") or "") not in _NOT_SENT,
        url=str(node.get("viewUrl") or ""),
        changed_at=moment(node.get("modifiedAt")),
        lines=tuple(_line(item) for item in node.get("items") or ()),
    )


def document_status(node: Node) -> RemoteStatus:
    """An overdue invoice may be paid in part; Wave's word does not say so."""
    word = str(node.get("status") or "")
    if word == "OVERDUE" and money(node, "amountPaid"):
        return RemoteStatus.PART_PAID
    return _STATUSES.get(word, RemoteStatus.UNKNOWN)


def payment_from(node: Node, invoice: Node) -> RemotePayment:
    amount = number(node.get("amount")) or ZERO
    return RemotePayment(
        direction=PaymentDirection.RECEIVED,
        id=str(node["id"]),
        date=day(node.get("paymentDate")),
        amount=amount,
        currency=code(invoice, "currency"),
        allocations=(
            Allocation(
                document_id=str(invoice["id"]),
                kind=DocumentKind.SALES_INVOICE,
                amount=amount,
            ),
        ),
        party_id=str((invoice.get("customer") or {}).get("id") or ""),
        reference=str(node.get("memo") or ""),
        method=str(node.get("paymentMethod") or ""),
        bank_account_id=str((node.get("account") or {}).get("id") or ""),
        changed_at=moment(node.get("modifiedAt")),
    )


def party_from(node: Node) -> Party:
    address = node.get("address") or {}
    return Party(
        role=PartyRole.CUSTOMER,
        id=str(node["id"]),
        name=str(node.get("name") or ""),
        email=str(node.get("email") or ""),
        phone=str(node.get("phone") or ""),
        currency=code(node, "currency"),
        address=Address(
            street=str(address.get("addressLine1") or ""),
            city=str(address.get("city") or ""),
            postcode=str(address.get("postalCode") or ""),
            country=code(address, "country"),
        ),
        active=not node.get("isArchived"),
    )


def account_from(node: Node) -> LedgerAccount:
    kind = str((node.get("type") or {}).get("value") or "")
    subtype = str((node.get("subtype") or {}).get("value") or "")
    return LedgerAccount(
        id=str(node["id"]),
        name=str(node.get("name") or ""),
        code=str(node.get("displayId") or ""),
        type=_SUBTYPES.get(subtype) or _TYPES.get(kind, AccountType.OTHER),
        currency=code(node, "currency"),
        active=not node.get("isArchived"),
    )


def tax_from(node: Node) -> TaxCode:
    """Wave tells a fifth as 0.2."""
    rate = number(node.get("rate"))
    return TaxCode(
        id=str(node["id"]),
        name=str(node.get("name") or ""),
        code=str(node.get("abbreviation") or ""),
        rate=None if rate is None else rate * 100,
        active=not node.get("isArchived"),
    )


def item_from(node: Node) -> Item:
    return Item(
        id=str(node["id"]),
        name=str(node.get("name") or ""),
        income_account_id=str((node.get("incomeAccount") or {}).get("id") or ""),
        expense_account_id=str((node.get("expenseAccount") or {}).get("id") or ""),
        active=not node.get("isArchived"),
    )


def organisation_from(node: Node) -> Organisation:
    country = (node.get("address") or {}).get("country") or {}
    return Organisation(
        id=str(node["id"]),
        name=str(node.get("name") or ""),
        country=str(country.get("code") or ""),
        home_currency=code(node, "currency"),
    )


def is_usable(node: Node) -> bool:
    """Businesses of the old kind cannot be written to."""
    old = node.get("isClassicAccounting") or node.get("isClassicInvoicing")
    return not old and not node.get("isArchived")


def control_balance(node: Node) -> ControlBalance:
    account = account_from(node)
    payable = account.type is AccountType.PAYABLE
    return ControlBalance(
        role=PartyRole.SUPPLIER if payable else PartyRole.CUSTOMER,
        account_id=account.id,
        currency=account.currency,
        amount=number(node.get("balanceInBusinessCurrency")) or ZERO,
    )


def _line(item: Node) -> RemoteLine:
    taxes = item.get("taxes") or []
    return RemoteLine(
        text=str(item.get("description") or ""),
        net=money(item, "subtotal"),
        tax=sum((money(each, "amount") for each in taxes), ZERO),
        quantity=number(item.get("quantity")),
        unit_price=number(item.get("price")),
        account_id=str((item.get("account") or {}).get("id") or ""),
        item_id=str((item.get("product") or {}).get("id") or ""),
        tax_code_id=str(taxes[0]["salesTax"]["id"]) if len(taxes) == 1 else "",
    )


def money(node: Node, name: str) -> Decimal:
    """`value` is text for people: it may hold separators of thousands."""
    found = (node.get(name) or {}).get("value")
    return Decimal(str(found).replace(",", "")) if found is not None else ZERO


def number(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def code(node: Node, name: str) -> str:
    return str((node.get(name) or {}).get("code") or "")
