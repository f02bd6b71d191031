"""One company file: lists by page, single records, writes that answer the record."""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.myob.errors import answer_error
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport

# MYOB gives up after half a minute, so that greater pages gain little.
PAGE_SIZE = 400
_BODY = {"returnBody": "true"}
Entity = dict[str, Any]


class CompanyFile:
    """All errors are named; see `errors`. `root`: the address of the file, or of all
    files. `headers` go with each call."""

    page_size = PAGE_SIZE

    def __init__(
        self, transport: HttpTransport, root: str, headers: Mapping[str, str]
    ) -> None:
        self.transport = transport
        self.root = root
        self.headers = headers

    def get(self, operation: str, path: str) -> Entity:
        return self._call(operation, "GET", path).json_object()

    def files(self, operation: str, root: str) -> list[Entity]:
        """Those that the person may open; keys of today are told none."""
        answer = self._at(operation, "GET", f"{root}/")
        rows = answer.json()
        if not isinstance(rows, list):
            raise answer.unreadable("is not a list of company files")
        return [row for row in rows if isinstance(row, dict)]

    def rows(
        self, operation: str, path: str, params: Mapping[str, str] | None = None
    ) -> Iterator[Entity]:
        """All pages, each by the link in the one before it."""
        address = f"{self.root}/{path}"
        asked = {**(params or {}), "$top": str(self.page_size)}
        while address:
            answer = self._at(operation, "GET", address, params=asked)
            body = answer.json_object()
            found = body.get("Items")
            if not isinstance(found, list):
                raise answer.unreadable("is not a list of records")
            yield from (row for row in found if isinstance(row, dict))
            address, asked = str(body.get("NextPageLink") or ""), {}

    def create(self, operation: str, path: str, payload: Mapping[str, Any]) -> Entity:
        """Not to be repeated blindly: MYOB knows no key."""
        answer = self._call(operation, "POST", path, params=_BODY, json=payload)
        entity = answer.json_object()
        if not entity.get("UID"):
            raise answer.unreadable("names no new record")
        return entity

    def change(self, operation: str, path: str, payload: Mapping[str, Any]) -> Entity:
        answer = self._call(operation, "PUT", path, params=_BODY, json=payload)
        return answer.json_object()

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
        address = f"{self.root}/{path}"
        return self._at(operation, method, address, params=params, json=json)

    def _at(
        self,
        operation: str,
        method: str,
        address: str,
        *,
        params: Mapping[str, str] | None = None,
        json: object = None,
    ) -> Answer:
        answer = self.transport.call(
            operation,
            method,
            address,
            params=params,
            json=json,
            headers=self.headers,
        )
        if not answer.ok:
            raise answer_error(answer)
        return answer
