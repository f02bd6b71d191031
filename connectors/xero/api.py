"""The Accounting API 2.0 of one organisation: reads by page, writes by the fifty."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from connectors.errors import ConnectorError, InDoubt, Reauthorise, Retry
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport
from connectors.transport.json_codec import encode
from connectors.transport.retries import Effect
from connectors.xero.errors import LABEL, answer_error, refusal, sentences
from connectors.xero.wire import Entity

BASE = "https://api.xero.com/api.xro/2.0"
CONNECTIONS = "https://api.xero.com/connections"
BATCH_SIZE = 50
# Xero takes 3.5 MB; the rest is left for the frame and for its own counting.
BATCH_BYTES = 3_000_000
# Up to 1000 are allowed, but documents come with all their lines.
PAGE_SIZE = 200
# Prices keep four places only where each call asks for it.
FOUR_PLACES = {"unitdp": "4"}
_PRICED = frozenset({"Invoices", "CreditNotes", "Items"})
# Everywhere else an answer's list has the name of the path.
_LISTS = {"Organisation": "Organisations"}


@dataclass(frozen=True, slots=True)
class Creation:
    """One record to be made. `path` is Xero's plural, which also names the list."""

    key: str
    path: str
    payload: Entity

    @property
    def weight(self) -> int:
        return len(encode(self.payload))


class TenantApi:
    """All errors are named; see `errors`."""

    page_size = PAGE_SIZE

    def __init__(self, transport: HttpTransport, tenant: str) -> None:
        self.transport = transport
        self._tenant = {"xero-tenant-id": tenant}

    def connections(self) -> list[Entity]:
        """The organisations that the grant opens."""
        answer = self.transport.call("organisations", "GET", CONNECTIONS)
        rows = _success(answer).json()
        if not isinstance(rows, list):
            raise answer.unreadable("is not a list of organisations")
        return [row for row in rows if isinstance(row, dict)]

    def disconnect(self, connection: str) -> None:
        """A connection that is gone already is no error."""
        self.transport.call(
            "logout", "DELETE", f"{CONNECTIONS}/{connection}", effect=Effect.READ
        )

    def get(
        self,
        operation: str,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        since: datetime | None = None,
    ) -> list[Entity]:
        """The rows of one answer; none where nothing changed `since`."""
        answer = self._answered(operation, path, params or {}, since)
        return _rows(answer, path) if answer else []

    def pages(
        self,
        operation: str,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        since: datetime | None = None,
    ) -> Iterator[Entity]:
        for page in range(1, 1_000_000):
            paged = {**(params or {}), "page": str(page)}
            paged["pageSize"] = str(self.page_size)
            rows = self.get(operation, path, paged, since=since)
            yield from rows
            if len(rows) < self.page_size:
                return

    def create(
        self, operation: str, creations: Sequence[Creation]
    ) -> list[Entity | ConnectorError]:
        """One entity or error each, in order, for records of one path. PUT makes only:
        POST would overwrite an invoice that has the number. Raises only when nothing
        was sent."""
        path = creations[0].path
        try:
            answer = self._write(
                operation,
                "PUT",
                path,
                {path: [each.payload for each in creations]},
                key=batch_key(creations),
                params=_places(path) | {"summarizeErrors": "false"},
            )
            rows = _rows(_success(answer), path)
        except (Retry, Reauthorise):
            raise
        except ConnectorError as error:
            return [error] * len(creations)
        if len(rows) != len(creations):
            lost = InDoubt(f"{LABEL} left some unanswered.", where=answer.where)
            return [lost] * len(creations)
        return [_outcome(row, answer) for row in rows]

    def put(self, operation: str, path: str, body: Entity, *, key: str = "") -> Answer:
        return _success(self._write(operation, "PUT", path, body, key=key))

    def post(
        self, operation: str, path: str, id: str, payload: Entity, *, key: str = ""
    ) -> Entity:
        """Changes the record of that id."""
        answer = self._write(
            operation,
            "POST",
            f"{path}/{id}",
            {path: [payload]},
            key=key,
            params=FOUR_PLACES,
        )
        return _first(_success(answer), path)

    def remove(self, operation: str, path: str, id: str) -> Entity:
        """Payments are ended by a bare object, unlike all else."""
        answer = self._write(operation, "POST", f"{path}/{id}", {"Status": "DELETED"})
        return _first(_success(answer), path)

    def delete(self, operation: str, path: str) -> None:
        _success(
            self.transport.call(
                operation,
                "DELETE",
                f"{BASE}/{path}",
                headers=dict(self._tenant),
                effect=Effect.WRITE,
            )
        )

    def _answered(
        self,
        operation: str,
        path: str,
        params: Mapping[str, str],
        since: datetime | None,
    ) -> Answer | None:
        headers = dict(self._tenant)
        if since:
            told = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
            headers["If-Modified-Since"] = told
        answer = self.transport.call(
            operation, "GET", f"{BASE}/{path}", params=params, headers=headers
        )
        return None if answer.status == 304 else _success(answer)

    def _write(
        self,
        operation: str,
        method: str,
        path: str,
        body: Entity,
        *,
        key: str = "",
        params: Mapping[str, str] | None = None,
    ) -> Answer:
        """Xero remembers a key for minutes only, so that a lost answer is in doubt at
        once, and is looked up before it is sent again with its key."""
        headers = self._tenant | ({"Idempotency-Key": key} if key else {})
        return self.transport.call(
            operation,
            method,
            f"{BASE}/{path}",
            params=params,
            json=body,
            headers=headers,
            effect=Effect.WRITE,
        )


def _places(path: str) -> dict[str, str]:
    return FOUR_PLACES if path in _PRICED else {}


def batch_key(creations: Sequence[Creation]) -> str:
    """The key stands for one body, so the order counts."""
    keys = "\n".join(creation.key for creation in creations)
    return sha256(keys.encode()).hexdigest()


def _success(answer: Answer) -> Answer:
    if answer.ok:
        return answer
    raise answer_error(answer)


def _rows(answer: Answer, path: str) -> list[Entity]:
    name = _LISTS.get(path) or path.partition("/")[0]
    rows = answer.json_object().get(name)
    if not isinstance(rows, list):
        raise answer.unreadable(f"holds no {name}")
    return [row for row in rows if isinstance(row, dict)]


def _first(answer: Answer, path: str) -> Entity:
    rows = _rows(answer, path)
    if not rows:
        raise answer.unreadable(f"holds no {path}")
    outcome = _outcome(rows[0], answer)
    if isinstance(outcome, ConnectorError):
        raise outcome
    return outcome


def _outcome(row: Entity, answer: Answer) -> Entity | ConnectorError:
    """With `summarizeErrors=false` a refused element stands among the others."""
    said = sentences(row)
    if row.get("StatusAttributeString") == "ERROR" or said:
        where = replace(answer.where, vendor_code="ValidationException")
        return refusal(said or ["(without a reason)"], where)
    return row
