"""As much of SuiteQL as FinSync asks: one table, columns, conditions joined by AND.

    SELECT column, FUNCTION(...) AS name FROM table WHERE condition AND ... ORDER BY id

A condition is `column IN ('a', 'b')`, `column = 'a'`, `column >= TO_DATE(...)`, or two
of the first in brackets, joined by OR. Anything else is refused, as is an unknown
column.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

_QUERY = re.compile(
    r"SELECT (?P<columns>.+?) FROM (?P<table>\w+) WHERE (?P<where>.+) ORDER BY \w+",
    re.S,
)
_TEXT = r"'(?:[^']|'')*'"
_IN = re.compile(rf"(\w+) IN \(({_TEXT}(?:, {_TEXT})*)\)")
_EQUAL = re.compile(rf"(\w+) = ({_TEXT})")
_DATED = re.compile(rf"(\w+) (>=|<=) TO_DATE\(({_TEXT}), '[^']+'\)")
_POSITIVE = re.compile(r"(\w+) > 0")
_EITHER = re.compile(rf"\(({_IN.pattern}) OR ({_IN.pattern})\)")
_COLUMN = re.compile(r"(?:[\w.]+\([^)]*\) AS )?(\w+)")
Row = Mapping[str, Any]


class BadQuery(Exception):
    """What the vendor answers with 400."""


def table_of(query: str) -> str:
    return _parsed(query)["table"].lower()


def answered(query: str, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The columns asked for, of the rows that the conditions hold for."""
    parts = _parsed(query)
    names = [_alias(column) for column in _split(parts["columns"], ", ")]
    conditions = _split(parts["where"], " AND ")
    found = []
    for row in rows:
        if all(_holds(row, each) for each in conditions):
            found.append({name: _value(row, name) for name in names})
    return [
        {"links": [], **{n: v for n, v in row.items() if v is not None}}
        for row in found
    ]


def _parsed(query: str) -> Mapping[str, str]:
    match = _QUERY.fullmatch(query)
    if match is None:
        raise BadQuery(
            "Invalid search query. Detailed unprocessed description follows."
        )
    return match.groupdict()


def _alias(column: str) -> str:
    match = _COLUMN.fullmatch(column)
    if match is None:
        raise BadQuery(f"Unknown identifier '{column}'.")
    return match.group(1)


def _holds(row: Row, condition: str) -> bool:
    if match := _EITHER.fullmatch(condition):
        halves = (match.group(1), match.group(4))
        return any(_holds(row, half) for half in halves)
    if match := _IN.fullmatch(condition):
        values = [_plain(text) for text in re.findall(_TEXT, match.group(2))]
        return str(_value(row, match.group(1)) or "").casefold() in values
    if match := _EQUAL.fullmatch(condition):
        wanted = _plain(match.group(2))
        return str(_value(row, match.group(1)) or "").casefold() == wanted
    if match := _DATED.fullmatch(condition):
        at, limit = str(_value(row, match.group(1))), match.group(3).strip("'")
        return at >= limit if match.group(2) == ">=" else at <= limit
    if match := _POSITIVE.fullmatch(condition):
        return int(_value(row, match.group(1))) > 0
    raise BadQuery(f"Invalid search query: {condition}")


def _value(row: Row, name: str) -> Any:
    if name not in row:
        raise BadQuery(f"Unknown identifier '{name}'.")
    return row[name]


def _plain(quoted: str) -> str:
    return quoted[1:-1].replace("''", "'").casefold()


def _split(text: str, separator: str) -> list[str]:
    """At separators that stand outside of brackets and quotes."""
    parts, depth, quoted, start, at = [], 0, False, 0, 0
    while at < len(text):
        char = text[at]
        if char == "'":
            quoted = not quoted
        elif not quoted:
            depth += (char == "(") - (char == ")")
            if depth == 0 and text.startswith(separator, at):
                parts.append(text[start:at])
                start = at = at + len(separator)
                continue
        at += 1
    return [*parts, text[start:]]
