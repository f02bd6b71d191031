"""Values of a record as they were sent, checked and turned into the ledger's own."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from .refusals import Refused, missing, too_long

LENGTHS = {
    "tranId": 45,
    "memo": 999,
    "itemId": 60,
    "companyName": 83,
    "description": 4000,
    "otherRefNum": 45,
}
Record = Mapping[str, Any]


def text(record: Record, name: str, default: str = "") -> str:
    value = record.get(name, default)
    if isinstance(value, Mapping | list):
        raise bad(name, "text")
    if name in LENGTHS and len(str(value)) > LENGTHS[name]:
        raise too_long(name, LENGTHS[name])
    return str(value)


def ref(record: Record, name: str) -> str:
    value = record.get(name)
    if value is None:
        return ""
    if not isinstance(value, Mapping) or not value.get("id"):
        raise bad(name, "reference")
    return str(value["id"])


def needed_ref(record: Record, name: str) -> str:
    if not (found := ref(record, name)):
        raise missing(name)
    return found


def number(record: Record, name: str) -> Decimal | None:
    value = record.get(name)
    if value is None:
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation as error:
        raise bad(name, "number") from error
    if not found.is_finite():
        raise bad(name, "number")
    return found


def flag(record: Record, name: str, *, default: bool = False) -> bool:
    value = record.get(name, default)
    if value in (True, "true", "T"):
        return True
    if value in (False, "false", "F"):
        return False
    raise bad(name, "boolean")


def day(record: Record, name: str) -> dt.date | None:
    """The day of a moment counts where a moment was sent."""
    value = record.get(name)
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise bad(name, "date") from error


def rows(record: Record, name: str) -> list[Record]:
    value = record.get(name)
    if value is None:
        return []
    items = value.get("items") if isinstance(value, Mapping) else None
    if not isinstance(items, list):
        raise bad(name, "sublist")
    return [row for row in items if isinstance(row, Mapping)]


def bad(name: str, kind: str) -> Refused:
    return Refused("INVALID_FLD_VALUE", f"Invalid {kind} in field {name}.", name)
