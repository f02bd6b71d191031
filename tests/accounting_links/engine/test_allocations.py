"""A credit note that is set against an invoice here is set against it there, once."""

from decimal import Decimal
from typing import Any

import pytest

from accounting_links import outbox, triggers
from accounting_links.engine.crash_points import Point
from accounting_links.models import (
    Connection,
    CreditLink,
    ItemState,
    Operation,
    SyncItem,
)
from accounting_links.verbs import Verb
from connectors.errors import InDoubt, PlatformDown, Rejected
from invoicing.models import Document, DocumentKind, Event, PaymentAllocation
from invoicing.services import settling
from tests import factories
from tests.accounting_links.engine import office
from tests.accounting_links.engine.test_crashes import killed, recovered
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db
PART = Decimal(20)
Pair = tuple[Document, Document]


@pytest.fixture
def pair(connection: Connection) -> Pair:
    """A credit note and an invoice of one customer, both over there."""
    contact = factories.customer()
    invoice = office.invoice(connection, contact=contact)
    note = office.finished(connection, DocumentKind.CREDIT_NOTE, contact=contact)
    outbox.mark([invoice.pk, note.pk], connection=connection)
    office.sync(connection)
    return note, invoice


def set_off(pair: Pair, amount: Decimal = PART) -> PaymentAllocation:
    note, invoice = map(fresh, pair)
    return settling.apply_credit(note, invoice, amount, actor_name="test")


def fresh(document: Document) -> Document:
    return Document.objects.get(pk=document.pk)


def again(connection: Connection, **options: Any) -> None:
    SyncItem.objects.open().update(next_attempt_at=None)
    office.sync(connection, **options)


def laid(books: Books) -> list[Decimal]:
    return [each.allocations[0].amount for each in books.credits.values()]


def the_item() -> SyncItem:
    return SyncItem.objects.filter(operation=Operation.ALLOCATE).latest("pk")


def test_it_is_set_against_the_invoice_there(
    connection: Connection, books: Books, pair: Pair
) -> None:
    set_off(pair)
    result = office.sync(connection)
    assert (laid(books), result.allocations) == ([PART], 1)
    [link] = CreditLink.objects.filter(ended_at=None)
    assert (link.credit_note, link.document, link.amount) == (*pair, PART)
    assert Event.objects.filter(verb=Verb.CREDIT_SET_OFF).count() == 1


def test_it_is_set_off_once_however_often_one_syncs(
    connection: Connection, books: Books, pair: Pair
) -> None:
    set_off(pair)
    for _ in range(3):
        office.sync(connection)
    assert books.asked["allocate_credit"] == 1


def test_it_waits_until_both_documents_are_there(
    connection: Connection, books: Books
) -> None:
    contact = factories.customer()
    invoice = office.invoice(connection, contact=contact)
    note = office.finished(connection, DocumentKind.CREDIT_NOTE, contact=contact)
    set_off((note, invoice))
    outbox.mark([note.pk], connection=connection)
    office.sync(connection)
    assert laid(books) == []
    outbox.mark([invoice.pk], connection=connection)
    office.sync(connection)
    assert laid(books) == [PART]


def test_one_credit_note_is_set_against_several_invoices(
    connection: Connection, books: Books, pair: Pair
) -> None:
    other = office.invoice(connection, contact=pair[0].contact)
    outbox.mark([other.pk], connection=connection)
    set_off(pair)
    set_off((pair[0], other), Decimal(5))
    office.sync(connection)
    assert sorted(laid(books)) == [Decimal(5), PART]


def test_taken_back_here_it_is_taken_off_there(
    connection: Connection, books: Books, pair: Pair
) -> None:
    allocation = set_off(pair)
    office.sync(connection)
    settling.take_off(allocation, actor_name="test")
    for _ in range(2):
        office.sync(connection)
    assert (laid(books), books.asked["release_credit"]) == ([], 1)
    assert not CreditLink.objects.filter(ended_at=None).exists()
    assert Event.objects.filter(verb=Verb.CREDIT_TAKEN_OFF).count() == 1


def test_another_amount_takes_the_place_of_the_old(
    connection: Connection, books: Books, pair: Pair
) -> None:
    set_off(pair)
    office.sync(connection)
    set_off(pair, Decimal(4))
    office.sync(connection)
    assert laid(books) == [PART + 4]
    assert not SyncItem.objects.open().exists()


@pytest.mark.parametrize("knows_keys", [True, False])
@pytest.mark.parametrize("arrived", [True, False])
def test_a_lost_answer_is_found_out_by_what_is_open_there(
    connection: Connection,
    books: Books,
    pair: Pair,
    arrived: bool,
    knows_keys: bool,
) -> None:
    books.knows_keys = knows_keys
    set_off(pair)
    moment = books.after if arrived else books.before
    moment["allocate_credit"] = [InDoubt("The answer never came.")]
    office.sync(connection)
    assert the_item().state == ItemState.IN_DOUBT
    again(connection)
    assert laid(books) == [PART]
    assert the_item().state == ItemState.DONE


