"""Intuit's query language, as far as we use it."""

from collections.abc import Iterable, Sequence
from datetime import date

# Without it a query leaves out what was made inactive.
ACTIVE_OR_NOT = "Active in (true, false)"


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def among(field: str, values: Iterable[str]) -> str:
    return f"{field} in ({', '.join(quoted(value) for value in values)})"


def dated(start: date | None, end: date | None) -> str:
    """The condition on TxnDate, empty when both ends are open."""
    parts = []
    if start:
        parts.append(f"TxnDate >= '{start.isoformat()}'")
    if end:
        parts.append(f"TxnDate <= '{end.isoformat()}'")
    return " and ".join(parts)


def select(entity: str, *conditions: str, fields: Sequence[str] = ("*",)) -> str:
    query = ["select", ", ".join(fields), "from", entity]
    where = " and ".join(condition for condition in conditions if condition)
    return " ".join([*query, "where", where] if where else query)


def page(query: str, *, start: int, size: int) -> str:
    """`start` counts from 1. Ordered by id, so that pages neither overlap nor miss."""
    return f"{query} orderby Id startposition {start} maxresults {size}"
