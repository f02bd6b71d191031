"""What became of documents that were sent without an answer, where our reference is
kept but cannot be asked for."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date

from connectors.records import Document, DocumentKind, RemoteDocument

ByNumber = Callable[[DocumentKind, Sequence[str]], Iterable[RemoteDocument]]
ByDays = Callable[[DocumentKind, date, date], Iterable[RemoteDocument]]


def sent_by_reference(
    documents: Sequence[Document],
    numbered: ByNumber,
    dated: ByDays,
    *,
    kinds: Collection[DocumentKind],
) -> list[RemoteDocument | None]:
    """One answer per document, in order. Looks among those of the number, and where the
    reference is not there among those of the same days, for a number may have been
    changed meanwhile. A document without reference is never found, nor one of other
    kinds than `kinds`."""
    found: dict[tuple[DocumentKind, str], RemoteDocument] = {}
    for kind in sorted({document.kind for document in documents} & set(kinds)):
        same = [document for document in documents if document.kind is kind]
        for remote in _possibly_sent(kind, same, numbered, dated):
            found.setdefault((kind, remote.reference), remote)
    return [
        found.get((d.kind, d.reference)) if d.reference else None for d in documents
    ]


def _possibly_sent(
    kind: DocumentKind, documents: Sequence[Document], numbered: ByNumber, dated: ByDays
) -> Iterator[RemoteDocument]:
    there = list(numbered(kind, [document.number for document in documents]))
    yield from there
    seen = {remote.reference for remote in there}
    days = [d.date for d in documents if d.reference not in seen]
    if days:
        yield from dated(kind, min(days), max(days))
