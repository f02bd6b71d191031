"""What travels through one send: the item, the record, and what became of it."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from accounting_links.models import SyncItem
from connectors import records
from connectors.records import RemoteDocument
from invoicing.models import Document


@dataclass(slots=True, kw_only=True)
class Sending:
    """`again`: it left before without an answer, and goes with the same key."""

    item: SyncItem
    document: Document
    record: records.Document
    again: bool = False


class Fate(StrEnum):
    SENT = "sent"
    EXPORTED = "exported"
    ADOPTED = "adopted"
    BLOCKED = "blocked"
    IN_DOUBT = "in_doubt"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(slots=True, kw_only=True)
class Outcome:
    """`message` is a sentence for staff. `after` is the least number of seconds to
    wait, where the platform named one."""

    sending: Sending
    fate: Fate
    remote: RemoteDocument | None = None
    code: str = ""
    message: str = ""
    findings: list[dict[str, Any]] = field(default_factory=list)
    warnings: tuple[str, ...] = ()
    after: float | None = None
    exchange: str = ""

    @property
    def item(self) -> SyncItem:
        return self.sending.item

    @property
    def document(self) -> Document:
        return self.sending.document

    @property
    def arrived(self) -> bool:
        return self.fate in (Fate.SENT, Fate.ADOPTED)

    @property
    def signed_gross(self) -> Decimal:
        gross = self.remote.gross if self.remote else self.sending.record.gross
        return records.signed(self.sending.record.kind, gross)
