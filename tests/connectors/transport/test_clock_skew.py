"""A clock that is wrong is told apart from keys that are."""

from datetime import UTC, datetime

import pytest

from connectors.errors import PlatformDown, Where
from connectors.transport.answer import Answer
from connectors.transport.clock_skew import refuse_wrong_clock

NOW = datetime(2026, 11, 25, 20, 1, tzinfo=UTC)


def answer(date: str) -> Answer:
    where = Where(platform="any", operation="token")
    headers = {"Date": date} if date else {}
    return Answer(status=401, headers=headers, content=b"", where=where)


@pytest.mark.parametrize(
    "date", ["Wed, 25 Nov 2026 23:00:00 GMT", "Wed, 25 Nov 2026 17:00:00 -0000"]
)
def test_a_clock_that_is_hours_off_is_to_blame(date: str) -> None:
    with pytest.raises(PlatformDown, match="clock of this server"):
        refuse_wrong_clock(answer(date), NOW, label="Any")


@pytest.mark.parametrize("date", ["Wed, 25 Nov 2026 20:00:00 GMT", "", "soon"])
def test_else_it_is_not(date: str) -> None:
    refuse_wrong_clock(answer(date), NOW, label="Any")
