"""Sends changes and voids of documents that are over there already, one at a time.

Both are safe to repeat: they make one named document the same as ours, so that what
went unanswered is read anew and sent again.
"""

import uuid
from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from accounting_links import building, gateway, preflight, rounding
from accounting_links.engine import edited, lease, outcome, payload, push, retry
from accounting_links.engine.crash_points import Point, reached
from accounting_links.engine.push import NothingSent
from accounting_links.engine.sending import Fate, Outcome, Sending
from accounting_links.models import (
    Connection,
    DocumentLink,
    ItemState,
    Operation,
    SyncItem,
)
from accounting_links.preflight.base import Finding, Fix
from accounting_links.remote_edits import noting
from accounting_links.status_codes import StatusCode
from accounting_links.verbs import Verb
from connectors.base import Connector
from connectors.capabilities import Capabilities
from connectors.errors import (
    ConnectorError,
    NotFound,
    Reauthorise,
    Rejected,
    Retry,
    StaleVersion,
)
from connectors.records import RemoteDocument, RemoteStatus
from invoicing.models import Event
from invoicing.services import events

# Checks that a document which is there already need not pass.
NOT_ASKED = {
    Operation.UPDATE: frozenset({StatusCode.DUPLICATE_NUMBER.value}),
    Operation.VOID: frozenset(StatusCode.values) - {StatusCode.UNSUPPORTED.value},
}


def send(
    connection: Connection,
    connector: Connector,
    items: Sequence[SyncItem],
    *,
    owner: str,
) -> list[Outcome]:
    """Claimed or doubtful items of one operation. Raises `NothingSent`; items that were
    not reached are the caller's to give back."""
    pairs = _with_links(connection, connector, items)
    written: list[Outcome] = []
    for sending, link in pairs:
        result = _stopped(connection, connector, sending, link)
        if result is None:
            result = _attempt(connector, sending, link, owner=owner)
        if result is not None:
            written += _record(connection, connector, result, link, owner=owner)
    return written


def _with_links(
    connection: Connection, connector: Connector, items: Sequence[SyncItem]
) -> list[tuple[Sending, DocumentLink | None]]:
    documents = building.documents(item.document_id for item in items)
    records = rounding.records(connection, connector, documents)
    by_pk = {document.pk: document for document in documents}
    links = {
        link.document_id: link
        for link in DocumentLink.objects.filter(
            connection=connection, document__in=documents, ended_at=None
        ).select_related("connection", "document")
    }
    return [
        (
            Sending(
                item=item,
                document=by_pk[item.document_id],
                record=records[item.document_id],
                again=item.state == ItemState.IN_DOUBT,
            ),
            links.get(item.document_id),
        )
        for item in items
    ]


def _stopped(
    connection: Connection,
    connector: Connector,
    sending: Sending,
    link: DocumentLink | None,
) -> Outcome | None:
    """What stands against it before the platform is asked."""
    operation = Operation(sending.item.operation)
    if link is None:
        return _wait_for_create(sending)
    if link.missing_since is not None:
        sentence = f"{sending.document} is no longer in the platform."
        return _blocked(sending, StatusCode.NOT_FOUND, sentence)
    able = gateway.capabilities(connection)
    if not (able.update if operation == Operation.UPDATE else able.void):
        return _unable(sending, able)
    found = preflight.check(
        connection,
        [sending.document],
        {sending.document.pk: sending.record},
        forecaster=connector,
    )
    against = [
        each
        for each in found.get(sending.document.pk, [])
        if each.code.value not in NOT_ASKED[operation]
    ]
    if not against:
        return None
    blocked = _blocked(sending, against[0].code, against[0].sentence)
    blocked.findings = [each.as_dict() for each in against]
    return blocked


def _unable(sending: Sending, able: Capabilities) -> Outcome:
    """Credit and re-issue is what accountants do where books cannot be changed."""
    updates = sending.item.operation == Operation.UPDATE
    name, verb = ("update", "changed") if updates else ("void", "voided")
    sentence = able.reasons.get(name, f"It cannot be {verb} in the platform.")
    found = Finding(
        code=StatusCode.UNSUPPORTED,
        sentence=f"{sentence} Credit it and send a new one.",
        hint=(
            f"Raise a credit note for {sending.document} and a new invoice; both go as"
            " usual. Then take this off the list."
        ),
        fixes=(Fix.TAKE_OFF,),
        data={"credit_and_reissue": True},
    )
    blocked = _blocked(sending, found.code, found.sentence)
    blocked.findings = [found.as_dict()]
    return blocked


