"""The Accounting API v3.1 of one business: lists by page, single records."""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.sage_accounting.errors import answer_error
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport

BASE = "https://api.accounting.sage.com/v3.1"
PAGE_SIZE = 200
Entity = dict[str, Any]


class BusinessApi:
    """All errors are named; see `errors`. Without `X-Business` Sage would take the
    user's lead business, whichever that is."""

    page_size = PAGE_SIZE

    def __init__(self, transport: HttpTransport, business: str) -> None:
        self.transport = transport
        self._business = {"X-Business": business} if business else {}

    def get(self, operation: str, path: str, **params: str) -> Entity:
        return self._call(operation, "GET", path, params=params).json_object()

    def pages(
        self, operation: str, path: str, params: Mapping[str, str] | None = None
    ) -> Iterator[Entity]:
        """With all attributes, which Sage leaves out of lists otherwise."""
        for page in range(1, 1_000_000):
            paged = {
                **(params or {}),
                "attributes": "all",
                "items_per_page": str(self.page_size),
                "page": str(page),
            }
            answer = self._call(operation, "GET", path, params=paged)
            body = answer.json_object()
            rows = body.get("$items")
            if not isinstance(rows, list):
                raise answer.unreadable("holds no list")
            yield from (row for row in rows if isinstance(row, dict))
            if not body.get("$next"):
                return

    def businesses(self) -> list[Entity]:
        """All that the person may open, whichever was chosen. As a list with or without
        its frame: the documents differ in that."""
        answer = self._call("organisations", "GET", "businesses", headers={})
        body = answer.json()
        rows = body.get("$items") if isinstance(body, dict) else body
        if not isinstance(rows, list):
            raise answer.unreadable("holds no list of businesses")
        return [row for row in rows if isinstance(row, dict)]

    def create(self, operation: str, path: str, payload: Mapping[str, Any]) -> Entity:
        """Not to be repeated blindly: Sage knows no key."""
        answer = self._call(operation, "POST", path, json=payload)
        return _made(answer)

    def change(self, operation: str, path: str, payload: Mapping[str, Any]) -> Entity:
        return _made(self._call(operation, "PUT", path, json=payload))

    def remove(self, operation: str, path: str, **params: str) -> None:
        self._call(operation, "DELETE", path, params=params)

    def _call(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        answer = self.transport.call(
            operation,
            method,
            f"{BASE}/{path}",
            params=params,
            json=json,
            headers=self._business if headers is None else headers,
        )
        if not answer.ok:
            raise answer_error(answer)
        return answer


def _made(answer: Answer) -> Entity:
    entity = answer.json_object()
    if "id" not in entity:
        raise answer.unreadable("holds no id")
    return entity
