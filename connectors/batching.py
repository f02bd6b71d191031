"""Many records out, one result each, in order: what `Connector.push` promises."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from connectors.errors import ConnectorError, Reauthorise, Rejected, Retry

T = TypeVar("T")
R = TypeVar("R")
P = TypeVar("P")


def chunks(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for begin in range(0, len(values), size):
        yield values[begin : begin + size]


def one_by_one(
    records: Sequence[R], send: Callable[[R], T]
) -> list[T | ConnectorError]:
    """Where the platform has no batch. Raises `Retry`, `PlatformDown` or `Reauthorise`
    only while nothing was sent; later they are the results of all that were left."""
    outcomes: list[T | ConnectorError] = []
    for place, record in enumerate(records):
        try:
            outcomes.append(send(record))
        except (Retry, Reauthorise) as error:
            if not place:
                raise
            return [*outcomes, *[error] * (len(records) - place)]
        except ConnectorError as error:
            outcomes.append(error)
    return outcomes


def in_batches(
    records: Sequence[R],
    make: Callable[[R], P],
    send: Callable[[Sequence[P]], Sequence[T | ConnectorError]],
    *,
    size: int,
    weigh: Callable[[P], int] = lambda _: 0,
    heaviest: int = 0,
) -> list[T | ConnectorError]:
    """As `one_by_one`, for `size` records in one call, and as few as weigh no more than
    `heaviest`. `make` may refuse a record (`Rejected`) without keeping the others
    back."""
    outcomes: dict[int, T | ConnectorError] = {}
    ready: list[tuple[int, P]] = []
    for place, record in enumerate(records):
        try:
            ready.append((place, make(record)))
        except Rejected as error:
            outcomes[place] = error
    loads = _loads(ready, size, lambda each: weigh(each[1]), heaviest)
    for number, some in enumerate(loads):
        try:
            answered = send([payload for _, payload in some])
        except (Retry, Reauthorise) as error:
            if not number:
                raise
            return [outcomes.get(place, error) for place in range(len(records))]
        places = (place for place, _ in some)
        outcomes.update(zip(places, answered, strict=True))
    return [outcomes[place] for place in range(len(records))]


def _loads(
    values: Sequence[T], size: int, weigh: Callable[[T], int], heaviest: int
) -> Iterator[Sequence[T]]:
    load: list[T] = []
    weight = 0
    for value in values:
        weight += weigh(value)
        if load and (len(load) == size or weight > heaviest):
            yield load
            load, weight = [], weigh(value)
        load.append(value)
    if load:
        yield load
