from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from connectors.records import Document, DocumentKind, RemoteDocument, RemoteStatus
from connectors.sent_look_up import sent_by_reference
from tests.connectors.examples import document

INVOICE, NOTE = DocumentKind.SALES_INVOICE, DocumentKind.CREDIT_NOTE


class Books:
    """Answers both questions, and notes them."""

    def __init__(self, *there: RemoteDocument) -> None:
        self.there = there
        self.asked: list[object] = []

    def numbered(
        self, kind: DocumentKind, numbers: Sequence[str]
    ) -> list[RemoteDocument]:
        self.asked.append(tuple(numbers))
        return [d for d in self.there if d.kind is kind and d.number in numbers]

    def dated(self, kind: DocumentKind, start: date, end: date) -> list[RemoteDocument]:
        self.asked.append((start, end))
        return [
            d
            for d in self.there
            if d.kind is kind and d.date and start <= d.date <= end
        ]

    def sent(self, *documents: Document) -> list[str | None]:
        found = sent_by_reference(documents, self.numbered, self.dated, kinds={INVOICE})
        return [each.id if each else None for each in found]


def remote(id: str, like: Document, **changes: object) -> RemoteDocument:
    base = RemoteDocument(
        kind=like.kind,
        id=id,
        number=like.number,
        reference=like.reference,
        status=RemoteStatus.OPEN,
        date=like.date,
        currency=like.currency,
        gross=Decimal(1),
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # the test's own words


def test_it_is_found_among_those_of_the_number_in_one_question() -> None:
    ours = document()
    strange = remote("8", ours, reference="theirs")
    books = Books(strange, remote("9", ours))
    assert books.sent(ours) == ["9"]
    assert books.asked == [(ours.number,)]


def test_one_whose_number_was_changed_is_found_by_its_days() -> None:
    ours = document()
    books = Books(remote("9", ours, number="RENAMED"))
    assert books.sent(ours) == ["9"]
    assert books.asked == [(ours.number,), (ours.date, ours.date)]


def test_another_of_the_same_number_is_not_ours() -> None:
    ours = document()
    assert Books(remote("8", ours, reference="")).sent(ours) == [None]


def test_answers_keep_their_order_and_other_kinds_are_not_asked_for() -> None:
    first, second = document(number="A", reference="FS-A"), document(number="B")
    note = document(kind=NOTE, number="C", reference="FS-C")
    books = Books(remote("2", second), remote("1", first))
    assert books.sent(note, second, first) == [None, "2", "1"]
    assert books.asked == [("B", "A")]


def test_a_document_without_reference_is_never_found() -> None:
    nameless = document(reference="")
    assert Books(remote("9", nameless)).sent(nameless) == [None]
