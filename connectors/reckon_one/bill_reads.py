"""Supplier invoices by the older API: no filters, a link to the next page."""

from collections.abc import Iterator
from typing import Any

from connectors.reckon_one.api import V1, BookApi, Node
from connectors.reckon_one.bills import PATH, bill_from, id_in
from connectors.records import RemoteDocument


class BillReads:
    """And the few calls that write."""

    def __init__(self, api: BookApi) -> None:
        self.api = api
        self.base = f"{V1}/{api.book_id}/{PATH}"

    def all(self, operation: str, *, currency: str) -> Iterator[RemoteDocument]:
        url = self.base
        while url:
            answer = self.api.call(operation, "GET", url)
            told = answer.json()
            rows, url = _paged(told)
            if rows is None:
                raise answer.unreadable("holds no bills")
            yield from (bill_from(row, currency=currency) for row in rows)

    def one(self, operation: str, id: str, *, currency: str) -> RemoteDocument:
        answer = self.api.call(operation, "GET", f"{self.base}/{id}")
        return bill_from(answer.json_object(), currency=currency)

    def create(self, operation: str, payload: Node) -> str:
        answer = self.api.call(operation, "POST", self.base, json=payload)
        id = id_in(answer.json())
        if not id:
            raise answer.unreadable("holds no id")
        return id

    def replace(self, operation: str, payload: Node) -> None:
        """Documented without an id in its address: the payload has it."""
        self.api.call(operation, "PUT", self.base, json=payload)

    def approve(self, operation: str, id: str) -> None:
        self.api.call(operation, "POST", f"{self.base}/{id}/approve")

    def remove(self, operation: str, id: str) -> None:
        self.api.call(operation, "DELETE", f"{self.base}/{id}")


def _paged(told: Any) -> tuple[list[Node] | None, str]:
    """Documented in two forms: a bare list, and one with a link to go on by."""
    if isinstance(told, list):
        return told, ""
    if not isinstance(told, dict) or not isinstance(told.get("Items"), list):
        return None, ""
    return told["Items"], str(told.get("NextPageLink") or "")
