"""Invoices, credit notes and bills: what is sent, checked, laid in the books."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..books import ZERO, Document, Kind, Line, Role, State, TaxCode
from ..ledger import Ledger
from ..shape import Misfit, Shape
from ..totals import exact_tax, rounded
from . import render, shapes
from .refusals import Refused, misfit

Sent = Mapping[str, Any]
MOST_BILL_ITEMS = 40
TRANSITIONS = ("mark_as_sent", "mark_as_draft")


def parsed(path: str, body: Any, *, new: bool) -> dict[str, Any]:
    """The object in its name. Raises `Refused`."""
    name = render.NAMES[path]
    needs = shapes.NEEDS[path] if new else ()
    shape = Shape(shapes.DOCUMENTS[path], needs=needs)
    try:
        found: dict[str, Any] = shapes.wrapped(name, shape).parsed(body)[name]
    except Misfit as error:
        raise misfit(error) from error
    return found


def create(ledger: Ledger, path: str, sent: Sent) -> Document:
    """Sales are drafts at first, always; bills count at once. Raises `Refused`."""
    kind = render.KINDS[path]
    row = Document(
        kind=kind,
        party="",
        date=sent["dated_on"],
        currency=ledger.company.currency,
        state=State.POSTED if kind.is_purchase else State.DRAFT,
    )
    return ledger.documents.create(_laid(ledger, path, row, sent))


def update(ledger: Ledger, path: str, row: Document, sent: Sent) -> Document:
    name = f"{render.NAMES[path]}_items"
    if name in sent and row.state is not State.DRAFT and not row.kind.is_purchase:
        raise Refused(
            f"{name}.description is locked and cannot be changed",
            f"{name} contain errors",
        )
    if row.settled:
        raise Refused("This document is locked and cannot be changed")
    changed = _laid(ledger, path, row, sent)
    fields = {
        each: getattr(changed, each)
        for each in (
            *("party", "date", "due", "number", "reference", "currency", "rate"),
            *("lines", "prices_include_tax", "memo"),
        )
    }
    return ledger.documents.update(row.id, **fields)


def transition(ledger: Ledger, row: Document, to: str) -> Document:
    """Raises `Refused`."""
    if row.kind.is_purchase or to not in TRANSITIONS:
        raise Refused(f"{to} is not a transition of this document")
    if to == "mark_as_draft":
        return ledger.documents.reopen(row.id)
    if not row.lines:
        raise Refused("A document without items cannot be marked as sent")
    with ledger.store.change():
        if row.state is State.DRAFT:
            ledger.documents.post(row.id)
        return ledger.documents.mark_sent(row.id)


def id_of(address: Any, path: str) -> str:
    """The id in an address of ours; empty where it is another."""
    text = str(address or "")
    before, _, id = text.rpartition("/")
    return id if before.endswith(f"/v2/{path}") else ""


def _laid(ledger: Ledger, path: str, row: Document, sent: Sent) -> Document:
    row = replace(
        row,
        party=_contact(ledger, row, sent),
        date=sent.get("dated_on", row.date),
        number=sent.get("reference", row.number),
        currency=sent.get("currency", row.currency),
        rate=sent.get("exchange_rate", row.rate),
        memo=sent.get("comments", row.memo),
    )
    row = replace(row, due=_due(row, sent), reference=row.number or "api")
    name = f"{render.NAMES[path]}_items"
    if name not in sent:
        return row
    kept = [each for each in sent[name] if not each.get("_destroy")]
    if row.kind.is_purchase:
        if not 0 < len(kept) <= MOST_BILL_ITEMS:
            raise Refused(f"A bill has between 1 and {MOST_BILL_ITEMS} items")
        lines = [_bought(ledger, each) for each in kept]
    else:
        lines = [_sold(ledger, row.kind, each) for each in kept]
    return replace(row, lines=tuple(lines))


def _due(row: Document, sent: Sent) -> dt.date:
    if "due_on" in sent:
        due: dt.date = sent["due_on"]
        return due
    terms = sent.get("payment_terms_in_days")
    if terms is not None:
        return row.date + dt.timedelta(days=int(terms))
    return row.due or row.date


def _contact(ledger: Ledger, row: Document, sent: Sent) -> str:
    """There is one list of contacts, whatever they buy or sell."""
    if "contact" not in sent:
        return row.party
    party = ledger.parties.find(id_of(sent["contact"], "contacts"))
    if party is None or not party.active:
        raise Refused("Contact can't be found")
    role = Role.SUPPLIER if row.kind.is_purchase else Role.CUSTOMER
    if role not in party.roles:
        ledger.parties.update(party.id, roles=(*party.roles, role))
    return party.id


def _sold(ledger: Ledger, kind: Kind, sent: Sent) -> Line:
    """Prices of credit notes are negative there, and stand positive in the books."""
    if "price" not in sent:
        raise Refused("Price can't be blank")
    sign = -1 if kind.is_credit else 1
    code, extra = _tax(ledger, sent)
    return Line(
        description=sent.get("description", ""),
        quantity=sent.get("quantity", Decimal(1)),
        unit_price=sign * sent["price"],
        account=_category(ledger, sent, needed=False),
        tax_code=code.id,
        extra={**extra, "type": sent.get("item_type", "Services")},
    )


def _bought(ledger: Ledger, sent: Sent) -> Line:
    """The value of an item has its tax inside."""
    code, extra = _tax(ledger, sent)
    percent = ledger.tax_codes.percent(code.id)
    if "total_value" in sent:
        gross = sent["total_value"]
        tax = rounded(exact_tax(gross, percent, inclusive=True), ledger.policies.tax)
        net = gross - tax
    elif "total_value_ex_tax" in sent:
        net = sent["total_value_ex_tax"]
        tax = rounded(exact_tax(net, percent, inclusive=False), ledger.policies.tax)
    else:
        raise Refused("Total value can't be blank")
    return Line(
        description=sent.get("description", ""),
        unit_price=net,
        account=_category(ledger, sent, needed=True),
        tax_code=code.id,
        given_net=net,
        given_tax=tax,
        extra=extra,
    )


def _category(ledger: Ledger, sent: Sent, *, needed: bool) -> str:
    if "category" not in sent and not needed:
        return ""
    found = ledger.accounts.coded(id_of(sent.get("category"), "categories"))
    if found is None or not found.active:
        raise Refused("Category can't be found")
    return found.id


def _tax(ledger: Ledger, sent: Sent) -> tuple[TaxCode, dict[str, str]]:
    """One of the company's rates. Exempt and out of scope bear none."""
    status = sent.get("sales_tax_status", "TAXABLE")
    percent = sent.get("sales_tax_rate", ZERO) if status == "TAXABLE" else ZERO
    for code in ledger.tax_codes.table:
        exempt = status == "EXEMPT"
        if code.exempt == exempt and ledger.tax_codes.percent(code.id) == percent:
            return code, {"tax_status": status}
    raise Refused(f"Sales tax rate {percent} is not a rate of this company")
