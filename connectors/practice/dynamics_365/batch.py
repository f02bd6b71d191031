"""$batch in JSON: parts that each stand for themselves."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..shape import Misfit, Shape, anything, many, text, word
from ..wire import BadBody, Request, Response, json_body, json_response
from .refusals import Refused, misfit, response

MOST = 100
_OUTER = ("Host", "X-Forwarded-Proto", "Authorization")
_PART = Shape(
    {
        "id": text(),
        "method": word("GET", "POST", "PATCH", "DELETE"),
        "url": text(),
        "headers": anything,
        "body": anything,
        "atomicityGroup": text(),
        "dependsOn": anything,
    },
    needs=("method", "url"),
)
_BATCH = Shape({"requests": many(_PART)}, needs=("requests",))
Carry = Callable[[Request], Response]


class Headers(dict[str, str]):
    """Case does not matter."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__({name.lower(): value for name, value in values.items()})

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)


class Undone(Exception):
    """A part of a snapshot was refused."""


def parts_of(request: Request) -> list[dict[str, Any]]:
    try:
        parts: list[dict[str, Any]] = _BATCH.parsed(request.json())["requests"]
    except Misfit as error:
        raise misfit(error) from error
    if len(parts) > MOST:
        raise Refused(f"A batch holds at most {MOST} requests.", code="BadRequest")
    return parts


def inner(outer: Request, part: Mapping[str, Any], root: str) -> Request:
    kept = {name: outer.header(name) for name in _OUTER if outer.header(name)}
    headers = Headers({**kept, **(part.get("headers") or {})})
    body = part.get("body")
    if body is not None and headers.get("Content-Type") != "application/json":
        raise BadBody("A part with a body names its content type.")
    return Request(
        method=part["method"],
        target=f"{root}/{part['url']}",
        body=b"" if body is None else json_body(body),
        headers=headers,
        fault=outer.fault,
    )


def carried(request: Request, root: str, carry: Carry) -> Iterator[dict[str, Any]]:
    """Without the preference it stops after a refusal."""
    goes_on = "continue-on-error" in request.header("Prefer")
    for index, part in enumerate(parts_of(request)):
        if request.begin_batch_item(index):
            answer = carry(inner(request, part, root))
        else:
            answer = response("Internal_ServerError", "Something went wrong.", 500)
        yield _row(part, answer)
        if answer.status >= 400 and not goes_on:
            return


def answer(rows: list[dict[str, Any]]) -> Response:
    return json_response({"responses": rows})


def _row(part: Mapping[str, Any], answer: Response) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": part.get("id"),
        "status": answer.status,
        "headers": {"odata-version": "4.0", **dict(answer.headers)},
    }
    if answer.body:
        row["body"] = json.loads(answer.body)
    return row
