"""A credit note on its way to an invoice over there, and what is meant by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounting_links.engine import payload
from accounting_links.engine.sending import Fate
from accounting_links.models import Connection, CreditLink, DocumentLink, SyncItem
from accounting_links.status_codes import StatusCode
from connectors import records
from connectors.records import DocumentKind, PaymentDirection, RemotePayment
from invoicing.models import PaymentAllocation

ZERO = Decimal(0)
Pair = tuple[int, int]


class Act(StrEnum):
    NOTHING = "nothing"
    ALLOCATE = "allocate"
    RELEASE = "release"


@dataclass(slots=True, kw_only=True)
class Setting:
    """One pair. `here`: the allocation as we have it; `standing`: what stands there, as
    far as we know. `kept` is the intent that is on disk, where one left before;
    `unclear`: what became of that cannot be found out."""

    item: SyncItem
    here: PaymentAllocation | None
    standing: CreditLink | None
    credit: DocumentLink | None
    invoice: DocumentLink | None
    kept: dict[str, Any] | None
    fate: Fate = Fate.SENT
    code: str = ""
    message: str = ""
    remote_id: str = ""
    unclear: bool = False

    @property
    def wanted(self) -> Act:
        """A change of the amount takes it off first."""
        amount = self.here.amount if self.here else ZERO
        if self.standing is None:
            return Act.ALLOCATE if amount else Act.NOTHING
        return Act.NOTHING if self.standing.amount == amount else Act.RELEASE

    @property
    def act(self) -> Act:
        return Act(self.kept["act"]) if self.kept else self.wanted

    @property
    def amount(self) -> Decimal:
        if self.kept:
            return (
                payload.load(records.Payment, self.kept["record"]).allocations[0].amount
            )
        found = self.standing or self.here
        return found.amount if found else ZERO

    def stop(self, code: StatusCode, message: str) -> None:
        self.fate, self.code, self.message = Fate.BLOCKED, code.value, message


def build(connection: Connection, items: Sequence[SyncItem]) -> list[Setting]:
    """Four statements, however many."""
    rows = SyncItem.objects.select_related("document", "settles").in_bulk(
        [item.pk for item in items]
    )
    pairs = {(item.document_id, item.settles_id) for item in items}
    links = _links(connection, {pk for pair in pairs for pk in pair if pk})
    here, standing = _here(pairs), _standing(connection, pairs)
    return [
        _setting(rows[item.pk], item, here=here, standing=standing, links=links)
        for item in items
        if item.pk in rows
    ]


def _setting(
    row: SyncItem,
    item: SyncItem,
    *,
    here: dict[Pair, PaymentAllocation],
    standing: dict[Pair, CreditLink],
    links: dict[int, DocumentLink],
) -> Setting:
    pair = (item.document_id, item.settles_id or 0)
    return Setting(
        item=row,
        here=here.get(pair),
        standing=standing.get(pair),
        credit=links.get(pair[0]),
        invoice=links.get(pair[1]),
        kept=item.payload,
    )


def _links(connection: Connection, ids: set[int]) -> dict[int, DocumentLink]:
    found = DocumentLink.objects.filter(
        connection=connection, document__in=ids, ended_at=None, missing_since=None
    )
    return {link.document_id: link for link in found}


def _here(pairs: set[tuple[int, int | None]]) -> dict[Pair, PaymentAllocation]:
    rows = PaymentAllocation.objects.filter(_of(pairs))
    return {(row.credit_note_id or 0, row.document_id): row for row in rows}


def _standing(
    connection: Connection, pairs: set[tuple[int, int | None]]
) -> dict[Pair, CreditLink]:
    rows = CreditLink.objects.filter(_of(pairs), connection=connection, ended_at=None)
    return {(row.credit_note_id, row.document_id): row for row in rows}


def _of(pairs: set[tuple[int, int | None]]) -> Q:
    return Q(
        credit_note__in=[credit for credit, _ in pairs],
        document__in=[document for _, document in pairs],
    )


def record_of(
    setting: Setting, credit: DocumentLink, invoice: DocumentLink
) -> records.Payment:
    """Dated when it was set here, and not before the documents."""
    document, note = setting.item.settles, setting.item.document
    made = setting.here.created_at if setting.here else timezone.now()
    dates = [timezone.localdate(made), note.date]
    dates += [document.date] if document is not None else []
    return records.Payment(
        direction=PaymentDirection.RECEIVED,
        key="",
        party_id=credit.party_id or invoice.party_id,
        date=max(dates),
        amount=ZERO,
        currency=note.currency,
        allocations=both(setting.amount, credit, invoice),
        reference=f"FinSync-C{note.pk}-{setting.item.settles_id}",
    )


def standing_there(
    setting: Setting, credit: DocumentLink, invoice: DocumentLink
) -> RemotePayment:
    link = setting.standing
    return RemotePayment(
        direction=PaymentDirection.RECEIVED,
        id=link.external_id if link else "",
        date=None,
        amount=ZERO,
        currency=setting.item.document.currency,
        allocations=both(link.amount if link else ZERO, credit, invoice),
        party_id=credit.party_id or invoice.party_id,
    )


def both(
    amount: Decimal, credit: DocumentLink, invoice: DocumentLink
) -> tuple[records.Allocation, ...]:
    return tuple(
        records.Allocation(
            document_id=link.external_id, kind=DocumentKind(link.kind), amount=amount
        )
        for link in (invoice, credit)
    )