def test_what_nobody_can_tell_is_left_to_a_person(
    connection: Connection, books: Books, pair: Pair
) -> None:
    set_off(pair)
    books.before["allocate_credit"] = [InDoubt("The answer never came.")]
    office.sync(connection)
    for each in pair:
        link = office.link(each)
        left = books.documents[link.external_id].balance or Decimal(0)
        books.edit(link.external_id, balance=left - 3)
    for _ in range(2):
        again(connection)
        assert (the_item().state, laid(books)) == (ItemState.BLOCKED, [])
        outbox.retry(SyncItem.objects.open())


def test_what_was_taken_back_while_in_doubt_goes_no_more(
    connection: Connection, books: Books, pair: Pair
) -> None:
    allocation = set_off(pair)
    books.before["allocate_credit"] = [InDoubt("The answer never came.")]
    office.sync(connection)
    settling.take_off(allocation, actor_name="test")
    again(connection)
    assert (the_item().state, laid(books)) == (ItemState.DONE, [])


def test_what_was_done_there_by_hand_is_recognised(
    connection: Connection, books: Books, pair: Pair
) -> None:
    set_off(pair)
    for each in map(fresh, pair):
        books.edit(office.link(each).external_id, balance=each.outstanding)
    books.before["allocate_credit"] = [Rejected("Never asked.")]
    full = set_off(pair, fresh(pair[0]).outstanding)
    for each in map(fresh, pair):
        books.edit(office.link(each).external_id, balance=each.outstanding)
    office.sync(connection)
    assert books.asked["allocate_credit"] == 0
    assert CreditLink.objects.get(ended_at=None).amount == full.amount


def test_a_refusal_is_said(connection: Connection, books: Books, pair: Pair) -> None:
    set_off(pair)
    books.before["allocate_credit"] = [Rejected("The period is closed.")]
    office.sync(connection)
    assert the_item().state == ItemState.BLOCKED
    assert "period" in the_item().message


def test_a_platform_that_is_down_is_asked_again(
    connection: Connection, books: Books, pair: Pair
) -> None:
    set_off(pair)
    books.before["allocate_credit"] = [PlatformDown("Down.")]
    office.sync(connection)
    assert the_item().state == ItemState.WAITING
    again(connection)
    assert laid(books) == [PART]


def test_a_document_sent_anew_is_set_off_anew(
    connection: Connection, books: Books, pair: Pair
) -> None:
    set_off(pair)
    office.sync(connection)
    link = office.link(pair[1])
    link.ended_at = link.linked_at
    link.save(update_fields=("ended_at",))
    del books.documents[link.external_id]
    books.keys.clear()
    books.credits.clear()
    note = office.link(pair[0]).external_id
    books.edit(note, balance=books.documents[note].gross)
    outbox.mark([pair[1].pk], connection=connection)
    office.sync(connection)
    assert laid(books) == [PART]
    assert CreditLink.objects.filter(ended_at=None).count() == 1


def test_what_a_person_took_off_the_list_stays_off(
    connection: Connection, books: Books, pair: Pair
) -> None:
    set_off(pair)
    books.before["allocate_credit"] = [Rejected("No.")]
    office.sync(connection)
    outbox.unmark(SyncItem.objects.open())
    office.sync(connection)
    assert (books.asked["allocate_credit"], laid(books)) == (1, [])


def test_a_run_of_the_invoices_alone_takes_it_along(
    connection: Connection, books: Books, pair: Pair
) -> None:
    set_off(pair)
    office.sync(connection, kind=DocumentKind.SALES_INVOICE)
    assert laid(books) == [PART]


def test_what_happens_here_marks_it(connection: Connection, pair: Pair) -> None:
    allocation = set_off(pair)
    triggers.read(connection)
    assert the_item().settles == pair[1]
    settling.take_off(allocation, actor_name="test")
    office.sync(connection)
    assert the_item().state == ItemState.DONE


POINTS = [
    *(Point.AFTER_CLAIM, Point.BEFORE_INTENT, Point.AFTER_INTENT),
    *(Point.BEFORE_ALLOCATE, Point.AFTER_ALLOCATE),
    *(Point.BEFORE_RECORD, Point.AFTER_RECORD),
]


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_that_dies_meanwhile_sets_nothing_off_twice(
    connection: Connection, books: Books, pair: Pair, point: Point
) -> None:
    books.knows_keys = False
    set_off(pair)
    killed(connection, point)
    recovered(connection)
    assert laid(books) == [PART]
    assert not SyncItem.objects.open().exists()


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_that_dies_while_it_takes_off_leaves_nothing_undone(
    connection: Connection, books: Books, pair: Pair, point: Point
) -> None:
    allocation = set_off(pair)
    office.sync(connection)
    settling.take_off(allocation, actor_name="test")
    killed(connection, point)
    recovered(connection)
    assert laid(books) == []
    assert not SyncItem.objects.open().exists()
