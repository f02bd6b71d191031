"""Holds a JSON record against NetSuite's names and types."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from connectors.netsuite_soap.names import RECORDS, Field, Form

from ..netsuite.refusals import Refused

# Text over SOAP, numbers here.
NUMBERS = {"rate"}


def checked(type: str, sent: Any) -> dict[str, Any]:
    """The record. Raises `Refused`."""
    if type not in RECORDS:
        raise Refused("INVALID_CONTENT", f"Record type '{type}' was not found.", type)
    if not isinstance(sent, dict):
        raise Refused("INVALID_CONTENT", "Invalid content in the request body.")
    _check(sent, RECORDS[type].fields, "", {"externalId", "id"})
    return sent


def _check(
    sent: Mapping[str, Any], fields: tuple[Field, ...], path: str, more: set[str]
) -> None:
    known = {field.key: field for field in fields}
    for name, value in sent.items():
        place = f"{path}.{name}" if path else name
        if name in more:
            continue
        if name not in known:
            raise _bad(place, "is not a valid property")
        _check_value(value, known[name], place)


def _check_value(value: Any, field: Field, place: str) -> None:
    if field.form in (Form.ROWS, Form.REFS):
        _check_rows(value, field, place)
    elif field.form is Form.PART:
        if not isinstance(value, dict):
            raise _bad(place, "must be an object")
        _check(value, field.inner, place, set())
    elif not _fits(value, field):
        raise _bad(place, "has an invalid value")


def _check_rows(value: Any, field: Field, place: str) -> None:
    items = value.get("items") if isinstance(value, dict) else None
    if not isinstance(items, list):
        raise _bad(place, "must hold items")
    for number, row in enumerate(items):
        where = f"{place}.items[{number}]"
        if not isinstance(row, dict):
            raise _bad(where, "must be an object")
        if field.form is Form.ROWS:
            _check(row, field.inner, where, set())


def _fits(value: Any, field: Field) -> bool:
    if field.form is Form.NUMBER or field.key in NUMBERS:
        return isinstance(value, int | Decimal) and not isinstance(value, bool)
    if field.form is Form.FLAG:
        return isinstance(value, bool)
    if field.form in (Form.REF, Form.ID, Form.COUNTRY):
        return isinstance(value, dict) and isinstance(value.get("id"), str)
    if field.form is Form.DAY:
        return _is_day(value)
    return isinstance(value, str)


def _is_day(value: Any) -> bool:
    try:
        dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return len(value) == 10


def _bad(place: str, what: str) -> Refused:
    text = f"Error while accessing resource: The property {place} {what}."
    return Refused("INVALID_CONTENT", text, place)
