"""Calls about one business: lists by window and offset, single records."""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.correctable import FieldNames, Paths
from connectors.kashoo.errors import answer_error
from connectors.kashoo.names import LABEL
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport
from connectors.transport.retries import Effect
from connectors.worded_refusals import no_place

PAGE_SIZE = 100
Entity = dict[str, Any]


class BusinessApi:
    """Paths and fields go by our names for them. All errors are named; see `errors`."""

    page_size = PAGE_SIZE

    def __init__(
        self,
        transport: HttpTransport,
        root: str,
        paths: Paths,
        fields: FieldNames,
        *,
        business: str,
    ) -> None:
        self.transport = transport
        self.root = root
        self.paths = paths
        self.fields = fields
        self.business = business

    def address(self, path: str, **parts: str) -> str:
        return f"{self.root}/{self.paths.to(path, business=self.business, **parts)}"

    def rows(
        self,
        operation: str,
        path: str,
        record: str,
        params: Mapping[str, str] | None = None,
        *,
        sync: str = "",
    ) -> Iterator[Entity]:
        """Each row once, though what is made meanwhile shifts the pages."""
        seen: set[str] = set()
        for page in range(1_000_000):
            paged = {
                **(params or {}),
                "limit": str(self.page_size),
                "offset": str(page * self.page_size),
            }
            answer = self._call(operation, "GET", path, params=paged, sync=sync)
            rows = answer.json()
            if not isinstance(rows, list):
                raise answer.unreadable("is no list")
            for row in filter(_is_entity, rows):
                found = self.fields.incoming(record, row)
                if found.get("id") is None or str(found["id"]) not in seen:
                    yield found
                seen.add(str(found.get("id")))
            if len(rows) < self.page_size:
                return

    def all_rows(self, operation: str, path: str, record: str) -> list[Entity]:
        """Where a list has no pages."""
        answer = self._call(operation, "GET", path)
        rows = answer.json()
        if not isinstance(rows, list):
            raise answer.unreadable("is no list")
        return [self.fields.incoming(record, row) for row in filter(_is_entity, rows)]

    def one(self, operation: str, path: str, record: str, *, id: str) -> Entity:
        answer = self._call(operation, "GET", path, id=id)
        return self.fields.incoming(record, answer.json_object())

    def create(
        self, operation: str, path: str, record: str, payload: Mapping[str, Any]
    ) -> Entity:
        """Not to be repeated blindly: Kashoo knows no key."""
        sent = self.fields.outgoing(record, payload)
        with no_place(LABEL, "Nothing could be made"):
            answer = self._call(operation, "POST", path, json=sent)
        made = self.fields.incoming(record, answer.json_object())
        if made.get("id") is None:
            raise answer.unreadable("names no new record")
        return made

    def change(
        self,
        operation: str,
        path: str,
        record: str,
        payload: Mapping[str, Any],
        id: str,
    ) -> None:
        sent = self.fields.outgoing(record, payload)
        self._call(operation, "PUT", path, json=sent, id=id)

    def remove(self, operation: str, path: str, id: str) -> None:
        self._call(operation, "DELETE", path, id=id)

    def begin_sync(self) -> str:
        """A temporary copy, of which contacts are listed. It changes no books."""
        answer = self.transport.call(
            "list_parties",
            "POST",
            self.address("sync"),
            form={"business": self.business, "description": "FinSync"},
            effect=Effect.READ,
        )
        if not answer.ok:
            raise answer_error(answer)
        return str(answer.json_object().get("id") or "")

    def _call(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: object = None,
        id: str = "",
        sync: str = "",
    ) -> Answer:
        address = self.address(path, id=id, sync=sync)
        answer = self.transport.call(
            operation, method, address, params=params, json=json
        )
        if not answer.ok:
            raise answer_error(answer)
        return answer


def _is_entity(row: object) -> bool:
    return isinstance(row, dict)
