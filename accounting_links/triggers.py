"""Reads what happened, and decides by the connection's trigger what waits to be sent.

Events are read again for a while, since a transaction that began earlier may commit
later than one with a higher number. Reading twice changes nothing.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.utils import timezone

from accounting_links import (
    marking_allocations,
    marking_payments,
    offering,
    outbox,
)
from accounting_links.models import (
    Connection,
    ItemState,
    Operation,
    SyncItem,
    Trigger,
)
from invoicing.models import Document, DocumentKind, Event
from invoicing.verbs import Verb

# Longer than any transaction of ours lasts.
OVERLAP = dt.timedelta(seconds=60)
AT_ONCE = 1000

FINISHED = (Verb.DOCUMENT_APPROVED, Verb.ORDER_WON)
PAYMENTS = (Verb.PAYMENT_RECORDED, Verb.PAYMENT_ALLOCATED)
# What changes that which was paid already, or sent.
SETTLEMENTS = (
    *(*PAYMENTS, Verb.PAYMENT_UNALLOCATED, Verb.PAYMENT_CANCELLED),
    *(Verb.CREDIT_APPLIED, Verb.CREDIT_UNAPPLIED),
)
CHANGES = (Verb.DOCUMENT_CHANGED,)
# What may mend a document that could not go.
MENDS = (
    *(*FINISHED, *CHANGES),
    *(Verb.DOCUMENT_SENT, Verb.DOCUMENT_UNSENT, Verb.DOCUMENT_VOIDED),
)
STARTS: dict[str, tuple[Verb, ...]] = {
    Trigger.CREATE: (Verb.DOCUMENT_CREATED, *FINISHED),
    Trigger.UPDATE: (Verb.DOCUMENT_CREATED, *FINISHED, *CHANGES),
    Trigger.DELETE: (),
    Trigger.SENT: (Verb.DOCUMENT_SENT, *FINISHED),
    Trigger.PAYMENT: PAYMENTS,
    Trigger.CREDIT_NOTE: FINISHED,
    Trigger.FINALISED: FINISHED,
    Trigger.JOB_COMPLETED: (Verb.JOB_COMPLETED, *FINISHED),
    Trigger.ORDER_WON: (Verb.ORDER_WON,),
    Trigger.SCHEDULED: (),
    Trigger.MANUAL: (),
}
READ = frozenset({*MENDS, *SETTLEMENTS, Verb.DOCUMENT_CREATED, Verb.JOB_COMPLETED})


def read(connection: Connection) -> int:
    """Marks what the events since the last reading ask for. Answers how many documents
    were marked."""
    marked = 0
    position = connection.triggered_event_id
    while found := _after(position):
        marked += _act(connection, found)
        position = found[-1].pk
    _keep_position(connection)
    return marked


def _after(position: int) -> list[Event]:
    rows = Event.objects.filter(pk__gt=position, verb__in=READ).order_by("pk")
    return list(rows.select_related("document")[:AT_ONCE])


def _keep_position(connection: Connection) -> None:
    """Only up to what nobody can still commit below."""
    settled = Event.objects.filter(at__lt=timezone.now() - OVERLAP).order_by("-pk")
    position = settled.values_list("pk", flat=True).first()
    if position is None or position <= connection.triggered_event_id:
        return
    Connection.objects.filter(pk=connection.pk, triggered_event_id__lt=position).update(
        triggered_event_id=position
    )
    connection.triggered_event_id = position


def _act(connection: Connection, found: Sequence[Event]) -> int:
    _release(connection, found)
    marked = _mark(connection, _started(connection, found), Operation.CREATE)
    if connection.trigger != Trigger.MANUAL:
        changed = [each for each in found if each.verb in CHANGES]
        marked += _mark(connection, changed, Operation.UPDATE)
    if connection.trigger in (Trigger.DELETE, Trigger.UPDATE):
        voided = [each for each in found if each.verb == Verb.DOCUMENT_VOIDED]
        marked += _mark(connection, voided, Operation.VOID)
    settled = {each.document_id for each in found if each.verb in SETTLEMENTS} - {None}
    if settled:
        ids = [pk for pk in settled if pk is not None]
        marking_payments.mark_payments(connection, document_ids=ids)
        marking_allocations.mark_allocations(connection, document_ids=ids)
    return marked


def _release(connection: Connection, found: Iterable[Event]) -> None:
    """A document that was changed since it was checked is checked again."""
    latest: dict[int, dt.datetime] = {}
    for each in found:
        if each.verb in MENDS and each.document_id is not None:
            latest[each.document_id] = each.at
    blocked = SyncItem.objects.filter(
        connection=connection, state=ItemState.BLOCKED, document__in=latest
    ).values_list("document_id", "checked_at")
    ids = [
        document_id
        for document_id, checked_at in blocked
        if checked_at is None or checked_at <= latest[document_id]
    ]
    if ids:
        outbox.release(connection, document_ids=ids)


def _started(connection: Connection, found: Iterable[Event]) -> list[Event]:
    verbs = STARTS[connection.trigger]
    return [
        each for each in found if each.verb in verbs and _is_meant(connection, each)
    ]


def _is_meant(connection: Connection, event: Event) -> bool:
    """Finishing stands in for what a kind does not have: only sales invoices are sent
    to somebody."""
    document = event.document
    if document is None:
        return event.verb == Verb.JOB_COMPLETED
    is_invoice = document.kind == DocumentKind.SALES_INVOICE
    if connection.trigger == Trigger.SENT and event.verb in FINISHED:
        return not is_invoice or document.sent_at is not None
    if connection.trigger == Trigger.CREDIT_NOTE:
        return document.kind == DocumentKind.CREDIT_NOTE
    if connection.trigger == Trigger.JOB_COMPLETED:
        return document.job_id is not None and _job_is_completed(document)
    return True


def _job_is_completed(document: Document) -> bool:
    return document.job is not None and document.job.completed_at is not None


def _mark(connection: Connection, found: Sequence[Event], operation: Operation) -> int:
    wanted = _documents(found)
    if operation == Operation.CREATE:
        wanted = _served(connection, wanted)
    wanted = _not_taken_off(connection, wanted, operation)
    if not wanted:
        return 0
    why = f"trigger: {Trigger(connection.trigger).label.lower()}"
    return outbox.mark(
        list(wanted), connection=connection, why=why, operation=operation
    ).marked


def _documents(found: Sequence[Event]) -> dict[int, dt.datetime]:
    """Which documents the events are about, and when of each was the last."""
    wanted = {
        each.document_id: each.at for each in found if each.document_id is not None
    }
    jobs = {
        int(each.subject.partition(":")[2]): each.at
        for each in found
        if each.verb == Verb.JOB_COMPLETED
    }
    for pk, job_id in Document.objects.filter(job__in=jobs).values_list("pk", "job"):
        wanted[pk] = jobs[job_id or 0]
    return wanted


def _served(
    connection: Connection, wanted: dict[int, dt.datetime]
) -> dict[int, dt.datetime]:
    """Drafts are left: finishing them is an event of its own."""
    kinds = offering.offered_kinds(connection)
    rows = Document.objects.filter(pk__in=wanted, kind__in=kinds).exclude(Q(number=""))
    served = set(rows.values_list("pk", flat=True))
    return {pk: at for pk, at in wanted.items() if pk in served}


def _not_taken_off(
    connection: Connection, wanted: dict[int, dt.datetime], operation: Operation
) -> dict[int, dt.datetime]:
    """What staff took off the list after the event stays off it."""
    rows = SyncItem.objects.filter(
        connection=connection,
        document__in=wanted,
        operation=operation,
        state=ItemState.CANCELLED,
    ).values_list("document_id", "finished_at")
    off = {pk for pk, when in rows if when is not None and when >= wanted[pk]}
    return {pk: at for pk, at in wanted.items() if pk not in off}
