from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.practice import errors
from connectors.practice.books import (
    AccountType,
    Direction,
    Document,
    Kind,
    Payment,
    Status,
)
from connectors.practice.ledger import Ledger
from tests.connectors.practice.shop import DAY, bill, invoice, ledger


def received(books: Ledger, amount: str) -> Payment:
    return Payment(
        party=books.recall("sample")["customer"],
        direction=Direction.RECEIVED,
        amount=Decimal(amount),
        date=DAY,
        account=books.recall("sample")["bank"],
    )


def credit(books: Ledger) -> Document:
    return invoice(books, "CN-1", kind=Kind.CREDIT_NOTE)


def test_a_payment_settles_in_part_and_in_full() -> None:
    books = ledger()
    made = books.documents.create(invoice(books))
    books.settlements.record(received(books, "20"), {made.id: Decimal(20)})
    part = books.documents.get(made.id)
    assert (part.balance, part.status, part.version) == (Decimal(40), Status.OPEN, 1)
    books.settlements.record(received(books, "40"), {made.id: Decimal(40)})
    assert books.documents.get(made.id).status is Status.PAID


def test_what_is_left_of_a_payment_stays_unallocated() -> None:
    books = ledger()
    made = books.documents.create(invoice(books))
    row = books.settlements.record(received(books, "100"), {made.id: Decimal(60)})
    assert books.settlements.unallocated(row) == 40
    assert books.party_balance(made.party) == -40


@pytest.mark.parametrize(
    ("amount", "applied", "field"),
    [("100", "61", "amount"), ("50", "60", "amount"), ("-1", "0", "amount")],
)
def test_it_refuses_more_than_is_owed_or_paid(
    amount: str, applied: str, field: str
) -> None:
    books = ledger()
    made = books.documents.create(invoice(books))
    with pytest.raises(errors.Invalid) as caught:
        books.settlements.record(received(books, amount), {made.id: Decimal(applied)})
    assert caught.value.field == field
    assert not list(books.settlements.payments)
    assert books.documents.get(made.id).version == 0


def test_money_received_pays_no_bill() -> None:
    books = ledger()
    made = books.documents.create(bill(books))
    payment = replace(received(books, "80"), party=made.party)
    with pytest.raises(errors.Invalid):
        books.settlements.record(payment, {made.id: Decimal(80)})
    paid = replace(payment, direction=Direction.MADE)
    books.settlements.record(paid, {made.id: Decimal(80)})
    assert books.documents.get(made.id).status is Status.PAID


def test_a_credit_is_laid_on_an_invoice() -> None:
    books = ledger()
    made = books.documents.create(invoice(books))
    note = books.documents.create(credit(books))
    books.settlements.apply_credit(note.id, made.id, Decimal(25))
    assert books.documents.get(made.id).balance == 35
    assert books.documents.get(note.id).balance == 35


def test_voiding_a_payment_opens_the_invoice_again() -> None:
    books = ledger()
    made = books.documents.create(invoice(books))
    row = books.settlements.record(received(books, "60"), {made.id: Decimal(60)})
    books.settlements.void(row.id)
    assert books.documents.get(made.id).status is Status.OPEN
    assert books.settlements.unallocated(books.settlements.payments.get(row.id)) == 0
    with pytest.raises(errors.WrongState):
        books.settlements.void(row.id)


def test_a_settled_document_is_voided_only_after_release() -> None:
    books = ledger()
    made = books.documents.create(invoice(books))
    row = books.settlements.record(received(books, "60"), {made.id: Decimal(60)})
    with pytest.raises(errors.HasSettlements):
        books.documents.void(made.id)
    assert books.documents.void(made.id, release=True).status is Status.VOID
    assert books.settlements.unallocated(row) == 60


def test_changed_allocations_replace_the_old_ones() -> None:
    books = ledger()
    first = books.documents.create(invoice(books))
    second = books.documents.create(invoice(books, "INV-2"))
    row = books.settlements.record(received(books, "60"), {first.id: Decimal(60)})
    books.settlements.update(row.id, {second.id: Decimal(60)}, version=0)
    assert books.documents.get(first.id).status is Status.OPEN
    assert books.documents.get(second.id).status is Status.PAID


def test_accounts_balance_and_control_follows_the_documents() -> None:
    books = ledger()
    made = books.documents.create(invoice(books))
    books.documents.create(bill(books))
    books.settlements.record(received(books, "20"), {made.id: Decimal(20)})
    control = books.control_balances()
    assert (control.receivable, control.payable) == (Decimal(40), Decimal(80))
    balances = books.account_balances()
    assert sum(balances.values()) == 0
    assert balances[books.accounts.first(AccountType.BANK).id] == 20
