"""What becomes of exported documents: confirmed by a report or by a person, refused by
the report, or cancelled by a person.

Each decision is one transaction: file, list, links and history. Deciding the same twice
does nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounting_links.actions.base import Refused, require
from accounting_links.engine import payload
from accounting_links.exports import contacts, standing
from accounting_links.exports import permissions as may
from accounting_links.models import (
    DocumentLink,
    DocumentLinkHow,
    ExportBatch,
    ExportedContact,
    ExportHow,
    ExportItem,
    ExportItemState,
    ExportState,
    ItemState,
    PaymentLink,
    SyncItem,
)
from accounting_links.outbox import WAITING_AGAIN
from accounting_links.status_codes import StatusCode
from accounting_links.verbs import Verb
from connectors import records
from connectors.files import Reported
from connectors.records import DocumentKind
from invoicing.models import Event
from invoicing.services import events


def confirm(
    batch: ExportBatch,
    *,
    item_ids: Iterable[int] = (),
    contact_ids: Iterable[int] = (),
    numbers: Mapping[int, str] | None = None,
    actor: User | None,
) -> int:
    """By hand: somebody has seen them in the program. All that is open where none is
    named; one that was refused only by name, as long as nothing else became of it (a
    file that was imported twice is refused at the second time). `numbers` are those
    that documents have there, by item. Raises `NotAllowed`."""
    require(actor, may.CONFIRM)
    chosen = _Chosen(list(item_ids), list(contact_ids))
    with transaction.atomic():
        items = chosen.items(batch) + _refused(batch, chosen.item_ids)
        people = chosen.contacts(batch)
        told = {
            item.pk: Reported(
                reference=item.reference,
                accepted=True,
                number=(numbers or {}).get(item.pk, "").strip(),
            )
            for item in items
        }
        _confirm(items, told, how=ExportHow.PERSON, actor=actor)
        contacts.confirm(people, how=ExportHow.PERSON, actor=actor)
        _sum_up(batch)
    return len(items) + len(people)


def take_in(
    batch: ExportBatch, results: Sequence[Reported], *, actor: User | None
) -> tuple[int, int]:
    """As the report says: how many were confirmed and refused. Of those that were
    confirmed before, a list brings what is left to be paid. Raises `NotAllowed`."""
    require(actor, may.CONFIRM)
    by_reference = {each.reference: each for each in results}
    with transaction.atomic():
        items = [i for i in _open(batch) if i.reference in by_reference]
        standing.refresh(batch, by_reference)
        told = {i.pk: by_reference[i.reference] for i in items}
        good = [i for i in items if told[i.pk].accepted]
        bad = [i for i in items if not told[i.pk].accepted]
        _confirm(good, told, how=ExportHow.REPORT, actor=actor)
        _refuse(bad, {i.pk: told[i.pk].message for i in bad}, actor=actor)
        people = _people(batch, by_reference, actor=actor)
        _sum_up(batch)
    return len(good) + people[0], len(bad) + people[1]


def _people(
    batch: ExportBatch, told: Mapping[str, Reported], *, actor: User | None
) -> tuple[int, int]:
    named = [each for each in contacts.open_in(batch) if each.reference in told]
    good = [each for each in named if told[each.reference].accepted]
    bad = [each for each in named if not told[each.reference].accepted]
    contacts.confirm(good, how=ExportHow.REPORT, actor=actor)
    reasons = {each.reference: told[each.reference].message for each in bad}
    contacts.refuse(bad, reasons, actor=actor)
    return len(good), len(bad)


def cancel(
    batch: ExportBatch,
    *,
    reason: str,
    item_ids: Iterable[int] = (),
    contact_ids: Iterable[int] = (),
    actor: User | None,
) -> int:
    """They wait again, and the next export writes them anew: for a file that was never
    imported. Raises `NotAllowed`, and `Refused` without a reason."""
    require(actor, may.CANCEL)
    reason = reason.strip()
    if not reason:
        raise Refused("Say why: the next export writes these documents again.")
    chosen = _Chosen(list(item_ids), list(contact_ids))
    with transaction.atomic():
        items = chosen.items(batch)
        people = chosen.contacts(batch)
        contacts.cancel(people, reason=reason, actor=actor)
        _decide(items, ExportItemState.CANCELLED, how="", actor=actor)
        for item in items:
            item.message = reason[:500]
        _save(items)
        _let_go(items, **WAITING_AGAIN)
        _tell(items, Verb.EXPORT_CANCELLED, "{} was taken back from {}", actor, reason)
        _sum_up(batch)
    return len(items) + len(people)


def unconfirmed(batch: ExportBatch) -> int:
    is_open = Q(state=ExportItemState.EXPORTED)
    return sum(
        entries.filter(is_open).count() for entries in (batch.items, batch.contacts)
    )


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Of a file's open entries those that are named, or all where none is."""

    item_ids: list[int]
    contact_ids: list[int]

    def items(self, batch: ExportBatch) -> list[ExportItem]:
        if self.contact_ids and not self.item_ids:
            return []
        return _open(batch, self.item_ids)

    def contacts(self, batch: ExportBatch) -> list[ExportedContact]:
        if self.item_ids and not self.contact_ids:
            return []
        return contacts.open_in(batch, self.contact_ids)


def _open(batch: ExportBatch, item_ids: Iterable[int] = ()) -> list[ExportItem]:
    """Locked: the batch first, so that two people decide one after the other."""
    ExportBatch.objects.select_for_update().get(pk=batch.pk)
    found: QuerySet[ExportItem] = (
        batch.items.filter(state=ExportItemState.EXPORTED)
        .select_related("sync_item", "document__contact", "payment", "batch")
        .order_by("position")
    )
    if ids := list(item_ids):
        found = found.filter(pk__in=ids)
    return list(found)


