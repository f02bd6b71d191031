"""What becomes of exported documents: confirmed by a report or by a person, refused by
the report, or cancelled by a person.

Each decision is one transaction: file, list, links and history. Deciding the same twice
does nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounting_links.actions.base import Refused, require
from accounting_links.engine import payload
from accounting_links.exports import permissions as may
from accounting_links.models import (
    DocumentLink,
    DocumentLinkHow,
    ExportBatch,
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
from connectors.records import DocumentKind, RemoteStatus
from invoicing.models import Event
from invoicing.services import events


def confirm(
    batch: ExportBatch, *, item_ids: Iterable[int] = (), actor: User | None
) -> int:
    """By hand: somebody has seen them in the program. All that is open where none is
    named; one that was refused only by name, as long as nothing else became of it (a
    file that was imported twice is refused at the second time). Raises `NotAllowed`."""
    require(actor, may.CONFIRM)
    ids = list(item_ids)
    with transaction.atomic():
        items = _open(batch, ids) + (_refused(batch, ids) if ids else [])
        told = {item.pk: "" for item in items}
        _confirm(items, {}, told, how=ExportHow.PERSON, actor=actor)
        _sum_up(batch)
    return len(items)


def take_in(
    batch: ExportBatch, results: Sequence[Reported], *, actor: User | None
) -> tuple[int, int]:
    """As the report says: how many were confirmed and refused. Raises `NotAllowed`."""
    require(actor, may.CONFIRM)
    by_reference = {each.reference: each for each in results}
    with transaction.atomic():
        items = [i for i in _open(batch) if i.reference in by_reference]
        good = [i for i in items if by_reference[i.reference].accepted]
        bad = [i for i in items if not by_reference[i.reference].accepted]
        told = {i.pk: by_reference[i.reference].message for i in items}
        numbers = {i.pk: by_reference[i.reference].number for i in good}
        _confirm(good, numbers, told, how=ExportHow.REPORT, actor=actor)
        _refuse(bad, told, actor=actor)
        _sum_up(batch)
    return len(good), len(bad)


def cancel(
    batch: ExportBatch,
    *,
    reason: str,
    item_ids: Iterable[int] = (),
    actor: User | None,
) -> int:
    """They wait again, and the next export writes them anew: for a file that was never
    imported. Raises `NotAllowed`, and `Refused` without a reason."""
    require(actor, may.CANCEL)
    reason = reason.strip()
    if not reason:
        raise Refused("Say why: the next export writes these documents again.")
    with transaction.atomic():
        items = _open(batch, item_ids)
        _decide(items, ExportItemState.CANCELLED, how="", actor=actor)
        for item in items:
            item.message = reason[:500]
        _save(items)
        _let_go(items, **WAITING_AGAIN)
        _tell(items, Verb.EXPORT_CANCELLED, "{} was taken back from {}", actor, reason)
        _sum_up(batch)
    return len(items)


def unconfirmed(batch: ExportBatch) -> int:
    return batch.items.filter(state=ExportItemState.EXPORTED).count()


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
    numbers: Mapping[int, str],
    told: Mapping[int, str],
    *,
    how: ExportHow,
    actor: User | None,
) -> None:
    documents = [item for item in items if item.payment is None]
    paid = [item for item in items if item.payment is not None]
    DocumentLink.objects.bulk_create(
        _link(item, numbers.get(item.pk, ""), told[item.pk]) for item in documents
    )
    PaymentLink.objects.bulk_create(map(_payment_link, paid))
    _settle_documents(paid)
    _decide(items, ExportItemState.CONFIRMED, how=how, actor=actor)
    for item in items:
        item.message = told[item.pk][:500]
    _save(items)
    SyncItem.objects.filter(pk__in=[item.sync_item_id for item in items]).update(
        state=ItemState.DONE, message="", status_code="", finished_at=timezone.now()
    )
    sentence = "{} is in the books, as " + how.label.lower() + ": {}"
    _tell(items, Verb.EXPORT_CONFIRMED, sentence, actor, "")


def _link(item: ExportItem, number: str, warning: str) -> DocumentLink:
    sent = payload.load(records.Document, item.sync_item.payload or {})
    return DocumentLink(
        connection_id=item.batch.connection_id,
        document=item.document,
        kind=item.kind,
        external_id=external_id(item),
        number=(number or item.number)[:60],
        how=DocumentLinkHow.CONFIRMED,
        status=RemoteStatus.OPEN.value,
        currency=item.currency,
        net=sent.net,
        tax=sent.tax,
        gross=sent.gross,
        balance=sent.gross,
        party_id=(sent.party.code if sent.party else "")[:100],
        key=item.sync_item.key,
        revision=item.sync_item.revision,
        seen_at=timezone.now(),
        warning=warning[:500],
    )


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


def _settle_documents(paid: Sequence[ExportItem]) -> None:
    """What is left to be paid over there, as far as confirmed payments tell."""
    settled: dict[tuple[int, str], Decimal] = {}
    for item in paid:
        sent = payload.load(records.Payment, item.sync_item.payload or {})
        for each in sent.allocations:
            key = (item.batch.connection_id, each.document_id)
            settled[key] = settled.get(key, Decimal(0)) + each.amount
    links = DocumentLink.objects.select_for_update().filter(
        connection__in={connection for connection, _ in settled},
        external_id__in={document_id for _, document_id in settled},
        ended_at=None,
    )
    changed = []
    for link in links:
        amount = settled.get((link.connection_id, link.external_id))
        if amount is not None:
            left = (link.gross if link.balance is None else link.balance) - amount
            link.balance = left
            paid_up = left <= 0
            link.status = (
                RemoteStatus.PAID if paid_up else RemoteStatus.PART_PAID
            ).value
            changed.append(link)
    DocumentLink.objects.bulk_update(changed, ("balance", "status"))


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
    states = set(batch.items.order_by().values_list("state", flat=True).distinct())
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
