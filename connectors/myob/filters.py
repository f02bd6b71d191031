"""What MYOB's filters write otherwise than OData of today: moments and ids. Pure."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from connectors.transport.odata import both, either


def dated(field: str, start: date | None, end: date | None) -> str:
    """Both days included, to the end of the last; empty when both ends are open."""
    return both(
        f"{field} ge {_literal(datetime.combine(start, time.min))}" if start else "",
        f"{field} le {_literal(datetime.combine(end, time.max))}" if end else "",
    )


def changed_after(moment: datetime) -> str:
    """MYOB's stamps are in UTC."""
    return f"LastModified gt {_literal(moment.astimezone(UTC))}"


def identified(ids: Iterable[str]) -> str:
    return either(*(f"UID eq guid'{id}'" for id in ids))


def _literal(moment: datetime) -> str:
    return f"datetime'{moment:%Y-%m-%dT%H:%M:%S}'"
