from decimal import Decimal
from typing import Any

import pytest

from accounting_links import outbox
from accounting_links.engine import crash_points
from accounting_links.models import Connection, ItemState, SyncItem
from connectors.errors import PlatformDown, Reauthorise, Retry
from connectors.records import RemoteStatus
from invoicing.models import DocumentKind, Event
from tests import factories
from tests.accounting_links.engine import office
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db


def test_it_sends_what_waits_once(connection: Connection, books: Books) -> None:
    documents = office.marked(connection, 3)
    first = office.sync(connection)
    state = books.state()
    second = office.sync(connection)
    assert first.sent == 3
    assert second.sent == 0
    assert books.numbers() == sorted(document.number for document in documents)
    assert books.state() == state


def test_it_links_what_arrived(connection: Connection, books: Books) -> None:
    [document] = office.marked(connection)
    office.sync(connection)
    [remote] = books.documents.values()
    link = office.link(document)
    assert (link.external_id, link.gross) == (remote.id, document.gross)
    assert link.status == RemoteStatus.OPEN
    assert office.item(document).state == ItemState.DONE


def test_it_tells_the_amount_sent_signed(connection: Connection) -> None:
    office.marked(connection, lines=[factories.line(100)])
    note = office.finished(
        connection, DocumentKind.CREDIT_NOTE, lines=[factories.line(30)]
    )
    outbox.mark([note.pk], connection=connection)
    assert office.sync(connection).amount_sent == {"GBP": Decimal("84.00")}


def test_it_passes_over_what_cannot_go(connection: Connection, books: Books) -> None:
    unsent = factories.approved()
    outbox.mark([unsent.pk], connection=connection)
    office.marked(connection, 5)
    result = office.sync(connection, limit=5)
    assert (result.sent, result.blocked) == (5, 1)
    assert result.by_status_code == {"NOT_SENT": 1}
    assert office.item(unsent).findings[0]["code"] == "NOT_SENT"


def test_a_blocked_document_is_not_checked_again_by_itself(
    connection: Connection, books: Books
) -> None:
    outbox.mark([factories.approved().pk], connection=connection)
    office.sync(connection)
    asked = books.asked.copy()
    assert office.sync(connection).blocked == 1
    assert books.asked == asked


def test_it_sends_the_oldest_first(connection: Connection, books: Books) -> None:
    newer, older = office.marked(connection, 2)
    older.date = newer.date.replace(day=1)
    older.save()
    office.sync(connection, limit=1)
    assert books.numbers() == [older.number]


def test_check_only_sends_nothing(connection: Connection, books: Books) -> None:
    [good] = office.marked(connection)
    outbox.mark([factories.approved().pk], connection=connection)
    result = office.sync(connection, check_only=True)
    assert (result.sent, result.blocked, result.waiting) == (0, 1, 1)
    assert not books.documents
    assert office.item(good).attempts == 0


def test_a_refusal_blocks_one_and_not_its_neighbours(
    connection: Connection, books: Books
) -> None:
    documents = office.marked(connection, 3)
    books.refused.add(documents[1].number)
    result = office.sync(connection)
    assert (result.sent, result.blocked) == (2, 1)
    assert office.item(documents[1]).key == ""
    assert office.item(documents[1]).findings[0]["sentence"] == "Not like this."


def test_a_number_that_is_taken_is_never_adopted_by_itself(
    connection: Connection, books: Books
) -> None:
    [document] = office.marked(connection)
    other = office.invoice(connection, number="OTHER")
    outbox.mark([other.pk], connection=connection)
    office.sync(connection, only=[other.pk])
    [remote] = books.documents.values()
    books.edit(remote.id, number=document.number, reference="somebody else")
    result = office.sync(connection)
    assert result.by_status_code == {"DUPLICATE_NUMBER": 1}
    assert len(books.documents) == 1


