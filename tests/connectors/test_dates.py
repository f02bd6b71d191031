from datetime import UTC, date, datetime

import pytest

from connectors.dates import asked_days, day, moment, within

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


@pytest.mark.parametrize("told", ["2026-11-01", "2026-11-01T23:59:00Z"])
def test_a_moment_has_its_day(told: str) -> None:
    assert day(told) == FIRST


def test_a_moment_keeps_its_zone() -> None:
    assert moment("2026-11-01T08:30:00Z") == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize("told", [None, ""])
def test_where_nothing_is_told_nothing_is_known(told: object) -> None:
    assert (day(told), moment(told)) == (None, None)


@pytest.mark.parametrize(
    ("on", "start", "end", "inside"),
    [
        (FIRST, FIRST, LAST, True),
        (LAST, FIRST, LAST, True),
        (date(2026, 10, 31), FIRST, LAST, False),
        (date(2026, 12, 1), FIRST, LAST, False),
        (date(2026, 12, 1), FIRST, None, True),
        (date(2026, 10, 31), None, LAST, True),
        (None, None, None, True),
        (None, FIRST, None, False),
        (None, None, LAST, False),
    ],
)
def test_both_ends_are_included(
    on: date | None, start: date | None, end: date | None, inside: bool
) -> None:
    assert within(on, start, end) is inside


def test_an_open_end_is_not_asked_for() -> None:
    names = ("from_date", "to_date")
    assert asked_days(names, FIRST, None) == {"from_date": "2026-11-01"}
    assert asked_days(names, None, LAST) == {"to_date": "2026-11-30"}
    assert asked_days(names, None, None) == {}
