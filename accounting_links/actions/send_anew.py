"""A document that is gone from the books goes there once more, under a new key."""

from django.contrib.auth.models import User
from django.utils import timezone

from accounting_links import outbox
from accounting_links.actions.accept import accept_deletion
from accounting_links.actions.base import Refused, label, require, talk
from accounting_links.models import DocumentLink, Operation, SyncItem
from accounting_links.outbox import MarkResult
from accounting_links.permissions import ADOPT, SYNC
from connectors.base import Connector
from connectors.errors import NotFound
from connectors.records import DocumentKind, RemoteStatus

GONE = (RemoteStatus.DELETED, RemoteStatus.VOID)


def send_anew(
    link: DocumentLink,
    *,
    actor: User | None = None,
    reason: str,
    connector: Connector | None = None,
) -> MarkResult:
    """Asks the platform first: what is still there is never made again. Then the link
    ends and the document waits, one generation on."""
    require(actor, SYNC)
    require(actor, ADOPT)
    if not reason.strip():
        raise Refused("Say why, in a few words.", field="reason")
    with talk(link.connection, connector) as open_connector:
        _refuse_present(link, open_connector)
    DocumentLink.objects.filter(pk=link.pk, missing_since=None).update(
        missing_since=timezone.now()
    )
    accept_deletion(link, actor=actor, reason=reason)
    result = outbox.mark(
        [link.document_id], connection=link.connection, actor=actor, why="sent anew"
    )
    earlier = DocumentLink.objects.filter(
        connection=link.connection_id, document=link.document_id
    ).exclude(ended_at=None)
    SyncItem.objects.open().filter(
        connection=link.connection_id,
        document=link.document_id,
        operation=Operation.CREATE,
        key="",
    ).update(generation=earlier.count())
    return result


def _refuse_present(link: DocumentLink, connector: Connector) -> None:
    try:
        remote = connector.get_document(DocumentKind(link.kind), link.external_id)
    except NotFound:
        return
    if remote.status not in GONE:
        raise Refused(
            f"{link.document} is in {label(link.connection)} after all, as"
            f" {remote.number or remote.id}. Run the reconciliation again."
        )
