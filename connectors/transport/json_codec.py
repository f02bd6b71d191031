"""JSON without floats: amounts are read and written as Decimal, digit by digit."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any


def decode(text: str | bytes) -> Any:
    """Raises `ValueError`. Numbers with a fraction or an exponent become `Decimal`."""
    return json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)


def encode(value: object) -> bytes:
    """Compact UTF-8. A `Decimal` is written in plain digits with its places kept; a
    float is refused with `TypeError`, so that none can creep into money."""
    return "".join(_parts(value)).encode()


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _parts(value: object) -> list[str]:
    if isinstance(value, Mapping):
        return _joined("{", "}", [_member(k, v) for k, v in value.items()])
    if isinstance(value, list | tuple):
        return _joined("[", "]", [_parts(item) for item in value])
    return [_scalar(value)]


def _joined(opening: str, closing: str, items: list[list[str]]) -> list[str]:
    parts = [opening]
    for index, item in enumerate(items):
        if index:
            parts.append(",")
        parts.extend(item)
    parts.append(closing)
    return parts


def _member(name: object, value: object) -> list[str]:
    if not isinstance(name, str):
        raise TypeError(f"A JSON member is named by text, not by {name!r}.")
    return [encode_basestring(str(name)), ":", *_parts(value)]


def _scalar(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # str(): a StrEnum is written by its value.
        return encode_basestring(str(value))
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return f'"{value.isoformat()}"'
    raise TypeError(f"{type(value).__name__} cannot be written as JSON.")


def plain(value: Decimal) -> str:
    """Digits without exponent."""
    if not value.is_finite():
        raise TypeError(f"{value} is not an amount.")
    return format(value, "f")
