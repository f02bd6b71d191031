"""The Accounting API v3 of one company: calls, queries by page, batches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from connectors.errors import (
    ConnectorError,
    InDoubt,
    Reauthorise,
    Retry,
)
from connectors.quickbooks_online.errors import LABEL, answer_error, fault_in, named
from connectors.quickbooks_online.query import page
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport
from connectors.transport.retries import Effect

MINOR_VERSION = "75"
BATCH_SIZE = 30
PAGE_SIZE = 1000
# A request id may have 50 characters, in a batch 36, and then a bId of 10 at most.
_BATCH_ID = 36
_ITEM_ID = 10

Entity = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Creation:
    """One record to be made: `entity` is Intuit's name of it."""

    key: str
    entity: str
    payload: Entity


class CompanyApi:
    """All errors are named; see `errors`. `page_size` is Intuit's maximum."""

    page_size = PAGE_SIZE

    def __init__(self, transport: HttpTransport, base_url: str, realm: str) -> None:
        self.transport = transport
        self.base = f"{base_url}/v3/company/{realm}"

    def get(self, operation: str, path: str, **params: str) -> Entity:
        return self._answered(operation, "GET", path, params=params)

    def post(
        self,
        operation: str,
        path: str,
        payload: Mapping[str, Any],
        *,
        key: str = "",
        params: Mapping[str, str] | None = None,
    ) -> Entity:
        """With a key the same call, sent again, is answered as at first."""
        answer = self._write(operation, path, payload, key=key, params=params)
        return self._success(answer)

    def query(self, operation: str, query: str, entity: str) -> list[Entity]:
        """One page as it comes. Travels by POST, for lists of numbers grow long."""
        return _rows(self._query(operation, query), entity)

    def pages(self, operation: str, query: str, entity: str) -> Iterator[Entity]:
        start = 1
        while True:
            paged = page(query, start=start, size=self.page_size)
            rows = self.query(operation, paged, entity)
            yield from rows
            if len(rows) < self.page_size:
                return
            start += self.page_size

    def queries(
        self, operation: str, asked: Mapping[str, str]
    ) -> dict[str, list[Entity]]:
        """Several queries in one request: entity -> query, entity -> rows."""
        items = [{"bId": name[:_ITEM_ID], "Query": asked[name]} for name in asked]
        answer = self.transport.call(
            operation,
            "POST",
            f"{self.base}/batch",
            params={"minorversion": MINOR_VERSION},
            json={"BatchItemRequest": items},
            effect=Effect.READ,
            cost=len(items),
        )
        replies = _by_id(self._success(answer))
        rows = {}
        for name in asked:
            reply = replies.get(name[:_ITEM_ID])
            if reply is None:
                raise answer.unreadable("leaves a query unanswered")
            if fault := fault_in(reply):
                raise named(fault, replace(answer.where, vendor_code=fault.code))
            rows[name] = _rows(reply, name)
        return rows

    def create(
        self, operation: str, creations: Sequence[Creation]
    ) -> list[Entity | ConnectorError]:
        """One entity or error per creation, in order; up to 30 go in one request.

        Raises only when nothing was sent. The same records again, in whatever order,
        make the same request: its id is made from all keys, each item's from its own.
        """
        if len(creations) == 1:
            return [self._create_one(operation, creations[0])]
        try:
            answer = self._write(
                operation,
                "batch",
                {"BatchItemRequest": [_batch_item(c) for c in creations]},
                key=batch_key(creations),
                cost=len(creations),
            )
            replies = _by_id(self._success(answer))
        except ConnectorError as error:
            return [of_one_record(error)] * len(creations)
        return [_outcome(c, replies.get(_item_id(c.key)), answer) for c in creations]

    def _create_one(self, operation: str, one: Creation) -> Entity | ConnectorError:
        """Faults of the whole call are raised, those of the record answered."""
        try:
            answer = self._write(
                operation, one.entity.lower(), one.payload, key=one.key
            )
        except ConnectorError as error:
            return of_one_record(error)
        if answer.ok:
            try:
                return _entity(one.entity, answer.json_object(), answer)
            except ConnectorError as error:
                return error
        return of_one_record(answer_error(answer))

    def _answered(
        self, operation: str, method: str, path: str, *, params: Mapping[str, str]
    ) -> Entity:
        answer = self.transport.call(
            operation,
            method,
            f"{self.base}/{path}",
            params={**params, "minorversion": MINOR_VERSION},
        )
        return self._success(answer)

    def _query(self, operation: str, query: str) -> Entity:
        answer = self.transport.call(
            operation,
            "POST",
            f"{self.base}/query",
            params={"minorversion": MINOR_VERSION},
            content=query,
            headers={"Content-Type": "application/text"},
            effect=Effect.READ,
        )
        return self._success(answer)

    def _write(
        self,
        operation: str,
        path: str,
        payload: Mapping[str, Any],
        *,
        key: str = "",
        cost: int = 1,
        params: Mapping[str, str] | None = None,
    ) -> Answer:
        """The key is Intuit's promise to do it once. It is not leant on within a call
        (users tell of payments made twice, and of batches answered with error 6000 when
        repeated): a lost answer is in doubt at once, and is looked up before it is sent
        again with its key."""
        identified = {"requestid": key} if key else {}
        return self.transport.call(
            operation,
            "POST",
            f"{self.base}/{path}",
            params={**(params or {}), **identified, "minorversion": MINOR_VERSION},
            json=payload,
            effect=Effect.WRITE,
            cost=cost,
        )

    def _success(self, answer: Answer) -> Entity:
        if not answer.ok:
            raise answer_error(answer)
        body = answer.json_object()
        if fault := fault_in(body):
            raise named(fault, replace(answer.where, vendor_code=fault.code))
        return body


def batch_key(creations: Sequence[Creation]) -> str:
    keys = "\n".join(sorted(creation.key for creation in creations))
    return sha256(keys.encode()).hexdigest()[:_BATCH_ID]


def of_one_record(error: ConnectorError) -> ConnectorError:
    """Answers the errors that concern one record, raises those of the connection."""
    if isinstance(error, Retry | Reauthorise):
        raise error
    return error


def _item_id(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:_ITEM_ID]


def _batch_item(creation: Creation) -> Entity:
    return {
        "bId": _item_id(creation.key),
        "operation": "create",
        creation.entity: creation.payload,
    }


def _by_id(body: Entity) -> dict[str, Entity]:
    items = body.get("BatchItemResponse")
    if not isinstance(items, list):
        return {}
    return {str(item.get("bId")): item for item in items if isinstance(item, dict)}


def _outcome(
    creation: Creation, reply: Entity | None, answer: Answer
) -> Entity | ConnectorError:
    if reply is None:
        return InDoubt(f"{LABEL} left one of the batch unanswered.", where=answer.where)
    if fault := fault_in(reply):
        where = replace(answer.where, vendor_code=fault.code)
        return named(fault, where)
    try:
        return _entity(creation.entity, reply, answer)
    except ConnectorError as error:
        return error


def _entity(name: str, body: Entity, answer: Answer) -> Entity:
    found = body.get(name)
    if not isinstance(found, dict) or "Id" not in found:
        raise answer.unreadable(f"holds no {name}")
    return found


def _rows(body: Entity, entity: str) -> list[Entity]:
    """The key is absent when nothing was found."""
    found = body.get("QueryResponse")
    rows = found.get(entity, []) if isinstance(found, dict) else []
    return [row for row in rows if isinstance(row, dict)]
