"""Records as JSON and back, so that what was sent can be sent again, the same to the
last character, by another process."""

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

R = TypeVar("R")


def dump(record: Any) -> dict[str, Any]:
    """`record` is one of the dataclasses of `connectors.records`."""
    return {
        field.name: _plain(getattr(record, field.name))
        for field in dataclasses.fields(record)
    }


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dump(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value


def load(kind: type[R], data: Mapping[str, Any]) -> R:
    """Fields that are gone from the record since are left out."""
    hints: dict[str, Any] = _hints(kind)  # type: ignore[arg-type]  # classes are hashable, but a type variable is not known to be
    values = {name: _typed(hints[name], data[name]) for name in hints if name in data}
    return kind(**values)


@lru_cache(maxsize=32)
def _hints(kind: type[Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _typed(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        hint = next(a for a in typing.get_args(hint) if a is not type(None))
    if typing.get_origin(hint) is tuple:
        return tuple(_typed(typing.get_args(hint)[0], each) for each in value)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return load(hint, value)
    if hint in (date, datetime):
        return hint.fromisoformat(value)
    if hint is Decimal or (isinstance(hint, type) and issubclass(hint, StrEnum)):
        return hint(value)
    return value
