"""One Odoo database: `call(model, method)` over XML-RPC or JSON-2, which do the same.

XML-RPC takes a method's parameters by place, JSON-2 by name; an `Ask` holds them by
name, in their order, so that either can be made of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from xmlrpc.client import Fault as XmlFault

from connectors.batching import one_by_one
from connectors.errors import ConnectorError, InDoubt, Rejected, Unreadable
from connectors.odoo.errors import (
    APPLICATION,
    DENIED,
    NO_RIGHTS,
    WARNING,
    Fault,
    Returned,
    named,
)
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport
from connectors.transport.retries import Effect
from connectors.transport.xmlrpc import XmlRpcClient

PAGE_SIZE = 200
# The first version with JSON-2, and the first without XML-RPC.
JSON2_SINCE = 19
XMLRPC_UNTIL = 22

Row = dict[str, Any]
Domain = Sequence[object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """`ids`: the records it runs on, None for a method of the model. `args`: what it
    needs, by name in the order of its parameters; `options`: what it may have."""

    model: str
    method: str
    ids: Sequence[int] | None = None
    args: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)


class Wire(Protocol):
    def run(self, operation: str, ask: Ask, effect: Effect) -> Any:
        """What the method returned. All errors are named."""
        ...


class Credentials(Protocol):
    """Who asks. `uid` may have to log in first."""

    database: str
    key: str

    def uid(self) -> int: ...


class XmlRpc:
    def __init__(
        self, transport: HttpTransport, base_url: str, who: Credentials
    ) -> None:
        self._who = who
        self._common = XmlRpcClient(
            transport, f"{base_url}/xmlrpc/2/common", fault=_fault_error
        )
        self._object = XmlRpcClient(
            transport, f"{base_url}/xmlrpc/2/object", fault=_fault_error
        )

    def major(self) -> int:
        """The server's version. Online servers may tell it as "saas~18.2"."""
        try:
            told = self._common.call("version", "version", [], effect=Effect.READ)
        except Unreadable as error:
            if error.where.http_status == 404:
                return XMLRPC_UNTIL
            raise
        info = told.get("server_version_info") or [0]
        digits = "".join(c for c in str(info[0]).partition(".")[0] if c.isdecimal())
        return int(digits or 0)

    def authenticate(self, login: str) -> int | None:
        """The user's id, None where log-in and key do not fit."""
        arguments = [self._who.database, login, self._who.key, {}]
        uid = self._common.call("login", "authenticate", arguments, effect=Effect.READ)
        return int(uid) if uid else None

    def run(self, operation: str, ask: Ask, effect: Effect) -> Any:
        places = [] if ask.ids is None else [list(ask.ids)]
        arguments = [
            self._who.database,
            self._who.uid(),
            self._who.key,
            ask.model,
            ask.method,
            [*places, *ask.args.values()],
            dict(ask.options),
        ]
        try:
            return self._object.call(operation, "execute_kw", arguments, effect=effect)
        except Returned:
            return None


class Json2:
    def __init__(self, transport: HttpTransport, base_url: str) -> None:
        self._transport = transport
        self._base = f"{base_url}/json/2"

    def run(self, operation: str, ask: Ask, effect: Effect) -> Any:
        ids = {} if ask.ids is None else {"ids": list(ask.ids)}
        answer = self._transport.call(
            operation,
            "POST",
            f"{self._base}/{ask.model}/{ask.method}",
            json={**ids, **ask.args, **ask.options},
            effect=effect,
        )
        if answer.ok:
            return answer.json()
        raise named(_json_fault(answer), answer.where)


class Database:
    """`page_size` is ours: Odoo knows no maximum."""

    page_size = PAGE_SIZE

    def __init__(self, wire: Wire, *, company_id: str = "") -> None:
        self.wire = wire
        # In English, because its faults are told apart by their texts.
        self.context: Row = {"lang": "en_US"}
        if company_id.isdecimal():
            self.context["allowed_company_ids"] = [int(company_id)]

    def call(
        self,
        operation: str,
        model: str,
        method: str,
        *,
        ids: Sequence[int] | None = None,
        args: Mapping[str, Any] | None = None,
        options: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
        effect: Effect = Effect.WRITE,
    ) -> Any:
        ask = Ask(
            model=model,
            method=method,
            ids=ids,
            args=args or {},
            options={**(options or {}), "context": {**self.context, **(context or {})}},
        )
        return self.wire.run(operation, ask, effect)

    def create(self, operation: str, model: str, values: Sequence[Row]) -> list[int]:
        """All or none of them."""
        made = self.call(operation, model, "create", args={"vals_list": list(values)})
        return [int(each) for each in made]

    def create_each(
        self, operation: str, model: str, batch: Sequence[Row]
    ) -> list[int | ConnectorError]:
        """One id or error for each, in order: all at once, and where Odoo refuses that
        and so made none, one by one. Raises only while nothing was made."""
        try:
            return [*self.create(operation, model, batch)]
        except InDoubt as error:
            return [error] * len(batch)
        except Rejected as error:
            if len(batch) == 1:
                return [error]
        return one_by_one(batch, lambda each: self.create(operation, model, [each])[0])

    def search(
        self,
        operation: str,
        model: str,
        domain: Domain,
        fields: Iterable[str],
        *,
        order: str = "id asc",
        limit: int = 0,
    ) -> list[Row]:
        options: Row = {"fields": list(fields), "order": order}
        if limit:
            options["limit"] = limit
        found = self.call(
            operation,
            model,
            "search_read",
            args={"domain": list(domain)},
            options=options,
            effect=Effect.READ,
        )
        return _rows(found)

    def pages(
        self, operation: str, model: str, domain: Domain, fields: Iterable[str]
    ) -> Iterator[Row]:
        """By id and not by offset: what is made or changed meanwhile moves nothing."""
        last, names = 0, list(fields)
        while True:
            beyond = [*domain, ["id", ">", last]]
            rows = self.search(operation, model, beyond, names, limit=self.page_size)
            yield from rows
            if len(rows) < self.page_size:
                return
            last = rows[-1]["id"]

    def read(
        self, operation: str, model: str, ids: Sequence[int], fields: Iterable[str]
    ) -> list[Row]:
        """Those that exist, in the order of `ids`."""
        if not ids:
            return []
        found = self.call(
            operation,
            model,
            "read",
            ids=ids,
            options={"fields": list(fields)},
            effect=Effect.READ,
        )
        return _rows(found)


def _rows(found: Any) -> list[Row]:
    return [row for row in found or () if isinstance(row, dict)]


def _fault_error(fault: XmlFault, answer: Answer) -> ConnectorError:
    return named(Fault(fault.faultCode, str(fault.faultString)), answer.where)


_JSON_CODES = {401: DENIED, 403: NO_RIGHTS}


def _json_fault(answer: Answer) -> Fault:
    """Raises as `Answer.unreadable` says where it is no error of Odoo's."""
    body = answer.json_object()
    if "message" not in body:
        raise answer.unreadable(f"refuses with HTTP {answer.status} and no reason")
    code = _JSON_CODES.get(answer.status, WARNING)
    if str(body.get("name", "")).partition(".")[0] in ("builtins", "psycopg2"):
        code = APPLICATION
    return Fault(code, str(body["message"]))
