"""Edits behind every check, as if a person had made them in the platform.

An entry is `{"id", "kind", "number", "reference", "party", "date", "currency",
"gross", "status"}`. `gross` is text and signed: credits are negative. `party` is the
party's name; where one is given, an id or a name will do, and a party of that name is
made when there is none. Every edit gives a new version and a change log entry.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from .books import (
    ZERO,
    AccountType,
    Direction,
    Document,
    Kind,
    Line,
    Party,
    Payment,
    Role,
    State,
    Status,
)
from .ledger import Ledger
from .totals import exact_tax, rounded, with_totals

# What lines and payments say that no caller made.
BY_HAND = "Entered by hand"
CHANGEABLE = {"party", "date", "gross", "status"}
NEEDED = {"kind", "party", "date", "gross"}
ADDABLE = CHANGEABLE | NEEDED | {"number", "reference", "currency"}


class BadEdit(ValueError):
    """The entry cannot be used; the message names the field."""


def entries(ledger: Ledger) -> list[dict[str, str]]:
    return [entry(ledger, document) for document in ledger.documents.table]


def entry(ledger: Ledger, document: Document) -> dict[str, str]:
    party = ledger.parties.table.peek(document.party)
    gross = -document.gross if document.kind.is_credit else document.gross
    return {
        "id": document.id,
        "kind": document.kind.value,
        "number": document.number,
        "reference": document.reference,
        "party": party.name if party else document.party,
        "date": document.date.isoformat(),
        "currency": document.currency,
        "gross": f"{gross:.2f}",
        "status": document.status.value,
    }


def change(ledger: Ledger, document_id: str, fields: Any) -> dict[str, str]:
    """Raises `BadEdit`, or `NotFound`; nothing is changed then."""
    fields = _checked(fields, allowed=CHANGEABLE)
    with ledger.store.change():
        document = ledger.documents.get(document_id)
        if "party" in fields:
            party = _party(ledger, fields["party"], document.kind)
            document = replace(document, party=party)
        if "date" in fields:
            document = replace(document, date=_date(fields["date"]))
        if "gross" in fields:
            gross = _gross(fields["gross"], document.kind)
            document = _laid_on_first_line(ledger, document, gross)
        ledger.documents.table.put(document, "update")
        ledger.settlements.trim(document_id)
        if "status" in fields:
            _set_status(ledger, document_id, _status(fields["status"]))
        return entry(ledger, ledger.documents.get(document_id))


def add(ledger: Ledger, fields: Any) -> dict[str, str]:
    """Raises `BadEdit`; a number or reference that exists already is allowed."""
    fields = _checked(fields, allowed=ADDABLE)
    if missing := NEEDED - fields.keys():
        raise BadEdit(f"Missing: {', '.join(sorted(missing))}.")
    kind = _kind(fields["kind"])
    with ledger.store.change():
        gross = _gross(fields["gross"], kind)
        document = Document(
            kind=kind,
            party=_party(ledger, fields["party"], kind),
            date=_date(fields["date"]),
            due=_date(fields["date"]),
            number=_text(fields, "number"),
            reference=_text(fields, "reference"),
            currency=_text(fields, "currency") or ledger.company.currency,
            lines=(_line(ledger, kind, gross),),
            sent=True,
        )
        document = ledger.documents.insert(with_totals(document, document.lines))
        _set_status(ledger, document.id, _status(fields.get("status", "open")))
        return entry(ledger, ledger.documents.get(document.id))


def remove(ledger: Ledger, document_id: str) -> None:
    """Raises `NotFound`. Payments on it stay, unallocated."""
    with ledger.store.change():
        ledger.settlements.release(document_id)
        document = ledger.documents.get(document_id)
        ledger.documents.table.put(replace(document, deleted=True), "delete")


# --- values


def _checked(fields: Any, *, allowed: set[str]) -> Mapping[str, Any]:
    if not isinstance(fields, Mapping):
        raise BadEdit("One JSON object is needed.")
    if unknown := fields.keys() - allowed:
        raise BadEdit(f"Cannot be set: {', '.join(sorted(unknown))}.")
    return fields


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise BadEdit(f"{name}: text is needed.")
    return value


def _kind(value: Any) -> Kind:
    try:
        return Kind(value)
    except ValueError as error:
        raise BadEdit(f"kind: one of {', '.join(Kind)}.") from error


def _status(value: Any) -> Status:
    try:
        return Status(value)
    except ValueError as error:
        raise BadEdit(f"status: one of {', '.join(Status)}.") from error


def _date(value: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise BadEdit("date: YYYY-MM-DD is needed.") from error


def _gross(value: Any, kind: Kind) -> Decimal:
    """Credits may come signed or not; they stand positive in the books."""
    try:
        gross = Decimal(str(value))
    except InvalidOperation as error:
        raise BadEdit("gross: an amount is needed.") from error
    if not gross.is_finite():
        raise BadEdit("gross: an amount is needed.")
    return abs(gross) if kind.is_credit else gross


def _party(ledger: Ledger, value: Any, kind: Kind) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadEdit("party: an id or a name is needed.")
    role = Role.SUPPLIER if kind.is_purchase else Role.CUSTOMER
    found = ledger.parties.find(value)
    named = ledger.parties.named(value, role)
    if found is None and named:
        found = named[0]
    if found is None:
        party = Party(name=value, roles=(role,), currency=ledger.company.currency)
        found = ledger.parties.create(party)
    return found.id


def _line(ledger: Ledger, kind: Kind, gross: Decimal) -> Line:
    purchase = kind.is_purchase
    sample = ledger.recall("sample", {})
    account = ledger.accounts.first(
        AccountType.EXPENSE if purchase else AccountType.INCOME
    )
    return Line(
        description=BY_HAND,
        unit_price=gross,
        net=gross,
        account=account.id,
        item="" if purchase else sample.get("item", ""),
        tax_code=ledger.tax_codes.with_percent(ZERO).id,
    )


# --- amounts and states


def _laid_on_first_line(ledger: Ledger, document: Document, gross: Decimal) -> Document:
    """The first line takes the difference, at its own tax rate."""
    policy = ledger.policies.tax
    if not document.lines:
        line = _line(ledger, document.kind, gross)
        return with_totals(document, (line,))
    first = document.lines[0]
    amount = first.gross + gross - document.gross
    percent = ledger.tax_codes.percent(first.tax_code)
    tax = rounded(exact_tax(amount, percent, inclusive=True), policy)
    net = amount - tax
    price = amount if document.prices_include_tax else net
    line = replace(
        first,
        quantity=Decimal(1),
        unit_price=price,
        discount_percent=ZERO,
        given_net=None,
        given_tax=tax,
        net=net,
        tax=tax,
    )
    return with_totals(document, (line, *document.lines[1:]))


def _set_status(ledger: Ledger, document_id: str, status: Status) -> None:
    document = ledger.documents.get(document_id)
    if status is document.status:
        return
    if status in (Status.OPEN, Status.DRAFT, Status.VOID):
        ledger.settlements.release(document_id)
    state = {Status.DRAFT: State.DRAFT, Status.VOID: State.VOID}.get(status)
    document = replace(ledger.documents.get(document_id), state=state or State.POSTED)
    action = "void" if status is Status.VOID else "update"
    document = ledger.documents.table.put(document, action)
    if status is Status.PAID:
        _pay(ledger, document)


def _pay(ledger: Ledger, document: Document) -> None:
    """A payment of the whole balance that FinSync never made."""
    if document.balance <= ZERO:
        return
    kind = document.kind
    made = kind.is_purchase != kind.is_credit
    ledger.settlements.insert(
        Payment(
            party=document.party,
            direction=Direction.MADE if made else Direction.RECEIVED,
            amount=document.balance,
            date=document.date,
            account=ledger.accounts.first(AccountType.BANK).id,
            currency=document.currency,
            memo=BY_HAND,
        ),
        {document.id: document.balance},
    )
