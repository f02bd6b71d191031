"""Mark as sent, mark for sync, renumber, try again, accept."""

import pytest
from django.utils import timezone

from accounting_links.actions.accept import accept_deletion, accept_difference
from accounting_links.actions.base import Refused
from accounting_links.actions.mark_for_sync import mark_for_sync, take_off
from accounting_links.actions.mark_sent import mark_sent
from accounting_links.actions.renumber import move_on, renumber
from accounting_links.actions.retry_item import retry
from accounting_links.models import Connection, ItemState, SyncItem
from accounting_links.verbs import Verb
from invoicing.models import Document, DocumentKind, Event, SentHow
from tests import base, factories
from tests.accounting_links import factories as links


def blocked(connection: Connection, document: Document, **fields: str) -> SyncItem:
    return links.sync_item(connection, document, state=ItemState.BLOCKED, **fields)


def state(item: SyncItem) -> str:
    item.refresh_from_db()
    return item.state


def test_marking_as_sent_lets_the_document_go(connection: Connection) -> None:
    document = factories.approved()
    item = blocked(connection, document, status_code="NOT_SENT")
    outcome = mark_sent([document], SentHow.POSTED, actor=base.bookkeeper())
    document.refresh_from_db()
    assert (outcome.done, document.sent_how) == (1, "posted")
    assert state(item) == ItemState.WAITING


def test_one_that_cannot_be_sent_holds_no_other_up(db: None) -> None:
    bill, invoice = factories.supplier_invoice(), factories.approved()
    outcome = mark_sent([bill, invoice, factories.sent()], "emailed")
    assert outcome.done == 1
    assert [pk for pk, _ in outcome.left] == [bill.pk]


@pytest.mark.parametrize("how", ["", "pigeon", SentHow.PLATFORM])
def test_how_it_was_sent_must_be_said(db: None, how: str) -> None:
    with pytest.raises(Refused, match="Say how it reached the customer"):
        mark_sent([factories.approved()], how)


def test_marked_documents_are_on_the_list_until_taken_off(
    connection: Connection,
) -> None:
    links.serve(connection, DocumentKind.SALES_INVOICE)
    document = factories.sent()
    actor = base.bookkeeper()
    assert mark_for_sync([document.pk], actor=actor).marked == 1
    assert SyncItem.objects.open().get().marked_by == actor
    assert take_off(SyncItem.objects.all(), actor=actor) == 1
    assert not SyncItem.objects.open().exists()


def test_a_renumbered_document_is_checked_again(connection: Connection) -> None:
    factories.incrementor(next_number=7)
    document = factories.sent(number="INV-1")
    item = blocked(connection, document, status_code="DUPLICATE_NUMBER")
    assert renumber(document, actor=base.bookkeeper()) == "INV-00007"
    document.refresh_from_db()
    assert document.number == "INV-00007"
    assert state(item) == ItemState.WAITING


def test_a_number_may_be_given(db: None) -> None:
    document = factories.sent(number="INV-1")
    assert renumber(document, number=" INV-9 ") == "INV-9"


def test_a_suppliers_number_is_not_ours_to_make_up(db: None) -> None:
    with pytest.raises(Refused, match="stands on the supplier's invoice"):
        renumber(factories.supplier_invoice())


def test_what_is_over_there_keeps_its_number(connection: Connection) -> None:
    document = factories.sent(number="INV-1")
    links.document_link(connection, document)
    with pytest.raises(Refused, match="is in .* already, under this number"):
        renumber(document, number="INV-2")


@pytest.mark.parametrize("item_state", [ItemState.SENDING, ItemState.IN_DOUBT])
def test_what_may_be_over_there_keeps_its_number(
    connection: Connection, item_state: str
) -> None:
    document = factories.sent(number="INV-1")
    links.sync_item(connection, document, state=item_state, key="k")
    with pytest.raises(Refused, match="may be over there already"):
        renumber(document, number="INV-2")
    document.refresh_from_db()
    assert document.number == "INV-1"


def test_a_series_moves_forward_alone(db: None) -> None:
    group = factories.incrementor(next_number=7)
    move_on(group, 20, actor=base.bookkeeper())
    group.refresh_from_db()
    assert group.next_number == 20
    with pytest.raises(Refused, match="cannot go back"):
        move_on(group, 8)


def test_what_stands_still_is_tried_again(connection: Connection) -> None:
    fresh = blocked(connection, factories.sent(), status_code="REJECTED")
    doubted = links.sync_item(
        connection, factories.sent(), state=ItemState.FAILED, key="k"
    )
    done = links.sync_item(connection, factories.sent(), state=ItemState.DONE)
    assert retry(SyncItem.objects.all(), actor=base.bookkeeper()) == 2
    assert [state(item) for item in (fresh, doubted, done)] == [
        ItemState.WAITING,
        ItemState.IN_DOUBT,
        ItemState.DONE,
    ]
    events = Event.objects.filter(verb=Verb.ITEM_RETRIED)
    assert {event.document_id for event in events} == {
        fresh.document_id,
        doubted.document_id,
    }


def test_an_accepted_difference_is_on_the_record(connection: Connection) -> None:
    link = links.document_link(connection, factories.sent(), warning="A cent more.")
    accept_difference(link, actor=base.bookkeeper(), reason="Rounding")
    link.refresh_from_db()
    assert link.warning == ""
    event = Event.objects.get(verb=Verb.ITEM_ACCEPTED)
    assert (event.before, event.reason) == ({"warning": "A cent more."}, "Rounding")
    with pytest.raises(Refused, match="has no open difference"):
        accept_difference(link, reason="Again")


def test_an_accepted_deletion_frees_the_document(connection: Connection) -> None:
    link = links.document_link(
        connection, factories.sent(), missing_since=timezone.now()
    )
    accept_deletion(link, reason="Deleted by the accountant")
    link.refresh_from_db()
    assert link.ended_at is not None
    event = Event.objects.get(verb=Verb.DELETION_ACCEPTED)
    assert event.before == {"external_id": link.external_id}


def test_what_is_there_cannot_be_accepted_as_gone(connection: Connection) -> None:
    link = links.document_link(connection, factories.sent())
    with pytest.raises(Refused, match="was not found missing"):
        accept_deletion(link, reason="Gone")


def test_a_decision_needs_a_reason(connection: Connection) -> None:
    link = links.document_link(connection, factories.sent(), warning="A cent more.")
    with pytest.raises(Refused, match="Say why"):
        accept_difference(link, reason="  ")
