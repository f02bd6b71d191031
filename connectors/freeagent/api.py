"""The API v2 of one company: lists by page, single records, transitions.

Every reference of FreeAgent's is a whole address. Ours are the last part of it, so that
they mean the same whatever host they were read from.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.freeagent.errors import answer_error
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport

PAGE_SIZE = 100
Entity = dict[str, Any]


class CompanyApi:
    """All errors are named; see `errors`."""

    page_size = PAGE_SIZE

    def __init__(self, transport: HttpTransport, host: str) -> None:
        self.transport = transport
        self.base = f"{host}/v2"
        practice = transport.config.practice_url
        self._named = f"{practice}/v2" if practice else self.base

    def address(self, path: str, id: str) -> str:
        """How a record is named in a payload or a filter."""
        return f"{self._named}/{path}/{id}"

    def get(self, operation: str, path: str, name: str, **params: str) -> Entity:
        answer = self._call(operation, "GET", path, params=params)
        return _inner(answer, name)

    def whole(self, operation: str, path: str) -> Entity:
        return self._call(operation, "GET", path).json_object()

    def pages(
        self,
        operation: str,
        path: str,
        params: Mapping[str, str] | None = None,
    ) -> Iterator[Entity]:
        for page in range(1, 1_000_000):
            paged = {
                **(params or {}),
                "page": str(page),
                "per_page": str(self.page_size),
            }
            answer = self._call(operation, "GET", path, params=paged)
            rows = answer.json_object().get(path)
            if not isinstance(rows, list):
                raise answer.unreadable(f"holds no {path}")
            yield from (row for row in rows if isinstance(row, dict))
            if len(rows) < self.page_size:
                return

    def create(
        self, operation: str, path: str, name: str, payload: Mapping[str, Any]
    ) -> Entity:
        """Not to be repeated blindly: FreeAgent knows no key. Some of its answers lack
        the new address, which then stands in a header."""
        answer = self._call(operation, "POST", path, json={name: payload})
        entity = _inner(answer, name)
        url = entity.get("url") or answer.headers.get("Location", "")
        if not url:
            raise answer.unreadable("names no new record")
        return {**entity, "url": url}

    def change(
        self, operation: str, path: str, name: str, payload: Mapping[str, Any]
    ) -> None:
        self._call(operation, "PUT", path, json={name: payload})

    def transition(self, operation: str, path: str, id: str, to: str) -> None:
        self._call(operation, "PUT", f"{path}/{id}/transitions/{to}")

    def remove(self, operation: str, path: str) -> None:
        self._call(operation, "DELETE", path)

    def _call(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: object = None,
    ) -> Answer:
        answer = self.transport.call(
            operation, method, f"{self.base}/{path}", params=params, json=json
        )
        if not answer.ok:
            raise answer_error(answer)
        return answer


def last_part(address: object) -> str:
    """The id in an address; empty for none."""
    return str(address or "").rstrip("/").rpartition("/")[2]


def _inner(answer: Answer, name: str) -> Entity:
    found = answer.json_object().get(name)
    if not isinstance(found, dict):
        raise answer.unreadable(f"holds no {name}")
    return found
