"""Payments of the books come back as records, and never travel back there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounting_links import outbox, polling
from accounting_links.models import Connection, CreditLink, MethodLink, PaymentLink
from connectors.records import (
    Allocation,
    DocumentKind,
    PaymentDirection,
    RemotePayment,
)
from invoicing.models import Document, Event, Origin, Payment, Settlement
from invoicing.services import settling
from tests import factories
from tests.accounting_links.engine import office
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db
INVOICE = DocumentKind.SALES_INVOICE


@pytest.fixture
def two(connection: Connection) -> list[Document]:
    """Invoices of one customer that are there, and polled once."""
    MethodLink.objects.create(connection=connection, account_id="BANK")
    made = office.marked(connection, 2)
    office.sync(connection)
    Connection.objects.filter(pk=connection.pk).update(poll_cursor="0")
    polling.poll(connection)
    return made


def pays(
    *shares: tuple[Document, int], amount: int | None = None, **fields: Any
) -> RemotePayment:
    allocations = tuple(
        Allocation(
            document_id=office.link(document).external_id,
            kind=INVOICE,
            amount=Decimal(part),
        )
        for document, part in shares
    )
    values: dict[str, Any] = {
        "direction": PaymentDirection.RECEIVED,
        "id": "PAY",
        "date": date(2026, 11, 20),
        "amount": Decimal(amount or sum(part for _, part in shares)),
        "currency": "GBP",
        "allocations": allocations,
        "version": "0",
    }
    return RemotePayment(**(values | fields))


def settled(documents: Sequence[Document]) -> list[Decimal]:
    return [Document.objects.get(pk=each.pk).settled for each in documents]


def our_payment(connection: Connection, document: Document) -> Payment:
    made = factories.payment(Document.objects.get(pk=document.pk))
    office.sync(connection)
    return made


def test_one_payment_of_several_documents_settles_each(
    connection: Connection, books: Books, two: list[Document]
) -> None:
    books.pay(pays((two[0], 70), (two[1], 30)))
    polling.poll(connection)
    assert settled(two) == [70, 30]
    assert (Payment.objects.get().amount, Payment.objects.get().origin) == (
        Decimal(100),
        Origin.BOOKS,
    )


def test_part_payments_add_up(
    connection: Connection, books: Books, two: list[Document]
) -> None:
    for number, part in enumerate((20, 30), start=1):
        books.pay(pays((two[0], part), id=f"PAY{number}"))
        polling.poll(connection)
    assert settled(two[:1]) == [50]
    assert Payment.objects.count() == 2


def test_what_was_paid_too_much_stays_unallocated(
    connection: Connection, books: Books, two: list[Document]
) -> None:
    books.pay(pays((two[0], 120), amount=150))
    polling.poll(connection)
    payment = Payment.objects.get()
    assert payment.amount == 150
    assert settling.unallocated(payment) == 30
    assert Document.objects.get(pk=two[0].pk).settlement == Settlement.PAID


def test_a_payment_that_is_moved_there_moves_here(
    connection: Connection, books: Books, two: list[Document]
) -> None:
    books.pay(pays((two[0], 50)))
    polling.poll(connection)
    books.pay(pays((two[1], 50), version="1"))
    polling.poll(connection)
    assert settled(two) == [0, 50]


def test_none_of_them_ever_travels_back(
    connection: Connection, books: Books, two: list[Document]
) -> None:
    books.pay(pays((two[0], 50), (two[1], 10), amount=90))
    polling.poll(connection)
    office.sync(connection)
    asked = books.asked
    assert (asked["record_payments"], asked["move_payment"]) == (0, 0)


def test_ours_that_is_deleted_there_opens_the_document_again(
    connection: Connection, books: Books, two: list[Document]
) -> None:
    made = our_payment(connection, two[0])
    [there] = books.payments.values()
    books.pay(replace(there, deleted=True, version="9"))
    polling.poll(connection)
    office.sync(connection)
    made.refresh_from_db()
    assert made.cancelled_at is not None
    assert settled(two[:1]) == [0]
    assert books.asked["record_payments"] == 1
    assert Event.objects.filter(verb="books.payment_removed").count() == 1


def test_ours_that_is_moved_there_is_told_and_left(
    connection: Connection, books: Books, two: list[Document]
) -> None:
    our_payment(connection, two[0])
    [there] = books.payments.values()
    moved = replace(there.allocations[0], document_id=office.link(two[1]).external_id)
    books.pay(replace(there, allocations=(moved,), version="9"))
    for _ in range(2):
        polling.poll(connection)
        office.sync(connection)
    assert books.asked["move_payment"] == 0
    [link] = PaymentLink.objects.all()
    assert list(link.settles_there) == [(INVOICE.value, moved.document_id)]
    said = Event.objects.filter(verb="books.payment").values_list("sentence", flat=True)
    assert ["other documents" in each for each in said] == [True]


def test_a_credit_that_we_laid_on_is_no_payment(
    connection: Connection, books: Books, two: list[Document]
) -> None:
    CreditLink.objects.create(
        connection=connection,
        credit_note=two[1],
        document=two[0],
        external_id="PAY",
        credit_external_id="1",
        document_external_id=office.link(two[0]).external_id,
        amount=Decimal(20),
    )
    books.pay(pays((two[0], 20)))
    polling.poll(connection)
    assert not Payment.objects.exists()
    # Another that happens to have its id.
    books.pay(pays((two[1], 30)))
    polling.poll(connection)
    assert settled(two) == [0, 30]


@pytest.mark.parametrize(
    "kind",
    [
        DocumentKind.SALES_INVOICE,
        DocumentKind.CREDIT_NOTE,
        DocumentKind.SUPPLIER_INVOICE,
    ],
)
def test_the_method_says_which_bank_whichever_way_the_money_goes(
    connection: Connection, books: Books, kind: str
) -> None:
    document = office.finished(connection, kind)
    outbox.mark([document.pk], connection=connection)
    card = factories.method()
    MethodLink.objects.create(connection=connection, method=card, account_id="CARD")
    MethodLink.objects.create(connection=connection, account_id="BANK")
    factories.payment(document, method=card)
    office.sync(connection)
    [there] = books.payments.values()
    assert (there.bank_account_id, there.party_id) == (
        "CARD",
        office.link(document).party_id,
    )
