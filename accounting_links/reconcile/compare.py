"""Both sides in, rows out: each document of either side in exactly one row.

Pure: no database, no call. Documents outside the period may stand among either side as
possible counterparts; a row needs one side inside.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from accounting_links.models import Verdict
from accounting_links.reconcile.sides import (
    ZERO,
    Ours,
    Period,
    Theirs,
    counted_ours,
    counted_theirs,
    same_party,
)
from accounting_links.reconcile.verdicts import (
    Difference,
    Rules,
    differences,
    of_pair,
)
from connectors.records import DocumentKind, RemoteStatus


class Pairs(NamedTuple):
    """`copies` are further documents there of one that has its pair. What is alone
    there comes with our document of the same number, where there is one that it cannot
    be taken for."""

    both: list[tuple[Ours, Theirs]]
    copies: list[tuple[Theirs, Ours]]
    ours_alone: list[Ours]
    theirs_alone: list[tuple[Theirs, Ours | None]]


class Row(NamedTuple):
    """`of` is our document that a copy repeats, or whose number it has."""

    verdict: Verdict
    ours: Ours | None
    theirs: Theirs | None
    of: Ours | None = None
    differs: tuple[Difference, ...] = ()
    ours_counted: Decimal = ZERO
    theirs_counted: Decimal = ZERO

    @property
    def side(self) -> Ours | Theirs:
        side = self.ours or self.theirs
        assert side is not None, "a row has a side"  # noqa: S101
        return side

    @property
    def number(self) -> str:
        if self.ours is None and self.theirs is not None:
            if self.verdict is Verdict.DUPLICATE_IN_BOOKS and self.of is not None:
                return self.of.number
            return self.theirs.number or self.theirs.id
        return self.side.number


def compare(
    ours: Iterable[Ours], theirs: Iterable[Theirs], *, period: Period, rules: Rules
) -> list[Row]:
    """In order of kind, date and number."""
    return sorted(rows_of(pair(ours, theirs), period=period, rules=rules), key=_order)


def pair(ours: Iterable[Ours], theirs: Iterable[Theirs]) -> Pairs:
    """By live link; then by what else proves that a document there is ours: our
    reference, an earlier link, or the number of one that left without an answer."""
    own = _Own(ours)
    pairs = Pairs([], [], [], [])
    paired: set[int] = set()
    claims: dict[int, list[Theirs]] = defaultdict(list)
    for remote in {(each.kind, each.id): each for each in theirs}.values():
        linked = own.by_link.get((remote.kind, remote.id))
        claimed = linked or own.claimed_by(remote)
        if linked is not None:
            paired.add(linked.id)
            pairs.both.append((linked, remote))
        elif claimed is not None:
            claims[claimed.id].append(remote)
        else:
            pairs.theirs_alone.append((remote, None))
    for owner_id, remotes in claims.items():
        if _settle_claims(own.all[owner_id], remotes, pairs, owner_id in paired):
            paired.add(owner_id)
    pairs.ours_alone.extend(each for each in own.all.values() if each.id not in paired)
    return pairs


def rows_of(pairs: Pairs, *, period: Period, rules: Rules) -> Iterator[Row]:
    for ours, theirs in pairs.both:
        if period.holds(ours.date) or period.holds(theirs.date):
            yield _row_of_pair(ours, theirs, period=period, rules=rules)
    for theirs, ours in pairs.copies:
        if period.holds(theirs.date):
            counted = counted_theirs(theirs, period)
            yield Row(
                Verdict.DUPLICATE_IN_BOOKS, None, theirs, ours, theirs_counted=counted
            )
    for ours in pairs.ours_alone:
        if ours.counts and period.holds(ours.date):
            counted = counted_ours(ours, period)
            yield Row(_verdict_of_ours(ours), ours, None, ours_counted=counted)
    for theirs, namesake in pairs.theirs_alone:
        if period.holds(theirs.date):
            counted = counted_theirs(theirs, period)
            verdict = _verdict_of_theirs(theirs, namesake)
            yield Row(verdict, None, theirs, namesake, theirs_counted=counted)


def _row_of_pair(ours: Ours, theirs: Theirs, *, period: Period, rules: Rules) -> Row:
    differs = differences(ours, theirs, rules)
    return Row(
        of_pair(ours, differs),
        ours,
        theirs,
        differs=differs,
        ours_counted=counted_ours(ours, period),
        theirs_counted=counted_theirs(theirs, period),
    )


def _verdict_of_ours(ours: Ours) -> Verdict:
    if ours.in_doubt:
        return Verdict.IN_DOUBT
    # Void here and gone there say the same.
    if ours.status is RemoteStatus.VOID:
        return Verdict.MATCHED
    was_there = bool(ours.external_id)
    return Verdict.ENDED_ON_ONE_SIDE if was_there else Verdict.MISSING_IN_BOOKS


def _verdict_of_theirs(theirs: Theirs, namesake: Ours | None) -> Verdict:
    # With a namesake it is a voided copy of a document that we do have.
    lost = theirs.was_sent and namesake is None
    return Verdict.MISSING_IN_CRM if lost else Verdict.POSTED_OUTSIDE


class _Own:
    """Our documents by all that names them."""

    def __init__(self, ours: Iterable[Ours]) -> None:
        self.all = {each.id: each for each in ours}
        self.by_link: dict[tuple[DocumentKind, str], Ours] = {}
        self.by_past_link: dict[tuple[DocumentKind, str], Ours] = {}
        self.by_reference: dict[tuple[DocumentKind, str], Ours] = {}
        self.by_number: dict[tuple[DocumentKind, str], list[Ours]] = {}
        for each in self.all.values():
            self._add(each)

    def _add(self, ours: Ours) -> None:
        if ours.external_id:
            self.by_link[ours.kind, ours.external_id] = ours
        for past_id in ours.past_ids:
            self.by_past_link[ours.kind, past_id] = ours
        self.by_reference[ours.kind, ours.reference] = ours
        self.by_number.setdefault((ours.kind, ours.number), []).append(ours)

    def claimed_by(self, remote: Theirs) -> Ours | None:
        kind = remote.kind
        return (
            self.by_reference.get((kind, remote.reference))
            or self.by_past_link.get((kind, remote.id))
            or self._of_number(remote, remote.number)
            or self._of_number(remote, remote.reference)
        )

    def _of_number(self, remote: Theirs, number: str) -> Ours | None:
        """Suppliers number as they like: theirs is one number per supplier."""
        if not number:
            return None
        for ours in self.by_number.get((remote.kind, number), ()):
            by_supplier = remote.kind is DocumentKind.SUPPLIER_INVOICE
            if not by_supplier or same_party(ours, remote):
                return ours
        return None


def _settle_claims(
    owner: Ours, remotes: list[Theirs], pairs: Pairs, has_pair: bool
) -> bool:
    """Whether the owner has its pair now. A voided copy is no duplicate any more."""
    proven = [] if has_pair else [each for each in remotes if _proves(owner, each)]
    best = min(proven, key=lambda each: _distance(owner, each), default=None)
    if best is not None:
        pairs.both.append((owner, best))
    for remote in remotes:
        if remote is best:
            continue
        if (has_pair or best is not None) and not remote.is_void:
            pairs.copies.append((remote, owner))
        else:
            pairs.theirs_alone.append((remote, owner))
    return has_pair or best is not None


def _proves(owner: Ours, remote: Theirs) -> bool:
    """That FinSync sent or linked it; the same number alone could be anybody's."""
    if remote.was_sent or remote.id in owner.past_ids:
        return True
    return owner.left and not owner.external_id


def _distance(owner: Ours, remote: Theirs) -> tuple[bool, bool, bool, Decimal, str]:
    return (
        remote.is_void,
        remote.reference != owner.reference,
        remote.number != owner.number,
        abs(remote.gross - owner.gross),
        remote.id,
    )


def _order(row: Row) -> tuple[str, date, str]:
    side = row.side
    return side.kind, side.date or date.min, row.number
