"""A payment that is cancelled here after it was sent goes over there too."""

from dataclasses import replace

import pytest

from accounting_links.engine.crash_points import Point
from accounting_links.models import (
    Connection,
    ItemState,
    MethodLink,
    PaymentLink,
    SyncItem,
)
from accounting_links.verbs import Verb
from connectors.errors import InDoubt, PlatformDown, Rejected
from invoicing.models import Event, Payment
from invoicing.services import payments
from tests import factories
from tests.accounting_links.engine import office
from tests.accounting_links.engine.test_crashes import killed, recovered
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(connection: Connection) -> Payment:
    """Sent with its document, and cancelled then."""
    [document] = office.marked(connection)
    MethodLink.objects.create(connection=connection, account_id="BANK")
    made = factories.payment(document)
    office.sync(connection)
    assert PaymentLink.objects.filter(payment=made, ended_at=None).exists()
    payments.cancel_payment(made, actor_name="test")
    return made


def is_done(payment: Payment) -> bool:
    ended = not PaymentLink.objects.filter(payment=payment, ended_at=None).exists()
    return ended and not SyncItem.objects.open().exists()


def test_it_is_voided_there(
    connection: Connection, books: Books, payment: Payment
) -> None:
    office.sync(connection)
    assert books.payments == {}
    assert is_done(payment)
    assert Event.objects.filter(verb=Verb.PAYMENT_VOIDED).count() == 1


def test_it_is_voided_once_and_never_sent_again(
    connection: Connection, books: Books, payment: Payment
) -> None:
    for _ in range(3):
        office.sync(connection)
    assert (books.asked["void_payment"], books.asked["record_payments"]) == (1, 1)


def test_another_version_is_read_and_voided(
    connection: Connection, books: Books, payment: Payment
) -> None:
    [there] = books.payments.values()
    books.payments[there.id] = replace(there, version="7")
    office.sync(connection)
    assert books.payments == {}


def test_what_is_gone_there_already_is_done(
    connection: Connection, books: Books, payment: Payment
) -> None:
    books.payments.clear()
    office.sync(connection)
    assert is_done(payment)


def test_a_refusal_is_said(
    connection: Connection, books: Books, payment: Payment
) -> None:
    books.before["void_payment"] = [Rejected("It is reconciled with the bank.")]
    office.sync(connection)
    item = SyncItem.objects.open().get()
    assert item.state == ItemState.BLOCKED
    assert "reconciled" in item.message
    assert len(books.payments) == 1


@pytest.mark.parametrize("arrived", [True, False])
def test_a_lost_answer_is_found_out(
    connection: Connection, books: Books, payment: Payment, arrived: bool
) -> None:
    moment = books.after if arrived else books.before
    moment["void_payment"] = [InDoubt("The answer never came.")]
    office.sync(connection)
    SyncItem.objects.open().update(next_attempt_at=None)
    office.sync(connection)
    assert books.payments == {}
    assert is_done(payment)


def test_a_platform_that_is_down_is_asked_again(
    connection: Connection, books: Books, payment: Payment
) -> None:
    books.before["void_payment"] = [PlatformDown("Down.")]
    office.sync(connection)
    SyncItem.objects.open().update(next_attempt_at=None)
    office.sync(connection)
    assert is_done(payment)


@pytest.mark.parametrize(
    "point",
    [
        *(Point.AFTER_CLAIM, Point.BEFORE_PAYMENT, Point.AFTER_PAYMENT),
        *(Point.BEFORE_RECORD, Point.AFTER_RECORD),
    ],
)
def test_a_worker_that_dies_meanwhile_leaves_nothing_undone(
    connection: Connection, books: Books, payment: Payment, point: Point
) -> None:
    killed(connection, point)
    recovered(connection)
    assert books.payments == {}
    assert is_done(payment)
