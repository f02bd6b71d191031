"""The v3 API of one organisation: lists by page, single records, actions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.bill_com.connection import OrganisationAccess
from connectors.bill_com.errors import answer_error
from connectors.transport.answer import Answer

PAGE_SIZE = 100
Entity = dict[str, Any]


class OrganisationApi:
    """All errors are named; see `errors`."""

    page_size = PAGE_SIZE

    def __init__(self, access: OrganisationAccess) -> None:
        self.access = access

    def get(self, operation: str, path: str) -> Entity:
        return self._call(operation, "GET", path).json_object()

    def rows(
        self, operation: str, path: str, *filters: str, sort: str = ""
    ) -> Iterator[Entity]:
        """All pages, one after the other. Whether lists hold what is archived is not
        told, so callers filter by it or look."""
        given = {"filters": ",".join(filters), "sort": sort}
        asked = {name: value for name, value in given.items() if value}
        asked["max"] = str(self.page_size)
        while True:
            answer = self._call(operation, "GET", path, params=asked)
            body = answer.json_object()
            found = body.get("results")
            if not isinstance(found, list):
                raise answer.unreadable("holds no results")
            yield from (row for row in found if isinstance(row, dict))
            # An empty page may have another after it.
            if not (following := body.get("nextPage")):
                return
            # The mark carries the question; some clients found it refused beside.
            asked = {"max": str(self.page_size), "page": str(following)}

    def create(self, operation: str, path: str, payload: Mapping[str, Any]) -> Entity:
        """Not to be repeated blindly: Bill.com knows no key."""
        answer = self._call(operation, "POST", path, json=payload)
        entity = answer.json_object()
        if not entity.get("id"):
            raise answer.unreadable("names no new record")
        return entity

    def replace(self, operation: str, path: str, payload: Mapping[str, Any]) -> Entity:
        return self._call(operation, "PUT", path, json=payload).json_object()

    def act(
        self, operation: str, path: str, payload: Mapping[str, Any] | None = None
    ) -> Entity:
        return self._call(operation, "POST", path, json=payload).json_object()

    def _call(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: object = None,
    ) -> Answer:
        answer = self.access.transport.call(
            operation, method, f"{self.access.root}/{path}", params=params, json=json
        )
        if not answer.ok:
            raise answer_error(answer, self.access.services.clock.now())
        return answer


def equals(field: str, value: str | bool) -> str:
    """Text with a quotation mark cannot be quoted, as far as Bill.com tells: then what
    begins as it does is asked for, and the caller compares."""
    if isinstance(value, bool):
        return f"{field}:eq:{str(value).lower()}"
    begin, mark, _ = value.partition('"')
    return f'{field}:sw:"{begin}"' if mark else f'{field}:eq:"{value}"'


def among(field: str, values: Sequence[str]) -> str:
    return f'{field}:in:"{",".join(values)}"'
