"""Adopt: a document that is in the books already becomes ours, after a person has seen
both side by side."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import IntegrityError
from django.utils import timezone

from accounting_links.actions.base import Refused, Step, label, require, step, talk
from accounting_links.engine.outcome import lay_on_link
from accounting_links.models import (
    Connection,
    DocumentLink,
    DocumentLinkHow,
    ItemState,
    Operation,
    SyncItem,
)
from accounting_links.permissions import ADOPT
from accounting_links.verbs import Verb
from connectors.base import Connector
from connectors.errors import NotFound
from connectors.records import DocumentKind, RemoteDocument, RemoteStatus
from invoicing.models import Document
from invoicing.services import events

ON_ITS_WAY = (ItemState.CHECKING, ItemState.SENDING)
GONE = (RemoteStatus.VOID, RemoteStatus.DELETED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What is compared before a person decides."""

    number: str
    party: str
    date: str
    currency: str
    gross: str


def adopt(
    connection: Connection,
    document: Document,
    *,
    external_id: str,
    actor: User | None = None,
    reason: str = "",
    connector: Connector | None = None,
) -> DocumentLink:
    """Reads the document over there first. Raises `Refused` when either of the two is
    linked already, when ours is on its way, or when the other is gone or void. How the
    two differ is on the record."""
    require(actor, ADOPT)
    with talk(connection, connector) as open_connector:
        remote = _read(connection, open_connector, document, external_id)
        link = DocumentLink(
            connection=connection,
            document=document,
            kind=document.kind,
            external_id=remote.id,
            how=DocumentLinkHow.ADOPTED,
            revision=document.revision,
        )
        lay_on_link(link, remote, open_connector)
    try:
        with step(connection, actor=actor) as current:
            _refuse_linked(connection, document, remote)
            link.save(force_insert=True)
            _close_item(current, document)
            _note(current, document, remote, reason=reason)
    except IntegrityError as error:
        raise Refused("Somebody linked one of the two just now. Look again.") from error
    return link


def ours(document: Document) -> Side:
    return Side(
        number=document.number,
        party=document.bill_to.name,
        date=str(document.date),
        currency=document.currency,
        gross=f"{document.gross:.2f}",
    )


def theirs(remote: RemoteDocument) -> Side:
    return Side(
        number=remote.number,
        party=remote.party_name,
        date=str(remote.date or ""),
        currency=remote.currency,
        gross=f"{remote.gross:.2f}",
    )


def _read(
    connection: Connection, connector: Connector, document: Document, external_id: str
) -> RemoteDocument:
    try:
        remote = connector.get_document(DocumentKind(document.kind), external_id)
    except NotFound as error:
        raise Refused(
            f"{label(connection)} has no such document any more ({external_id})."
        ) from error
    if remote.status in GONE:
        raise Refused(
            f"{remote.number} is {remote.status.value} in {label(connection)}; it"
            " cannot stand for a document of ours."
        )
    return remote


def _refuse_linked(
    connection: Connection, document: Document, remote: RemoteDocument
) -> None:
    live = DocumentLink.objects.filter(connection=connection, ended_at=None)
    held = live.filter(document=document).first()
    if held is not None:
        raise Refused(
            f"{document} is {held.external_id} in {label(connection)} already."
        )
    other = live.filter(kind=document.kind, external_id=remote.id).first()
    if other is not None:
        raise Refused(
            f"That document in {label(connection)} is {other.document} of ours already."
        )


def _close_item(current: Step, document: Document) -> None:
    items = SyncItem.objects.select_for_update(of=("self",)).filter(
        connection=current.connection,
        document=document,
        operation=Operation.CREATE,
    )
    open_items = list(items.open())
    if any(item.state in ON_ITS_WAY for item in open_items):
        raise Refused(f"{document} is being sent just now. Look again in a minute.")
    SyncItem.objects.filter(pk__in=[item.pk for item in open_items]).update(
        state=ItemState.DONE,
        status_code="",
        message="Adopted",
        findings=[],
        lease_owner="",
        lease_until=None,
        finished_at=timezone.now(),
    )


def _note(
    current: Step, document: Document, remote: RemoteDocument, *, reason: str
) -> None:
    mine, other = ours(document), theirs(remote)
    names = [name for name in Side.__slots__ if _of(mine, name) != _of(other, name)]
    current.events.append(
        events.build(
            Verb.DOCUMENT_ADOPTED,
            document,
            f"{document} is {remote.number or remote.id} in"
            f" {label(current.connection)}: it was there already",
            actor=current.actor,
            connection_id=current.connection.pk,
            before={name: _of(mine, name) for name in names},
            after={"external_id": remote.id}
            | {name: _of(other, name) for name in names},
            reason=reason,
        )
    )


def _of(side: Side, name: str) -> str:
    return str(getattr(side, name))
