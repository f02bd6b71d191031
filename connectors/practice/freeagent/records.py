"""Contacts, explanations of bank transactions and reconciliations of credit notes."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..books import (
    ZERO,
    Account,
    AccountType,
    Allocation,
    Direction,
    Document,
    Party,
    Payment,
    Role,
)
from ..ledger import Ledger
from ..shape import Misfit, Shape
from . import render, shapes
from .documents import id_of
from .refusals import Refused, misfit

Sent = Mapping[str, Any]
FIELDS = {
    "email": "email",
    "phone_number": "phone",
    "sales_tax_registration_number": "tax_number",
}
ADDRESS = {
    "address1": "street",
    "town": "city",
    "region": "region",
    "postcode": "postcode",
    "country": "country",
}


def parsed(name: str, shape: Shape, body: Any) -> dict[str, Any]:
    """The object in its name. Raises `Refused`."""
    try:
        found: dict[str, Any] = shapes.wrapped(name, shape).parsed(body)[name]
    except Misfit as error:
        raise misfit(error) from error
    return found


def create_contact(ledger: Ledger, body: Any) -> Party:
    sent = parsed("contact", shapes.CONTACT, body)
    person = f"{sent.get('first_name', '')} {sent.get('last_name', '')}".strip()
    whole = sent.get("first_name") and sent.get("last_name")
    name = sent.get("organisation_name") or (person if whole else "")
    if not name:
        raise Refused("Organisation name or first and last name can't be blank")
    base = Party(
        name=name,
        roles=(Role.CUSTOMER, Role.SUPPLIER),
        currency=ledger.company.currency,
    )
    return ledger.parties.create(replace(base, **_fields(base, sent)))


def update_contact(ledger: Ledger, row: Party, body: Any) -> Party:
    sent = parsed("contact", shapes.CONTACT, body)
    fields = _fields(row, sent)
    if name := sent.get("organisation_name"):
        fields["name"] = name
    return ledger.parties.update(row.id, **fields)


def _fields(row: Party, sent: Sent) -> dict[str, Any]:
    fields = {ours: sent[name] for name, ours in FIELDS.items() if name in sent}
    told = {ours: sent[name] for name, ours in ADDRESS.items() if name in sent}
    return {**fields, "address": replace(row.address, **told)}


# --- payments


def explain(ledger: Ledger, body: Any) -> Payment:
    """A manual explanation, which makes its bank transaction itself."""
    sent = parsed("bank_transaction_explanation", shapes.EXPLANATION, body)
    bank = _bank(ledger, sent)
    paid = _paid(ledger, sent)
    value = sent["gross_value"]
    money_in = paid.kind.is_purchase == paid.kind.is_credit
    if not value or (value > ZERO) != money_in:
        raise Refused("Gross value has the wrong sign for this document")
    amount = _amount(sent, paid, bank)
    payment = Payment(
        party=paid.party,
        direction=Direction.RECEIVED if money_in else Direction.MADE,
        amount=amount,
        date=sent["dated_on"],
        account=bank.id,
        number=sent.get("description", ""),
        reference=sent.get("description", "") or "api",
        currency=paid.currency,
    )
    return ledger.settlements.record(payment, {paid.id: amount})


def _amount(sent: Sent, paid: Document, bank: Account) -> Decimal:
    """In the document's currency; the gross value is in the bank account's."""
    if paid.currency == bank.currency:
        return Decimal(abs(sent["gross_value"]))
    if "foreign_currency_value" not in sent:
        raise Refused("Foreign currency value can't be blank")
    return Decimal(abs(sent["foreign_currency_value"]))


def _bank(ledger: Ledger, sent: Sent) -> Account:
    found = ledger.accounts.find(id_of(sent.get("bank_account"), "bank_accounts"))
    if found is None or found.type is not AccountType.BANK:
        raise Refused("Bank account can't be found")
    return found


def _paid(ledger: Ledger, sent: Sent) -> Document:
    told = sent.get("paid_bill") or sent.get("paid_invoice")
    paths = ("bills",) if "paid_bill" in sent else ("invoices", "credit_notes")
    for path in paths:
        row = ledger.documents.find(id_of(told, path))
        if row is not None and row.kind is render.KINDS[path]:
            return row
    raise Refused("The paid document can't be found")


def reconcile(ledger: Ledger, body: Any) -> Allocation:
    sent = parsed("credit_note_reconciliation", shapes.RECONCILIATION, body)
    credit = id_of(sent["credit_note"], "credit_notes")
    invoice = id_of(sent["invoice"], "invoices")
    return ledger.settlements.apply_credit(
        credit, invoice, sent["gross_value"], on=sent["dated_on"]
    )
