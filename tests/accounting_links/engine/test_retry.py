"""When something is tried again."""

import pytest

from accounting_links.engine import retry


def seconds(attempts: int, after: float | None = None) -> float:
    return retry.backoff(attempts, after=after).total_seconds()


@pytest.mark.parametrize("attempts", [1, 2, 3])
def test_the_platforms_word_is_taken_as_it_is(attempts: int) -> None:
    assert 4 <= seconds(attempts, after=4) <= 5
    assert 3600 <= seconds(attempts, after=3600) <= 3601


def test_a_word_that_does_not_hold_is_believed_less() -> None:
    assert seconds(4, after=1) >= retry.FIRST * 8 / 2
    assert seconds(4, after=3600) == 3600


@pytest.mark.parametrize(("attempts", "longest"), [(1, 15), (2, 30), (3, 60)])
def test_without_a_word_it_waits_twice_as_long_each_time(
    attempts: int, longest: float
) -> None:
    assert longest / 2 <= seconds(attempts) <= longest


def test_no_wait_is_longer_than_a_quarter_of_an_hour() -> None:
    assert seconds(99) <= retry.LONGEST