def _refused(batch: ExportBatch, item_ids: Iterable[int]) -> list[ExportItem]:
    found = batch.items.filter(
        pk__in=list(item_ids),
        state=ExportItemState.REFUSED,
        sync_item__state=ItemState.BLOCKED,
        sync_item__payload__isnull=False,
    )
    return list(found.select_related("sync_item", "document__contact", "payment"))


def _confirm(
    items: Sequence[ExportItem],
    told: Mapping[int, Reported],
    *,
    how: ExportHow,
    actor: User | None,
) -> None:
    documents = [item for item in items if item.payment is None]
    paid = [item for item in items if item.payment is not None]
    DocumentLink.objects.bulk_create(_link(item, told[item.pk]) for item in documents)
    PaymentLink.objects.bulk_create(map(_payment_link, paid))
    standing.settle(paid)
    _decide(items, ExportItemState.CONFIRMED, how=how, actor=actor)
    for item in items:
        item.message = told[item.pk].message[:500]
    _save(items)
    SyncItem.objects.filter(pk__in=[item.sync_item_id for item in items]).update(
        state=ItemState.DONE, message="", status_code="", finished_at=timezone.now()
    )
    sentence = "{} is in the books, as " + how.label.lower() + ": {}"
    _tell(items, Verb.EXPORT_CONFIRMED, sentence, actor, "")


def _link(item: ExportItem, told: Reported) -> DocumentLink:
    sent = payload.load(records.Document, item.sync_item.payload or {})
    link = DocumentLink(
        connection_id=item.batch.connection_id,
        document=item.document,
        kind=item.kind,
        external_id=external_id(item),
        number=(told.number or item.number)[:60],
        how=DocumentLinkHow.CONFIRMED,
        currency=item.currency,
        party_id=sent.party_id[:100],
        key=item.sync_item.key,
        revision=item.sync_item.revision,
    )
    standing.lay_on(link, told, sent)
    return link


def external_id(item: ExportItem) -> str:
    """Files know no ids. Our numbers are unique by kind; those of suppliers are so only
    with the supplier."""
    if item.kind == DocumentKind.SUPPLIER_INVOICE:
        return f"{item.document.contact.code}: {item.number}"[:100]
    return item.number


def _payment_link(item: ExportItem) -> PaymentLink:
    if item.payment is None:
        raise ValueError("Only payments have a link of that kind.")
    return PaymentLink(
        connection_id=item.batch.connection_id,
        payment=item.payment,
        external_id=item.reference,
        amount=item.gross,
        key=item.sync_item.key,
    )


def _refuse(
    items: Sequence[ExportItem], told: Mapping[int, str], *, actor: User | None
) -> None:
    """They are blocked on the Sync page, with what the report said; once that is set
    right, they go into another file. What was sent is kept, for it may be there."""
    _decide(items, ExportItemState.REFUSED, how=ExportHow.REPORT, actor=actor)
    for item in items:
        item.message = (told[item.pk] or "The import refused it.")[:500]
        sentence = f"The import refused it: {item.message}"
        SyncItem.objects.filter(pk=item.sync_item_id).update(
            **WAITING_AGAIN
            | {
                "state": ItemState.BLOCKED,
                "status_code": StatusCode.REJECTED,
                "message": sentence[:500],
                "findings": [_finding(sentence)],
                "key": "",
            }
        )
    _save(items)
    _tell(items, Verb.EXPORT_REFUSED, "The import refused {} ({})", actor, "")


def _finding(sentence: str) -> dict[str, Any]:
    return {
        "code": StatusCode.REJECTED.value,
        "sentence": sentence,
        "hint": "Set it right here or there, then try again: it goes into a new file.",
        "fix": "edit_document",
        "fixes": ["edit_document", "take_off"],
        "subject": "",
        "data": {},
    }


def _decide(
    items: Sequence[ExportItem],
    state: ExportItemState,
    *,
    how: str,
    actor: User | None,
) -> None:
    for item in items:
        item.state, item.how = state, how
        item.decided_at, item.decided_by = timezone.now(), actor


def _save(items: Sequence[ExportItem]) -> None:
    ExportItem.objects.bulk_update(
        items, ("state", "how", "decided_at", "decided_by", "message")
    )


def _let_go(items: Sequence[ExportItem], **values: Any) -> None:
    SyncItem.objects.filter(
        pk__in=[item.sync_item_id for item in items], state=ItemState.EXPORTED
    ).update(**values, key="", payload=None)


def _tell(
    items: Sequence[ExportItem],
    verb: Verb,
    sentence: str,
    actor: User | None,
    reason: str,
) -> None:
    history: list[Event] = []
    for item in items:
        subject = item.payment or item.document
        event = events.build(
            verb,
            subject,
            sentence.format(subject, item.batch),
            actor=actor,
            connection_id=item.batch.connection_id,
            after={"file": item.batch.file_name},
            reason=reason or item.message,
        )
        event.document_id = item.document_id
        history.append(event)
    Event.objects.bulk_create(history)


def _sum_up(batch: ExportBatch) -> None:
    states = {
        state
        for entries in (batch.items, batch.contacts)
        for state in entries.order_by().values_list("state", flat=True).distinct()
    }
    batch.state = summed(states)
    batch.save(update_fields=("state",))


def summed(states: set[str]) -> ExportState:
    """A cancelled document says nothing of the others in its file."""
    left = states - {ExportItemState.CANCELLED.value}
    if not left:
        return ExportState.CANCELLED
    if len(left) > 1:
        mixed = ExportItemState.CONFIRMED.value in left
        return ExportState.PARTLY if mixed else ExportState.EXPORTED
    return ExportState(left.pop())
