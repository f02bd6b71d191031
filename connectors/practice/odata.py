"""OData's queries over rows that a face has rendered: $filter, $select, $orderby,
$top, $skip. A word that is not known is refused, as vendors do."""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

Row = Mapping[str, Any]
R = TypeVar("R", bound=Mapping[str, Any])
Test = Callable[[Row], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<date>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?)"
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
    return _Parser(text, frozenset(fields)).whole() if text else lambda _row: True


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


class _Parser:
    """`or` binds less than `and`, that less than a comparison."""

    def __init__(self, text: str, fields: frozenset[str]) -> None:
        self.tokens: list[tuple[str, str]] = []
        self.fields = fields
        place = 0
        while text[place:].strip():
            match = _TOKEN.match(text, place)
            if match is None or match.lastgroup is None:
                raise BadQuery(f"$filter: {text[place:]}")
            self.tokens.append((match.lastgroup, match[match.lastgroup]))
            place = match.end()

    def whole(self) -> Test:
        test = self._either()
        if self.tokens:
            raise BadQuery(f"$filter: {self.tokens[0][1]}")
        return test

    def _either(self) -> Test:
        tests = [self._both()]
        while self._next_is("or"):
            tests.append(self._both())
        return lambda row: any(test(row) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._next_is("and"):
            tests.append(self._one())
        return lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._next_is("("):
            test = self._either()
            self._must(")")
            return test
        if self._next_is("not"):
            inner = self._one()
            return lambda row: not inner(row)
        _, word = self._take()
        if word in _FUNCTIONS:
            return self._function(_FUNCTIONS[word])
        field = self._field(word)
        _, operator = self._take()
        if operator not in _COMPARE:
            raise BadQuery(f"$filter: {operator}")
        compare, value = _COMPARE[operator], self._value()
        return lambda row: compare(_comparable(row.get(field), value), value)

    def _function(self, call: Callable[[str, str], bool]) -> Test:
        self._must("(")
        field = self._field(self._take()[1])
        self._must(",")
        value = str(self._value())
        self._must(")")
        return lambda row: call(str(row.get(field) or ""), value)

    def _field(self, word: str) -> str:
        if word not in self.fields:
            raise BadQuery(f"Property '{word}' is invalid")
        return word

    def _value(self) -> Any:
        kind, word = self._take()
        if kind == "text":
            return word[1:-1].replace("''", "'")
        if kind == "number":
            return Decimal(word)
        if kind == "date":
            return word
        if word in _WORDS:
            return _WORDS[word]
        raise BadQuery(f"$filter: {word}")

    def _next_is(self, word: str) -> bool:
        if self.tokens and self.tokens[0][1] == word and self.tokens[0][0] != "text":
            self.tokens.pop(0)
            return True
        return False

    def _must(self, word: str) -> None:
        if not self._next_is(word):
            raise BadQuery(f"$filter: {word} is missing")

    def _take(self) -> tuple[str, str]:
        if not self.tokens:
            raise BadQuery("$filter ends too early")
        return self.tokens.pop(0)


def _comparable(held: Any, asked: Any) -> Any:
    """A day that is asked for is compared with the day of a moment."""
    if isinstance(held, str) and isinstance(asked, str):
        is_day = re.fullmatch(r"\d{4}-\d\d-\d\d", asked) and "T" in held
        return held[:10] if is_day else held
    return held
