"""Whether a change of ours may be written over what stands there now."""

from collections.abc import Callable

from accounting_links.engine.sending import Sending
from accounting_links.models import (
    DocumentLink,
    EditPolicy,
    EditState,
    Operation,
    RemoteEdit,
)
from accounting_links.remote_edits import comparing, noting
from connectors.errors import StaleVersion
from connectors.records import RemoteDocument, RemoteStatus

SENTENCE = "It was changed in the platform since we last saw it. Look at both first."


def undecided(
    sending: Sending, link: DocumentLink, read: Callable[[], RemoteDocument]
) -> StaleVersion | None:
    """What a person changed there, and nobody has decided about. Where versions tell,
    the platform says so itself, unless the change was seen; elsewhere it is read."""
    if sending.item.operation != Operation.UPDATE or sending.item.overwrite:
        return None
    seen = RemoteEdit.objects.filter(link=link, state=EditState.OPEN).exists()
    if link.version and not seen:
        return None
    remote = read()
    if not seen and (is_ours(sending, remote) or same_but_for_version(remote, link)):
        return None
    if noting.note_one(link.connection, link, remote) and not _ours_holds(link):
        return StaleVersion(SENTENCE)
    link.version = remote.version
    return None


def may_be_overwritten(
    sending: Sending, link: DocumentLink, remote: RemoteDocument
) -> bool:
    """After the platform said that it is another by now. A payment raises the version
    too, and is no edit; an edit is kept for a person, unless the policy decides."""
    if sending.item.overwrite or is_ours(sending, remote):
        return True
    if same_but_for_version(remote, link):
        return True
    noting.note_one(link.connection, link, remote)
    return _ours_holds(link)


def is_ours(sending: Sending, remote: RemoteDocument) -> bool:
    """A change of several calls that broke off in the middle, and not a person's."""
    record = sending.record
    same_party = remote.party_id in ("", record.party_id)
    live = remote.status is not RemoteStatus.VOID
    return live and remote.gross == record.gross and same_party


def same_but_for_version(remote: RemoteDocument, link: DocumentLink) -> bool:
    """Lines are left out: some platforms tell them otherwise from call to call."""
    was_void = link.status == RemoteStatus.VOID
    if (remote.status is RemoteStatus.VOID) != was_void:
        return False
    return not set(comparing.changes(link, remote)) - {"lines"}


def _ours_holds(link: DocumentLink) -> bool:
    return link.connection.edit_policy == EditPolicy.OURS
