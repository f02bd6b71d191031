"""`{"value": x}` around each scalar, and what is inside."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from connectors.records import ZERO

Entity = dict[str, Any]


def wrapped(values: Mapping[str, Any]) -> Entity:
    """Rows and nested records are told as they are; what is empty is left out. Days are
    written as the moment that the schema asks for."""
    return {name: _wrapped(v) for name, v in values.items() if v not in ("", None)}


def text(row: Mapping[str, Any], *names: str) -> str:
    """The first of these that is filled; members without a value come as `{}`."""
    for name in names:
        member = row.get(name)
        if isinstance(member, Mapping) and member.get("value") not in (None, ""):
            return str(member["value"])
    return ""


def flag(row: Mapping[str, Any], name: str) -> bool | None:
    member = row.get(name)
    value = member.get("value") if isinstance(member, Mapping) else None
    return value if isinstance(value, bool) else None


def amount(row: Mapping[str, Any], name: str) -> Decimal:
    found = text(row, name)
    return Decimal(found) if found else ZERO


def day(row: Mapping[str, Any], name: str) -> date | None:
    """The calendar day is what counts, in whatever zone it is told."""
    found = text(row, name)
    return date.fromisoformat(found[:10]) if found else None


def inner(row: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    for name in names:
        found = row.get(name)
        row = found if isinstance(found, Mapping) else {}
    return row


def rows(row: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = row.get(name)
    return [each for each in found if isinstance(each, Mapping)] if found else []


def moment(on: date) -> str:
    return f"{on.isoformat()}T00:00:00+00:00"


def _wrapped(value: Any) -> Any:
    if isinstance(value, list | dict):
        return value
    return {"value": moment(value) if isinstance(value, date) else value}
