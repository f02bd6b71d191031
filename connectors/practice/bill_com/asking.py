"""How Bill.com's lists are asked: filters of named fields, a sort, pages by a mark."""

import base64
import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..wire import Request, Response, json_response
from .refusals import Refused

Row = dict[str, Any]
USUAL, MOST = 20, 100
_EQUAL = frozenset({"eq", "ne"})
_ONE_OF = frozenset({"eq", "ne", "in"})
_TEXT = frozenset({"eq", "sw"})
_RANGE = frozenset({"gt", "gte", "lt", "lte"})
_ALL = {
    "id": _ONE_OF,
    "archived": _EQUAL,
    "createdTime": _RANGE,
    "updatedTime": _RANGE,
}
_PARTY = {**_ALL, "name": _TEXT}
# Fields and operators that lists may be narrowed by; others are refused.
FILTERABLE: Mapping[str, Mapping[str, frozenset[str]]] = {
    "customers": _PARTY,
    "vendors": _PARTY,
    "invoices": {**_ALL, "customerId": _ONE_OF, "invoiceNumber": _TEXT},
    "credit-memos": {**_ALL, "customerId": _ONE_OF, "referenceNumber": _TEXT},
    "bills": {
        **_ALL,
        "vendorId": _ONE_OF,
        "invoice.invoiceNumber": _TEXT,
        "dueDate": _RANGE,
    },
    "receivable-payments": {n: _ALL[n] for n in ("id", "createdTime", "updatedTime")},
    "payments": {
        **{n: _ALL[n] for n in ("id", "createdTime", "updatedTime")},
        "vendorId": _ONE_OF,
        "processDate": _RANGE,
    },
    "chart-of-accounts": _ALL,
    "items": _ALL,
}
_FILTER = re.compile(r'([\w.]+):(\w+):("[^"]*"|[^,"]*)(?:,|$)')
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda found, told: found == told,
    "ne": lambda found, told: found != told,
    "in": lambda found, told: found in told.split(","),
    "sw": lambda found, told: found.startswith(told),
    "gt": lambda found, told: found > told,
    "gte": lambda found, told: found >= told,
    "lt": lambda found, told: found < told,
    "lte": lambda found, told: found <= told,
}


@dataclass(frozen=True, slots=True)
class Filter:
    field: str
    operator: str
    value: str

    def fits(self, row: Row) -> bool:
        found = _found(row, self.field)
        return _COMPARE[self.operator](found, self._told(found))

    def _told(self, found: Any) -> Any:
        if isinstance(found, dt.datetime):
            return _moment(self.value)
        return self.value


def filters(name: str, told: str) -> list[Filter]:
    """Raises `Refused`."""
    found: list[Filter] = []
    place = 0
    while place < len(told):
        match = _FILTER.match(told, place)
        if match is None:
            raise Refused(f"filters: cannot be read at {told[place : place + 20]}")
        field, operator, value = match.groups()
        if operator not in FILTERABLE[name].get(field, ()):
            raise Refused(f"filters: {field}:{operator} is not supported")
        found.append(Filter(field, operator, value.strip('"')))
        place = match.end()
    return found


def page(
    name: str, request: Request, rows: Callable[[Sequence[Filter]], Iterable[Row]]
) -> Response:
    """One page. A mark from an earlier one carries its question. Raises `Refused`."""
    told, sort, begin = request.arg("filters"), request.arg("sort"), 0
    if mark := request.arg("page"):
        kept = json.loads(base64.urlsafe_b64decode(mark))
        if told and told != kept[1]:
            raise Refused("page: belongs to other filters")
        begin, told, sort = kept
    asked = filters(name, told)
    fitting = [row for row in rows(asked) if all(each.fits(row) for each in asked)]
    fitting = _sorted(fitting, sort)
    size = _size(request)
    body: Row = {"results": fitting[begin : begin + size]}
    if begin + size < len(fitting):
        body["nextPage"] = _mark(begin + size, told, sort)
    if begin:
        body["prevPage"] = _mark(max(0, begin - size), told, sort)
    return json_response(body)


def _mark(begin: int, told: str, sort: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([begin, told, sort]).encode()).decode()


def _size(request: Request) -> int:
    told = request.arg("max", str(USUAL))
    if not told.isdigit() or not 1 <= int(told) <= MOST:
        raise Refused("max: must be between 1 and 100")
    return int(told)


def _sorted(rows: list[Row], sort: str) -> list[Row]:
    if not sort:
        return rows
    field, _, order = sort.partition(":")
    if field not in ("name", "createdTime", "updatedTime"):
        raise Refused(f"sort: {field} is not supported")
    return sorted(rows, key=lambda row: str(row[field]), reverse=order == "desc")


def _found(row: Row, field: str) -> Any:
    value: Any = row
    for name in field.split("."):
        value = (value or {}).get(name)
    if isinstance(value, bool):
        return str(value).lower()
    return _moment(value) if field.endswith("Time") else str(value or "")


def _moment(told: str) -> dt.datetime:
    try:
        found = dt.datetime.fromisoformat(told)
    except ValueError as error:
        raise Refused("filters: a time is needed") from error
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
