"""The document's number over there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from accounting_links.models import DocumentLink, SyncItem
from accounting_links.preflight.base import Check, Finding, Fix
from accounting_links.preflight.batch import Batch
from accounting_links.preflight.parties import chunks
from accounting_links.preflight.words import money
from accounting_links.status_codes import StatusCode
from connectors.capabilities import Idempotency
from connectors.errors import Unsupported
from connectors.records import Document as Record
from connectors.records import DocumentKind, RemoteDocument, RemoteStatus
from invoicing.models import Document

Pair = tuple[Document, Record]


class NumberFits(Check):
    codes = (StatusCode.NUMBER_TOO_LONG,)

    def find(self, batch: Batch) -> Iterator[tuple[int, Finding]]:
        for document in batch.documents:
            kind = DocumentKind(document.kind)
            longest = batch.capabilities.longest_number(kind)
            if longest is not None and len(document.number) > longest:
                yield document.pk, self._finding(document, batch, longest=longest)

    def _finding(self, document: Document, batch: Batch, *, longest: int) -> Finding:
        return Finding(
            code=StatusCode.NUMBER_TOO_LONG,
            sentence=f"The number {document.number} is too long for {batch.label}:"
            f" {len(document.number)} characters, and {longest} are the most.",
            fixes=(Fix.RENUMBER, Fix.EDIT_DOCUMENT),
        )


class NumberIsFree(Check):
    """No other document of that kind has the number over there; of supplier invoices,
    none of that supplier. One look-up for each kind of the batch, none without a
    connector or where the platform cannot be asked."""

    codes = (StatusCode.DUPLICATE_NUMBER,)

    def find(self, batch: Batch) -> Iterator[tuple[int, Finding]]:
        if batch.connector is None:
            return
        by_kind: dict[DocumentKind, list[Pair]] = defaultdict(list)
        for document, record in batch.pairs():
            if record.number and record.kind in batch.capabilities.kinds:
                by_kind[record.kind].append((document, record))
        holders = {
            document.pk: found
            for kind, pairs in by_kind.items()
            for document, found in _holders(batch, kind, pairs)
        }
        if holders:
            yield from self._findings(batch, holders)

    def _findings(
        self, batch: Batch, holders: Mapping[int, list[RemoteDocument]]
    ) -> Iterator[tuple[int, Finding]]:
        linked, sent_before = _our_own(batch, holders)
        repeats_safely = batch.capabilities.idempotency is not Idempotency.NONE
        for document, record in batch.pairs():
            is_sent = document.pk in sent_before
            others = [
                found
                for found in holders.get(document.pk, ())
                if linked.get((record.kind.value, found.id)) != document.pk
                and not (repeats_safely and is_sent and _is_by_us(found, record))
            ]
            if others:
                yield (
                    document.pk,
                    _taken(
                        batch, record, others, linked=linked, is_sent_before=is_sent
                    ),
                )


def _holders(
    batch: Batch, kind: DocumentKind, pairs: Iterable[Pair]
) -> Iterator[tuple[Document, list[RemoteDocument]]]:
    """Who has the documents' numbers over there, as far as anybody has."""
    pairs = list(pairs)
    by_number: dict[str, list[RemoteDocument]] = defaultdict(list)
    for found in _look_up(batch, kind, pairs):
        for name in {found.number, found.reference} - {""}:
            by_number[name].append(found)
    for document, record in pairs:
        matching = {
            found.id: found
            for name in (record.number, record.reference)
            for found in by_number.get(name, ())
            if kind is not DocumentKind.SUPPLIER_INVOICE
            or found.party_id == record.party_id
        }
        if matching:
            yield document, list(matching.values())


