"""What waits to be sent. Everything here is safe to repeat: a document that waits or is
linked already is left as it is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounting_links import offering
from accounting_links.models import (
    Connection,
    ItemState,
    Operation,
    Role,
    SyncItem,
)
from accounting_links.verbs import Verb
from invoicing.models import Document, DocumentKind, DocumentLine, Event
from invoicing.services import events

AT_ONCE = 500
T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class MarkResult:
    """`not_offered` pairs a document's id with a sentence that says why."""

    marked: int = 0
    already: int = 0
    not_offered: list[tuple[int, str]] = field(default_factory=list)


def mark(
    documents: Iterable[int] | QuerySet[Document],
    *,
    connection: Connection | None = None,
    actor: User | None = None,
    why: str = "manual",
    operation: Operation = Operation.CREATE,
    overwrite: bool = False,
) -> MarkResult:
    """Puts documents into the outbox of `connection`, or of the one that serves their
    kind. Few statements for many documents. `overwrite` is for changes: what was edited
    over there is made the same as ours, even where ours did not change."""
    if isinstance(documents, QuerySet):
        documents = documents.values_list("pk", flat=True)
    marking = _Marking(actor=actor, why=why, operation=operation, overwrite=overwrite)
    served = {} if connection else offering.serving()
    for ids in chunks(list(documents)):
        for target, group in _by_connection(ids, connection, served, marking.result):
            marking.mark(target, group)
    return marking.result


def _by_connection(
    ids: Sequence[int],
    connection: Connection | None,
    served: dict[str, Connection],
    result: MarkResult,
) -> list[tuple[Connection, list[Document]]]:
    groups: dict[int, tuple[Connection, list[Document]]] = {}
    for document in Document.objects.filter(pk__in=ids).order_by("date", "pk"):
        target = connection or served.get(document.kind)
        if target is None:
            kind = document.get_kind_display().lower()
            result.not_offered.append(
                (document.pk, f"No connection takes a {kind} ({document.number}).")
            )
            continue
        groups.setdefault(target.pk, (target, []))[1].append(document)
    return list(groups.values())


@dataclass(slots=True, kw_only=True)
class _Marking:
    actor: User | None
    why: str
    operation: Operation
    overwrite: bool = False
    result: MarkResult = field(default_factory=MarkResult)

    @transaction.atomic
    def mark(self, connection: Connection, documents: list[Document]) -> None:
        known = offering.Known.of(connection, documents)
        chosen = [
            document
            for document in documents
            if self._is_new(connection, document, known)
        ]
        items = [self._item(connection, document) for document in chosen]
        if self.overwrite:
            _overwrite_waiting(connection, documents)
        SyncItem.objects.bulk_create(items, ignore_conflicts=True)
        Event.objects.bulk_create(
            [self._event(connection, document) for document in chosen]
        )
        self.result.marked += len(chosen)

    def _is_new(
        self, connection: Connection, document: Document, known: offering.Known
    ) -> bool:
        if known.has(document, self.operation, again=self.overwrite):
            self.result.already += 1
            return False
        sentence = offering.refusal(document, connection, self.operation)
        sentence = sentence or known.refusal(document, self.operation)
        if sentence:
            self.result.not_offered.append((document.pk, sentence))
        return not sentence

    def _item(self, connection: Connection, document: Document) -> SyncItem:
        return SyncItem(
            connection=connection,
            document=document,
            operation=self.operation,
            revision=document.revision,
            overwrite=self.overwrite,
            marked_by=self.actor,
            marked_why=self.why[:100],
        )

    def _event(self, connection: Connection, document: Document) -> Event:
        return events.build(
            Verb.ITEM_MARKED,
            document,
            f"{document} waits to go to {connection}",
            actor=self.actor,
            connection_id=connection.pk,
            after={"operation": self.operation.value},
            reason=_in_words(self.why),
        )


def _in_words(why: str) -> str:
    """As a sentence of the history; who did it by hand stands there by name."""
    if why == "manual":
        return ""
    return f"{why[:1].upper()}{why[1:]}".replace("Scheduled", "By schedule")


def _overwrite_waiting(connection: Connection, documents: list[Document]) -> None:
    """A change that waits, or was refused for an edit over there, goes after all."""
    SyncItem.objects.filter(
        connection=connection,
        document__in=documents,
        operation=Operation.UPDATE,
        state__in=(ItemState.WAITING, ItemState.BLOCKED, ItemState.FAILED),
        key="",
    ).update(overwrite=True, **WAITING_AGAIN)


