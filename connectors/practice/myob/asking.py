"""Which rows of a list are answered: $filter, $orderby, $top and $skip, as OData of
version 3 writes them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from .. import odata
from ..wire import Request, Response, json_response
from .refusals import Refused

PAGE, LARGEST_PAGE = 400, 1000
Row = Mapping[str, Any]
_MOMENT = re.compile(r"datetime'([^']*)'")
_GUID = re.compile(r"guid'([^']*)'")
# The text stands before the field there.
_CONTAINS = re.compile(r"substringof\(\s*('(?:[^']|'')*')\s*,\s*([\w/]+)\s*\)")


def answer(request: Request, rows: Sequence[Row]) -> Response:
    """One page. Raises `Refused`."""
    kept = _asked(request, rows)
    top = min(_number(request, "$top", PAGE), LARGEST_PAGE)
    skip = _number(request, "$skip", 0)
    more = skip + top < len(kept)
    body = {
        "Items": kept[skip : skip + top],
        "NextPageLink": _link(request, top, skip + top) if more else None,
        "Count": len(kept),
    }
    return json_response(body)


def _asked(request: Request, rows: Sequence[Row]) -> list[Row]:
    if not rows:
        return []
    flat = [dict(_flat(row)) for row in rows]
    fields = {name for row in flat for name in row}
    try:
        test = odata.filtered(_of_today(request.arg("$filter")), fields)
        kept = [{**each, "": row} for each, row in zip(flat, rows, strict=True)]
        kept = [each for each in kept if test(each)]
        ordered = odata.ordered(kept, request.arg("$orderby"), fields)
    except odata.BadQuery as error:
        raise Refused("InvalidQuery", str(error)) from error
    return [each[""] for each in ordered]


def _of_today(text: str) -> str:
    """The same filter as OData of version 4 writes it."""
    text = _CONTAINS.sub(r"contains(\2,\1)", text)
    return _GUID.sub(r"'\1'", _MOMENT.sub(_moment, text))


def _moment(match: re.Match[str]) -> str:
    return match[1].replace(" ", "T")


def _flat(row: Row, before: str = "") -> Iterator[tuple[str, Any]]:
    """`Customer/UID` for what stands within."""
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}/")
        else:
            yield f"{before}{name}", value


def _number(request: Request, name: str, usual: int) -> int:
    told = request.arg(name) or str(usual)
    if not told.isdecimal():
        raise Refused("InvalidQuery", f"{name} is not a number")
    return int(told)


def _link(request: Request, top: int, skip: int) -> str:
    query = {name: values[0] for name, values in request.query.items()}
    query |= {"$top": str(top), "$skip": str(skip)}
    told = urlencode(query, quote_via=quote, safe="$")
    return f"{request.base_url}{request.path}?{told}"