def _wait_for_create(sending: Sending) -> Outcome:
    return Outcome(
        sending=sending,
        fate=Fate.WAITING,
        message="It goes when the document itself has arrived.",
        after=60,
    )


def _blocked(sending: Sending, code: StatusCode, sentence: str) -> Outcome:
    return Outcome(sending=sending, fate=Fate.BLOCKED, code=code, message=sentence)


def _attempt(
    connector: Connector,
    sending: Sending,
    link: DocumentLink | None,
    *,
    owner: str,
) -> Outcome | None:
    try:
        return _one(connector, sending, link, owner=owner)
    except NotFound as error:
        return push.refused(sending, error)


def _one(
    connector: Connector,
    sending: Sending,
    link: DocumentLink | None,
    *,
    owner: str,
) -> Outcome | None:
    if link is None:
        raise ValueError("A document without a link was stopped before.")
    if sending.again:
        # It may have been done: only the platform knows, and the version by now.
        remote = _read(connector, link, sending, owner=owner)
        if _is_void_by_now(sending, remote):
            return _done(sending, remote)
        link.version = remote.version
        # Repeating is safe, and under the old key a platform may refuse to look.
        sending.item.key = ""
    elif stale := edited.undecided(
        sending, link, lambda: _read(connector, link, sending, owner=owner)
    ):
        return push.refused(sending, stale)
    sending.record = replace(sending.record, id=link.external_id, version=link.version)
    reached(Point.BEFORE_INTENT)
    if not _write_intent(sending, owner=owner):
        return None
    reached(Point.AFTER_INTENT)
    reached(Point.BEFORE_UPDATE)
    result = _call(connector, sending, link, owner=owner)
    reached(Point.AFTER_UPDATE)
    return result


def _write_intent(sending: Sending, *, owner: str) -> bool:
    item = sending.item
    item.key = item.key or uuid.uuid4().hex
    sending.record = replace(sending.record, key=item.key)
    held = SyncItem.objects.filter(
        pk=item.pk,
        lease_owner=owner,
        state__in=(ItemState.CHECKING, ItemState.IN_DOUBT),
    ).update(
        state=ItemState.SENDING,
        key=item.key,
        payload=payload.dump(sending.record),
        revision=sending.document.revision,
        left_at=timezone.now(),
        lease_until=lease.until(),
    )
    item.revision = sending.document.revision
    return held == 1


def _call(
    connector: Connector, sending: Sending, link: DocumentLink, *, owner: str
) -> Outcome:
    try:
        return _done(sending, _tell(connector, sending))
    except StaleVersion as error:
        return _after_stale(connector, sending, link, error, owner=owner)
    except (Retry, Reauthorise) as error:
        _back(sending, owner=owner, error=error)
        raise NothingSent(error) from error
    except Rejected as error:
        return _after_refusal(connector, sending, link, error, owner=owner)
    except ConnectorError as error:
        return push.refused(sending, error)


def _after_refusal(
    connector: Connector,
    sending: Sending,
    link: DocumentLink,
    refusal: Rejected,
    *,
    owner: str,
) -> Outcome:
    """What is void cannot be voided: the first time may have worked unseen."""
    if sending.item.operation == Operation.VOID:
        remote = _read(connector, link, sending, owner=owner)
        if _is_void_by_now(sending, remote):
            return _done(sending, remote)
    return push.refused(sending, refusal)


def _is_void_by_now(sending: Sending, remote: RemoteDocument) -> bool:
    voids = sending.item.operation == Operation.VOID
    return voids and remote.status is RemoteStatus.VOID


def _tell(connector: Connector, sending: Sending) -> RemoteDocument:
    push.refuse_transaction()
    if sending.item.operation == Operation.VOID:
        return connector.void(sending.record)
    return connector.update(sending.record)


def _done(sending: Sending, remote: RemoteDocument) -> Outcome:
    return Outcome(sending=sending, fate=Fate.SENT, remote=remote)


