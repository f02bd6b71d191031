from datetime import date

import pytest

from connectors.dates import asked_days, within

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


@pytest.mark.parametrize(
    ("day", "start", "end", "inside"),
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
    day: date | None, start: date | None, end: date | None, inside: bool
) -> None:
    assert within(day, start, end) is inside


def test_an_open_end_is_not_asked_for() -> None:
    names = ("from_date", "to_date")
    assert asked_days(names, FIRST, None) == {"from_date": "2026-11-01"}
    assert asked_days(names, None, LAST) == {"to_date": "2026-11-30"}
    assert asked_days(names, None, None) == {}