def mark_eligible(
    connection: Connection, *, actor: User | None = None, why: str = "scheduled"
) -> MarkResult:
    """Marks all that the connection may have and never had, and what changed since it
    was sent."""
    result = mark(
        offering.never_sent(connection), connection=connection, actor=actor, why=why
    )
    changed = mark(
        offering.changed_since_sent(connection),
        connection=connection,
        actor=actor,
        why=why,
        operation=Operation.UPDATE,
    )
    result.marked += changed.marked
    return result


def unmark(items: QuerySet[SyncItem], *, actor: User | None = None) -> int:
    """Takes items off the list, except those that are on their way or of which nobody
    knows whether they arrived."""
    free = items.filter(
        state__in=(ItemState.WAITING, ItemState.BLOCKED, ItemState.FAILED), key=""
    )
    taken = 0
    for ids in chunks(list(free.values_list("pk", flat=True))):
        taken += _unmark(ids, actor)
    return taken


@transaction.atomic
def _unmark(ids: Sequence[int], actor: User | None) -> int:
    rows = list(
        SyncItem.objects.select_for_update(of=("self",))
        .filter(
            pk__in=ids,
            key="",
            state__in=(ItemState.WAITING, ItemState.BLOCKED, ItemState.FAILED),
        )
        .select_related("document", "connection")
    )
    SyncItem.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=ItemState.CANCELLED, finished_at=timezone.now()
    )
    Event.objects.bulk_create(
        events.build(
            Verb.ITEM_UNMARKED,
            row.document,
            f"{row.document} was taken off the list for {row.connection}",
            actor=actor,
            connection_id=row.connection_id,
        )
        for row in rows
    )
    return len(rows)


def release(
    connection: Connection,
    *,
    codes: Iterable[str] = (),
    contact_ids: Iterable[int] = (),
    nominal_ids: Iterable[int] = (),
    taxes: Iterable[tuple[int, Role]] = (),
    document_ids: Iterable[int] = (),
) -> int:
    """Blocked items go back to waiting, to be checked again: those that fit all that is
    given. `taxes`: a tax rate's id, and the side on which it counts. The number of
    statements does not grow with the items."""
    found = SyncItem.objects.filter(connection=connection, state=ItemState.BLOCKED)
    if codes := list(codes):
        found = found.filter(status_code__in=codes)
    if contacts := list(contact_ids):
        found = found.filter(
            Q(document__contact__in=contacts) | Q(document__care_of__in=contacts)
        )
    if nominals := list(nominal_ids):
        lines = DocumentLine.objects.filter(nominal__in=nominals)
        found = found.filter(document__in=lines.values("document"))
    if taxed := list(taxes):
        found = found.filter(document__in=_taxed(taxed))
    if documents := list(document_ids):
        found = found.filter(document__in=documents)
    ids = found.order_by().values("pk")
    return SyncItem.objects.filter(pk__in=ids, state=ItemState.BLOCKED).update(
        **WAITING_AGAIN
    )


def _taxed(taxes: Iterable[tuple[int, Role]]) -> QuerySet[DocumentLine, int]:
    purchase = Q(document__kind=DocumentKind.SUPPLIER_INVOICE)
    wanted = Q(pk=None)
    for rate_id, role in taxes:
        side = purchase if role == Role.SUPPLIER else ~purchase
        wanted |= side & Q(tax_rate=rate_id)
    return DocumentLine.objects.filter(wanted).values_list("document", flat=True)


WAITING_AGAIN = {
    "state": ItemState.WAITING,
    "status_code": "",
    "message": "",
    "findings": [],
    "attempts": 0,
    "next_attempt_at": None,
}


def retry(items: QuerySet[SyncItem]) -> int:
    """Items that failed or are blocked try again. What may have arrived is asked for
    first: it never goes straight back to waiting."""
    stuck = items.filter(state__in=(ItemState.BLOCKED, ItemState.FAILED))
    fresh = stuck.filter(key="").order_by().values("pk")
    doubted = stuck.exclude(key="").order_by().values("pk")
    states = (ItemState.BLOCKED, ItemState.FAILED)
    again = SyncItem.objects.filter(pk__in=fresh, state__in=states, key="")
    doubt = SyncItem.objects.filter(pk__in=doubted, state__in=states).exclude(key="")
    return again.update(**WAITING_AGAIN) + doubt.update(
        state=ItemState.IN_DOUBT, attempts=0, next_attempt_at=timezone.now()
    )


def chunks(rows: Sequence[T], size: int = AT_ONCE) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
