"""SuiteTalk REST of one account: records by id and external id, and SuiteQL by page."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from connectors.errors import InDoubt
from connectors.netsuite.errors import LABEL
from connectors.netsuite.mapping import Record
from connectors.netsuite_rest.errors import answer_error
from connectors.netsuite_rest.rows import record_from
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport
from connectors.transport.retries import Effect

PAGE_SIZE = 1000
# With these a record comes with its sublists.
WHOLE = {"expandSubResources": "true"}


class SuiteTalkRest:
    """All errors are named. `page_size` is NetSuite's maximum."""

    page_size = PAGE_SIZE

    def __init__(self, transport: HttpTransport, base_url: str) -> None:
        self.transport = transport
        self.base = base_url

    def query(self, query: str) -> Iterator[Record]:
        """All pages. The order of a query must be fixed where pages are many."""
        offset = 0
        while True:
            answer = self.transport.call(
                "suiteql",
                "POST",
                f"{self.base}query/v1/suiteql",
                params={"limit": str(self.page_size), "offset": str(offset)},
                json={"q": query},
                headers={"Prefer": "transient"},
                effect=Effect.READ,
            )
            body = self._body(answer)
            rows = body.get("items")
            if not isinstance(rows, list):
                raise answer.unreadable("holds no items")
            yield from (record_from(row) for row in rows)
            if not body.get("hasMore") or not rows:
                return
            offset += self.page_size

    def get(self, type: str, id: str, *, fields: str = "") -> Record:
        """Whole, or the fields named alone. Raises `NotFound`."""
        params = {"fields": fields} if fields else WHOLE
        answer = self.transport.call("get", "GET", self._url(type, id), params=params)
        return {**self._body(answer), "type": type}

    def list_ids(self, type: str) -> list[str]:
        answer = self.transport.call("list", "GET", self._url(type))
        rows = self._body(answer).get("items") or []
        return [str(row["id"]) for row in rows]

    def upsert(self, type: str, record: Record, *, replace: str = "") -> str:
        """By external id: what is there is changed, never doubled; the sublists named
        in `replace` are replaced rather than added to. The id."""
        content = {k: v for k, v in record.items() if k != "externalId"}
        answer = self.transport.call(
            "upsert",
            "PUT",
            self._url(type, f"eid:{record['externalId']}"),
            params={"replace": replace} if replace else {},
            json=content,
            effect=Effect.WRITE,
        )
        return self._made(answer)

    def patch(self, type: str, record: Record, *, replace: str = "") -> None:
        content = {k: v for k, v in record.items() if k != "id"}
        answer = self.transport.call(
            "update",
            "PATCH",
            self._url(type, str(record["id"])),
            params={"replace": replace} if replace else {},
            json=content,
            effect=Effect.WRITE,
        )
        self._done(answer)

    def delete(self, type: str, id: str) -> None:
        url = self._url(type, id)
        answer = self.transport.call("delete", "DELETE", url, effect=Effect.WRITE)
        self._done(answer)

    def _url(self, type: str, id: str = "") -> str:
        """An external id keeps its colon; all else is escaped."""
        tail = f"/{quote(id, safe=':')}" if id else ""
        return f"{self.base}record/v1/{type}{tail}"

    def _body(self, answer: Answer) -> Mapping[str, Any]:
        self._done(answer)
        return answer.json_object()

    def _done(self, answer: Answer) -> None:
        if not answer.ok:
            raise answer_error(answer)
        if answer.effect is Effect.WRITE and answer.status != 204:
            raise answer.unreadable(f"is HTTP {answer.status} and no 204")

    def _made(self, answer: Answer) -> str:
        """The id is the last part of Location; a relay may have changed its host."""
        self._done(answer)
        id = answer.headers.get("Location", "").rpartition("/")[2]
        if not id.isdecimal():
            raise InDoubt(f"{LABEL} did not say what was made.", where=answer.where)
        return id
