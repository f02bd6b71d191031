"""Contacts, products, payments and allocations: checked, laid in the books."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..books import (
    ZERO,
    AccountType,
    Address,
    Allocation,
    Direction,
    Item,
    Party,
    Payment,
    Role,
)
from ..ledger import Ledger
from ..shape import Misfit, Shape
from . import shapes
from .refusals import Refused, misfit, record_not_found

Sent = Mapping[str, Any]
ROLES = {"CUSTOMER": Role.CUSTOMER, "VENDOR": Role.SUPPLIER}
TYPES = {
    "CUSTOMER_RECEIPT": Direction.RECEIVED,
    "VENDOR_REFUND": Direction.RECEIVED,
    "VENDOR_PAYMENT": Direction.MADE,
    "CUSTOMER_REFUND": Direction.MADE,
}


def parsed(shape: Shape, name: str, body: Any) -> dict[str, Any]:
    """The object in its name. Raises `Refused`."""
    try:
        return shape.parsed(body.get(name) if isinstance(body, dict) else None)
    except Misfit as error:
        raise misfit(error) from error


# --- contacts


def create_contact(ledger: Ledger, body: Any) -> Party:
    sent = parsed(shapes.NEW_CONTACT, "contact", body)
    base = Party(name=sent["name"], currency=ledger.company.currency)
    return ledger.parties.create(replace(base, **_fields(ledger, base, sent)))


def update_contact(ledger: Ledger, row: Party, body: Any) -> Party:
    sent = parsed(shapes.CONTACT, "contact", body)
    return ledger.parties.update(row.id, **_fields(ledger, row, sent))


def _fields(ledger: Ledger, row: Party, sent: Sent) -> dict[str, Any]:
    fields: dict[str, Any] = {
        ours: sent[name]
        for name, ours in (
            ("name", "name"),
            ("reference", "code"),
            ("tax_number", "tax_number"),
            ("registered_number", "company_number"),
            ("currency_id", "currency"),
        )
        if name in sent
    }
    if types := sent.get("contact_type_ids"):
        if not set(types) <= ROLES.keys():
            raise record_not_found()
        fields["roles"] = tuple(ROLES[each] for each in types)
    if fields.get("currency", row.currency) not in ledger.company.currencies:
        raise Refused("Currency is not available", source="currency_id")
    _require_free_reference(ledger, row, fields.get("code", ""))
    if person := sent.get("main_contact_person"):
        fields["email"] = person.get("email", row.email)
        fields["phone"] = person.get("telephone", row.phone)
    if address := sent.get("main_address"):
        fields["address"] = _address(address)
    return fields


def _require_free_reference(ledger: Ledger, row: Party, code: str) -> None:
    other = ledger.parties.coded(code) if code else None
    if other is not None and other.id != row.id:
        raise Refused("Reference has already been taken", source="reference")


def _address(sent: Sent) -> Address:
    return Address(
        street=sent.get("address_line_1", ""),
        city=sent.get("city", ""),
        region=sent.get("region", ""),
        postcode=sent.get("postal_code", ""),
        country=sent.get("country_id", ""),
    )


# --- products


def create_product(ledger: Ledger, body: Any) -> Item:
    sent = parsed(shapes.PRODUCT, "product", body)
    return ledger.items.create(
        Item(
            name=sent["description"],
            code=sent.get("item_code", ""),
            income_account=_account(ledger, sent["sales_ledger_account_id"]),
            expense_account=_account(ledger, sent["purchase_ledger_account_id"]),
        )
    )


def _account(ledger: Ledger, id: str) -> str:
    if ledger.accounts.find(id) is None:
        raise record_not_found()
    return id


# --- payments


def create_payment(ledger: Ledger, body: Any) -> Payment:
    sent = parsed(shapes.PAYMENT, "contact_payment", body)
    direction = TYPES.get(sent["transaction_type_id"])
    bank = ledger.accounts.find(sent["bank_account_id"])
    if direction is None or bank is None or bank.type is not AccountType.BANK:
        raise record_not_found()
    if sent["total_amount"] <= ZERO:
        raise Refused("Total amount must be greater than 0", source="total_amount")
    payment = Payment(
        party=sent["contact_id"],
        direction=direction,
        amount=sent["total_amount"],
        date=sent["date"],
        account=bank.id,
        number=sent.get("reference", ""),
        reference=sent.get("reference", "") or "api",
        currency=sent.get("currency_id", _currency(ledger, sent)),
        extra={"type": sent["transaction_type_id"]},
    )
    pays: dict[str, Decimal] = {}
    for each in sent.get("allocated_artefacts", ()):
        id = each["artefact_id"]
        pays[id] = pays.get(id, ZERO) + each["amount"]
    return ledger.settlements.record(payment, pays)


def _currency(ledger: Ledger, sent: Sent) -> str:
    for each in sent.get("allocated_artefacts", ()):
        found = ledger.documents.find(each["artefact_id"])
        if found is not None:
            return found.currency
    return ledger.company.currency


def allocate(ledger: Ledger, body: Any) -> tuple[str, list[Allocation]]:
    """The contact, and what was laid where: credits are negative, all comes to nil."""
    sent = parsed(shapes.ALLOCATION, "contact_allocation", body)
    rows = sent["allocated_artefacts"]
    if sum(each["amount"] for each in rows) != ZERO:
        raise Refused("Allocated amounts must total zero", source="allocated_artefacts")
    owed = {e["artefact_id"]: e["amount"] for e in rows if e["amount"] > ZERO}
    made: list[Allocation] = []
    with ledger.store.change():
        for credit in (each for each in rows if each["amount"] < ZERO):
            id = credit["artefact_id"]
            for invoice, used in _shares(-credit["amount"], owed):
                made.append(
                    ledger.settlements.apply_credit(
                        id, invoice, used, on=sent.get("date")
                    )
                )
    if not made:
        raise Refused("Nothing is allocated", source="allocated_artefacts")
    return sent["contact_id"], made


def _shares(left: Decimal, owed: dict[str, Decimal]) -> Iterator[tuple[str, Decimal]]:
    """Takes what is used off what is owed."""
    for id in owed:
        used = min(left, owed[id])
        left, owed[id] = left - used, owed[id] - used
        if used > ZERO:
            yield id, used
