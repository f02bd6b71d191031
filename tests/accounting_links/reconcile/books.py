"""Books in memory, for the reads that reconciliation makes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounting_links import gateway
from accounting_links.models import Connection
from connectors.base import Connector
from connectors.capabilities import Capabilities
from connectors.errors import NotFound, Unsupported
from connectors.records import (
    ControlBalance,
    DocumentKind,
    RemoteDocument,
    RemotePayment,
    RemoteStatus,
)
from connectors.records import Document as Record
from connectors.settings import ConnectionConfig
from invoicing.models import Document


class Books(Connector):
    """`documents` are what it holds; `calls` what it was asked. All writes are refused
    by the base."""

    platform = "books"
    label = "Books"
    capabilities = Capabilities(kinds=frozenset(DocumentKind), lookup_size=3)

    def __init__(self, *documents: RemoteDocument) -> None:
        super().__init__(ConnectionConfig(platform="books"))
        self.documents = list(documents)
        self.calls: list[tuple[Any, ...]] = []
        self.payments: list[RemotePayment] = []
        self.balances: list[ControlBalance] = []
        self.can_find = True

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        self.calls.append(("list", kind.value, start, end))
        for each in self.documents:
            assert each.date is not None
            if each.kind is kind and (start or date.min) <= each.date <= (
                end or date.max
            ):
                yield each

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        self.calls.append(("find", kind.value, *numbers))
        assert len(numbers) <= self.capabilities.lookup_size
        if not self.can_find:
            raise Unsupported("Books cannot look numbers up.")
        return [
            replace(each, lines=())
            for each in self.documents
            if each.kind is kind and each.number in numbers
        ]

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        self.calls.append(("get", kind.value, id))
        for each in self.documents:
            if each.kind is kind and each.id == id:
                return each
        raise NotFound(f"There is no document {id}.")

    def list_payments(
        self, start: date | None, end: date | None
    ) -> Iterator[RemotePayment]:
        self.calls.append(("payments", start, end))
        yield from self.payments

    def control_balances(self, on: date) -> list[ControlBalance]:
        self.calls.append(("control", on))
        return self.balances

    def voiding(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """Lets it void, and answers the list of ids that will have been."""
        voided: list[str] = []

        def void(record: Record) -> RemoteDocument:
            at = [each.id for each in self.documents].index(record.id)
            self.documents[at] = replace(self.documents[at], status=RemoteStatus.VOID)
            voided.append(record.id)
            return self.documents[at]

        monkeypatch.setattr(self, "void", void)
        return voided

    def document_url(self, kind: DocumentKind, id: str) -> str:
        return f"https://books.example/{kind.value}/{id}"


def booked(document: Document, **fields: Any) -> RemoteDocument:
    """What the books hold of a document of ours, as FinSync sent it."""
    whole: dict[str, Any] = {
        "kind": DocumentKind(document.kind),
        "id": f"R{document.pk}",
        "number": document.number,
        "status": RemoteStatus.OPEN,
        "date": document.date,
        "currency": document.currency,
        "gross": document.gross,
        "tax": document.tax,
        "reference": document.reference,
        "party_name": document.contact.name,
    }
    return RemoteDocument(**whole | fields)


def foreign(number: str, **fields: Any) -> RemoteDocument:
    whole: dict[str, Any] = {
        "kind": DocumentKind.SALES_INVOICE,
        "id": f"F{number}",
        "number": number,
        "status": RemoteStatus.OPEN,
        "date": date(2026, 11, 3),
        "currency": "GBP",
        "gross": Decimal("50.00"),
        "party_name": "Somebody else",
    }
    return RemoteDocument(**whole | fields)


def open_instead(monkeypatch: pytest.MonkeyPatch, books: Books) -> None:
    """Every connection opens these books from now on."""

    @contextmanager
    def opened(connection: Connection, *, lane: str = "batch") -> Iterator[Connector]:
        yield books

    def class_of(connection: Connection) -> type[Connector]:
        return Books

    monkeypatch.setattr(gateway, "open_connector", opened)
    monkeypatch.setattr(gateway, "connector_class", class_of)
