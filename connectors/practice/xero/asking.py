"""`where`, `order`, `page`: which rows of a list are answered.

Of Xero's filter language: comparisons joined by AND or OR (one of them at a time);
values are texts, `guid("...")`, `DateTime(y, m, d)`, numbers, true and false.
"""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from ..wire import Request
from .refusals import bad_filter

Json = dict[str, Any]
Test = Callable[[Json], bool]
PAGE, LARGEST_PAGE = 100, 1000
OPERATORS = {"==": eq, "!=": ne, ">=": ge, "<=": le, ">": gt, "<": lt, "=": eq}
TERM = re.compile(
    r"\s*(?P<field>[A-Za-z.]+)\s*(?P<operator>==|!=|>=|<=|=|>|<)\s*"
    r'(?P<value>"(?:[^"\\]|\\.)*"|guid\("[^"]*"\)|DateTime\([\d\s,]+\)'
    r"|true|false|-?\d+(?:\.\d+)?)\s*",
    re.IGNORECASE,
)
JOINT = re.compile(r"(AND|OR|&&|\|\|)", re.IGNORECASE)


def where(text: str) -> Test:
    """Raises `BadRequest`."""
    tests: list[Test] = []
    joints: set[str] = set()
    at = 0
    while True:
        term = TERM.match(text, at)
        if term is None:
            raise bad_filter(f"No comparison at {text[at : at + 30]!r}")
        tests.append(_test(term))
        at = term.end()
        if at == len(text):
            break
        joint = JOINT.match(text, at)
        if joint is None:
            raise bad_filter(f"AND or OR expected at {text[at : at + 30]!r}")
        joints.add({"&&": "AND", "||": "OR"}.get(joint[1], joint[1].upper()))
        at = joint.end()
    if len(joints) > 1:
        raise bad_filter("AND and OR cannot be mixed here")
    together = any if joints == {"OR"} else all
    return lambda row: together(test(row) for test in tests)


def _test(term: re.Match[str]) -> Test:
    compare = OPERATORS[term["operator"]]
    path, value = term["field"].split("."), _value(term["value"])

    def test(row: Json) -> bool:
        found = _comparable(row, path, value)
        return found is not None and bool(compare(found, value))

    return test


def _value(text: str) -> Any:
    lowered = text.lower()
    if text.startswith('"'):
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    if lowered.startswith("guid"):
        return text[6:-2].lower()
    if lowered.startswith("datetime"):
        try:
            year, month, day = (int(part) for part in text[9:-1].split(","))
            return dt.date(year, month, day)
        except ValueError as error:
            raise bad_filter(f"{text} is no date") from error
    return lowered == "true" if lowered in ("true", "false") else Decimal(text)


def _comparable(row: Json, path: list[str], value: Any) -> Any:
    found: Any = row
    name = path[-1]
    for each in path[:-1]:
        found = found.get(each) or {}
    if isinstance(value, dt.date):
        told = found.get(f"{name}String")
        return dt.date.fromisoformat(told[:10]) if told else None
    return found.get(name)


def ordered(rows: list[Json], text: str) -> list[Json]:
    name, _, way = text.partition(" ")
    if way.strip().upper() not in ("", "ASC", "DESC"):
        raise bad_filter(f"Cannot order by {text!r}")
    down = way.strip().upper() == "DESC"
    return sorted(rows, key=lambda row: str(row.get(name, "")), reverse=down)


def paged(request: Request, rows: list[Json]) -> tuple[list[Json], Json]:
    """The rows of the page, and the envelope's note on it; all where none is asked."""
    if not request.arg("page"):
        return rows, {}
    page = _whole(request, "page", 1)
    size = min(_whole(request, "pageSize", PAGE), LARGEST_PAGE)
    note = {
        "page": page,
        "pageSize": size,
        "pageCount": -(-len(rows) // size),
        "itemCount": len(rows),
    }
    return rows[(page - 1) * size : page * size], {"pagination": note}


def _whole(request: Request, name: str, usual: int) -> int:
    told = request.arg(name, str(usual))
    if not told.isdigit() or told == "0":
        raise bad_filter(f"{name} must be a positive number")
    return int(told)


def modified_since(request: Request) -> dt.datetime | None:
    told = request.header("If-Modified-Since")
    if not told:
        return None
    try:
        moment = dt.datetime.fromisoformat(told)
    except ValueError as error:
        raise bad_filter("If-Modified-Since is no date and time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
