"""Both sides of a row as they stood, and what is different when they are read again.

Whether a document is unpaid, part paid or paid is left out: payments come in after a
month was signed, and are no change of it.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any, NamedTuple

from django.db.models import QuerySet

from accounting_links.models import ReconciliationRow
from accounting_links.reconcile import prints
from accounting_links.reconcile.sides import ZERO, Ours

HERE, THERE = "here", "there"
BOTH = (HERE, THERE)


class Snapshot(NamedTuple):
    """As the columns of `ReconciliationRow` of these names."""

    kind: str
    document_id: int | None
    external_id: str
    number: str
    currency: str = ""
    our_date: date | None = None
    our_party: str = ""
    ours: Decimal | None = None
    our_tax: Decimal | None = None
    our_status: str = ""
    our_lines: str = ""
    remote_number: str = ""
    their_currency: str = ""
    their_date: date | None = None
    their_party: str = ""
    theirs: Decimal | None = None
    their_tax: Decimal | None = None
    their_status: str = ""
    their_lines: str = ""


class Change(NamedTuple):
    """`side` is "here" or "there". `who` and `at` are filled in where history tells."""

    snapshot: Snapshot
    side: str
    field: str
    before: str
    after: str
    who: str = ""
    at: str = ""

    def as_dict(self) -> dict[str, Any]:
        kept = self._asdict()
        snapshot = kept.pop("snapshot")
        return {
            "document": snapshot.document_id,
            "external_id": snapshot.external_id,
            "number": snapshot.number,
            **kept,
        }


class _Column(NamedTuple):
    field: str
    name: str


# What is compared of each side, and as what staff read it.
SIDES = {
    HERE: (
        *(_Column("number", "number"), _Column("date", "our_date")),
        *(_Column("customer", "our_party"), _Column("total", "ours")),
        *(_Column("tax", "our_tax"), _Column("currency", "currency")),
        _Column("status", "our_status"),
    ),
    THERE: (
        *(_Column("number", "remote_number"), _Column("date", "their_date")),
        *(_Column("customer", "their_party"), _Column("total", "theirs")),
        *(_Column("tax", "their_tax"), _Column("currency", "their_currency")),
        _Column("status", "their_status"),
    ),
}
AMOUNT = {HERE: "ours", THERE: "theirs"}
LINES = {HERE: "our_lines", THERE: "their_lines"}
SETTLEMENT = ("open", "part_paid", "paid")


def of_rows(rows: QuerySet[ReconciliationRow]) -> Iterator[Snapshot]:
    for values in rows.values_list(*Snapshot._fields).iterator(chunk_size=2000):
        yield Snapshot(*values)


def of_ours(ours: Ours) -> Snapshot:
    """Our side alone, as `keeping.record` writes it."""
    return Snapshot(
        kind=ours.kind.value,
        document_id=ours.id,
        external_id="",
        number=ours.number[:100],
        currency=ours.currency,
        our_date=ours.date,
        our_party=ours.party_name[:300],
        ours=ours.worth,
        our_tax=ours.tax if ours.worth else ZERO,
        our_status=ours.status.value,
        our_lines=ours.lines,
    )


def fingerprint(snapshots: Iterable[Snapshot]) -> str:
    """Of all that stands in them, in their order."""
    whole = sha256()
    for each in snapshots:
        values = (_text(each, name) for name in Snapshot._fields)
        whole.update(("\x1f".join(values) + "\x1e").encode())
    return whole.hexdigest()


def differences(
    before: Snapshot, after: Snapshot | None, sides: Iterable[str] = BOTH
) -> Iterator[Change]:
    """`after` is None where nothing of it was found any more."""
    for side in sides:
        was = getattr(before, AMOUNT[side]) is not None
        now = after is not None and getattr(after, AMOUNT[side]) is not None
        if after is not None and was and now:
            yield from _of_side(before, after, side)
        elif was:
            told = _headline(before, side)
            yield Change(before, side, "document", told, "gone")
        elif after is not None and now:
            yield Change(before, side, "document", "", _headline(after, side))


def _of_side(before: Snapshot, after: Snapshot, side: str) -> Iterator[Change]:
    for column in SIDES[side]:
        if _compared(before, column.name) != _compared(after, column.name):
            was, now = _text(before, column.name), _text(after, column.name)
            yield Change(before, side, column.field, was, now)
    was, now = getattr(before, LINES[side]), getattr(after, LINES[side])
    # Some calls of a platform bring no lines: that says nothing.
    if was != now and (side == HERE or (was and now)):
        for line in prints.changed_lines(was, now):
            yield Change(before, side, f"line {line}", "", "")


def added(snapshot: Snapshot) -> Iterator[Change]:
    """What was not there before, on either side."""
    for side in BOTH:
        if getattr(snapshot, AMOUNT[side]) is not None:
            yield Change(snapshot, side, "document", "", _headline(snapshot, side))


def _headline(snapshot: Snapshot, side: str) -> str:
    currency = snapshot.currency if side == HERE else snapshot.their_currency
    number = snapshot.number if side == HERE else snapshot.remote_number
    return f"{number} {_text(snapshot, AMOUNT[side])} {currency}".strip()


def _compared(snapshot: Snapshot, name: str) -> object:
    value = getattr(snapshot, name)
    if name.endswith("_status") and value in SETTLEMENT:
        return SETTLEMENT
    return value


def _text(snapshot: Snapshot, name: str) -> str:
    value = getattr(snapshot, name)
    if value is None:
        return ""
    if isinstance(value, Decimal):
        places = f"{value.normalize():f}"
        return f"{value:.2f}" if Decimal(f"{value:.2f}") == value else places
    return str(value)


Key = tuple[str, int | None, str]
Find = Callable[[list[Snapshot]], dict[Key, Snapshot]]


def key(snapshot: Snapshot) -> Key:
    """Ours where we have it, else theirs."""
    if snapshot.document_id is not None:
        return "", snapshot.document_id, ""
    return snapshot.kind, None, snapshot.external_id