def _after_stale(
    connector: Connector,
    sending: Sending,
    link: DocumentLink,
    stale: StaleVersion,
    *,
    owner: str,
) -> Outcome:
    """It is read anew. A payment raises the version too: then it goes once more. What a
    person edited over there is overwritten only where that was chosen."""
    remote = _read(connector, link, sending, owner=owner)
    if _is_void_by_now(sending, remote):
        return _done(sending, remote)
    if not edited.may_be_overwritten(sending, link, remote):
        return push.refused(sending, stale)
    # A key of its own: under the old one a platform may repeat its refusal.
    sending.item.key = uuid.uuid4().hex
    sending.record = replace(
        sending.record, version=remote.version, key=sending.item.key
    )
    SyncItem.objects.filter(pk=sending.item.pk, lease_owner=owner).update(
        key=sending.item.key, payload=payload.dump(sending.record)
    )
    try:
        return _done(sending, _tell(connector, sending))
    except (Retry, Reauthorise) as error:
        _back(sending, owner=owner, error=error)
        raise NothingSent(error) from error
    except ConnectorError as error:
        return push.refused(sending, error)


def _read(
    connector: Connector, link: DocumentLink, sending: Sending, *, owner: str
) -> RemoteDocument:
    push.refuse_transaction()
    try:
        return connector.get_document(sending.record.kind, link.external_id)
    except NotFound:
        # The document's fate, and not a fault of the call.
        raise
    except ConnectorError as error:
        _back(sending, owner=owner, error=error)
        raise NothingSent(error) from error


def _back(sending: Sending, *, owner: str, error: ConnectorError) -> None:
    """What was in doubt stays so; else it waits again."""
    state = ItemState.IN_DOUBT if sending.again else ItemState.WAITING
    SyncItem.objects.filter(pk=sending.item.pk, lease_owner=owner).update(
        state=state,
        key=sending.item.key if sending.again else "",
        message=str(error)[:500],
        lease_owner="",
        lease_until=None,
        next_attempt_at=retry.next_attempt(sending.item.attempts, error),
    )


def _record(
    connection: Connection,
    connector: Connector,
    result: Outcome,
    link: DocumentLink | None,
    *,
    owner: str,
) -> list[Outcome]:
    item = result.item
    reached(Point.BEFORE_RECORD)
    with transaction.atomic():
        held = SyncItem.objects.select_for_update().filter(
            pk=item.pk, lease_owner=owner
        )
        if not held.exists():
            return []
        history = [_event(connection, result)]
        if link is not None and result.remote is not None:
            outcome.lay_on_link(link, result.remote, connector)
            noting.settle_overwritten(link)
            link.revision = item.revision
            link.warning = ""
            if item.operation == Operation.UPDATE:
                link.warning = outcome.difference(
                    result.sending,
                    result.remote,
                    connector,
                    tolerance=connection.tolerance,
                )[:500]
                rounded = outcome.rounded(connection, [result])
                link.note = rounded[0].reason if rounded else ""
                history += rounded
            link.save()
        if link is not None and result.code == StatusCode.NOT_FOUND:
            link.missing_since = link.missing_since or timezone.now()
            link.save(update_fields=("missing_since",))
        outcome.lay_on_item(result)
        item.save(update_fields=outcome.FIELDS)
        Event.objects.bulk_create(history)
    reached(Point.AFTER_RECORD)
    return [result]


def _event(connection: Connection, result: Outcome) -> Event:
    document, operation = result.document, result.item.operation
    voids = operation == Operation.VOID
    if result.arrived:
        verb = Verb.DOCUMENT_VOIDED if voids else Verb.DOCUMENT_UPDATED
        words = "was voided in" if voids else "was brought up to date in"
    elif result.fate is Fate.IN_DOUBT:
        verb, words = Verb.ITEM_IN_DOUBT, "may have been changed in"
    elif result.fate is Fate.WAITING:
        verb, words = Verb.ITEM_WAITS, "waits for"
    else:
        verb, words = Verb.ITEM_BLOCKED, "was not changed in"
    return events.build(
        verb,
        document,
        f"{document} {words} {connection}",
        connection_id=connection.pk,
        actor_name="engine",
        after={"code": result.code, "key": result.item.key},
        reason=result.message,
    )