def test_a_credit_note_follows_the_invoice_that_it_corrects(
    connection: Connection, books: Books
) -> None:
    [invoice] = office.marked(connection)
    note = office.finished(
        connection,
        DocumentKind.CREDIT_NOTE,
        contact=invoice.contact,
        credits=invoice,
    )
    outbox.mark([note.pk], connection=connection)
    office.sync(connection)
    payload = SyncItem.objects.get(document=note).payload
    assert payload is not None
    assert payload["credited_id"] == office.link(invoice).external_id
    assert books.asked["push"] == 2


def test_a_platform_that_is_down_costs_no_attempt(
    connection: Connection, books: Books
) -> None:
    [document] = office.marked(connection)
    books.before["push"] = [PlatformDown("Down.")]
    result = office.sync(connection)
    item = office.item(document)
    assert (result.waiting, item.state, item.attempts) == (1, ItemState.WAITING, 0)
    assert item.next_attempt_at is not None
    assert item.key == ""


def test_it_waits_as_long_as_the_platform_says(
    connection: Connection, books: Books
) -> None:
    [document] = office.marked(connection)
    books.before["push"] = [Retry("Too many.", after=600)]
    result = office.sync(connection)
    item = office.item(document)
    assert result.message == "Too many."
    assert item.next_attempt_at is not None and item.checked_at is not None
    assert (item.next_attempt_at - item.checked_at).total_seconds() >= 600


def test_a_refused_grant_pauses_the_connection_once(
    connection: Connection, books: Books
) -> None:
    documents = office.marked(connection, 7)
    books.before["push"] = [Reauthorise("Sign in again.")]
    result = office.sync(connection)
    connection.refresh_from_db()
    assert (connection.state, result.waiting) == ("attention", 7)
    assert Event.objects.filter(verb="connection.needs_attention").count() == 1
    assert {office.item(each).state for each in documents} == {ItemState.WAITING}


def test_a_kind_that_the_platform_lacks_is_blocked(connection: Connection) -> None:
    order = factories.won_order()
    outbox.mark_eligible(connection)
    assert office.sync(connection).by_status_code == {"UNSUPPORTED": 1}
    assert office.item(order).state == ItemState.BLOCKED


def test_a_difference_of_totals_is_seen(connection: Connection, books: Books) -> None:
    books.surcharge = Decimal(1)
    [document] = office.marked(connection)
    office.sync(connection)
    assert "gross is 121.00 there and 120.00 here" in office.link(document).warning
    assert Event.objects.filter(verb="document.totals_differ").count() == 1


def test_a_difference_within_the_tolerance_is_let_pass(
    connection: Connection, books: Books
) -> None:
    Connection.objects.update(tolerance=Decimal(1))
    books.surcharge = Decimal(1)
    [document] = office.marked(connection)
    office.sync(connection)
    assert office.link(document).warning == ""


def test_a_document_that_changes_meanwhile_is_checked_anew(
    connection: Connection, books: Books
) -> None:
    [document] = office.marked(connection)

    def edit(point: crash_points.Point) -> None:
        if point is crash_points.Point.BEFORE_INTENT and not books.documents:
            crash_points.disarm()
            document.revision += 1
            document.save()

    crash_points.arm(edit)
    assert office.sync(connection).sent == 1
    assert office.link(document).revision == document.revision
    assert books.asked["push"] == 1


def test_what_the_customer_has_is_marked_as_sent_there_too(
    connection: Connection, books: Books, install: Any
) -> None:
    install(mark_sent=True)
    [document] = office.marked(connection)
    office.sync(connection)
    assert next(iter(books.documents.values())).sent
    assert office.link(document).sent


def test_a_platform_without_such_a_mark_is_not_asked(
    connection: Connection, books: Books
) -> None:
    office.marked(connection)
    office.sync(connection)
    assert books.asked["mark_sent"] == 0


def test_a_mark_that_fails_is_a_warning_and_no_doubt(
    connection: Connection, books: Books, install: Any
) -> None:
    install(mark_sent=True)
    books.before["mark_sent"] = [PlatformDown("Down.")]
    [document] = office.marked(connection)
    result = office.sync(connection)
    assert (result.sent, result.in_doubt) == (1, 0)
    assert "not marked as sent" in office.link(document).warning
