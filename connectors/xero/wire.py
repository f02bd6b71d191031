"""How Xero writes moments, days and filters. Pure."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

Entity = dict[str, Any]

# Milliseconds since 1970 in UTC; what stands behind them is for show.
_MOMENT = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(entity: Entity, name: str) -> str:
    found = _MOMENT.fullmatch(str(entity.get(name) or ""))
    return found[1] if found else ""


def moment(entity: Entity, name: str) -> datetime | None:
    told = milliseconds(entity, name)
    return _EPOCH + timedelta(milliseconds=int(told)) if told else None


def day(entity: Entity, name: str) -> date | None:
    """`DateString` where Xero sends it, else the moment that `Date` is."""
    text = str(entity.get(f"{name}String") or "")
    if text:
        return date.fromisoformat(text[:10])
    found = moment(entity, name)
    if found:
        return found.date()
    plain = str(entity.get(name) or "")[:10]
    return date.fromisoformat(plain) if plain else None


def amount(entity: Entity, name: str) -> Decimal | None:
    found = entity.get(name)
    return None if found is None else Decimal(str(found))


def equals(field: str, text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'{field}=="{escaped}"'


def dated(start: date | None, end: date | None) -> str:
    """The filter on `Date`, empty when both ends are open."""
    parts = []
    if start:
        parts.append(f"Date >= {_date_time(start)}")
    if end:
        parts.append(f"Date <= {_date_time(end)}")
    return both(*parts)


def both(*conditions: str) -> str:
    return " AND ".join(condition for condition in conditions if condition)


def either(*conditions: str) -> str:
    return " OR ".join(conditions)


def _date_time(on: date) -> str:
    return f"DateTime({on.year}, {on.month:02d}, {on.day:02d})"
