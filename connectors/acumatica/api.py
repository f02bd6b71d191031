"""The contract-based REST API of one tenant: lists, upserts, actions."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urljoin

from connectors.acumatica.connection import Tenant
from connectors.acumatica.errors import LABEL, answer_error
from connectors.acumatica.wrapping import Entity
from connectors.errors import Retry
from connectors.transport.answer import Answer
from connectors.transport.retries import Effect

PAGE_SIZE = 100
_POLLS = 20
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 2.0


class EndpointApi:
    """All errors are named; see `errors`."""

    page_size = PAGE_SIZE

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant

    def get(
        self, operation: str, path: str, params: Mapping[str, str] | None = None
    ) -> Entity:
        return self._read(operation, path, params or {}).json_object()

    def rows(
        self, operation: str, path: str, params: Mapping[str, str]
    ) -> Iterator[Entity]:
        """All pages, one after the other. Lists come bare, without a total."""
        skip = 0
        while True:
            paged = {"$top": str(self.page_size), "$skip": str(skip)}
            answer = self._read(operation, path, {**params, **paged})
            found = answer.json()
            if not isinstance(found, list):
                raise answer.unreadable("is no list")
            yield from (row for row in found if isinstance(row, dict))
            if len(found) < self.page_size:
                return
            skip += len(found)

    def put(
        self,
        operation: str,
        path: str,
        payload: Mapping[str, Any],
        *,
        expand: str = "",
        create_only: bool = False,
    ) -> Entity:
        """An upsert: without keys it makes a record. `create_only` refuses to change
        one that is there (HTTP 412)."""
        answer = self.tenant.transport.call(
            operation,
            "PUT",
            f"{self.tenant.root}/{path}",
            params={"$expand": expand} if expand else None,
            json=payload,
            headers={"If-None-Match": "*"} if create_only else None,
            returns={500},
        )
        return _success(answer).json_object()

    def act(self, operation: str, path: str, entity: Mapping[str, Any]) -> None:
        """Starts an action and waits for its end. Raises `Retry` when that is further
        away than a task may wait: asking again finds out."""
        answer = self.tenant.transport.call(
            operation,
            "POST",
            f"{self.tenant.root}/{path}",
            json={"entity": dict(entity)},
            returns={500},
        )
        if _success(answer).status == 202:
            self._wait(operation, answer)

    def site(self, operation: str) -> Entity:
        """What the site says of itself."""
        answer = self.tenant.transport.call(
            operation, "GET", f"{self.tenant.site}/entity", returns={500}
        )
        return _success(answer).json_object()

    def _wait(self, operation: str, started: Answer) -> None:
        """The address of the progress is absolute for the site, with its directory."""
        address = urljoin(self.tenant.site, started.headers.get("Location", ""))
        pause = _FIRST_PAUSE
        for _ in range(_POLLS):
            answer = self.tenant.transport.call(
                operation, "GET", address, effect=Effect.READ, returns={500}
            )
            if _success(answer).status != 202:
                return
            self.tenant.services.clock.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        raise Retry(
            f"{LABEL} is still at work on it. FinSync looks again.",
            after=30,
            where=started.where,
        )

    def _read(self, operation: str, path: str, params: Mapping[str, str]) -> Answer:
        answer = self.tenant.transport.call(
            operation,
            "GET",
            f"{self.tenant.root}/{path}",
            params=params,
            returns={500},
        )
        return _success(answer)


def keys(*values: str) -> str:
    """Key values in an address, joined by strokes."""
    return "/".join(quote(value, safe="") for value in values)


def _success(answer: Answer) -> Answer:
    if not answer.ok:
        raise answer_error(answer)
    return answer
