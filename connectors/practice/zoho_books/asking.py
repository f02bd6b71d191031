"""How Zoho Books is asked: filters in the query, pages, the envelope of answers."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..books import Document, Payment
from ..wire import BadBody, Request, Response, json_response
from .refusals import invalid

Node = dict[str, Any]
Rows = Callable[[Request], Iterable[Node]]
Call = Callable[[Request], Response]
MOST = 200


def told(
    message: str, members: Mapping[str, Any] | None = None, *, status: int = 200
) -> Response:
    return json_response({"code": 0, "message": message, **(members or {})}, status)


def listing(key: str, rows: Rows) -> Call:
    def call(request: Request) -> Response:
        found = list(rows(request))
        page, size = _whole(request, "page", 1), _whole(request, "per_page", MOST)
        if page < 1 or not 1 <= size <= MOST:
            raise invalid("per_page")
        shown = found[(page - 1) * size : page * size]
        context = {
            "page": page,
            "per_page": size,
            "has_more_page": page * size < len(found),
        }
        return told("success", {key: shown, "page_context": context})

    return call


def _whole(request: Request, name: str, default: int) -> int:
    try:
        return int(request.arg(name) or default)
    except ValueError as error:
        raise BadBody(f"{name} is no number") from error


def fits(request: Request, **values: str) -> bool:
    """Filters that were not given hold back nothing."""
    return all(
        request.arg(name).casefold() in ("", value.casefold())
        for name, value in values.items()
    )


def dated(request: Request, row: Document | Payment) -> bool:
    first, last = request.arg("date_start"), request.arg("date_end")
    day = row.date.isoformat()
    return (not first or day >= first) and (not last or day <= last)


def since(request: Request, moment: dt.datetime) -> bool:
    asked = request.arg("last_modified_time")
    if not asked:
        return True
    try:
        return moment >= dt.datetime.fromisoformat(asked)
    except ValueError as error:
        raise invalid("last_modified_time") from error
