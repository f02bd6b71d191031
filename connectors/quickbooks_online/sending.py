"""Records out, one result each, in order."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from connectors.errors import ConnectorError, Reauthorise, Rejected, Retry
from connectors.quickbooks_online.api import BATCH_SIZE, CompanyApi, Creation, Entity
from connectors.quickbooks_online.query import chunks

R = TypeVar("R")
Outcome = Entity | ConnectorError


def create_all(
    api: CompanyApi,
    operation: str,
    records: Sequence[R],
    make: Callable[[R], Creation],
) -> list[Outcome]:
    """What became of each record. Raises `Retry`, `PlatformDown` or `Reauthorise` only
    while nothing was sent; later ones are the results of the records that were left."""
    outcomes: list[Outcome | None] = [None] * len(records)
    ready: list[tuple[int, Creation]] = []
    for place, record in enumerate(records):
        try:
            ready.append((place, make(record)))
        except Rejected as error:
            outcomes[place] = error
    for number, some in enumerate(chunks(ready, BATCH_SIZE)):
        try:
            answered = api.create(operation, [creation for _, creation in some])
        except (Retry, Reauthorise) as error:
            if not number:
                raise
            return [outcome or error for outcome in outcomes]
        for (place, _), outcome in zip(some, answered, strict=True):
            outcomes[place] = outcome
    return [outcome for outcome in outcomes if outcome is not None]
