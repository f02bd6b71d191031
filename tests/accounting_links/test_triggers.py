import datetime as dt

import pytest
from django.utils import timezone

from accounting_links import outbox, triggers
from accounting_links.models import Connection, ItemState, Operation, SyncItem, Trigger
from invoicing.models import Document, DocumentKind, Event, SentHow
from invoicing.services import events, jobs, lifecycle, sending
from invoicing.verbs import Verb
from tests import factories
from tests.accounting_links import factories as links

pytestmark = pytest.mark.django_db
KINDS = (DocumentKind.SALES_INVOICE, DocumentKind.CREDIT_NOTE)


def with_trigger(trigger: Trigger, **fields: object) -> Connection:
    return links.connection(
        *KINDS, DocumentKind.SUPPLIER_INVOICE, trigger=trigger, **fields
    )


def marked() -> list[Document]:
    return [item.document for item in SyncItem.objects.order_by("pk")]


def changed(document: Document) -> None:
    document.revision += 1
    document.save()
    events.record(Verb.DOCUMENT_CHANGED, document, "changed")


def test_by_hand_means_by_hand() -> None:
    connection = with_trigger(Trigger.MANUAL)
    factories.sent()
    assert triggers.read(connection) == 0
    assert not marked()


@pytest.mark.parametrize("trigger", [Trigger.CREATE, Trigger.FINALISED])
def test_a_document_is_marked_once_it_is_finished(trigger: Trigger) -> None:
    connection = with_trigger(trigger)
    factories.draft()
    document = factories.approved()
    assert triggers.read(connection) == 1
    assert marked() == [document]


def test_reading_again_marks_nothing_more() -> None:
    connection = with_trigger(Trigger.CREATE)
    factories.approved()
    triggers.read(connection)
    assert triggers.read(connection) == 0
    assert len(marked()) == 1


def test_a_sales_invoice_is_marked_when_it_is_sent() -> None:
    connection = with_trigger(Trigger.SENT)
    waits = factories.approved()
    assert triggers.read(connection) == 0
    sending.mark_sent(waits, SentHow.EMAILED)
    assert triggers.read(connection) == 1


def test_what_nobody_sends_is_marked_when_it_is_finished() -> None:
    connection = with_trigger(Trigger.SENT)
    bill = factories.supplier_invoice()
    triggers.read(connection)
    assert marked() == [bill]


def test_credit_notes_alone() -> None:
    connection = with_trigger(Trigger.CREDIT_NOTE)
    factories.approved()
    note = factories.credit_note()
    triggers.read(connection)
    assert marked() == [note]


def test_a_payment_marks_what_it_settles() -> None:
    connection = with_trigger(Trigger.PAYMENT)
    document = factories.approved()
    assert triggers.read(connection) == 0
    factories.payment(document)
    triggers.read(connection)
    assert marked() == [document]


def test_a_completed_job_marks_its_invoice() -> None:
    connection = with_trigger(Trigger.JOB_COMPLETED)
    job = factories.job()
    document = factories.approved(job=job, contact=job.contact)
    assert triggers.read(connection) == 0
    jobs.complete_job(job)
    triggers.read(connection)
    assert document in marked()


def test_a_change_of_what_was_sent_is_marked() -> None:
    connection = with_trigger(Trigger.CREATE)
    document = factories.approved()
    links.document_link(connection, document)
    changed(document)
    triggers.read(connection)
    assert SyncItem.objects.get().operation == Operation.UPDATE


def test_a_void_follows_only_where_the_trigger_says_so() -> None:
    document = factories.approved()
    for trigger, expected in ((Trigger.CREATE, 0), (Trigger.DELETE, 1)):
        connection = links.connection(trigger=trigger)
        links.document_link(connection, document, external_id=trigger)
        if trigger == Trigger.CREATE:
            lifecycle.void(document)
        triggers.read(connection)
        voids = SyncItem.objects.filter(connection=connection, operation=Operation.VOID)
        assert voids.count() == expected


def test_an_edit_releases_what_could_not_go() -> None:
    connection = with_trigger(Trigger.MANUAL)
    document = factories.approved()
    item = links.sync_item(
        connection,
        document,
        state=ItemState.BLOCKED,
        status_code="BLANK_LINE",
        checked_at=timezone.now(),
    )
    triggers.read(connection)
    item.refresh_from_db()
    assert item.state == ItemState.BLOCKED
    changed(document)
    triggers.read(connection)
    item.refresh_from_db()
    assert item.state == ItemState.WAITING


def test_what_staff_took_off_afterwards_stays_off() -> None:
    connection = with_trigger(Trigger.CREATE)
    factories.approved()
    triggers.read(connection)
    outbox.unmark(SyncItem.objects.all())
    assert triggers.read(connection) == 0


def test_its_place_moves_on_only_past_what_is_settled() -> None:
    connection = with_trigger(Trigger.MANUAL)
    factories.approved()
    triggers.read(connection)
    assert connection.triggered_event_id == 0
    Event.objects.update(at=timezone.now() - dt.timedelta(minutes=5))
    triggers.read(connection)
    connection.refresh_from_db()
    latest = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
    assert connection.triggered_event_id == latest
