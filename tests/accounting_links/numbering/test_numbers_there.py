"""Numbers that are taken over there are known before a document meets one."""

import pytest
from pytest_django import DjangoAssertNumQueries

from accounting_links import numbers_there
from accounting_links.actions import renumber
from accounting_links.actions.base import NotAllowed
from accounting_links.models import Connection, NumberThere
from accounting_links.numbers_there import clashes, following, note_numbers, value_in
from accounting_links.polling import poll
from connectors.records import DocumentKind as Kind
from connectors.records import RemoteDocument, RemoteStatus
from invoicing.models import DocumentKind, Event, IncrementorGroup
from invoicing.verbs import Verb
from tests import base, factories
from tests.accounting_links import factories as links
from tests.accounting_links.engine.conftest import Install
from tests.accounting_links.fake_connector import Books

INVOICE = DocumentKind.SALES_INVOICE.value


def see(connection: Connection, *numbers: str, kind: str = INVOICE) -> None:
    note_numbers(connection, [(kind, number) for number in numbers])


def told(**options: object) -> list[str]:
    found = clashes(**options)  # type: ignore[arg-type]  # passed on
    return [number for clash in found for number in clash.numbers]


@pytest.mark.parametrize(
    ("number", "value"),
    [
        ("INV-00005", 5),
        ("INV-00120", 120),
        ("INV-00004", None),  # behind
        ("INV-120", None),  # the series would write it otherwise
        ("INV-99999", None),  # too far ahead
        ("CN-00120", None),
        ("INV-0012A", None),
        ("INV-", None),
        ("INV-" + "9" * 30, None),
    ],
)
def test_a_number_is_read_as_the_series_writes_it(
    series: IncrementorGroup, number: str, value: int | None
) -> None:
    assert value_in(series, number) == value


def test_a_number_that_the_series_will_come_to_is_told(
    connection: Connection, series: IncrementorGroup
) -> None:
    see(connection, "INV-00007", "INV-00009", "OTHER-1")
    [clash] = clashes(connection=connection, kind=INVOICE)
    assert (clash.numbers, clash.free) == (["INV-00007", "INV-00009"], 10)


def test_seeing_it_twice_keeps_it_once(
    connection: Connection, series: IncrementorGroup
) -> None:
    see(connection, "INV-00007")
    see(connection, "INV-00007")
    assert NumberThere.objects.count() == 1


def test_what_is_far_ahead_waits_to_be_told(
    connection: Connection, series: IncrementorGroup
) -> None:
    see(connection, "INV-05000")
    assert clashes() == []
    renumber.move_on(series, 4990)
    assert told() == ["INV-05000"]


def test_our_own_documents_are_no_clash(
    connection: Connection, series: IncrementorGroup
) -> None:
    see(connection, "INV-00007")
    factories.draft(number="INV-00007")
    assert clashes() == []


def test_a_number_of_another_kind_is_no_clash(
    connection: Connection, series: IncrementorGroup
) -> None:
    see(connection, "INV-00007", kind=DocumentKind.CREDIT_NOTE)
    assert clashes() == []


def test_a_platform_that_numbers_itself_meets_no_series(
    connection: Connection, series: IncrementorGroup, install: Install
) -> None:
    install(keeps_our_number=False)
    see(connection, "INV-00007")
    assert not NumberThere.objects.exists()


def test_what_was_passed_is_forgotten(
    connection: Connection, series: IncrementorGroup
) -> None:
    see(connection, "INV-00007")
    renumber.move_on(series, 20)
    see(connection, "INV-00030")
    assert [row.number for row in NumberThere.objects.all()] == ["INV-00030"]


def test_a_poll_notes_what_others_numbered(
    connection: Connection, series: IncrementorGroup, books: Books
) -> None:
    Connection.objects.update(poll_cursor="0")
    books.documents["X"] = RemoteDocument(
        kind=Kind.SALES_INVOICE, id="X", number="INV-00006", status=RemoteStatus.OPEN
    )
    books.changed("document", "X")
    before = poll(connection).http_requests
    assert told() == ["INV-00006"]
    assert poll(connection).http_requests == before


def test_noting_costs_the_same_for_one_and_for_many(
    connection: Connection,
    series: IncrementorGroup,
    django_assert_num_queries: DjangoAssertNumQueries,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        see(connection, *[f"FOREIGN-{number}" for number in range(200)])
    for numbers in (range(10, 11), range(20, 220)):
        with django_assert_max_num_queries(4):
            see(connection, *[f"INV-{number:05}" for number in numbers])
    with django_assert_num_queries(1):
        clashes(connection=connection, kind=INVOICE)


def test_the_series_goes_on_behind_all_that_is_taken(
    connection: Connection, series: IncrementorGroup
) -> None:
    see(connection, "INV-00007", "INV-00041")
    actor = base.bookkeeper()
    said = renumber.move_past(series, actor=actor)
    assert said == "Main goes on with INV-00042."
    event = Event.objects.get(verb=Verb.NUMBERS_MOVED_ON)
    assert (event.actor, event.after) == (actor, {"next_number": 42})
    assert event.reason == f"Numbers before 42 are taken in {connection}"
    assert clashes() == []
    assert "any more" in renumber.move_past(series, actor=actor)


def test_who_may_not_number_moves_nothing(
    connection: Connection, series: IncrementorGroup
) -> None:
    see(connection, "INV-00007")
    with pytest.raises(NotAllowed):
        renumber.move_past(series, actor=base.accountant())
    series.refresh_from_db()
    assert series.next_number == 5


@pytest.mark.parametrize(
    ("last", "next_one"),
    [
        ("INV0009", "INV0010"),
        ("2026/99", "2026/100"),
        ("7-A", "8-A"),
        ("none", ""),
        ("", ""),
    ],
)
def test_a_number_is_followed_by_one_of_its_form(last: str, next_one: str) -> None:
    assert following(last) == next_one


def test_the_next_number_of_a_platform_that_numbers_itself(
    connection: Connection, install: Install
) -> None:
    able = install(keeps_our_number=False).capabilities
    assert numbers_there.predicted(connection, able, INVOICE) == ""
    links.document_link(connection, factories.approved(), number="AR000123")
    assert numbers_there.predicted(connection, able, INVOICE) == "AR000124"
    keeps = install().capabilities
    assert numbers_there.predicted(connection, keeps, INVOICE) == ""
