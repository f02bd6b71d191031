"""What was sent without an answer: the platform is asked, and then it is settled.

What our own intent made is adopted. What is not there is sent again with the same key
and the same content, so that the platform can tell that it is the same.
"""

from collections.abc import Sequence

from accounting_links import building
from accounting_links.engine import intent, outcome, payload, push, retry
from accounting_links.engine.crash_points import Point, reached
from accounting_links.engine.push import NothingSent
from accounting_links.engine.sending import Fate, Outcome, Sending
from accounting_links.models import (
    Connection,
    DocumentLink,
    ItemState,
    SyncItem,
)
from accounting_links.status_codes import StatusCode
from connectors import records
from connectors.base import Connector
from connectors.errors import ConnectorError


def sendings(items: Sequence[SyncItem]) -> list[Sending]:
    """As they left, from disk."""
    documents = {
        document.pk: document
        for document in building.documents(item.document_id for item in items)
    }
    return [
        Sending(
            item=item,
            document=documents[item.document_id],
            record=payload.load(records.Document, item.payload or {}),
            again=True,
        )
        for item in items
    ]


def resolve(
    connection: Connection,
    connector: Connector,
    items: Sequence[SyncItem],
    *,
    owner: str,
) -> list[Outcome]:
    """Settles doubts about creates. Raises `NothingSent` when the platform cannot be
    asked; they stay in doubt."""
    reached(Point.BEFORE_DOUBT)
    asked = _leave_out_linked(connection, sendings(items), owner)
    if not asked:
        return []
    try:
        found = push.find_sent(connector, asked)
    except ConnectorError as error:
        postpone(asked, owner=owner, error=error)
        raise NothingSent(error) from error
    reached(Point.AFTER_DOUBT)
    there, missing = [], []
    for sending, remote in zip(asked, found, strict=True):
        if remote is None:
            missing.append(sending)
            continue
        there.append(Outcome(sending=sending, fate=Fate.ADOPTED, remote=remote))
        push.finish(connector, there[-1])
    written = outcome.record(connection, there, owner=owner, connector=connector)
    return written + _send_again(connection, connector, missing, owner=owner)


def _leave_out_linked(
    connection: Connection, asked: Sequence[Sending], owner: str
) -> list[Sending]:
    """A person may have adopted it meanwhile: then nothing is left to be settled."""
    linked = set(
        DocumentLink.objects.filter(
            connection=connection,
            document__in=[each.document.pk for each in asked],
            ended_at=None,
        ).values_list("document", flat=True)
    )
    settled = [each.item.pk for each in asked if each.document.pk in linked]
    if settled:
        SyncItem.objects.filter(pk__in=settled, lease_owner=owner).update(
            state=ItemState.DONE,
            status_code="",
            message="",
            lease_owner="",
            lease_until=None,
        )
    return [each for each in asked if each.document.pk not in linked]


def _send_again(
    connection: Connection,
    connector: Connector,
    missing: Sequence[Sending],
    *,
    owner: str,
) -> list[Outcome]:
    """In the batches in which they left, since a batch may carry a key of its own."""
    written: list[Outcome] = []
    for batch in _by_batch(missing):
        again = intent.write_again(batch, owner=owner)
        try:
            outcomes = push.push(connector, again)
        except NothingSent as error:
            postpone(missing, owner=owner, error=error.cause)
            raise
        written += outcome.record(
            connection, outcomes, owner=owner, connector=connector
        )
    return written


def _by_batch(missing: Sequence[Sending]) -> list[list[Sending]]:
    batches: dict[str, list[Sending]] = {}
    for sending in missing:
        batches.setdefault(sending.item.batch_key, []).append(sending)
    return list(batches.values())


def postpone(asked: Sequence[Sending], *, owner: str, error: ConnectorError) -> None:
    """They stay in doubt and are asked about later; this attempt does not count."""
    if not asked:
        return
    first = asked[0].item.attempts
    SyncItem.objects.filter(
        pk__in=[each.item.pk for each in asked],
        lease_owner=owner,
        state__in=(ItemState.IN_DOUBT, ItemState.SENDING),
    ).update(
        state=ItemState.IN_DOUBT,
        status_code=StatusCode.IN_DOUBT,
        message=str(error)[:500],
        lease_owner="",
        lease_until=None,
        attempts=max(0, first - 1),
        next_attempt_at=retry.next_attempt(first, error),
    )
