"""How lists are asked for: filters, order, pages; and how many there are, in headers.

The language of filters is Reckon's: text in either quotes, names without regard to
case, dotted where they lead into a record.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from ..conditions import Conditions, Test
from ..wire import BadBody, Request, Response, json_response
from .refusals import Refused

Node = dict[str, Any]
Read = Callable[[Mapping[str, Any]], Any]
USUAL, MOST = 10, 100
_TOKEN = re.compile(
    r"""\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'"""
    r"|(?P<number>-?\d+(?:\.\d+)?)(?![\w-])|(?P<mark>[()])|(?P<word>[A-Za-z][\w.]*))"
)
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "contains": lambda a, b: b in a,
    "startswith": lambda a, b: a.startswith(b),
    "endswith": lambda a, b: a.endswith(b),
}
_FUNCTIONS: Mapping[str, Callable[[str], Any]] = {
    "tolower": str.lower,
    "toupper": str.upper,
    "trim": str.strip,
    "length": len,
}


def listing(rows: Callable[[Request], Iterable[Node]]) -> Callable[[Request], Response]:
    """Filtered before it is sorted, sorted before it is paged."""

    def call(request: Request) -> Response:
        test = Filter(request.arg("filter")).whole()
        found = _ordered([r for r in rows(request) if test(r)], request.arg("orderby"))
        page, size = _whole(request, "page", 1), _size(request)
        shown = found[(page - 1) * size : page * size]
        last = max(1, -(-len(found) // size))
        links = [_link(request, at, rel) for at, rel in _links(page, last)]
        return json_response({"list": shown}).with_headers(
            ("X-Total-Count", str(len(found))), ("Link", ", ".join(links))
        )

    return call


def _size(request: Request) -> int:
    """The vendor's pages spell it in two ways."""
    asked = _whole(request, "perpage", 0) or _whole(request, "perPage", 0)
    return min(asked or USUAL, MOST)


def _whole(request: Request, name: str, default: int) -> int:
    try:
        found = int(request.arg(name) or default)
    except ValueError as error:
        raise BadBody(f"{name} is no number") from error
    if found < 0:
        raise Refused("The value is not valid.", location=name)
    return found


def _links(page: int, last: int) -> Iterable[tuple[int, str]]:
    yield 1, "first"
    yield last, "last"
    if page > 1:
        yield page - 1, "prev"
    if page < last:
        yield page + 1, "next"


def _link(request: Request, page: int, rel: str) -> str:
    return f'<{request.base_url}{request.path}?page={page}>; rel="{rel}"'


def _ordered(rows: list[Node], text: str) -> list[Node]:
    if not text:
        return rows
    field, _, way = text.strip().partition(" ")
    return sorted(
        rows, key=lambda row: str(value_of(row, field)), reverse=way == "desc"
    )


def value_of(row: Mapping[str, Any], name: str) -> Any:
    """By a dotted name, case aside; None where there is none."""
    found: Any = row
    for part in name.casefold().split("."):
        if not isinstance(found, Mapping):
            return None
        found = next((v for k, v in found.items() if k.casefold() == part), None)
    return found


class Filter(Conditions):
    """Raises `Refused`."""

    token = _TOKEN

    def comparison(self) -> Test:
        read = self._operand()
        _, operator = self.take()
        if operator not in _COMPARE:
            raise self.bad(operator)
        return self._comparison(read, _COMPARE[operator], self._value())

    def _comparison(
        self, read: Read, compare: Callable[[Any, Any], bool], asked: Any
    ) -> Test:
        def test(row: Mapping[str, Any]) -> bool:
            held = read(row)
            return type(held) is type(asked) and compare(held, asked)

        return test

    def _operand(self) -> Read:
        kind, word = self.take()
        if kind != "word":
            raise self.bad(word)
        change = _FUNCTIONS.get(word.casefold())
        if change is None or not self.next_is("("):
            return lambda row: _plain(value_of(row, word))
        _, field = self.take()
        self.must(")")
        return lambda row: change(str(value_of(row, field) or ""))

    def _value(self) -> Any:
        kind, word = self.take()
        if kind in ("double", "single"):
            return word
        if kind == "number":
            return Decimal(word)
        if word in ("true", "false"):
            return word == "true"
        raise self.bad(word)

    def bad(self, what: str) -> Refused:
        return Refused(f"The filter is not valid: {what[:60]}", location="filter")


def _plain(value: Any) -> Any:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return Decimal(value) if is_number else value
