"""How FreshBooks is asked: envelopes, filters in the query, pages."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from ..wire import BadBody, Request
from .refusals import Refused
from .render import EASTERN, Node

MOST = 100
Call = Callable[[Request], Node]


def enveloped(request: Request, key: str) -> Any:
    body = request.json()
    if not isinstance(body, dict) or set(body) != {key}:
        raise Refused(1001, f"The body holds {key} alone.", field=key)
    return body[key]


def with_lines(request: Request) -> bool:
    return "lines" in request.query.get("include[]", [])


def fits(request: Request, node: Node, name: str) -> bool:
    asked = request.arg(f"search[{name}]")
    return asked in ("", str(node[name]))


def dated(request: Request, day: str) -> bool:
    first, last = request.arg("search[date_min]"), request.arg("search[date_max]")
    return (not first or day >= first) and (not last or day <= last)


def since(request: Request, moment: dt.datetime) -> bool:
    """By days alone, in the account's zone."""
    asked = request.arg("search[updated_min]")
    return not asked or moment.astimezone(EASTERN).date().isoformat() >= asked


def made(key: str, make: Callable[[Any], Node]) -> Call:
    return lambda request: {key: make(enveloped(request, key))}


def paged(key: str, rows: Callable[[Request], Iterable[Node]]) -> Call:
    """More than 100 are not given, and nobody is told."""

    def call(request: Request) -> Node:
        found = list(rows(request))
        try:
            page = int(request.arg("page", "1"))
            size = min(int(request.arg("per_page", "15")), MOST)
        except ValueError as error:
            raise BadBody(str(error)) from error
        if page < 1 or size < 1:
            raise Refused(1013, "Bad page.", field="page", status=400)
        return {
            key: found[(page - 1) * size : page * size],
            "page": page,
            "pages": -(-len(found) // size),
            "per_page": size,
            "total": len(found),
        }

    return call
