"""Writes what became of a batch: items, links, events, all in one transaction, with a
number of statements that does not depend on the batch."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounting_links import gateway, rounding
from accounting_links.engine import retry
from accounting_links.engine.crash_points import Point, reached
from accounting_links.engine.sending import Fate, Outcome, Sending
from accounting_links.models import (
    Connection,
    DocumentLink,
    DocumentLinkHow,
    ItemState,
    SentPolicy,
    SyncItem,
)
from accounting_links.remote_edits import comparing
from accounting_links.status_codes import StatusCode
from accounting_links.verbs import Verb
from connectors.base import Connector
from connectors.records import RemoteDocument, Totals
from invoicing.models import Document, DocumentKind, Event, SentHow
from invoicing.services import events
from invoicing.verbs import Verb as OwnVerb

FIELDS = (
    *("state", "status_code", "message", "findings", "attempts", "next_attempt_at"),
    *("lease_owner", "lease_until", "key", "payload", "finished_at", "checked_at"),
)
STATES = {
    Fate.SENT: ItemState.DONE,
    Fate.ADOPTED: ItemState.DONE,
    Fate.BLOCKED: ItemState.BLOCKED,
    Fate.IN_DOUBT: ItemState.IN_DOUBT,
    Fate.WAITING: ItemState.WAITING,
    Fate.FAILED: ItemState.FAILED,
}
# What the platform surely did not do leaves nothing to be known again by.
FORGETS_KEY = (Fate.BLOCKED, Fate.WAITING)


def record(
    connection: Connection,
    outcomes: Sequence[Outcome],
    *,
    owner: str,
    connector: Connector,
) -> list[Outcome]:
    """Commits what is still ours to write, and answers it. A row that another worker
    took over meanwhile is left to that one, unless it still only wonders."""
    reached(Point.BEFORE_RECORD)
    with transaction.atomic():
        ours = _still_ours(outcomes, owner)
        _refuse_taken_ids(connection, ours)
        links = [_link(connection, connector, each) for each in ours if each.arrived]
        reached(Point.BEFORE_LINK)
        DocumentLink.objects.bulk_create(links)
        reached(Point.AFTER_LINK)
        history = [event for each in ours for event in _events(connection, each)]
        history += _compare(connection, connector, ours, links)
        history += rounded(connection, ours)
        history += _mark_sent(connection, ours)
        for each in ours:
            lay_on_item(each)
        SyncItem.objects.bulk_update([each.item for each in ours], FIELDS)
        Event.objects.bulk_create(history)
    reached(Point.AFTER_RECORD)
    return ours


def _still_ours(outcomes: Sequence[Outcome], owner: str) -> list[Outcome]:
    rows = (
        SyncItem.objects.select_for_update()
        .filter(pk__in=[each.item.pk for each in outcomes])
        .order_by("pk")
        .values_list("pk", "state", "lease_owner", "key")
    )
    now = {pk: (state, holder, key) for pk, state, holder, key in rows}
    return [each for each in outcomes if _is_ours(each, now.get(each.item.pk), owner)]


def _is_ours(outcome: Outcome, now: tuple[str, str, str] | None, owner: str) -> bool:
    if now is None:
        return False
    state, holder, key = now
    if holder == owner:
        return True
    # Late, but with a sure answer to the question that the others still ask.
    wonders = state == ItemState.IN_DOUBT and not holder
    return wonders and outcome.arrived and key == outcome.item.key


def _refuse_taken_ids(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """What stands for one of our documents cannot stand for another."""
    found = [each.remote.id for each in outcomes if each.arrived and each.remote]
    if not found:
        return
    links = DocumentLink.objects.filter(
        connection=connection, external_id__in=found, ended_at=None
    )
    taken = {
        (kind, external_id): number
        for kind, external_id, number in links.values_list(
            "kind", "external_id", "document__number"
        )
    }
    for each in outcomes:
        remote = each.remote
        if not each.arrived or remote is None:
            continue
        other = taken.get((remote.kind.value, remote.id))
        taken[remote.kind.value, remote.id] = each.document.number
        if other is not None:
            each.fate = Fate.BLOCKED
            each.code = StatusCode.DUPLICATE_NUMBER
            each.message = (
                f"The platform answered with a document (id {remote.id}) that stands"
                f" for {other} already."
            )


def _link(
    connection: Connection, connector: Connector, outcome: Outcome
) -> DocumentLink:
    remote = outcome.remote
    if remote is None:
        raise ValueError("An outcome that arrived has a remote document.")
    adopted = outcome.fate is Fate.ADOPTED
    link = DocumentLink(
        connection=connection,
        document=outcome.document,
        kind=outcome.document.kind,
        external_id=remote.id,
        how=DocumentLinkHow.ADOPTED if adopted else DocumentLinkHow.SENT,
        key=outcome.item.key,
        revision=outcome.item.revision,
        warning=" ".join(outcome.warnings)[:500],
        note=_note(connection, outcome)[:500],
    )
    lay_on_link(link, remote, connector)
    return link


def lay_on_link(
    link: DocumentLink, remote: RemoteDocument, connector: Connector
) -> None:
    """What the platform says of it now."""
    link.number = remote.number[:60]
    link.version = remote.version[:60]
    link.changed_at = remote.changed_at
    link.status = remote.status.value
    link.sent = remote.sent
    link.currency = remote.currency[:3]
    link.net, link.tax, link.gross = remote.net, remote.tax, remote.gross
    link.balance = remote.balance
    link.party_id = remote.party_id
    link.url = (remote.url or connector.document_url(remote.kind, remote.id))[:500]
    link.seen_at = timezone.now()
    link.agreed = comparing.theirs(remote)


def lay_on_item(outcome: Outcome) -> None:
    """What the row says of it from now on; not saved."""
    item, now = outcome.item, timezone.now()
    item.state = STATES[outcome.fate]
    item.status_code = outcome.code
    item.message = outcome.message[:500]
    item.findings = outcome.findings
    item.lease_owner = ""
    item.lease_until = None
    item.next_attempt_at = None
    item.checked_at = now
    if outcome.fate in FORGETS_KEY:
        item.key = ""
        item.payload = None
    if outcome.arrived:
        item.finished_at = now
        item.attempts = 0
    if outcome.fate in (Fate.WAITING, Fate.IN_DOUBT):
        _lay_on_later(outcome, now)


def _lay_on_later(outcome: Outcome, now: dt.datetime) -> None:
    item = outcome.item
    if item.attempts >= retry.ATTEMPTS:
        item.state = ItemState.FAILED
        item.status_code = StatusCode.FAILED
        outcome.fate = Fate.FAILED
        return
    later = now + retry.backoff(item.attempts, after=outcome.after)
    # A question waits out what may still be under way; only later ones wait longer.
    soon = outcome.fate is Fate.IN_DOUBT and item.attempts <= retry.PROMPT
    item.next_attempt_at = now + retry.quiet() if soon else later


def _events(connection: Connection, outcome: Outcome) -> list[Event]:
    """One for each: what happened, in the words of the timeline."""
    label = gateway.connector_class(connection).label
    verb, sentence = _told(outcome, label)
    return [
        events.build(
            verb,
            outcome.document,
            sentence,
            connection_id=connection.pk,
            actor=None,
            actor_name="engine",
            after=_facts(outcome),
            reason=outcome.message,
        )
    ]


def _told(outcome: Outcome, label: str) -> tuple[Verb, str]:
    document, remote = outcome.document, outcome.remote
    at = f"{label} (id {remote.id})" if remote else label
    return {
        Fate.SENT: (Verb.DOCUMENT_PUSHED, f"{document} was sent to {at}"),
        Fate.ADOPTED: (Verb.DOCUMENT_FOUND, f"{document} had arrived in {at}"),
        Fate.BLOCKED: (Verb.ITEM_BLOCKED, f"{label} did not take {document}"),
        Fate.IN_DOUBT: (
            Verb.ITEM_IN_DOUBT,
            f"Nobody knows whether {document} arrived in {label}; it is looked up",
        ),
        Fate.WAITING: (Verb.ITEM_WAITS, _put_off(outcome, label)),
        Fate.FAILED: (Verb.ITEM_FAILED, f"{document} could not be sent to {label}"),
    }[outcome.fate]


def _put_off(outcome: Outcome, label: str) -> str:
    """What the platform was not even told is no attempt."""
    count = outcome.item.attempts
    at = f" at attempt {count}" if count else ""
    return f"{outcome.document} did not go to {label}{at}; it is tried again by itself"


def _facts(outcome: Outcome) -> dict[str, str]:
    facts = {"key": outcome.item.key, "code": outcome.code}
    if outcome.exchange:
        facts["exchange"] = outcome.exchange
    if outcome.remote is not None:
        facts |= {
            "id": outcome.remote.id,
            "number": outcome.remote.number,
            "gross": str(outcome.remote.gross),
            "currency": outcome.remote.currency,
        }
    return {name: value for name, value in facts.items() if value}


def _compare(
    connection: Connection,
    connector: Connector,
    outcomes: Sequence[Outcome],
    links: Sequence[DocumentLink],
) -> list[Event]:
    """The platform's totals against the forecast and against ours. A difference beyond
    the tolerance stands on the link, and in the history. The links are in memory still,
    so that this costs no statement unless there is one."""
    by_document = {link.document_id: link for link in links}
    history, changed = [], []
    for each in outcomes:
        if not each.arrived or each.remote is None:
            continue
        sentence = difference(
            each.sending, each.remote, connector, tolerance=connection.tolerance
        )
        if not sentence:
            continue
        link = by_document[each.document.pk]
        link.warning = f"{sentence} {link.warning}".strip()[:500]
        changed.append(link)
        history.append(
            events.build(
                Verb.TOTALS_DIFFER,
                each.document,
                sentence,
                connection_id=connection.pk,
                actor_name="engine",
                before={"gross": str(each.sending.record.gross)},
                after={"gross": str(each.remote.gross)},
            )
        )
    DocumentLink.objects.bulk_update(changed, ("warning",))
    return history


def _note(connection: Connection, outcome: Outcome) -> str:
    """A document that changed since it left says nothing of what was adjusted."""
    if outcome.item.revision != outcome.document.revision:
        return ""
    label = gateway.connector_class(connection).label
    return rounding.told(outcome.sending.record, outcome.document, label=label)


def rounded(connection: Connection, outcomes: Sequence[Outcome]) -> list[Event]:
    """Of those that arrived with other figures than ours; the reason tells which."""
    notes = {
        each.document: _note(connection, each) for each in outcomes if each.arrived
    }
    return [
        events.build(
            Verb.ROUNDING_ADJUSTED,
            document,
            f"{document} was adjusted to the rounding of {connection}",
            connection_id=connection.pk,
            actor_name="engine",
            reason=note,
        )
        for document, note in notes.items()
        if note
    ]


def difference(
    sending: Sending,
    remote: RemoteDocument,
    connector: Connector,
    *,
    tolerance: Decimal,
) -> str:
    """A sentence, or empty when all agree."""
    record = sending.record
    ours = Totals(net=record.net, tax=record.tax, gross=record.gross)
    forecast = connector.forecast(record)
    told = []
    for name in ("net", "tax", "gross"):
        theirs = getattr(remote, name)
        if theirs is not None and abs(theirs - getattr(ours, name)) > tolerance:
            expected = getattr(forecast, name)
            told.append(
                f"{name} is {theirs:.2f} there and {getattr(ours, name):.2f} here"
                f" (expected {expected:.2f})"
            )
    return f"The totals differ: {'; '.join(told)}." if told else ""


def _mark_sent(connection: Connection, outcomes: Sequence[Outcome]) -> list[Event]:
    """Where sending to the platform is what makes an invoice sent."""
    if connection.sent_policy != SentPolicy.MARKS_SENT:
        return []
    unsent = [
        each.document
        for each in outcomes
        if each.arrived
        and each.document.sent_at is None
        and each.document.kind == DocumentKind.SALES_INVOICE
    ]
    if not unsent:
        return []
    Document.objects.filter(
        pk__in=[document.pk for document in unsent], sent_at=None
    ).update(sent_at=timezone.now(), sent_how=SentHow.PLATFORM)
    return [
        events.build(
            OwnVerb.DOCUMENT_SENT,
            document,
            f"{document} counts as sent: it went to {connection}",
            actor_name="engine",
            connection_id=connection.pk,
            after={"sent_how": SentHow.PLATFORM.value},
        )
        for document in unsent
    ]
