"""Frozen dataclasses to JSON values and back, by their annotations.

Decimals travel as text, dates and moments in ISO 8601, enums as their values. A value
that equals its field's default is left out, so that stored lines stay short.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Convert = Callable[[Any], Any]


def encode(value: Any) -> Any:
    kind = type(value)
    if kind is str or kind is bool or kind is int or value is None:
        return value
    if kind is Decimal:
        return str(value)
    if is_dataclass(value):
        return {
            name: encode(part)
            for name, default in _defaults(cast(Any, type(value)))
            if (part := getattr(value, name)) != default
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [encode(part) for part in value]
    if isinstance(value, Mapping):
        return {key: encode(part) for key, part in value.items()}
    return value


def decode(kind: type[T], value: Any) -> T:
    return cast(T, _converter(cast(Any, kind))(value))


@cache
def _defaults(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    pairs = []
    for each in fields(kind):
        default = each.default
        if each.default_factory is not MISSING:
            default = each.default_factory()
        pairs.append((each.name, default))
    return tuple(pairs)


@cache
def _converter(kind: Any) -> Convert:
    if is_dataclass(kind):
        return _dataclass_converter(cast(type[Any], kind))
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = _converter(next(a for a in get_args(kind) if a is not type(None)))
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        part = _converter(get_args(kind)[0])
        return lambda value: tuple(part(each) for each in value)
    if kind in (date, datetime):
        return cast(Convert, kind.fromisoformat)
    if isinstance(kind, type) and issubclass(kind, (Enum, Decimal)):
        return kind
    return lambda value: value


def _dataclass_converter(kind: type[Any]) -> Convert:
    hints = get_type_hints(kind)
    parts = {each.name: _converter(hints[each.name]) for each in fields(kind)}

    def convert(value: Any) -> Any:
        return kind(**{name: parts[name](part) for name, part in value.items()})

    return convert
