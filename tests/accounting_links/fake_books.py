"""One set of books in memory that the fake connectors of a test share."""

import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from connectors.errors import (
    ConnectorError,
)
from connectors.records import (
    Item,
    Party,
    RemoteDocument,
    RemotePayment,
)


@dataclass
class Books:
    """`before` and `after` hold, by operation, the errors that the next calls raise
    before and after the books have kept what they were told; None lets one through.
    `refused` are numbers that the platform does not take; the references in `late` are
    not found at the first question. `surcharge` is what the books add to a total."""

    organisation_id: str = "ORG"
    documents: dict[str, RemoteDocument] = field(default_factory=dict)
    payments: dict[str, RemotePayment] = field(default_factory=dict)
    parties: list[Party] = field(default_factory=list)
    items: dict[str, Item] = field(default_factory=dict)
    credits: dict[str, RemotePayment] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    changes: list[tuple[str, str]] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    before: dict[str, list[ConnectorError | None]] = field(default_factory=dict)
    after: dict[str, list[ConnectorError | None]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    late: list[str] = field(default_factory=list)
    surcharge: Decimal = Decimal(0)
    complete: bool = True
    knows_keys: bool = True
    lock: threading.Lock = field(default_factory=threading.Lock)

    def state(self) -> list[tuple[Any, ...]]:
        """All that matters of the documents, in an order that can be compared."""
        return sorted(
            (d.kind.value, d.number, d.gross, d.status.value, d.party_id)
            for d in self.documents.values()
        )

    def numbers(self) -> list[str]:
        return sorted(document.number for document in self.documents.values())

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{len(self.documents) + len(self.payments) + 1}"

    def changed(self, kind: str, id: str) -> None:
        self.changes.append((kind, id))

    def edit(self, id: str, **fields: Any) -> RemoteDocument:
        """As a person does it over there."""
        old = self.documents[id]
        version = str(int(old.version or 0) + 1)
        self.documents[id] = replace(old, **{"version": version, **fields})
        self.changed("document", id)
        return self.documents[id]

    def pay(self, payment: RemotePayment) -> None:
        self.payments[payment.id] = payment
        self.changed("payment", payment.id)
