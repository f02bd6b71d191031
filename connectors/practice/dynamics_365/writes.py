"""Parties and documents: what is sent, checked, laid in the books."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..books import (
    ZERO,
    Address,
    Document,
    Line,
    Party,
    Role,
    State,
)
from ..errors import UnknownAccount, UnknownItem, UnknownTax
from ..ledger import Ledger
from ..shape import Misfit, Shape
from . import render, shapes
from .names import CORRECTED_IN, SETS, Set, guid_of, next_number
from .refusals import DIALOG, POSTED, Refused, misfit, not_found, stale

Sent = Mapping[str, Any]
# What one unit costs in the home currency, as the table of rates has it.
RATES = {"EUR": Decimal("0.85"), "USD": Decimal("0.79")}
_FIRST_DRAFT = 1001


def parsed(shape: Shape, sent: Any) -> dict[str, Any]:
    try:
        return shape.parsed(sent)
    except Misfit as error:
        raise misfit(error) from error


def require_match(given: str, current: str) -> None:
    """The version that a change was made on. Any will do for an asterisk."""
    if not given:
        raise Refused(
            "The request needs an If-Match header.", code="BadRequest", status=412
        )
    if given != "*" and not given.startswith('W/"'):
        raise Refused("The token is not valid.", code="BadRequest_InvalidToken")
    if given not in ("*", current):
        raise stale()


def create_party(ledger: Ledger, role: Role, body: Any) -> Party:
    sent = parsed(shapes.PARTY, body)
    if "number" in sent:
        raise Refused("You may not enter numbers manually.", code=DIALOG)
    if any(c.isalpha() for c in sent.get("phoneNumber", "")):
        raise Refused("Phone No. must not contain letters in Customer.")
    currency = sent.get("currencyCode") or ledger.company.currency
    _require_currency(ledger, currency)
    return ledger.parties.create(
        Party(
            name=sent["displayName"],
            roles=(role,),
            email=sent.get("email", ""),
            phone=sent.get("phoneNumber", ""),
            tax_number=sent.get("taxRegistrationNumber", ""),
            currency=currency,
            address=Address(
                street=sent.get("addressLine1", ""),
                city=sent.get("city", ""),
                region=sent.get("state", ""),
                postcode=sent.get("postalCode", ""),
                country=sent.get("country", ""),
            ),
        )
    )


def party_of(ledger: Ledger, kind: Any, role: Role, sent: Sent, who: str) -> Party:
    number, id = sent.get(f"{kind.party}Number"), sent.get(f"{kind.party}Id")
    if not number and not id:
        name = kind.party
        raise Refused(f'A "{name}Number" or a "{name}Id" must be provided.')
    for party in ledger.parties.in_role(role):
        if id and guid_of("party", party.id) != id:
            continue
        if number and party.id != number:
            continue
        return party
    raise Refused(who)


def create_document(ledger: Ledger, name: str, body: Any) -> Document:
    """A draft. What is checked when it is posted is not checked here."""
    kind = SETS[name]
    sent = parsed(shapes.DOCUMENTS[name], body)
    side = "buy-from vendor" if kind.kind.is_purchase else "sell-to customer"
    refusal = f"The {side} cannot be found."
    party = party_of(ledger, kind, kind.role, sent, refusal)
    currency = sent.get("currencyCode") or party.currency
    _require_currency(ledger, currency)
    date: dt.date = sent.get(kind.date) or ledger.today()
    document = Document(
        kind=kind.kind,
        party=party.id,
        date=date,
        due=sent.get("dueDate", date),
        number=next_number(ledger, f"draft.{name}", _FIRST_DRAFT),
        reference=sent.get(kind.number, "").upper(),
        currency=currency,
        prices_include_tax=bool(party.extra.get("gross_prices")),
        rate=RATES.get(currency, Decimal(1)),
        lines=tuple(_line(ledger, kind, each) for each in sent.get(kind.lines, [])),
        state=State.DRAFT,
        extra=_extra(ledger, sent, date),
    )
    return ledger.documents.insert(ledger.documents.price(document))


def add_line(ledger: Ledger, name: str, row: Document, body: Any) -> Document:
    _require_draft(row)
    line = _line(ledger, SETS[name], parsed(shapes.LINES[name], body))
    return _changed(ledger, replace(row, lines=(*row.lines, line)))


def change_document(ledger: Ledger, name: str, row: Document, body: Any) -> Document:
    """The head alone: the lines are entities of their own."""
    kind = SETS[name]
    sent = parsed(shapes.DOCUMENTS[name], body)
    _require_draft(row)
    if kind.lines in sent:
        raise Refused("Deep updates are not supported.", code="BadRequest")
    changed = replace(
        row,
        date=sent.get(kind.date, row.date),
        due=sent.get("dueDate", row.due),
        reference=sent.get(kind.number, row.reference).upper(),
    )
    return _changed(ledger, changed)


def delete_document(ledger: Ledger, row: Document) -> None:
    _require_draft(row)
    with ledger.store.change():
        ledger.documents.table.put(replace(row, deleted=True), "delete")


def post_document(ledger: Ledger, name: str, row: Document) -> None:
    """The same id, with a number of the posted ones."""
    kind = SETS[name]
    _require_draft(row)
    if not any(line.account or line.item for line in row.lines):
        raise Refused("There is nothing to post.")
    if row.gross < ZERO:
        raise Refused("The total amount for the invoice must be 0 or greater.")
    if kind.kind.is_purchase:
        _require_own_number(ledger, row)
    with ledger.store.change():
        ledger.documents.post(row.id)
        number = next_number(ledger, name, kind.first, kind.posted)
        ledger.documents.update(row.id, number=number, unique=False)
        if invoice := row.extra.get("invoice"):
            _apply(ledger, row, invoice)


def cancel_document(ledger: Ledger, row: Document) -> None:
    """Unpaid ones alone. A document of the other set takes it back."""
    if row.state is not State.POSTED or row.kind not in CORRECTED_IN:
        raise Refused("The document cannot be canceled.")
    kind = SETS[CORRECTED_IN[row.kind]]
    with ledger.store.change():
        ledger.documents.void(row.id)
        void = ledger.documents.get(row.id)
        made = {
            "id": ledger.policies.ids.next(ledger.documents.table.name),
            "number": next_number(
                ledger, CORRECTED_IN[row.kind], kind.first, kind.posted
            ),
        }
        extra = {**void.extra, "corrective": made}
        ledger.documents.table.put(replace(void, extra=extra), "update")


def _extra(ledger: Ledger, sent: Sent, date: dt.date) -> dict[str, Any]:
    extra = {
        "postingDate": (sent.get("postingDate") or date).isoformat(),
        "order": sent.get("customerPurchaseOrderReference", ""),
        "invoice": sent.get("invoiceId", ""),
    }
    if extra["invoice"]:
        invoice = ledger.documents.find(extra["invoice"])
        if invoice is None or not render.is_posted(invoice):
            raise Refused("The invoice does not exist.")
    return {name: value for name, value in extra.items() if value}


def _apply(ledger: Ledger, row: Document, invoice_id: str) -> None:
    invoice = ledger.documents.get(invoice_id)
    if invoice.balance <= ZERO:
        raise Refused("The applies-to invoice must be open.")
    amount = min(row.gross, invoice.balance)
    ledger.settlements.apply_credit(row.id, invoice.id, amount, on=row.date)


def _changed(ledger: Ledger, row: Document) -> Document:
    with ledger.store.change():
        priced = ledger.documents.price(row)
        return ledger.documents.table.put(priced, "update")


def _require_draft(row: Document) -> None:
    if render.is_posted(row):
        raise Refused(POSTED)


def _require_currency(ledger: Ledger, code: str) -> None:
    if code not in ledger.company.currencies:
        raise Refused('The "currencyCode" does not match to a Currency.')


def _require_own_number(ledger: Ledger, row: Document) -> None:
    if not row.reference:
        raise Refused(
            "You need to enter the document number of the document from the vendor in "
            "the Vendor Invoice No. field."
        )
    for other in ledger.documents.of_party(row.party):
        is_same = render.own_number(other).upper() == row.reference
        if is_same and other.kind is row.kind and render.is_posted(other):
            raise Refused(
                f"Purchase Invoice {row.reference} already exists for this vendor."
            )


def _line(ledger: Ledger, kind: Set, sent: Sent) -> Line:
    named = ("accountId" in sent, "itemId" in sent)
    if all(named):
        raise Refused(
            'Both "itemId" and "accountId" are specified. Specify only one of them.'
        )
    word = sent.get("lineType") or ("Item" if named[1] else "Account")
    if word == "Comment":
        return Line(
            description=sent.get("description", ""),
            quantity=ZERO,
            extra={"type": "Comment"},
        )
    is_item = word == "Item"
    return Line(
        description=sent.get("description", ""),
        quantity=sent.get("quantity", ZERO),
        unit_price=sent.get(kind.price, ZERO),
        discount_percent=sent.get("discountPercent", ZERO),
        account="" if is_item else _account(ledger, sent),
        item=_item(ledger, sent) if is_item else "",
        tax_code=_tax(ledger, sent),
    )


def _account(ledger: Ledger, sent: Sent) -> str:
    """Control accounts take no entries by hand."""
    number = sent.get("lineObjectNumber", "")
    found = ledger.accounts.find(sent.get("accountId", ""))
    found = found or (ledger.accounts.coded(number) if number else None)
    if found is None or not found.active or not render.account(found)["directPosting"]:
        raise UnknownAccount(number, field="account")
    return found.id


def _item(ledger: Ledger, sent: Sent) -> str:
    number = sent.get("lineObjectNumber", "")
    found = ledger.items.find(sent.get("itemId", "")) or ledger.items.coded(number)
    if found is None:
        raise UnknownItem(number, field="item")
    return found.id


def _tax(ledger: Ledger, sent: Sent) -> str:
    code = sent.get("taxCode", "")
    found = ledger.tax_codes.coded(code) if code else None
    if code and found is None:
        raise UnknownTax(code, field="tax_code")
    return found.id if found else ""


def document_of(ledger: Ledger, name: str, id: str) -> Document:
    row = ledger.documents.find(id.lower())
    if row is None or row.kind is not SETS[name].kind:
        raise not_found()
    return row
