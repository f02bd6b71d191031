import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounting_links import outbox
from accounting_links.engine import claim, retry
from accounting_links.models import (
    Connection,
    DocumentLinkHow,
    ItemState,
    SyncItem,
)
from connectors.errors import PlatformDown, Unreadable
from connectors.records import RemoteStatus
from tests.accounting_links import factories
from tests.accounting_links.engine import office
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db


def test_what_arrived_without_an_answer_is_adopted(
    connection: Connection, books: Books
) -> None:
    documents = office.marked(connection, 3)
    books.after["push"] = [office.lost()]
    result = office.sync(connection)
    assert (result.sent, result.adopted, result.in_doubt) == (0, 3, 0)
    assert len(books.documents) == 3
    assert {office.link(each).how for each in documents} == {DocumentLinkHow.ADOPTED}
    assert books.asked["push"] == 1


def test_what_never_arrived_is_sent_again_with_the_same_key(
    connection: Connection, books: Books
) -> None:
    [document] = office.marked(connection)
    books.after["inside"] = [office.lost()]
    result = office.sync(connection)
    assert (result.sent, len(books.documents)) == (1, 1)
    assert list(books.keys) == [office.item(document).key]
    assert books.asked["push"] == 2


def test_a_batch_that_was_cut_in_the_middle_is_completed(
    connection: Connection, books: Books
) -> None:
    documents = office.marked(connection, 5)
    books.after["inside"] = [None, None, office.lost(), office.lost(), office.lost()]
    result = office.sync(connection)
    assert result.sent + result.adopted == 5
    assert books.numbers() == sorted(each.number for each in documents)


def test_the_same_bytes_go_again_though_the_document_changed(
    connection: Connection, books: Books
) -> None:
    document = office.in_doubt(connection, books, arrived=False)
    before = office.item(document)
    document.revision += 1
    document.save()
    office.sync(connection)
    after = office.item(document)
    assert (after.key, after.payload) == (before.key, before.payload)
    assert office.link(document).revision == document.revision - 1


def test_it_waits_out_the_quiet_time(
    connection: Connection, books: Books, settings: Any
) -> None:
    settings.FINSYNC_IN_DOUBT_QUIET = 30
    [document] = office.marked(connection)
    books.after["push"] = [office.lost()]
    result = office.sync(connection)
    item = office.item(document)
    assert (result.in_doubt, result.by_status_code) == (1, {"IN_DOUBT": 1})
    assert item.next_attempt_at is not None
    assert item.next_attempt_at > timezone.now()
    assert books.asked["find_sent"] == 0


def test_the_longest_read_time_out_is_waited_out_by_default(settings: Any) -> None:
    settings.FINSYNC_IN_DOUBT_QUIET = None
    assert retry.quiet().total_seconds() >= 28


def test_a_platform_that_cannot_be_asked_leaves_it_in_doubt(
    connection: Connection, books: Books
) -> None:
    [document] = office.marked(connection)
    books.after["push"] = [office.lost()]
    books.before["find_sent"] = [PlatformDown("Down."), PlatformDown("Down.")]
    result = office.sync(connection)
    item = office.item(document)
    assert (result.in_doubt, item.state) == (1, ItemState.IN_DOUBT)
    assert item.key and item.payload and not item.lease_owner


def test_an_answer_that_is_not_understood_is_looked_up(
    connection: Connection, books: Books
) -> None:
    office.marked(connection)
    books.after["push"] = [Unreadable("What?")]
    result = office.sync(connection)
    assert (result.adopted, len(books.documents)) == (1, 1)


def test_what_arrives_after_it_was_asked_for_is_known_as_ours(
    connection: Connection, books: Books
) -> None:
    """The platform refuses the repetition by its number; that number is ours."""
    document = office.in_doubt(connection, books, arrived=True)
    books.knows_keys = False
    books.late.append(document.reference)
    result = office.sync(connection)
    assert (result.adopted, result.blocked) == (1, 0)
    assert (len(books.documents), books.asked["find_sent"]) == (1, 3)


def test_a_person_who_adopts_it_meanwhile_settles_it(
    connection: Connection, books: Books
) -> None:
    document = office.in_doubt(connection, books, arrived=True)
    [remote] = books.documents.values()
    factories.document_link(connection, document, external_id=remote.id)
    result = office.sync(connection)
    assert (result.in_doubt, office.item(document).state) == (0, ItemState.DONE)
    assert books.asked["push"] == 1


def test_what_may_have_arrived_cannot_be_taken_off_the_list(
    connection: Connection, books: Books
) -> None:
    document = office.in_doubt(connection, books, arrived=True)
    assert outbox.unmark(SyncItem.objects.filter(document=document)) == 0


def test_trying_a_failed_doubt_again_asks_first(
    connection: Connection, books: Books
) -> None:
    document = office.in_doubt(connection, books, arrived=True)
    items = SyncItem.objects.filter(document=document)
    items.update(state=ItemState.FAILED)
    assert outbox.retry(items) == 1
    assert office.item(document).state == ItemState.IN_DOUBT
    assert office.sync(connection).adopted == 1
    assert len(books.documents) == 1


def test_a_draft_that_could_not_be_finished_is_finished_later(
    connection: Connection, books: Books, install: Any
) -> None:
    install(finalise=True)
    [document] = office.marked(connection)
    books.before["finalise"] = [office.lost()]
    office.sync(connection)
    assert books.asked["finalise"] == 2
    assert office.link(document).status == RemoteStatus.OPEN
    assert len(books.documents) == 1


def test_a_lease_that_ran_out_while_sending_is_in_doubt(
    connection: Connection, books: Books
) -> None:
    [document] = office.marked(connection)
    item = office.item(document)
    past = timezone.now() - dt.timedelta(seconds=5)
    SyncItem.objects.filter(pk=item.pk).update(
        state=ItemState.SENDING,
        key="k",
        payload={},
        lease_owner="gone",
        lease_until=past,
    )
    assert claim.recover(connection) == 1
    assert office.item(document).state == ItemState.IN_DOUBT
