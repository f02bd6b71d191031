"""One organisation in Zoho Books: calls, lists by page, what stands in the envelope."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.errors import Rejected
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport
from connectors.transport.retries import Effect
from connectors.zoho_books.errors import LABEL, understood

VERSION = "/books/v3"
PAGE_SIZE = 200
# Without it an organisation that numbers by itself refuses our numbers.
OUR_NUMBER = {"ignore_auto_number_generation": "true"}

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Identity:
    """A record of ours by the value of a custom field that is unique there."""

    field: str
    value: str

    @property
    def headers(self) -> dict[str, str]:
        return {
            "X-Unique-Identifier-Key": self.field,
            "X-Unique-Identifier-Value": self.value,
            "X-Upsert": "true",
        }


class BooksApi:
    """All errors are named; see `errors`. `page_size` is Zoho's maximum."""

    page_size = PAGE_SIZE

    def __init__(
        self, transport: HttpTransport, api_domain: str, organisation_id: str
    ) -> None:
        self.transport = transport
        self.base = f"{api_domain}{VERSION}"
        self._organisation = {"organization_id": organisation_id}

    def organisations(self, operation: str) -> list[Node]:
        """The one list that tells the ids, and so needs none."""
        answer = self.transport.call(operation, "GET", f"{self.base}/organizations")
        return _listed(answer, "organizations")

    def get(self, operation: str, path: str, key: str) -> Node:
        return _single(self._call(operation, "GET", path), key)

    def rows(self, operation: str, path: str) -> list[Node]:
        """Of a list by the name that it has there, whatever that is."""
        answer = self._call(operation, "GET", path)
        found = [v for v in understood(answer).values() if isinstance(v, list)]
        if len(found) != 1:
            raise answer.unreadable("holds no list")
        return [row for row in found[0] if isinstance(row, dict)]

    def pages(
        self,
        operation: str,
        path: str,
        key: str,
        params: Mapping[str, str] | None = None,
    ) -> Iterator[Node]:
        page = 1
        while True:
            paged = {"page": str(page), "per_page": str(self.page_size)}
            answer = self._call(operation, "GET", path, {**(params or {}), **paged})
            yield from _listed(answer, key)
            context = answer.json_object().get("page_context")
            if not (isinstance(context, dict) and context.get("has_more_page")):
                return
            page += 1

    def create(
        self,
        operation: str,
        path: str,
        key: str,
        payload: Node,
        params: Mapping[str, str] | None = None,
    ) -> Node:
        return _single(self._call(operation, "POST", path, params, payload), key)

    def upsert(
        self,
        operation: str,
        path: str,
        key: str,
        payload: Node,
        identity: Identity,
        params: Mapping[str, str] | None = None,
    ) -> Node:
        """Makes the record of that identity, or changes it: sent twice it is one."""
        answer = self.transport.call(
            operation,
            "PUT",
            f"{self.base}/{path}",
            params={**self._organisation, **(params or {})},
            json=payload,
            headers=identity.headers,
            effect=Effect.REPEATABLE,
        )
        return _single(answer, key)

    def update(
        self,
        operation: str,
        path: str,
        key: str,
        payload: Node,
        params: Mapping[str, str] | None = None,
    ) -> Node:
        return _single(self._call(operation, "PUT", path, params, payload), key)

    def act(self, operation: str, path: str, payload: Node | None = None) -> Node:
        """A step that answers no record."""
        return understood(self._call(operation, "POST", path, None, payload))

    def remove(self, operation: str, path: str) -> None:
        understood(self._call(operation, "DELETE", path))

    def _call(
        self,
        operation: str,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        payload: Node | None = None,
    ) -> Answer:
        return self.transport.call(
            operation,
            method,
            f"{self.base}/{path}",
            params={**self._organisation, **(params or {})},
            json=payload,
        )


def _single(answer: Answer, key: str) -> Node:
    found = understood(answer).get(key)
    if not isinstance(found, dict):
        raise answer.unreadable(f"holds no {key}")
    return found


def _listed(answer: Answer, key: str) -> list[Node]:
    found = understood(answer).get(key)
    if not isinstance(found, list):
        raise answer.unreadable(f"holds no {key}")
    return [row for row in found if isinstance(row, dict)]


def checked(id: str, status_code: str, *, field: str) -> str:
    """Zoho's ids are long numbers, kept as text. Raises `Rejected`."""
    if id.isdecimal():
        return id
    raise Rejected(f"{id!r} is no id of {LABEL}.", status_code=status_code, field=field)