def _look_up(
    batch: Batch, kind: DocumentKind, pairs: Iterable[Pair]
) -> Iterator[RemoteDocument]:
    """Suppliers that have no account there have no document there either."""
    is_purchase = kind is DocumentKind.SUPPLIER_INVOICE
    asked = [record for _, record in pairs if record.party_id or not is_purchase]
    numbers = sorted({record.number for record in asked})
    party_ids = sorted({record.party_id for record in asked}) if is_purchase else ()
    assert batch.connector is not None  # noqa: S101  # looked at by the check
    ask = partial(batch.connector.find_documents, kind, party_ids=party_ids)
    try:
        for chunk in chunks(numbers, batch.capabilities.lookup_size):
            yield from ask(chunk)
    except Unsupported:
        return


def _our_own(
    batch: Batch, holders: Mapping[int, list[RemoteDocument]]
) -> tuple[dict[tuple[str, str], int], set[int]]:
    """Which of the documents found are linked to which of ours, and which of ours have
    left before."""
    found_ids = {found.id for each in holders.values() for found in each}
    links = DocumentLink.objects.filter(
        connection=batch.connection, external_id__in=found_ids, ended_at=None
    )
    linked = {
        (kind, external_id): document_id
        for kind, external_id, document_id in links.values_list(
            "kind", "external_id", "document_id"
        )
    }
    left = SyncItem.objects.filter(
        connection=batch.connection, document_id__in=holders, left_at__isnull=False
    )
    return linked, set(left.values_list("document_id", flat=True))


def _is_by_us(found: RemoteDocument, record: Record) -> bool:
    return record.reference in (found.reference, found.number)


def _taken(
    batch: Batch,
    record: Record,
    holders: list[RemoteDocument],
    *,
    linked: Mapping[tuple[str, str], int],
    is_sent_before: bool,
) -> Finding:
    holders.sort(key=lambda found: not is_same(found, record, batch.home_currency))
    found = holders[0]
    is_the_same = is_same(found, record, batch.home_currency)
    other = linked.get((record.kind.value, found.id))
    is_purchase = record.kind is DocumentKind.SUPPLIER_INVOICE
    fixes: tuple[Fix, ...] = (Fix.EDIT_DOCUMENT if is_purchase else Fix.RENUMBER,)
    if other is None:
        fixes = (Fix.ADOPT, *fixes) if is_the_same else (*fixes, Fix.ADOPT)
    return Finding(
        code=StatusCode.DUPLICATE_NUMBER,
        sentence=_sentence(batch, record, found),
        hint=_hint(is_the_same=is_the_same, other=other),
        fixes=fixes,
        data={
            **_side(found),
            "same": is_the_same and other is None,
            "sent_before": is_sent_before,
            "linked_document": other,
            "count": len(holders),
        },
    )


def is_same(found: RemoteDocument, record: Record, home_currency: str) -> bool:
    """Same party, date, currency and gross, and not void: the same document by all
    that one can see."""
    return (
        found.status is not RemoteStatus.VOID
        and found.party_id == record.party_id != ""
        and found.date == record.date
        and (found.currency or home_currency or record.currency) == record.currency
        and found.gross == record.gross
    )


def _sentence(batch: Batch, record: Record, found: RemoteDocument) -> str:
    amount = money(found.gross, found.currency or record.currency)
    whose = f" for {found.party_name}" if found.party_name else ""
    dated = f", dated {found.date}" if found.date else ""
    return (
        f"The number {record.number} is in {batch.label} already:"
        f" {amount}{whose}{dated}."
    )


def _hint(*, is_the_same: bool, other: int | None) -> str:
    if other is not None:
        return "That one is another document of ours. Give this one its own number."
    if is_the_same:
        return "Customer, date and total agree: adopt it, if it is the same document."
    return "Give this document another number, or move the numbers on."


def _side(found: RemoteDocument) -> dict[str, Any]:
    return {
        "id": found.id,
        "number": found.number,
        "party_id": found.party_id,
        "party": found.party_name,
        "date": str(found.date or ""),
        "currency": found.currency,
        "gross": str(found.gross),
        "status": found.status.value,
        "url": found.url,
    }
