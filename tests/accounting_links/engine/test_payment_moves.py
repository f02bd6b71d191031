"""What a payment settles may change after it was sent: over there too."""

from decimal import Decimal

import pytest
from django.utils import timezone

from accounting_links import outbox
from accounting_links.engine.crash_points import Point
from accounting_links.models import Connection, ItemState, MethodLink, SyncItem
from accounting_links.verbs import Verb
from connectors.errors import InDoubt, PlatformDown, Rejected
from connectors.records import RemotePayment
from invoicing.models import Document, Event, Payment
from invoicing.services import settling
from tests import factories
from tests.accounting_links.engine import office
from tests.accounting_links.engine.test_crashes import killed, recovered
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db


@pytest.fixture
def documents(connection: Connection) -> list[Document]:
    MethodLink.objects.create(connection=connection, account_id="BANK")
    return office.marked(connection, 2)


@pytest.fixture
def payment(connection: Connection, documents: list[Document]) -> Payment:
    """Of more than the invoice that it settles; it is over there."""
    first = documents[0]
    made = factories.payment(
        contact=first.bill_to, amount=first.gross * 2, currency=first.currency
    )
    settling.allocate(made, first, first.gross, actor_name="test")
    office.sync(connection)
    return made


def the_one(books: Books) -> RemotePayment:
    [there] = books.payments.values()
    return there


def settled(books: Books) -> dict[str, Decimal]:
    return {each.document_id: each.amount for each in the_one(books).allocations}


def meant(*documents: Document) -> dict[str, Decimal]:
    return {office.link(each).external_id: each.gross for each in documents}


def lay_on(payment: Payment, document: Document) -> None:
    fresh = Document.objects.get(pk=document.pk)
    settling.allocate(payment, fresh, fresh.outstanding, actor_name="test")


def test_what_is_left_is_laid_on_another_later(
    connection: Connection, books: Books, documents: list[Document], payment: Payment
) -> None:
    assert settled(books) == meant(documents[0])
    lay_on(payment, documents[1])
    for _ in range(3):
        office.sync(connection)
    assert settled(books) == meant(*documents)
    assert (books.asked["move_payment"], books.asked["record_payments"]) == (1, 1)
    assert Event.objects.filter(verb=Verb.PAYMENT_MOVED).count() == 1


def test_taken_off_here_it_stands_on_account_there(
    connection: Connection, books: Books, payment: Payment
) -> None:
    settling.take_off(payment.allocations.get(), actor_name="test")
    office.sync(connection)
    assert settled(books) == {}


def test_nothing_that_stayed_the_same_is_told_again(
    connection: Connection, books: Books, payment: Payment
) -> None:
    office.sync(connection)
    assert books.asked["move_payment"] == 0


def test_it_is_laid_on_the_document_that_was_sent_anew(
    connection: Connection, books: Books, documents: list[Document], payment: Payment
) -> None:
    link = office.link(documents[0])
    link.ended_at = timezone.now()
    link.save(update_fields=("ended_at",))
    del books.documents[link.external_id]
    books.keys.clear()
    outbox.mark([documents[0].pk], connection=connection)
    office.sync(connection)
    office.sync(connection)
    assert office.link(documents[0]).external_id != link.external_id
    assert settled(books) == meant(documents[0])
    assert len(books.payments) == 1


def test_a_refusal_is_said(
    connection: Connection, books: Books, documents: list[Document], payment: Payment
) -> None:
    lay_on(payment, documents[1])
    books.before["move_payment"] = [Rejected("It is reconciled with the bank.")]
    office.sync(connection)
    item = SyncItem.objects.open().get()
    assert (item.state, "reconciled" in item.message) == (ItemState.BLOCKED, True)


@pytest.mark.parametrize("arrived", [True, False])
def test_a_lost_answer_is_told_again(
    connection: Connection,
    books: Books,
    documents: list[Document],
    payment: Payment,
    arrived: bool,
) -> None:
    lay_on(payment, documents[1])
    moment = books.after if arrived else books.before
    moment["move_payment"] = [InDoubt("The answer never came.")]
    office.sync(connection)
    SyncItem.objects.open().update(next_attempt_at=None)
    office.sync(connection)
    assert settled(books) == meant(*documents)
    assert not SyncItem.objects.open().exists()


def test_a_platform_that_is_down_is_asked_again(
    connection: Connection, books: Books, documents: list[Document], payment: Payment
) -> None:
    lay_on(payment, documents[1])
    books.before["move_payment"] = [PlatformDown("Down.")]
    office.sync(connection)
    SyncItem.objects.open().update(next_attempt_at=None)
    office.sync(connection)
    assert settled(books) == meant(*documents)


@pytest.mark.parametrize(
    "point",
    [
        *(Point.AFTER_CLAIM, Point.BEFORE_INTENT, Point.AFTER_INTENT),
        *(Point.BEFORE_PAYMENT, Point.AFTER_PAYMENT),
        *(Point.BEFORE_RECORD, Point.AFTER_RECORD),
    ],
)
def test_a_worker_that_dies_meanwhile_leaves_nothing_undone(
    connection: Connection,
    books: Books,
    documents: list[Document],
    payment: Payment,
    point: Point,
) -> None:
    lay_on(payment, documents[1])
    killed(connection, point)
    recovered(connection)
    assert settled(books) == meant(*documents)
    assert len(books.payments) == 1
