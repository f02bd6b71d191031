"""OData's queries over rows that a face has rendered: $filter, $select, $orderby,
$top, $skip. A word that is not known is refused, as vendors do."""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from .conditions import Conditions, Test

Row = Mapping[str, Any]
R = TypeVar("R", bound=Mapping[str, Any])

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')"
    r"|(?P<date>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?)"
    r"|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>[A-Za-z_][\w./]*)|(?P<mark>[(),]))"
)
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "gt": lambda a, b: a is not None and b is not None and a > b,
    "ge": lambda a, b: a is not None and b is not None and a >= b,
    "lt": lambda a, b: a is not None and b is not None and a < b,
    "le": lambda a, b: a is not None and b is not None and a <= b,
}
_FUNCTIONS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda a, b: b in a,
    "startswith": lambda a, b: a.startswith(b),
    "endswith": lambda a, b: a.endswith(b),
}
_WORDS = {"null": None, "true": True, "false": False}


class BadQuery(ValueError):
    """The sentence says what is not understood."""


def filtered(text: str, fields: Iterable[str]) -> Test:
    """The test of a $filter. `fields` are the names that a row may have."""
    return _Filter(text, frozenset(fields)).whole()


def ordered(rows: Iterable[R], text: str, fields: Iterable[str]) -> list[R]:
    found = list(rows)
    known = frozenset(fields)
    for part in reversed([p.split() for p in text.split(",") if p.strip()]):
        if part[0] not in known or part[1:] not in ([], ["asc"], ["desc"]):
            raise BadQuery(f"$orderby: {' '.join(part)}")
        found.sort(key=partial(_place, part[0]), reverse=part[1:] == ["desc"])
    return found


def _place(name: str, row: Row) -> tuple[bool, Any]:
    """What is not there comes first."""
    return row.get(name) is not None, row.get(name)


def selected(row: Row, text: str, fields: Iterable[str]) -> dict[str, Any]:
    """The named members, and what stands beside them as annotation."""
    if not text:
        return dict(row)
    names = [name.strip() for name in text.split(",")]
    if unknown := set(names) - set(fields):
        raise BadQuery(f"$select: {', '.join(sorted(unknown))}")
    return {k: v for k, v in row.items() if k in names or k.startswith("@")}


class _Filter(Conditions):
    token = _TOKEN

    def __init__(self, text: str, fields: frozenset[str]) -> None:
        super().__init__(text)
        self.fields = fields

    def bad(self, what: str) -> BadQuery:
        return BadQuery(f"$filter: {what}")

    def comparison(self) -> Test:
        _, word = self.take()
        if word in _FUNCTIONS:
            return self._function(_FUNCTIONS[word])
        field = self._field(word)
        _, operator = self.take()
        if operator not in _COMPARE:
            raise self.bad(operator)
        compare, value = _COMPARE[operator], self._value()
        return lambda row: compare(_comparable(row.get(field), value), value)

    def _function(self, call: Callable[[str, str], bool]) -> Test:
        self.must("(")
        field = self._field(self.take()[1])
        self.must(",")
        value = str(self._value())
        self.must(")")
        return lambda row: call(str(row.get(field) or ""), value)

    def _field(self, word: str) -> str:
        if word not in self.fields:
            raise BadQuery(f"Property '{word}' is invalid")
        return word

    def _value(self) -> Any:
        kind, word = self.take()
        if kind == "text":
            return word[1:-1].replace("''", "'")
        if kind == "number":
            return Decimal(word)
        if kind == "date":
            return word
        if word in _WORDS:
            return _WORDS[word]
        raise self.bad(word)


def _comparable(held: Any, asked: Any) -> Any:
    """A day that is asked for is compared with the day of a moment."""
    if isinstance(held, str) and isinstance(asked, str):
        is_day = re.fullmatch(r"\d{4}-\d\d-\d\d", asked) and "T" in held
        return held[:10] if is_day else held
    return held
