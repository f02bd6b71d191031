"""Numbers that the books have and ours are still to reach: noted from what is read
anyway, and told before a document meets one. No request is made for it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounting_links import gateway
from accounting_links.models import Connection, DocumentLink, NumberThere
from connectors.capabilities import Capabilities
from connectors.records import RemoteDocument, RemoteStatus
from invoicing.models import Document, DocumentKind, IncrementorGroup

# Of what lies further ahead nothing is kept: it is seen again when it comes near.
KEPT_AHEAD = 10_000
# Staff are warned of clashes among so many numbers to come.
TOLD_AHEAD = 100
_COUNTING_PART = re.compile(r"\d+(?=\D*$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """`numbers`: those of the next ones that are taken there, the lowest first.
    `highest`: the value of the highest one known."""

    group: IncrementorGroup
    connection: Connection
    numbers: Sequence[str]
    highest: int

    @property
    def free(self) -> int:
        return self.highest + 1


def note(connection: Connection, rows: Iterable[RemoteDocument]) -> None:
    there = [row for row in rows if row.status is not RemoteStatus.DELETED]
    note_numbers(connection, ((row.kind.value, row.number) for row in there))


def note_numbers(connection: Connection, pairs: Iterable[tuple[str, str]]) -> None:
    """Pairs of kind and number. One statement where nothing is ahead of our series,
    four where something is. Suppliers number by themselves, and so do platforms that
    do not keep our numbers: no series of ours meets theirs."""
    if not gateway.capabilities(connection).keeps_our_number:
        return
    numbers: dict[str, set[str]] = defaultdict(set)
    for kind, number in pairs:
        if number and kind != DocumentKind.SUPPLIER_INVOICE:
            numbers[kind].add(number)
    if not numbers:
        return
    groups = IncrementorGroup.objects.filter(kind__in=numbers)
    found = [
        NumberThere(connection=connection, group=group, value=value, number=number)
        for group in groups
        for number in numbers[group.kind]
        if (value := value_in(group, number)) is not None
    ]
    if found:
        _keep(connection, found)


def value_in(group: IncrementorGroup, number: str) -> int | None:
    """What of a number counts up, where the series would come to that very number
    before long; else None."""
    if not (number.startswith(group.prefix) and number.endswith(group.suffix)):
        return None
    digits = number[len(group.prefix) : len(number) - len(group.suffix)]
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 19):
        return None
    value = int(digits)
    if digits != str(value).zfill(group.padding):
        return None
    ahead = value - group.next_number
    return value if 0 <= ahead < KEPT_AHEAD else None


def _keep(connection: Connection, found: Sequence[NumberThere]) -> None:
    passed = Q(group__in={each.group.pk for each in found})
    behind = NumberThere.objects.filter(passed, connection=connection)
    behind.filter(value__lt=F("group__next_number")).delete()
    NumberThere.objects.bulk_create(found, ignore_conflicts=True)


def ahead(groups: QuerySet[IncrementorGroup]) -> QuerySet[NumberThere]:
    """What is known to be taken; numbers that documents of ours have are passed over
    anyway when they are handed out."""
    ours = Document.objects.filter(
        kind=OuterRef("group__kind"), number=OuterRef("number")
    )
    return NumberThere.objects.filter(
        ~Exists(ours), group__in=groups, value__gte=F("group__next_number")
    )


def clashes(
    *, connection: Connection | None = None, kind: str = "", group_id: int | None = None
) -> list[Clash]:
    """Of each series, in each connection that documents go to. One statement."""
    groups = IncrementorGroup.objects.all()
    groups = groups.filter(kind=kind) if kind else groups
    groups = groups.filter(pk=group_id) if group_id is not None else groups
    rows = ahead(groups).select_related("group", "connection")
    rows = rows.filter(connection=connection) if connection else rows
    held: dict[tuple[int, int], list[NumberThere]] = defaultdict(list)
    for row in rows.order_by("value"):
        held[row.group_id, row.connection_id].append(row)
    found = (_clash(each) for each in held.values())
    return [clash for clash in found if clash.numbers]


def _clash(rows: Sequence[NumberThere]) -> Clash:
    group = rows[0].group
    near = group.next_number + TOLD_AHEAD
    return Clash(
        group=group,
        connection=rows[0].connection,
        numbers=[row.number for row in rows if row.value < near],
        highest=rows[-1].value,
    )


def predicted(connection: Connection, able: Capabilities, kind: str) -> str:
    """The number that a platform will probably give next, where it numbers documents
    itself; empty where it keeps ours or has given none yet."""
    if able.keeps_our_number:
        return ""
    links = DocumentLink.objects.filter(connection=connection, kind=kind)
    last = links.exclude(number="").order_by("-pk").values_list("number", flat=True)
    return following(last.first() or "")


def following(number: str) -> str:
    """The next one of the same form; empty where nothing in it counts."""
    match = _COUNTING_PART.search(number)
    if match is None:
        return ""
    digits = str(int(match[0]) + 1).zfill(len(match[0]))
    return f"{number[: match.start()]}{digits}{number[match.end() :]}"
