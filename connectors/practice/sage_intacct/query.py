"""Tests of rows: the filter of `query`, and the words of the older `readByQuery`."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from connectors.transport.xml import child_text, local_name

from .wording import Refused

Row = Mapping[str, Any]
Test = Callable[[Row], bool]
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "equalto": lambda a, b: a == b,
    "notequalto": lambda a, b: a != b,
    "greaterthan": lambda a, b: a > b,
    "greaterthanorequalto": lambda a, b: a >= b,
    "lessthan": lambda a, b: a < b,
    "lessthanorequalto": lambda a, b: a <= b,
}
_SIGNS = {
    "=": "equalto",
    "!=": "notequalto",
    "<>": "notequalto",
    ">": "greaterthan",
    ">=": "greaterthanorequalto",
    "<": "lessthan",
    "<=": "lessthanorequalto",
}
_CLAUSE = re.compile(
    r"\s*(?P<field>[\w.]+)\s*(?P<sign>[=<>!]{1,2})\s*"
    r"'(?P<value>(?:[^'\\]|\\.)*)'\s*(?:(?P<more>and)\s|$)",
    re.IGNORECASE,
)


def test_of_words(words: str, fields: set[str]) -> Test:
    """`NAME = 'Tap \\'n\\' Sons' AND STATUS = 'active'`; no words: all rows."""
    tests: list[Test] = []
    place, more = 0, bool(words.strip())
    while more:
        clause = _CLAUSE.match(words, place)
        if clause is None or clause["sign"] not in _SIGNS:
            raise Refused("XL03000003", f"Query Failed: {words}")
        if clause["field"] not in fields:
            raise Refused("DL02000001", f"Field {clause['field']} is not valid.")
        value = re.sub(r"\\(.)", r"\1", clause["value"])
        tests.append(_comparing(clause["field"], _SIGNS[clause["sign"]], value))
        place, more = clause.end(), bool(clause["more"])
    return lambda row: all(test(row) for test in tests)


def test_of(filter: etree._Element | None, fields: set[str]) -> Test:
    if filter is None:
        return lambda _row: True
    if len(filter) != 1:
        raise Refused("XL03000003", "A filter holds one condition.")
    return _test(filter[0], fields)


def _test(element: etree._Element, fields: set[str]) -> Test:
    name = local_name(element)
    if name in ("and", "or"):
        tests = [_test(child, fields) for child in element]
        join = all if name == "and" else any
        return lambda row: join(test(row) for test in tests)
    field = child_text(element, "field")
    if field not in fields:
        raise Refused("DL02000001", f"Field {field} is not valid.")
    values = [
        "".join(map(str, child.itertext()))
        for child in element
        if local_name(child) == "value"
    ]
    if name == "in":
        return lambda row: any(row[field] == _like(row[field], v) for v in values)
    if name == "like":
        part = values[0].strip("%").casefold()
        return lambda row: part in str(row[field]).casefold()
    if name not in _COMPARE or len(values) != 1:
        raise Refused("XL03000003", f"XML Parse schema error: {name}")
    return _comparing(field, name, values[0])


def _comparing(field: str, name: str, value: str) -> Test:
    compare = _COMPARE[name]
    return lambda row: (
        row[field] is not None and compare(row[field], _like(row[field], value))
    )


def _like(held: Any, asked: str) -> Any:
    """What is asked for, as the kind of what is held."""
    try:
        if isinstance(held, dt.datetime):
            asked = asked if ":" in asked else f"{asked} 00:00:00"
            moment = dt.datetime.strptime(asked, "%m/%d/%Y %H:%M:%S")
            return moment.replace(tzinfo=held.tzinfo)
        if isinstance(held, dt.date):
            month, day, year = map(int, asked.split("/"))
            return dt.date(year, month, day)
        if isinstance(held, int | Decimal):
            return Decimal(asked)
    except (ValueError, InvalidOperation) as error:
        raise Refused("DL02000001", f"Value {asked} is not valid.") from error
    return asked
