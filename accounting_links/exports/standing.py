"""What is left to be paid of documents that went by files: as confirmed payments take
it off, or as a list that somebody uploaded tells it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils import timezone

from accounting_links.engine import payload
from accounting_links.models import (
    DocumentLink,
    ExportBatch,
    ExportItem,
    ExportItemState,
)
from connectors import records
from connectors.files import Reported
from connectors.records import RemoteStatus
from invoicing.models import PaymentAllocation

FIELDS = ("gross", "net", "tax", "balance", "status", "warning", "seen_at")


def lay_on(link: DocumentLink, told: Reported, sent: records.Document) -> None:
    """What it totals there, and what is left of it; ours where that is not told."""
    link.gross = sent.gross if told.gross is None else told.gross
    is_ours = link.gross == sent.gross
    link.net = sent.net if is_ours else None
    link.tax = sent.tax if is_ours else None
    link.balance = link.gross if told.balance is None else told.balance
    link.status = status_of(link.gross, link.balance).value
    difference = f"It totals {link.gross} there, and {sent.gross} here."
    link.warning = (told.message or ("" if is_ours else difference))[:500]
    link.seen_at = timezone.now()


def status_of(gross: Decimal, balance: Decimal) -> RemoteStatus:
    if balance == gross:
        return RemoteStatus.OPEN
    return RemoteStatus.PART_PAID if balance > 0 else RemoteStatus.PAID


def settle(paid: Sequence[ExportItem]) -> None:
    """Takes off what confirmed payments settle."""
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
            link.balance = max(left, Decimal(0))
            link.status = status_of(link.gross, link.balance).value
            changed.append(link)
    DocumentLink.objects.bulk_update(changed, ("balance", "status"))


def refresh(batch: ExportBatch, results: Mapping[str, Reported]) -> int:
    """Documents that were confirmed before, as the list has them now. Left as they are
    are those of which a payment stands in a file: nobody knows whether the list has it
    already."""
    told = {
        name: each
        for name, each in results.items()
        if each.balance is not None or each.is_void
    }
    items = batch.items.filter(
        payment=None, state=ExportItemState.CONFIRMED, reference__in=told
    ).select_related("sync_item")
    by_document = {item.document_id: item for item in items}
    for pk in _with_open_payments(batch, list(by_document)):
        del by_document[pk]
    links = DocumentLink.objects.select_for_update().filter(
        connection=batch.connection, document__in=by_document, ended_at=None
    )
    changed = list(links)
    for link in changed:
        item = by_document[link.document_id]
        sent = payload.load(records.Document, item.sync_item.payload or {})
        if told[item.reference].is_void:
            link.status, link.balance = RemoteStatus.VOID.value, Decimal(0)
        else:
            lay_on(link, told[item.reference], sent)
    DocumentLink.objects.bulk_update(changed, FIELDS)
    return len(changed)


def _with_open_payments(batch: ExportBatch, documents: Sequence[int]) -> set[int]:
    found = PaymentAllocation.objects.filter(
        document__in=documents,
        payment__export_items__state=ExportItemState.EXPORTED,
        payment__export_items__batch__connection=batch.connection,
    )
    return set(found.values_list("document_id", flat=True))
