"""As much of an OData version 2 filter as FinSync writes.

Comparisons `Name eq 'text'`, `Name eq true`, `Name ge datetime'...'` (and `le`), joined
by `and` and `or`, in brackets or not. Anything else, and any name that the entity has
not, is refused.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

_TOKEN = re.compile(
    r"\s*(?:(?P<bracket>[()])|(?P<text>'(?:[^']|'')*')|(?P<moment>datetime'[^']+')"
    r"|(?P<word>[A-Za-z_]\w*))"
)
Row = Mapping[str, Any]
Test = Callable[[Row], bool]


class BadFilter(Exception):
    """The vendor's HTTP 400."""


class Filter:
    """`names`: the properties of the entity."""

    def __init__(self, text: str, names: set[str]) -> None:
        self._tokens = _tokens(text)
        self._names = names
        self._at = 0
        self.holds: Test = self._either() if self._tokens else lambda _: True
        if self._at < len(self._tokens):
            raise BadFilter(f"Syntax error at position {self._at}.")

    def _either(self) -> Test:
        tests = [self._all()]
        while self._take("or"):
            tests.append(self._all())
        return lambda row: any(test(row) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._take("and"):
            tests.append(self._one())
        return lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._take("("):
            test = self._either()
            if not self._take(")"):
                raise BadFilter("A bracket is not closed.")
            return test
        name, operator, literal = (self._next() for _ in range(3))
        if name not in self._names:
            raise BadFilter(f"Property {name} not found.")
        return _comparison(name, operator, literal)

    def _take(self, word: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == word:
            self._at += 1
            return True
        return False

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            raise BadFilter("The filter ends too soon.")
        self._at += 1
        return self._tokens[self._at - 1]


def _comparison(name: str, operator: str, literal: str) -> Test:
    value = _value(literal)
    if operator == "eq":
        return lambda row: _plain(row.get(name)) == value
    if operator == "ge":
        return lambda row: bool(row.get(name)) and _plain(row[name]) >= value
    if operator == "le":
        return lambda row: bool(row.get(name)) and _plain(row[name]) <= value
    raise BadFilter(f"Operator {operator} is not known.")


def _value(literal: str) -> str:
    """Dates are compared by their day."""
    if literal.startswith("datetime'"):
        return literal[9:19]
    if literal in ("true", "false"):
        return literal
    if literal.startswith("'"):
        return literal[1:-1].replace("''", "'")
    raise BadFilter(f"{literal} is no literal.")


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None:
            raise BadFilter(f"Syntax error at position {at}.")
        found.append(match.group().strip())
        at = match.end()
    return found
