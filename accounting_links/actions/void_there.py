"""A further copy, or what was sent and is no longer ours, is voided over there: no
document of ours stands for it, so that no change of ours could do it."""

from django.contrib.auth.models import User
from django.utils import timezone

from accounting_links.actions.base import Refused, label, require, talk
from accounting_links.models import DocumentLink, ReconciliationRow, Verdict
from accounting_links.permissions import ADOPT, SYNC
from accounting_links.verbs import Verb
from connectors.base import Connector
from connectors.errors import ConnectorError, NotFound
from connectors.records import Document, DocumentKind, RemoteDocument, RemoteStatus
from invoicing.services import events

# What FinSync did not send is none of its business, whatever number it has.
OURS_TO_VOID = (Verdict.DUPLICATE_IN_BOOKS, Verdict.MISSING_IN_CRM)
GONE = (RemoteStatus.VOID, RemoteStatus.DELETED)
PAID = (RemoteStatus.PART_PAID, RemoteStatus.PAID)


def void_there(
    row: ReconciliationRow,
    *,
    actor: User | None,
    reason: str,
    connector: Connector | None = None,
) -> str:
    """Reads it first. Deletes it where the platform cannot void. Raises `Refused` when
    it is linked, paid or gone, and what the connector raises: then it may be pressed
    again, since what is void stays void. Answers what was done, in words."""
    require(actor, SYNC)
    require(actor, ADOPT)
    if not reason.strip():
        raise Refused("Say why, in a few words.", field="reason")
    _refuse(row)
    with talk(row.reconciliation.connection, connector) as open_connector:
        remote = _read(row, open_connector)
        _note(row, "is being voided", actor=actor, reason=reason)
        try:
            did = _end(open_connector, remote)
        except ConnectorError as error:
            _note(row, "may not have been voided", actor=actor, reason=str(error))
            raise
    _note(row, f"was {did}", actor=actor, reason=reason)
    return f"{row.remote_number or row.number} was {did} over there."


def _refuse(row: ReconciliationRow) -> None:
    if row.verdict not in OURS_TO_VOID or not row.external_id:
        raise Refused("FinSync voids only what it has sent itself.")
    live = DocumentLink.objects.filter(
        connection=row.reconciliation.connection_id,
        kind=row.kind,
        external_id=row.external_id,
        ended_at=None,
    )
    if held := live.select_related("document").first():
        raise Refused(f"It stands for {held.document}: void that one instead.")


def _read(row: ReconciliationRow, connector: Connector) -> RemoteDocument:
    where = label(row.reconciliation.connection)
    try:
        remote = connector.get_document(DocumentKind(row.kind), row.external_id)
    except NotFound as error:
        raise Refused(f"{row.number} is no longer in {where}.") from error
    if remote.status in GONE:
        raise Refused(f"{row.number} is {remote.status.value} in {where} already.")
    if remote.status in PAID:
        raise Refused(
            f"{row.number} has payments in {where}. Move them to the right document"
            " there first."
        )
    return remote


def _end(connector: Connector, remote: RemoteDocument) -> str:
    record = _record(remote)
    if connector.capabilities.void:
        connector.void(record)
        return "voided"
    connector.delete(record)
    return "deleted"


def _record(remote: RemoteDocument) -> Document:
    """As far as a void needs it: which one, in what state."""
    tax = remote.tax or remote.gross * 0
    return Document(
        kind=remote.kind,
        number=remote.number,
        reference=remote.reference,
        party_id=remote.party_id,
        party_name=remote.party_name,
        date=remote.date or timezone.localdate(),
        currency=remote.currency,
        lines=(),
        net=remote.gross - tax,
        tax=tax,
        gross=remote.gross,
        id=remote.id,
        version=remote.version,
    )


def _note(
    row: ReconciliationRow, words: str, *, actor: User | None, reason: str
) -> None:
    reconciliation = row.reconciliation
    events.record(
        Verb.COPY_VOIDED,
        reconciliation,
        f"{row.remote_number or row.number} ({row.external_id}) {words} in"
        f" {label(reconciliation.connection)}",
        actor=actor,
        document=row.document,
        connection_id=reconciliation.connection_id,
        before={"verdict": row.verdict, "external_id": row.external_id},
        reason=reason,
    )
