"""OneUp's records, as ours. Pure. References come as ids, as objects or as numbers."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from connectors.oneup.api import Entity, moment
from connectors.records import (
    ZERO,
    AccountType,
    Address,
    DocumentKind,
    Item,
    LedgerAccount,
    Party,
    PartyRole,
    RemoteDocument,
    RemoteLine,
    RemoteStatus,
    TaxCode,
)

LEAD = "2"


def invoice_from(row: Entity, *, currency: str) -> RemoteDocument:
    customer = row.get("customer")
    unpaid = amount(row, "unpaid")
    return RemoteDocument(
        kind=DocumentKind.SALES_INVOICE,
        id=text(row, "id"),
        number=text(row, "user_code"),
        status=_status(row),
        date=day(row, "date"),
        currency=text(row, "currency_iso_code") or currency,
        gross=amount(row, "total") or ZERO,
        net=amount(row, "subtotal"),
        tax=amount(row, "tax_amount"),
        balance=unpaid,
        reference=text(row, "external_id"),
        party_id=reference(row, "customer"),
        party_name=text(customer, "name"),
        due_date=min(_due_dates(row), default=None),
        sent=bool(row["sent"]) if row.get("sent") is not None else None,
        version=text(row, "updated_at"),
        changed_at=moment(row),
        lines=tuple(_lines(row)),
    )


def customer_from(row: Entity) -> Party:
    address = row.get("address")
    return Party(
        role=PartyRole.CUSTOMER,
        id=text(row, "id"),
        name=text(row, "company_name") or text(row, "full_name"),
        code=text(row, "user_code"),
        email=text(row, "email"),
        phone=text(row, "phone_number"),
        tax_number=text(row, "taxpayer_id_number"),
        currency=text(row, "currency_iso_code"),
        address=Address(
            street=text(address, "street_line1"),
            city=text(address, "city"),
            region=text(address, "state"),
            postcode=text(address, "postal_code"),
            country=text(address, "country"),
        ),
        version=text(row, "updated_at"),
    )


def is_customer(row: Entity) -> bool:
    """Leads stand among the customers."""
    return text(row, "status") != LEAD


def account_from(
    row: Entity, *, income: Sequence[str], expense: Sequence[str]
) -> LedgerAccount:
    """No type is told: the number's beginning decides."""
    number = text(row, "number")
    type = AccountType.OTHER
    if number.startswith(tuple(income)):
        type = AccountType.INCOME
    elif number.startswith(tuple(expense)):
        type = AccountType.EXPENSE
    return LedgerAccount(
        id=text(row, "id"), name=text(row, "name"), code=number, type=type
    )


def tax_from(row: Entity) -> TaxCode:
    return TaxCode(id=text(row, "id"), name=text(row, "name"), rate=amount(row, "rate"))


def item_from(row: Entity) -> Item:
    return Item(
        id=text(row, "id"),
        name=text(row, "name"),
        code=text(row, "item_number"),
        income_account_id=reference(row, "income_account"),
    )


def text(row: Any, name: str) -> str:
    found = row.get(name) if isinstance(row, dict) else None
    return "" if found is None else str(found)


def reference(row: Entity, name: str) -> str:
    """`name_id`, an object with an id, or a bare number."""
    found = row.get(name)
    if isinstance(found, dict):
        return text(found, "id")
    return text(row, f"{name}_id") or text(row, name)


def amount(row: Entity, name: str) -> Decimal | None:
    found = row.get(name)
    return None if found in (None, "") else Decimal(str(found))


def day(row: Entity, name: str) -> date | None:
    told = text(row, name)
    return date.fromisoformat(told[:10]) if told else None


def _status(row: Entity) -> RemoteStatus:
    """The words of `invoice_status` are not known; amounts decide, and what was never
    sent counts as a draft only where a word says so."""
    total, unpaid = amount(row, "total") or ZERO, amount(row, "unpaid")
    if unpaid is None:
        return RemoteStatus.UNKNOWN
    if not unpaid:
        return RemoteStatus.PAID
    if unpaid != total:
        return RemoteStatus.PART_PAID
    drafted = "draft" in text(row, "invoice_status").lower() and not row.get("sent")
    return RemoteStatus.DRAFT if drafted else RemoteStatus.OPEN


def _due_dates(row: Entity) -> Iterator[date]:
    for each in row.get("installments") or ():
        if due := day(each, "due_date"):
            yield due


def _lines(row: Entity) -> Iterator[RemoteLine]:
    for each in row.get("order_lines") or ():
        tax = reference(each, "sales_tax") or reference(each, "tax")
        yield RemoteLine(
            text=text(each, "description"),
            net=amount(each, "total") or ZERO,
            quantity=amount(each, "quantity"),
            unit_price=amount(each, "unit_price_wt"),
            item_id=reference(each, "item"),
            tax_code_id=tax,
        )
