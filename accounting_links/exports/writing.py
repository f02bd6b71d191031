"""Makes the files: intent, bytes, items and events in one commit."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from accounting_links import building
from accounting_links.engine import intent
from accounting_links.engine import payments as paying
from accounting_links.engine.crash_points import Point, reached
from accounting_links.engine.payment_sending import PaymentSending
from accounting_links.engine.sending import Sending
from accounting_links.exports import newcomers
from accounting_links.models import (
    Connection,
    DocumentLink,
    ExportBatch,
    ExportedContact,
    ExportItem,
    ItemState,
    Role,
    SyncItem,
)
from accounting_links.verbs import Verb
from connectors.files import FileConnector, FilePayment
from connectors.transport.files import ExportFile
from invoicing.models import Event
from invoicing.services import events

MESSAGE = "It stands in {name}. Upload the report or list, or confirm it by hand."


def documents(
    connection: Connection,
    connector: FileConnector,
    sendings: Sequence[Sending],
    *,
    owner: str,
    variant: str = "",
    actor: User | None = None,
) -> list[Sending]:
    """Those that stand in a file now. Left out, and waiting again, are those that
    changed since they were checked."""
    chosen = connector.variant_named(variant)
    with transaction.atomic():
        fresh = newcomers.of(connection, connector, sendings)
        sure = intent.write(sendings, owner=owner)
        ids = {each.document.contact_id for each in sure}
        fresh = [each for each in fresh if each.entry.contact_id in ids]
        files = connector.write(
            [each.record for each in sure],
            parties=[each.record for each in fresh],
            moment=timezone.localtime(),
            variant=chosen.name if chosen else "",
        )
        making = _Making(connection, actor=actor, variant=variant)
        making.keep(
            files,
            {each.record.reference: _document(each) for each in sure},
            {each.record.reference: each.entry for each in fresh},
        )
    reached(Point.AFTER_RECORD)
    return sure


def payments(
    connection: Connection,
    connector: FileConnector,
    sendings: Sequence[PaymentSending],
    *,
    owner: str,
    actor: User | None = None,
) -> list[PaymentSending]:
    if not sendings:
        return []
    with transaction.atomic():
        sure = paying.write_intents(sendings, owner=owner)
        links = _settled(connection, sure)
        files = connector.write(
            [],
            [_file_payment(each, links) for each in sure],
            moment=timezone.localtime(),
        )
        making = _Making(connection, actor=actor, variant="")
        making.keep(files, {payment_reference(each): _payment(each) for each in sure})
    reached(Point.AFTER_RECORD)
    return sure


def payment_reference(sending: PaymentSending) -> str:
    return f"FinSync-P{sending.payment.pk}"


def _settled(
    connection: Connection, sendings: Sequence[PaymentSending]
) -> list[DocumentLink]:
    """What was confirmed of the documents, with ours."""
    ids = {a.document_id for each in sendings for a in each.record.allocations}
    links = DocumentLink.objects.filter(
        connection=connection, external_id__in=ids, ended_at=None
    )
    return list(links.select_related("document"))


def _file_payment(
    sending: PaymentSending, links: Sequence[DocumentLink]
) -> FilePayment:
    made = sending.payment.direction == "made"
    return FilePayment(
        payment=sending.record,
        reference=payment_reference(sending),
        numbers={link.external_id: link.document.number for link in links},
        numbers_there={link.external_id: link.number for link in links},
        party=building.party_of(
            sending.payment.contact, Role.SUPPLIER if made else Role.CUSTOMER
        ),
    )


def _document(sending: Sending) -> ExportItem:
    record = sending.record
    return ExportItem(
        sync_item=sending.item,
        document=sending.document,
        kind=record.kind.value,
        reference=record.reference,
        number=record.number,
        party_name=record.party_name,
        date=record.date,
        currency=record.currency,
        gross=record.gross,
    )


def _payment(sending: PaymentSending) -> ExportItem:
    payment, item = sending.payment, sending.item
    return ExportItem(
        sync_item=item,
        document_id=item.document_id,
        payment=payment,
        kind=item.document.kind,
        reference=payment_reference(sending),
        number=payment.reference[:60],
        party_name=payment.contact.name,
        date=payment.date,
        currency=payment.currency,
        gross=payment.amount,
    )


class _Making:
    """One act of exporting, which may come to several files."""

    def __init__(
        self, connection: Connection, *, actor: User | None, variant: str
    ) -> None:
        self.connection = connection
        self.actor = actor
        self.variant = variant

    def keep(
        self,
        files: Sequence[ExportFile],
        entries: Mapping[str, ExportItem],
        people: Mapping[str, ExportedContact] | None = None,
    ) -> None:
        """Raises `ValueError` when the files do not hold each entry exactly once: then
        nothing is kept."""
        people = people or {}
        named = [reference for file in files for reference in file.documents]
        if sorted(named) != sorted(entries):
            raise ValueError("The files do not hold each document exactly once.")
        named = [reference for file in files for reference in file.parties]
        if sorted(named) != sorted(people):
            raise ValueError("The files do not hold each party exactly once.")
        for file in files:
            self._keep_file(
                file,
                [entries[name] for name in file.documents],
                [people[name] for name in file.parties],
            )

    def _keep_file(
        self,
        file: ExportFile,
        items: Sequence[ExportItem],
        people: Sequence[ExportedContact],
    ) -> None:
        batch = ExportBatch.objects.create(
            connection=self.connection,
            file_name=file.name,
            media_type=file.media_type,
            content=file.content,
            checksum=file.checksum,
            size=len(file.content),
            variant=self.variant,
            created_by=self.actor,
        )
        for position, person in enumerate(people, start=1):
            person.batch, person.position = batch, position
        for position, item in enumerate(items, start=1):
            item.batch, item.position = batch, position
        ExportedContact.objects.bulk_create(people)
        ExportItem.objects.bulk_create(items)
        self._settle([item.sync_item_id for item in items], batch)
        Event.objects.bulk_create(self._history(batch, items, len(people)))

    def _settle(self, ids: Sequence[int], batch: ExportBatch) -> None:
        SyncItem.objects.filter(pk__in=ids, state=ItemState.SENDING).update(
            state=ItemState.EXPORTED,
            message=MESSAGE.format(name=batch.file_name)[:500],
            lease_owner="",
            lease_until=None,
            next_attempt_at=None,
            attempts=0,
            checked_at=timezone.now(),
        )

    def _history(
        self, batch: ExportBatch, items: Sequence[ExportItem], people: int
    ) -> list[Event]:
        by: dict[str, Any] = {
            "actor": self.actor,
            "actor_name": "" if self.actor else "engine",
            "connection_id": self.connection.pk,
        }
        count = len(items) + people
        written = "one entry" if count == 1 else f"{count:,} entries"
        made = events.build(
            Verb.FILE_EXPORTED,
            batch,
            f"{batch} was written for {self.connection}: {written}",
            after={"checksum": batch.checksum, "size": batch.size},
            **by,
        )
        return [made, *(_exported(batch, item, by) for item in items)]


def _exported(batch: ExportBatch, item: ExportItem, by: dict[str, Any]) -> Event:
    subject = item.payment or item.document
    event = events.build(
        Verb.DOCUMENT_EXPORTED,
        subject,
        f"{subject} was exported to {batch}",
        after={"file": batch.file_name, "checksum": batch.checksum},
        **by,
    )
    event.document_id = item.document_id
    return event
