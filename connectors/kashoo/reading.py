"""Kashoo's records, as ours. Pure. Money there is in whole cents."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from connectors.kashoo.api import Entity
from connectors.kashoo.mapping import PAID_BY
from connectors.records import (
    ZERO,
    AccountType,
    Address,
    Allocation,
    DocumentKind,
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

# What an account's type is called is not known: its words decide, the first that fits.
_TYPES = (
    ("receivable", AccountType.RECEIVABLE),
    ("payable", AccountType.PAYABLE),
    ("bank", AccountType.BANK),
    ("cash", AccountType.BANK),
    ("tax", AccountType.TAX),
    ("income", AccountType.INCOME),
    ("revenue", AccountType.INCOME),
    ("expense", AccountType.EXPENSE),
    ("cost", AccountType.EXPENSE),
)
_TYPED_TAX = re.compile(r"(\d+)\s*=\s*(.*?)\s*(\d+(?:\.\d+)?)\s*%")


def document_from(kind: DocumentKind, row: Entity, *, currency: str) -> RemoteDocument:
    """The row tells its total. Net and tax follow from the lines, where it has any."""
    gross, balance = amount(row, "totalDue") or ZERO, amount(row, "balanceDue")
    lines = tuple(_lines(row))
    net = sum((line.net for line in lines), ZERO) if lines else None
    return RemoteDocument(
        kind=kind,
        id=text(row, "id"),
        number=text(row, "number"),
        status=_status(gross, balance),
        date=day(row, "date"),
        currency=text(row, "currency") or currency,
        gross=gross,
        net=net,
        tax=None if net is None else gross - net,
        balance=balance,
        party_id=text(row, "contactId"),
        party_name=text(row, "contactName"),
        due_date=day(row, "dueDate"),
        lines=lines,
    )


def payment_from(
    direction: PaymentDirection, row: Entity, *, currency: str
) -> RemotePayment:
    kind, name = PAID_BY[direction]
    return RemotePayment(
        direction=direction,
        id=text(row, "id"),
        date=day(row, "date"),
        amount=amount(row, "amount") or ZERO,
        currency=currency,
        allocations=tuple(
            Allocation(
                document_id=text(each, name),
                kind=kind,
                amount=amount(each, "amount") or ZERO,
            )
            for each in row.get("payments") or ()
        ),
        party_id=text(row, "contactId"),
        reference=text(row, "memo"),
        bank_account_id=text(row.get("depositAccount") or {}, "id"),
    )


def party_from(role: PartyRole, row: Entity) -> Party:
    address = row.get("address") or {}
    return Party(
        role=role,
        id=text(row, "id"),
        name=text(row, "name"),
        email=text(row, "email"),
        phone=text(row, "phone"),
        tax_number=text(row, "taxNumber"),
        address=Address(
            street=text(address, "address1"),
            city=text(address, "city"),
            region=text(address, "state"),
            postcode=text(address, "postalCode"),
            country=text(address, "country"),
        ),
    )


def account_from(row: Entity) -> LedgerAccount:
    told = text(row, "type").lower()
    fitting = (type for word, type in _TYPES if word in told)
    return LedgerAccount(
        id=text(row, "id"),
        name=text(row, "name"),
        code=text(row, "number"),
        type=next(fitting, AccountType.OTHER),
    )


def tax_from(row: Entity) -> TaxCode:
    rate = row.get("rate")
    return TaxCode(
        id=text(row, "id"),
        name=text(row, "name"),
        rate=None if rate is None else Decimal(str(rate)),
    )


def typed_taxes(typed: str) -> Iterator[TaxCode]:
    """`71 = GST 5%`; a line of another form is passed over."""
    for found in map(_TYPED_TAX.fullmatch, map(str.strip, typed.splitlines())):
        if found:
            name = f"{found[2]} {found[3]}%".strip()
            yield TaxCode(id=found[1], name=name, rate=Decimal(found[3]))


def organisation_from(row: Entity, *, home: str) -> Organisation:
    product = text(row, "product")
    return Organisation(
        id=text(row, "id"),
        name=text(row, "name"),
        home_currency=text(row, "currency") or home,
        facts={"product": product} if product else {},
    )


def text(row: Any, name: str) -> str:
    found = row.get(name) if isinstance(row, dict) else None
    return "" if found is None else str(found)


def amount(row: Entity, name: str) -> Decimal | None:
    found = row.get(name)
    return None if found in (None, "") else Decimal(str(found)).scaleb(-2)


def day(row: Entity, name: str) -> date | None:
    told = text(row, name)
    return date.fromisoformat(told[:10]) if told else None


def _status(gross: Decimal, balance: Decimal | None) -> RemoteStatus:
    """No status word is known: what is left to pay tells."""
    if balance is None:
        return RemoteStatus.UNKNOWN
    if not balance:
        return RemoteStatus.PAID
    return RemoteStatus.OPEN if balance == gross else RemoteStatus.PART_PAID


def _lines(row: Entity) -> Iterator[RemoteLine]:
    for item in row.get("lineItems") or ():
        quantity = item.get("quantity")
        taxes: list[Entity] = item.get("taxes") or [{}]
        yield RemoteLine(
            text=text(item, "description"),
            net=amount(item, "amount") or ZERO,
            quantity=None if quantity is None else Decimal(str(quantity)),
            unit_price=amount(item, "rate"),
            account_id=text(item.get("account") or {}, "id"),
            tax_code_id=text(taxes[0], "id"),
        )
