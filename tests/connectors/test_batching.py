from collections.abc import Sequence

import pytest

from connectors.batching import in_batches, one_by_one
from connectors.errors import ConnectorError, Rejected, Retry


def told(fail: dict[int, ConnectorError], number: int) -> int:
    if number in fail:
        raise fail[number]
    return number * 10


def test_a_refusal_keeps_no_other_back() -> None:
    refused = Rejected("no")
    outcomes = one_by_one([1, 2, 3], lambda n: told({2: refused}, n))
    assert outcomes == [10, refused, 30]


def test_what_comes_too_late_waits_with_the_rest() -> None:
    later = Retry("later")
    outcomes = one_by_one([1, 2, 3], lambda n: told({2: later}, n))
    assert outcomes == [10, later, later]


def test_nothing_sent_is_raised() -> None:
    with pytest.raises(Retry):
        one_by_one([1, 2], lambda n: told({1: Retry("later")}, n))


def test_batches_keep_the_order_of_the_records() -> None:
    refused = Rejected("no")
    seen: list[list[int]] = []

    def send(some: Sequence[int]) -> list[int]:
        seen.append(list(some))
        return seen[-1]

    made = in_batches([1, 2, 3, 4], lambda n: told({2: refused}, n), send, size=2)
    assert (made, seen) == ([10, refused, 30, 40], [[10, 30], [40]])


def test_a_later_batch_that_must_wait_loses_no_earlier_result() -> None:
    later = Retry("later")
    calls: list[int] = []

    def send(some: Sequence[int]) -> list[int]:
        calls.append(1)
        if len(calls) > 1:
            raise later
        return list(some)

    assert in_batches([1, 2, 3], lambda n: n, send, size=2) == [1, 2, later]


def test_heavy_records_travel_in_smaller_batches() -> None:
    seen: list[Sequence[int]] = []

    def send(some: Sequence[int]) -> Sequence[int]:
        seen.append(some)
        return some

    made = in_batches(
        [4, 4, 3, 9, 1],
        lambda n: n,
        send,
        size=3,
        weigh=lambda n: n,
        heaviest=8,
    )
    assert (made, seen) == ([4, 4, 3, 9, 1], [[4, 4], [3], [9], [1]])
