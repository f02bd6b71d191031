"""JSON without floats: amounts are read and written as Decimal, digit by digit."""

import json
from collections.abc import Callable, Mapping
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
    out: list[str] = []
    _write(value, out.append)
    return "".join(out).encode()


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _write(value: object, put: Callable[[str], None]) -> None:
    if isinstance(value, Mapping):
        _write_object(value, put)
    elif isinstance(value, list | tuple):
        separator = "["
        for item in value:
            put(separator)
            _write(item, put)
            separator = ","
        put("]" if value else "[]")
    else:
        put(_scalar(value))


def _write_object(value: Mapping[Any, object], put: Callable[[str], None]) -> None:
    separator = "{"
    for name, member in value.items():
        if not isinstance(name, str):
            raise TypeError(f"A JSON member is named by text, not by {name!r}.")
        put(f"{separator}{encode_basestring(str(name))}:")
        _write(member, put)
        separator = ","
    put("}" if value else "{}")


def _scalar(value: object) -> str:
    if isinstance(value, str):
        # str(): a StrEnum is written by its value.
        return encode_basestring(str(value))
    if isinstance(value, Decimal):
        return plain(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, date) and not isinstance(value, datetime):
        return f'"{value.isoformat()}"'
    raise TypeError(f"{type(value).__name__} cannot be written as JSON.")


def plain(value: Decimal) -> str:
    """Digits without exponent."""
    if not value.is_finite():
        raise TypeError(f"{value} is not an amount.")
    return format(value, "f")
