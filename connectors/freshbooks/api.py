"""One FreshBooks account: calls, lists by page, what stands in the envelope."""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.errors import Rejected
from connectors.freshbooks.errors import answer_error, fault_in, named
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport

HOST = "https://api.freshbooks.com"
PAGE_SIZE = 100

Node = dict[str, Any]


class AccountApi:
    """All errors are named; see `errors`. `page_size` is FreshBooks' maximum."""

    page_size = PAGE_SIZE

    def __init__(self, transport: HttpTransport, account_id: str) -> None:
        self.transport = transport
        self.base = f"{HOST}/accounting/account/{account_id}"

    def me(self, operation: str) -> Node:
        answer = self.transport.call(operation, "GET", f"{HOST}/auth/api/v1/users/me")
        found = _understood(answer).get("response")
        if not isinstance(found, dict):
            raise answer.unreadable("does not say who asks")
        return found

    def ledger_accounts(self, business_uuid: str) -> list[Node]:
        path = f"/accounting/businesses/{business_uuid}/ledger_accounts/accounts"
        answer = self.transport.call("ledger_accounts", "GET", f"{HOST}{path}")
        return _listed(_understood(answer).get("data"))

    def get(
        self,
        operation: str,
        path: str,
        key: str,
        params: Mapping[str, str] | None = None,
    ) -> Node:
        answer = self.transport.call(
            operation, "GET", f"{self.base}/{path}", params=params
        )
        return _single(answer, key)

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
            answer = self.transport.call(
                operation,
                "GET",
                f"{self.base}/{path}",
                params={**(params or {}), **paged},
            )
            result = _result(answer)
            yield from _listed(result.get(key))
            if page >= int(result.get("pages") or 0):
                return
            page += 1

    def create(
        self, operation: str, path: str, key: str, payload: Node, *, lines: bool = False
    ) -> Node:
        answer = self.transport.call(
            operation,
            "POST",
            f"{self.base}/{path}",
            params=LINES if lines else None,
            json={key: payload},
        )
        return _single(answer, key)

    def update(self, operation: str, path: str, key: str, payload: Node) -> Node:
        answer = self.transport.call(
            operation, "PUT", f"{self.base}/{path}", json={key: payload}
        )
        return _single(answer, key)

    def callbacks(
        self, operation: str, method: str, url: str, payload: Node | None = None
    ) -> list[Node]:
        """Of a call about webhooks: one, or all that there are."""
        body = None if payload is None else {"callback": payload}
        answer = self.transport.call(operation, method, url, json=body)
        result = _result(answer)
        one = result.get("callback")
        return [one] if isinstance(one, dict) else _listed(result.get("callbacks"))

    def remove(self, operation: str, url: str) -> None:
        _understood(self.transport.call(operation, "DELETE", url))


LINES = {"include[]": "lines"}


def _understood(answer: Answer) -> Node:
    """A refusal may come with HTTP 200."""
    if not answer.ok:
        raise answer_error(answer)
    body = answer.json_object()
    if fault := fault_in(body):
        raise named(fault, answer.where)
    return body


def _result(answer: Answer) -> Node:
    response = _understood(answer).get("response")
    result = response.get("result") if isinstance(response, dict) else None
    if not isinstance(result, dict):
        raise answer.unreadable("holds no result")
    return result


def _single(answer: Answer, key: str) -> Node:
    """A credit note alone comes under either name."""
    result = _result(answer)
    found = result.get(key) or result.get(f"{key}s")
    if isinstance(found, list):
        found = found[0] if found else None
    if not isinstance(found, dict):
        raise answer.unreadable(f"holds no {key}")
    return found


def _listed(found: object) -> list[Node]:
    return (
        [row for row in found if isinstance(row, dict)]
        if isinstance(found, list)
        else []
    )


def integer(id: str, status_code: str, *, field: str) -> int:
    """FreshBooks' ids are numbers. Raises `Rejected`."""
    if id.isdecimal():
        return int(id)
    raise Rejected(
        f"{id!r} is no id of FreshBooks.", status_code=status_code, field=field
    )
