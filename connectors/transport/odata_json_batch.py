"""Several OData calls in one request: JSON, as version 4.01 has it.

Each part stands for itself: a refused one undoes no other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.transport.answer import Answer
from connectors.transport.json_codec import encode
from connectors.transport.retries import Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`path` is relative to the service's root, with its query."""

    method: str
    path: str
    payload: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def effect_of(parts: Sequence[Part]) -> Effect:
    reads = all(part.method == "GET" for part in parts)
    return Effect.READ if reads else Effect.WRITE


def batch_payload(parts: Sequence[Part]) -> dict[str, Any]:
    return {"requests": [_request(place, part) for place, part in enumerate(parts)]}


def batch_answers(answer: Answer, parts: Sequence[Part]) -> list[Answer | None]:
    """One answer for each part, in order, None where the service left one out. It may
    answer in another order, or without the ids that it was given."""
    rows = answer.json_object().get("responses")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise answer.unreadable("is not a batch")
    if all(row.get("id") is None for row in rows):
        rows = [{**row, "id": place} for place, row in enumerate(rows)]
    found = {str(row["id"]): row for row in rows if row.get("id") is not None}
    return [
        _answer(answer, found[name]) if (name := str(place)) in found else None
        for place in range(len(parts))
    ]


def _request(place: int, part: Part) -> dict[str, Any]:
    request: dict[str, Any] = {
        "id": str(place),
        "method": part.method,
        "url": part.path,
        "headers": {**_kind(part), **part.headers},
    }
    return request if part.payload is None else {**request, "body": part.payload}


def _kind(part: Part) -> dict[str, str]:
    return {} if part.payload is None else {"Content-Type": "application/json"}


def _answer(answer: Answer, row: Mapping[str, Any]) -> Answer:
    """A part is an HTTP answer of its own, with status and headers."""
    status, body = row.get("status"), row.get("body")
    if not isinstance(status, int):
        raise answer.unreadable("holds a part without a status")
    headers = row.get("headers") or {}
    return replace(
        answer,
        status=status,
        headers={str(name).title(): str(value) for name, value in headers.items()},
        content=b"" if body is None else encode(body),
        where=replace(answer.where, http_status=status),
    )
