"""OData version 2 as S/4HANA speaks it: pages, filters, dates, and the CSRF token that
each write needs."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from connectors.errors import InDoubt
from connectors.sap_s4hana_cloud.errors import LABEL, answer_error
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport
from connectors.transport.retries import Effect

PAGE_SIZE = 1000
_COOKIE = re.compile(r"(?:^|, )([^=;, ]+)=([^;]*)")
_TICKS = re.compile(r"/Date\((-?\d+)(?:[+-]\d+)?\)/")

Row = Mapping[str, Any]


class TenantApi:
    """All services of one tenant. All errors are named."""

    page_size = PAGE_SIZE

    def __init__(self, transport: HttpTransport, base_url: str) -> None:
        self.transport = transport
        self.root = f"{base_url.rstrip('/')}/sap/opu/odata/sap"
        self._tokens: dict[str, dict[str, str]] = {}

    def rows(
        self,
        path: str,
        *,
        select: Sequence[str] = (),
        where: str = "",
        expand: str = "",
        order: str = "",
    ) -> Iterator[Row]:
        """All pages, of `page_size` rows or what the server makes of it. `order` names
        the keys, without which pages would not add up."""
        skip = 0
        while True:
            params = {
                "$format": "json",
                "$top": str(self.page_size),
                "$skip": str(skip),
                "$select": ",".join(select),
                "$filter": where,
                "$expand": expand,
                "$orderby": order,
            }
            found, more = self._page(path, {k: v for k, v in params.items() if v})
            yield from found
            if not found or not (more or len(found) == self.page_size):
                return
            skip += len(found)

    def first(self, path: str, *, select: Sequence[str]) -> None:
        """One row, whatever it is: to see whether we get in."""
        params = {"$format": "json", "$top": "1", "$select": ",".join(select)}
        self._page(path, params)

    def one(self, path: str) -> Row:
        """Raises `NotFound`."""
        answer = self._get(path, {"$format": "json"})
        return _inner(answer)

    def post(self, service: str, path: str, payload: object = None) -> Row:
        """`d` of the answer. Sent anew once, when the token is not accepted."""
        answer = self._sent(service, path, payload)
        if answer.headers.get("x-csrf-token", "").casefold() == "required":
            self._tokens.pop(service, None)
            answer = self._sent(service, path, payload)
        if not answer.ok:
            raise answer_error(answer)
        return _inner(answer)

    def _sent(self, service: str, path: str, payload: object) -> Answer:
        """One token serves all writes of a service until it is refused."""
        if service not in self._tokens:
            self._tokens[service] = self._csrf(service)
        return self.transport.call(
            "post",
            "POST",
            f"{self.root}/{service}/{path}",
            json=payload,
            headers={**self._tokens[service], "Accept": "application/json"},
            effect=Effect.WRITE,
        )

    def _csrf(self, service: str) -> dict[str, str]:
        """The token, and the session that it is good in."""
        answer = self._get(
            f"{service}/", {"$format": "json"}, headers={"X-CSRF-Token": "Fetch"}
        )
        pairs = _COOKIE.findall(answer.headers.get("Set-Cookie", ""))
        cookie = "; ".join(f"{name}={value}" for name, value in pairs)
        self.transport.redactor.learn(*(value for _, value in pairs))
        token = {"X-CSRF-Token": answer.headers.get("x-csrf-token", "")}
        return token | ({"Cookie": cookie} if cookie else {})

    def _page(self, path: str, params: Mapping[str, str]) -> tuple[list[Row], bool]:
        answer = self._get(path, params)
        body = answer.json_object().get("d")
        results = body.get("results") if isinstance(body, dict) else None
        if not isinstance(results, list):
            raise answer.unreadable("holds no results")
        return results, bool(body and body.get("__next"))

    def _get(
        self,
        path: str,
        params: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        answer = self.transport.call(
            "read",
            "GET",
            f"{self.root}/{path}",
            params=params,
            headers={"Accept": "application/json", **(headers or {})},
        )
        if not answer.ok:
            raise answer_error(answer)
        return answer


def equal(name: str, value: str) -> str:
    return f"{name} eq '" + value.replace("'", "''") + "'"


def among(name: str, values: Iterable[str]) -> str:
    found = [equal(name, value) for value in values]
    return f"({' or '.join(found)})" if len(found) != 1 else found[0]


def day_from(name: str, day: date) -> str:
    return f"{name} ge datetime'{day.isoformat()}T00:00:00'"


def day_to(name: str, day: date) -> str:
    return f"{name} le datetime'{day.isoformat()}T00:00:00'"


def both(*conditions: str) -> str:
    return " and ".join(filter(None, conditions))


def day(value: object) -> date | None:
    """From `/Date(ms)/`."""
    match = _TICKS.fullmatch(str(value or ""))
    if match is None:
        return None
    return datetime.fromtimestamp(int(match.group(1)) / 1000, UTC).date()


def ticks(value: date) -> str:
    moment = datetime(value.year, value.month, value.day, tzinfo=UTC)
    return f"/Date({int(moment.timestamp()) * 1000})/"


def _inner(answer: Answer) -> Row:
    body = answer.json_object().get("d")
    if isinstance(body, dict):
        return body
    if answer.effect is Effect.WRITE:
        raise InDoubt(f"{LABEL} did not say what was made.", where=answer.where)
    raise answer.unreadable("holds no record")
