"""One book in Reckon One: calls, lists by page, and the key that each call carries."""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.errors import Rejected
from connectors.guids import is_guid
from connectors.reckon_one.errors import LABEL, require_done
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport

HOST = "https://api.reckon.com"
V1, V2 = f"{HOST}/r1", f"{HOST}/r1/v2"
KEY_HEADER = "Ocp-Apim-Subscription-Key"
PAGE_SIZE = 100
_PATCH = {"Content-Type": "application/merge-patch+json"}

Node = dict[str, Any]


class BookApi:
    """All errors are named; see `errors`. What is read may come in smaller pages than
    were asked for."""

    page_size = PAGE_SIZE

    def __init__(self, transport: HttpTransport, book_id: str, key: str) -> None:
        self.transport = transport
        self.book_id = book_id
        self._key = {KEY_HEADER: key}

    def books(self, operation: str) -> list[Node]:
        return _listed(self.call(operation, "GET", f"{V2}/books"))

    def get(self, operation: str, path: str) -> Node:
        return self.call(operation, "GET", self._at(path)).json_object()

    def pages(
        self, operation: str, path: str, where: str = "", *, order: str = ""
    ) -> Iterator[Node]:
        """Goes on until there is no more: how large a page may be is not known."""
        asked = {"filter": where, "orderby": order}
        asked = {name: value for name, value in asked.items() if value}
        page = seen = 0
        while True:
            page += 1
            paged = {"page": str(page), "perpage": str(self.page_size)}
            answer = self.call(operation, "GET", self._at(path), {**asked, **paged})
            rows = _listed(answer)
            seen += len(rows)
            yield from rows
            if not rows or _is_last(answer, seen):
                return

    def create(self, operation: str, path: str, payload: Node) -> str:
        """Answers the id alone, as Reckon does."""
        answer = self.call(operation, "POST", self._at(path), json=payload)
        id = str(answer.json_object().get("id") or "")
        if not id:
            raise answer.unreadable("holds no id")
        return id

    def replace(self, operation: str, path: str, payload: Node) -> None:
        self.call(operation, "PUT", self._at(path), json=payload)

    def patch(self, operation: str, path: str, payload: Node) -> None:
        self.call(operation, "PATCH", self._at(path), json=payload, headers=_PATCH)

    def act(self, operation: str, path: str) -> None:
        self.call(operation, "POST", self._at(path))

    def remove(self, operation: str, path: str) -> None:
        self.call(operation, "DELETE", self._at(path))

    def call(
        self,
        operation: str,
        method: str,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        json: Node | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        answer = self.transport.call(
            operation,
            method,
            url,
            params=params,
            json=json,
            headers={**self._key, **(headers or {})},
        )
        return require_done(answer)

    def _at(self, path: str) -> str:
        return f"{V2}/{self.book_id}/{path}"


def _listed(answer: Answer) -> list[Node]:
    found = answer.json_object().get("list")
    if not isinstance(found, list):
        raise answer.unreadable("holds no list")
    return [row for row in found if isinstance(row, dict)]


def _is_last(answer: Answer, seen: int) -> bool:
    total = answer.headers.get("X-Total-Count") or ""
    if total.isdecimal():
        return seen >= int(total)
    links = answer.headers.get("Link") or ""
    return bool(links) and 'rel="next"' not in links.replace("'", '"')


def checked(id: str, status_code: str, *, field: str) -> str:
    """By id alone: a name would do too, and might be another's. Raises `Rejected`."""
    if is_guid(id):
        return id
    raise Rejected(
        f"“{id[:40]}” is no id of {LABEL}.", status_code=status_code, field=field
    )
