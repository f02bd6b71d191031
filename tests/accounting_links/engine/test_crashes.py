"""A worker that dies at any named moment leaves nothing twice and nothing undone."""

import datetime as dt

import pytest
from django.utils import timezone

from accounting_links import outbox, polling
from accounting_links.engine import crash_points
from accounting_links.engine.crash_points import Point
from accounting_links.models import (
    Connection,
    ItemState,
    MethodLink,
    Operation,
    PaymentLink,
    SyncItem,
)
from connectors.records import RemoteStatus
from invoicing.models import Document
from tests import factories
from tests.accounting_links.engine import office
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db

CREATE = (
    *(Point.AFTER_CLAIM, Point.AFTER_CHECK, Point.BEFORE_INTENT, Point.AFTER_INTENT),
    *(Point.BEFORE_SEND, Point.AFTER_ANSWER, Point.BEFORE_RECORD, Point.BEFORE_LINK),
    *(Point.AFTER_LINK, Point.AFTER_RECORD),
)
# One claim and one check serve both batches.
ONCE = (Point.AFTER_CLAIM, Point.AFTER_CHECK)
CREATES = [(point, 1) for point in CREATE] + [
    (point, 2) for point in CREATE if point not in ONCE
]
DOUBT = (
    *(Point.BEFORE_DOUBT, Point.AFTER_DOUBT, Point.BEFORE_RECORD, Point.AFTER_RECORD),
)
CHANGE = (
    *(Point.AFTER_CLAIM, Point.BEFORE_UPDATE, Point.AFTER_UPDATE),
    *(Point.BEFORE_RECORD, Point.AFTER_RECORD),
)
PAYMENT = (
    *(Point.AFTER_CLAIM, Point.AFTER_INTENT, Point.BEFORE_PAYMENT),
    *(Point.AFTER_PAYMENT, Point.BEFORE_RECORD, Point.AFTER_RECORD),
)


class Killed(BaseException):
    """As kill -9: nothing of ours catches it."""


def kill_at(point: Point, *, time: int = 1) -> None:
    left = [time]

    def strike(reached: Point) -> None:
        if reached is point:
            left[0] -= 1
            if left[0] == 0:
                raise Killed

    crash_points.arm(strike)


def killed(connection: Connection, point: Point, *, time: int = 1) -> None:
    kill_at(point, time=time)
    with pytest.raises(Killed):
        office.sync(connection, batch=2)
    crash_points.disarm()


def recovered(connection: Connection) -> None:
    """Leases run out, and another worker comes by, twice."""
    for _ in range(2):
        past = timezone.now() - dt.timedelta(seconds=1)
        SyncItem.objects.exclude(lease_until=None).update(lease_until=past)
        SyncItem.objects.exclude(next_attempt_at=None).update(next_attempt_at=past)
        office.sync(connection, batch=2)
    assert not SyncItem.objects.open().exists()


def all_there_once(books: Books, documents: list[Document]) -> None:
    assert books.numbers() == sorted(document.number for document in documents)
    assert {office.link(each).external_id for each in documents} == set(books.documents)


@pytest.mark.parametrize("knows_keys", [True, False])
@pytest.mark.parametrize(("point", "time"), CREATES)
def test_a_worker_that_dies_while_it_creates(
    connection: Connection, books: Books, point: Point, time: int, knows_keys: bool
) -> None:
    books.knows_keys = knows_keys
    documents = office.marked(connection, 4)
    killed(connection, point, time=time)
    recovered(connection)
    all_there_once(books, documents)


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("point", DOUBT)
def test_a_worker_that_dies_while_it_looks_something_up(
    connection: Connection, books: Books, point: Point, arrived: bool
) -> None:
    document = office.in_doubt(connection, books, arrived=arrived)
    killed(connection, point)
    recovered(connection)
    all_there_once(books, [document])


@pytest.mark.parametrize("point", CHANGE)
def test_a_worker_that_dies_while_it_updates(
    connection: Connection, books: Books, point: Point
) -> None:
    [document] = office.marked(connection)
    office.sync(connection)
    document.note, document.revision = "new", document.revision + 1
    document.save()
    outbox.mark([document.pk], connection=connection, operation=Operation.UPDATE)
    killed(connection, point)
    recovered(connection)
    all_there_once(books, [document])
    assert office.link(document).revision == document.revision


@pytest.mark.parametrize("point", CHANGE)
def test_a_worker_that_dies_while_it_voids(
    connection: Connection, books: Books, point: Point
) -> None:
    [document] = office.marked(connection)
    office.sync(connection)
    outbox.mark([document.pk], connection=connection, operation=Operation.VOID)
    killed(connection, point)
    recovered(connection)
    all_there_once(books, [document])
    assert office.link(document).status == RemoteStatus.VOID


@pytest.mark.parametrize("knows_keys", [True, False])
@pytest.mark.parametrize("point", PAYMENT)
def test_a_worker_that_dies_while_it_sends_a_payment(
    connection: Connection, books: Books, point: Point, knows_keys: bool
) -> None:
    [document] = office.marked(connection)
    office.sync(connection)
    books.knows_keys = knows_keys
    MethodLink.objects.create(connection=connection, account_id="BANK")
    payment = factories.payment(document)
    killed(connection, point)
    recovered(connection)
    [there] = books.payments.values()
    assert PaymentLink.objects.get(payment=payment).external_id == there.id


@pytest.mark.parametrize("point", [Point.POLL_ASKED, Point.POLL_RECORDED])
def test_a_poller_that_dies_misses_nothing(
    connection: Connection, books: Books, point: Point
) -> None:
    [document] = office.marked(connection)
    office.sync(connection)
    Connection.objects.filter(pk=connection.pk).update(poll_cursor="0")
    books.edit(office.link(document).external_id, status=RemoteStatus.PAID)
    kill_at(point)
    with pytest.raises(Killed):
        polling.poll(connection)
    crash_points.disarm()
    polling.poll(connection)
    assert office.link(document).status == RemoteStatus.PAID


def test_a_row_that_kills_its_workers_is_set_aside(
    connection: Connection, books: Books
) -> None:
    bad, good = office.marked(connection, 2)
    for _ in range(5):
        kill_at(Point.AFTER_CLAIM)
        with pytest.raises(Killed):
            office.sync(connection, only=[bad.pk])
        past = timezone.now() - dt.timedelta(seconds=1)
        SyncItem.objects.exclude(lease_until=None).update(lease_until=past)
    crash_points.disarm()
    result = office.sync(connection)
    assert (result.sent, result.failed) == (1, 1)
    assert office.item(bad).state == ItemState.FAILED
    assert office.item(bad).message.startswith("Given up")
