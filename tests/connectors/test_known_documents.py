from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from connectors.known_documents import KnownDocuments, sent_among
from connectors.records import (
    Document,
    DocumentKind,
    RemoteDocument,
    RemoteStatus,
    Totals,
)
from tests.connectors.clocks import StillClock
from tests.connectors.examples import document

KIND = DocumentKind.SALES_INVOICE
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def remote(id: str, **changes: object) -> RemoteDocument:
    ours = document()
    base = RemoteDocument(
        kind=KIND,
        id=id,
        number=ours.number,
        status=RemoteStatus.OPEN,
        date=ours.date,
        gross=ours.gross,
        party_id=ours.party_id,
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # named by the test


class Platform:
    """Tells what it has, and keeps what it was asked."""

    def __init__(self, *rows: RemoteDocument) -> None:
        self.rows = list(rows)
        self.asked: list[datetime | None] = []

    def read(
        self, kind: DocumentKind, operation: str, since: datetime | None
    ) -> Iterator[RemoteDocument]:
        self.asked.append(since)
        yield from self.rows


def test_after_the_first_time_only_changes_are_read() -> None:
    platform = Platform(remote("1", changed_at=NOON))
    known = KnownDocuments(platform.read, StillClock(NOON))
    known.of(KIND, "find")
    platform.rows = [remote("2", changed_at=NOON)]
    assert [each.id for each in known.of(KIND, "find")] == ["1", "2"]
    assert platform.asked == [None, NOON - timedelta(minutes=2)]


def test_without_stamps_the_list_is_read_anew_when_it_is_old() -> None:
    platform, clock = Platform(remote("1")), StillClock(NOON)
    known = KnownDocuments(platform.read, clock, good_for=timedelta(minutes=1))
    known.of(KIND, "find")
    known.add(remote("2"))
    assert [each.id for each in known.of(KIND, "find")] == ["1", "2"]
    clock.sleep(60)
    assert [each.id for each in known.of(KIND, "find")] == ["1"]
    assert platform.asked == [None, None]


def test_what_was_deleted_is_forgotten() -> None:
    platform = Platform(remote("1"), remote("2"))
    known = KnownDocuments(platform.read, StillClock(NOON), good_for=timedelta(hours=1))
    known.of(KIND, "find")
    known.forget(KIND, "1")
    assert [each.id for each in known.of(KIND, "find")] == ["2"]


def made_by(ours: Document, *rows: RemoteDocument) -> str:
    def totals(each: Document) -> Totals:
        return Totals(net=each.net, tax=each.tax, gross=each.gross)

    [found] = sent_among(lambda _: rows, [ours], totals)
    return found.id if found else ""


def test_an_intent_is_known_by_all_that_it_sent() -> None:
    ours = document()
    assert made_by(ours, remote("1")) == "1"
    for changes in (
        {"gross": Decimal(1)},
        {"party_id": "99"},
        {"date": None},
        {"number": "INV-9"},
        {"reference": "FS-OTHER"},
    ):
        assert made_by(ours, remote("1", **changes)) == ""


def test_of_two_of_a_number_the_fitting_one_is_taken() -> None:
    other = remote("1", gross=Decimal(5))
    assert made_by(document(), other, remote("2", reference="FS-77")) == "2"


def test_where_no_party_id_is_told_its_name_counts() -> None:
    ours = document(party_name="Acme Ltd")
    named = remote("1", party_id="", party_name="Acme Ltd")
    assert made_by(ours, named) == "1"
    assert made_by(ours, replace(named, party_name="Acme Limited")) == ""


def test_a_total_may_be_rounded_otherwise_there() -> None:
    ours = document()
    assert made_by(ours, remote("1", gross=ours.gross + Decimal("0.01"))) == "1"
    assert made_by(ours, remote("1", gross=ours.gross + Decimal("0.02"))) == ""


def test_an_overridden_tax_is_known_by_what_the_platform_makes_of_it() -> None:
    ours = document(tax_override=Decimal("20.00"), gross=Decimal("140.00"))

    def computed(each: Document) -> Totals:
        return Totals(net=each.net, tax=Decimal(24), gross=Decimal(144))

    rows = [remote("1", gross=Decimal(144))]
    [found] = sent_among(lambda _: rows, [ours], computed)
    assert found == rows[0]
