"""What OData services share: literals, filters, pages.

Version 4 is meant; the older one differs in its literals of dates alone.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urljoin

from connectors.transport.answer import Answer
from connectors.transport.json_codec import plain

Row = dict[str, Any]
NEXT = "@odata.nextLink"
ETAG = "@odata.etag"


def literal(value: str | int | Decimal | date) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, date):
        return value.isoformat()
    return plain(value) if isinstance(value, Decimal) else str(value)


def equals(field: str, value: str | int | Decimal | date) -> str:
    return f"{field} eq {literal(value)}"


def among(field: str, values: Iterable[str | int]) -> str:
    """Of services that know `or`, but not `in`."""
    return either(*(equals(field, value) for value in values))


def both(*conditions: str) -> str:
    """Empty conditions are left out."""
    return " and ".join(condition for condition in conditions if condition)


def either(*conditions: str) -> str:
    """In parentheses, so that it may stand among others."""
    told = [condition for condition in conditions if condition]
    return f"({' or '.join(told)})" if len(told) > 1 else "".join(told)


def dated(field: str, start: date | None, end: date | None) -> str:
    """Both days included; empty when both ends are open."""
    return both(
        f"{field} ge {literal(start)}" if start else "",
        f"{field} le {literal(end)}" if end else "",
    )


def options(
    *, filter: str = "", select: Iterable[str] = (), orderby: str = "", top: int = 0
) -> dict[str, str]:
    """The query's options, those that are empty left out."""
    told = {
        "$filter": filter,
        "$select": ",".join(select),
        "$orderby": orderby,
        "$top": str(top) if top else "",
    }
    return {name: value for name, value in told.items() if value}


def key(value: str | int) -> str:
    """The key of an entity in its address: `('C 1')` or `(12)`."""
    return f"({literal(value)})"


def rows_of(answer: Answer) -> tuple[list[Row], str]:
    """The rows of a page, and where the next one is (empty after the last)."""
    body = answer.json_object()
    rows = body.get("value")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise answer.unreadable("is not a list of records")
    return rows, str(body.get(NEXT) or body.get("odata.nextLink") or "")


def next_address(root: str, link: str) -> str:
    """Links may be relative to the service's root."""
    return urljoin(f"{root.rstrip('/')}/", link)
