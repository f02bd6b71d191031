"""Calls about one company: lists by offset, single records."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from connectors.correctable import FieldNames, Paths
from connectors.errors import NotFound
from connectors.oneup.errors import answer_error
from connectors.oneup.names import LABEL
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport
from connectors.worded_refusals import no_place

PAGE_SIZE = 100
NEXT_PAGE = "X-MyERP-Has-Next-Page"
Entity = dict[str, Any]


class CompanyApi:
    """Paths and fields go by our names for them. All errors are named; see `errors`."""

    page_size = PAGE_SIZE

    def __init__(
        self, transport: HttpTransport, root: str, paths: Paths, fields: FieldNames
    ) -> None:
        self.transport = transport
        self.root = root
        self.paths = paths
        self.fields = fields

    def rows(
        self, operation: str, path: str, record: str, *, sort: str = "-created_at"
    ) -> Iterator[Entity]:
        for page in self._pages(operation, path, record, sort):
            yield from page

    def changed(
        self, operation: str, path: str, record: str, since: datetime
    ) -> Iterator[Entity]:
        """What was changed since then, as far as rows tell. Ends early only where a
        page shows that rows really come in the order that was asked for."""
        for page in self._pages(operation, path, record, "-updated_at"):
            stamps = [moment(row) for row in page]
            for row, stamp in zip(page, stamps, strict=True):
                if stamp is None or stamp >= since:
                    yield row
            if _fall_below(since, stamps):
                return

    def first(self, operation: str, path: str, record: str) -> list[Entity]:
        answer = self._call(operation, "GET", path, params={"limit": "1"})
        return self._list(answer, record)

    def one(self, operation: str, path: str, record: str, id: str) -> Entity:
        answer = self._call(operation, "GET", path, id=self._known(operation, id))
        return self.fields.incoming(record, answer.json_object())

    def create(
        self, operation: str, path: str, record: str, payload: Mapping[str, Any]
    ) -> Entity:
        """Not to be repeated blindly: OneUp knows no key."""
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
        id: str,
        payload: Mapping[str, Any],
    ) -> None:
        sent = self.fields.outgoing(record, payload)
        id = self._known(operation, id)
        self._call(operation, "PUT", path, json=sent, id=id)

    def remove(self, operation: str, path: str, id: str) -> None:
        """Of one record alone: on a list it would delete several."""
        self._call(operation, "DELETE", path, id=self._known(operation, id))

    def _pages(
        self, operation: str, path: str, record: str, sort: str
    ) -> Iterator[list[Entity]]:
        """Each row once, though what is made meanwhile shifts the pages."""
        seen: set[str] = set()
        for page in range(1_000_000):
            asked = {
                "limit": str(self.page_size),
                "offset": str(page * self.page_size),
                "sort": sort,
            }
            answer = self._call(operation, "GET", path, params=asked)
            rows = self._list(answer, record)
            yield [row for row in rows if str(row.get("id")) not in seen]
            seen |= {str(row.get("id")) for row in rows}
            if self._is_last(answer, len(rows)):
                return

    def _known(self, operation: str, id: str) -> str:
        if id.isdecimal():
            return id
        raise NotFound(
            f"{LABEL} knows records by a number, and “{id}” is none.",
            where=self.transport.where(operation),
        )

    def _list(self, answer: Answer, record: str) -> list[Entity]:
        rows = answer.json()
        if not isinstance(rows, list):
            raise answer.unreadable("is no list")
        entities = (row for row in rows if isinstance(row, dict))
        return [self.fields.incoming(record, row) for row in entities]

    def _is_last(self, answer: Answer, count: int) -> bool:
        """By the header where there is one; its name may have changed."""
        told = answer.headers.get(NEXT_PAGE, "").lower()
        if told in ("true", "false"):
            return told == "false" or not count
        return count < self.page_size

    def _call(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: object = None,
        id: str = "",
    ) -> Answer:
        address = f"{self.root}/{self.paths.to(path, id=id)}"
        answer = self.transport.call(
            operation, method, address, params=params, json=json
        )
        if not answer.ok:
            raise answer_error(answer)
        return answer


def moment(row: Entity) -> datetime | None:
    told = row.get("updated_at")
    return datetime.fromisoformat(str(told)) if told else None


def _fall_below(since: datetime, stamps: list[datetime | None]) -> bool:
    """Rows of one moment show no order."""
    told = [stamp for stamp in stamps if stamp]
    if not told or len(told) < len(stamps):
        return False
    return (
        told[0] > told[-1] and told == sorted(told, reverse=True) and told[-1] < since
    )
