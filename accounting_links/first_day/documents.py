"""Documents that were in both places before FinSync: which there may be which of ours.

Their side is what a reconciliation found in the books and nobody claims.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from accounting_links.first_day.plan import Grade
from accounting_links.models import (
    DocumentLink,
    Reconciliation,
    ReconciliationRow,
    Verdict,
)
from accounting_links.names import bare_name
from accounting_links.offering import FINISHED
from connectors import records
from invoicing.models import Document

NUMBER, DIGITS, TOTAL, CONTACT, SAME_DAY, NEAR_DAY = 50, 30, 25, 15, 10, 5
# Number, total, contact and nearly the day; number and total; total and contact.
EXACT, LIKELY, WEAK = 95, 75, 40
NEAR = 3  # days
FEWEST_DIGITS = 3
UNCLAIMED = (Verdict.POSTED_OUTSIDE, Verdict.MISSING_IN_CRM)


@dataclass(frozen=True, slots=True)
class DocumentMatch:
    """`score` is out of 100; `reasons` are words for staff."""

    document: Document
    grade: Grade
    row: ReconciliationRow | None = None
    score: int = 0
    reasons: tuple[str, ...] = ()


def unmatched(reconciliation: Reconciliation) -> QuerySet[Document]:
    """Finished documents of its kinds and period that are not linked there, those from
    before the go-live date too. Oldest first."""
    links = DocumentLink.objects.filter(
        connection=reconciliation.connection_id, document=OuterRef("pk"), ended_at=None
    )
    found = Document.objects.filter(
        ~Exists(links), kind__in=reconciliation.kinds, lifecycle__in=FINISHED
    )
    if reconciliation.start:
        found = found.filter(date__gte=reconciliation.start)
    if reconciliation.end:
        found = found.filter(date__lte=reconciliation.end)
    return found.select_related("contact", "care_of").order_by("date", "pk")


def unclaimed(reconciliation: Reconciliation) -> QuerySet[ReconciliationRow]:
    """Live documents there that stand for none of ours, as things are now."""
    links = DocumentLink.objects.filter(
        connection=reconciliation.connection_id,
        kind=OuterRef("kind"),
        external_id=OuterRef("external_id"),
        ended_at=None,
    )
    rows = reconciliation.rows.filter(
        ~Exists(links), document=None, verdict__in=UNCLAIMED
    )
    return rows.exclude(theirs=None).exclude(their_status="void")


def plan(reconciliation: Reconciliation) -> list[DocumentMatch]:
    """One for each of our documents. Two statements; nothing is written, and nothing
    asked of the platform."""
    books = _Books(unclaimed(reconciliation))
    best = [(document, books.best(document)) for document in unmatched(reconciliation)]
    wanted = Counter(found.row.pk for _, found in best if found is not None)
    return [
        _match(document, found, is_one=found is not None and wanted[found.row.pk] == 1)
        for document, found in best
    ]


def counts(matches: Iterable[DocumentMatch]) -> dict[Grade, int]:
    found = Counter(match.grade for match in matches)
    return {grade: found[grade] for grade in Grade}


@dataclass(frozen=True, slots=True)
class Near:
    """`alone`: no other document there scores as much."""

    row: ReconciliationRow
    score: int
    reasons: tuple[str, ...]
    alone: bool = True


def _match(document: Document, found: Near | None, *, is_one: bool) -> DocumentMatch:
    if found is None or found.score < WEAK:
        return DocumentMatch(document, Grade.NONE)
    grade = Grade.WEAK
    if found.alone and is_one and found.score >= LIKELY:
        grade = Grade.EXACT if found.score >= EXACT else Grade.LIKELY
    return DocumentMatch(document, grade, found.row, found.score, found.reasons)


class _Books:
    """Their documents by what may be the same."""

    def __init__(self, rows: Iterable[ReconciliationRow]) -> None:
        self.by_mark: dict[tuple[object, ...], list[ReconciliationRow]] = defaultdict(
            list
        )
        for row in rows:
            for mark in _marks(row.kind, row.remote_number):
                self.by_mark[mark].append(row)
            self.by_mark[row.kind, row.their_currency or row.currency, row.theirs] += [
                row
            ]

    def best(self, document: Document) -> Near | None:
        scored = sorted(
            (_compared(document, row) for row in self._candidates(document)),
            key=lambda each: -each.score,
        )
        if not scored:
            return None
        best = scored[0]
        alone = len(scored) == 1 or scored[1].score < best.score
        return Near(best.row, best.score, best.reasons, alone)

    def _candidates(self, document: Document) -> Sequence[ReconciliationRow]:
        gross = records.signed(records.DocumentKind(document.kind), document.gross)
        marks = [*_marks(document.kind, document.number)]
        marks.append((document.kind, document.currency, gross))
        found = {row.pk: row for mark in marks for row in self.by_mark.get(mark, ())}
        return list(found.values())


def _compared(document: Document, row: ReconciliationRow) -> Near:
    told = list(_agreements(document, row))
    return Near(row, sum(score for score, _ in told), tuple(why for _, why in told))


def _agreements(
    document: Document, row: ReconciliationRow
) -> Iterator[tuple[int, str]]:
    if bare_number(document.number) == bare_number(row.remote_number):
        yield NUMBER, "the same number"
    elif last_digits(document.number) == last_digits(row.remote_number) != "":
        yield DIGITS, "the same digits at the end of the number"
    gross = records.signed(records.DocumentKind(document.kind), document.gross)
    currency = row.their_currency or row.currency
    if (gross, document.currency) == (row.theirs, currency):
        yield TOTAL, "the same total"
    names = {bare_name(document.contact.name), bare_name(document.bill_to.name)}
    if bare_name(row.their_party) in names:
        yield CONTACT, "the same contact"
    if row.their_date is not None:
        apart = abs((document.date - row.their_date).days)
        if apart <= NEAR:
            yield (
                (SAME_DAY, "the same day")
                if not apart
                else (
                    NEAR_DAY,
                    f"{apart} days apart" if apart > 1 else "a day apart",
                )
            )


def _marks(kind: str, number: str) -> Iterator[tuple[object, ...]]:
    if bare := bare_number(number):
        yield kind, "number", bare
    if digits := last_digits(number):
        yield kind, "digits", digits


def bare_number(number: str) -> str:
    """As people retype it: without capitals, spaces and punctuation."""
    return "".join(each for each in number.casefold() if each.isalnum())


def last_digits(number: str) -> str:
    """Without leading zeros; empty where they are too few to tell anything."""
    found = re.search(r"\d+$", number)
    digits = found[0].lstrip("0") if found else ""
    return digits if len(digits) >= FEWEST_DIGITS else ""
