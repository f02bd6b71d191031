"""Brings back what happened in the books: statuses, edits, deletions, payments.

Asks only for what changed since the cursor. Handling the same change again does
nothing, so that the cursor may overlap and a poll may run twice. What is gone over
there is noted, and never made again by itself.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from accounting_links import (
    books_documents,
    books_payments,
    gateway,
    numbers_there,
    tokens,
)
from accounting_links.engine import lease
from accounting_links.engine.crash_points import Point, reached
from accounting_links.models import Connection, ConnectionKind, DocumentLink
from accounting_links.remote_edits import policies
from connectors.base import Connector
from connectors.errors import NotFound, Reauthorise, Unsupported
from connectors.records import (
    Changes,
    DocumentKind,
    RemoteDocument,
    RemotePayment,
    RemoteStatus,
)

LEASE = dt.timedelta(minutes=10)
AT_ONCE = 200
# Clocks of several machines differ by less; cursors overlap by more.
SKEW = dt.timedelta(seconds=30)


@dataclass(slots=True, kw_only=True)
class PollResult:
    """`changed` counts documents, `payments` payments that were taken in, changed or
    removed. `busy`: another poller was at it, and nothing was done."""

    changed: int = 0
    payments: int = 0
    http_requests: int = 0
    busy: bool = False


def poll(connection: Connection, *, since: dt.datetime | None = None) -> PollResult:
    """`since` looks back further than the cursor. Raises `NotConnected` and what the
    connector raises; the cursor moves on only after all was recorded."""
    return _work(connection, lambda poll: poll.run(since))


def look_at(
    connection: Connection,
    links: Sequence[DocumentLink],
    *,
    changes: bool = False,
    since: dt.datetime | None = None,
) -> PollResult:
    """Reads these documents again, as a poll would. `changes`: what changed since the
    cursor besides, or since `since` where nothing was polled yet; this is done too
    when one of them changed, for a payment may be behind it."""

    def work(poll: _Poll) -> None:
        poll.look_at(links)
        if changes or poll.result.changed:
            poll.run(None if poll.connection.poll_cursor else since)

    return _work(connection, work)


def _work(connection: Connection, work: Callable[["_Poll"], object]) -> PollResult:
    with _leased(connection) as mine:
        if not mine:
            return PollResult(busy=True)
        connection.refresh_from_db()
        reached(Point.BEFORE_POLL)
        with _pausing(connection), gateway.open_connector(connection) as connector:
            poll = _Poll(connection, connector)
            work(poll)
            policies.apply(connection, connector)
        poll.result.http_requests = gateway.requests_of(connector)
    return poll.result


@contextmanager
def _pausing(connection: Connection) -> Iterator[None]:
    """Nothing is polled in vain until a person has connected it again."""
    try:
        yield
    except Reauthorise as error:
        tokens.needs_attention(connection.pk, str(error))
        raise


@contextmanager
def _leased(connection: Connection) -> Iterator[bool]:
    owner, now = lease.owner_name(), timezone.now()
    ended = lease.dead([connection.poll_lease_owner])
    free = Q(poll_lease_until=None) | Q(poll_lease_until__lt=now)
    free |= Q(poll_lease_owner__in=ended)
    taken = Connection.objects.filter(free, pk=connection.pk).update(
        poll_lease_owner=owner, poll_lease_until=now + LEASE
    )
    try:
        yield taken == 1
    finally:
        Connection.objects.filter(pk=connection.pk, poll_lease_owner=owner).update(
            poll_lease_owner="", poll_lease_until=None
        )


class _Poll:
    def __init__(self, connection: Connection, connector: Connector) -> None:
        self.connection = connection
        self.connector = connector
        self.result = PollResult()

    def run(self, since: dt.datetime | None) -> PollResult:
        if self.connector.capabilities.change_feed:
            changes = self.connector.changed_since(self._cursor(since))
            reached(Point.POLL_ASKED)
            self._take_in(changes.documents, changes.payments)
            if not changes.complete or self._clock_went_back():
                self.compare_all()
        else:
            changes = None
            self.compare_all()
        reached(Point.POLL_RECORDED)
        self._keep(changes)
        return self.result

    def _cursor(self, since: dt.datetime | None) -> str:
        if since is not None:
            return since.isoformat()
        return "" if self._clock_went_back() else self.connection.poll_cursor

    def _clock_went_back(self) -> bool:
        """Then the cursor may lie ahead of what changes now: it begins anew, and all
        is compared once."""
        polled_at = self.connection.polled_at
        return polled_at is not None and polled_at > timezone.now() + SKEW

    def look_at(self, links: Sequence[DocumentLink]) -> None:
        rows = [self._again(link) for link in links]
        for start in range(0, len(rows), AT_ONCE):
            self._documents(rows[start : start + AT_ONCE])

    def _again(self, link: DocumentLink) -> RemoteDocument:
        kind = DocumentKind(link.kind)
        try:
            return self.connector.get_document(kind, link.external_id)
        except NotFound:
            return RemoteDocument(
                kind=kind,
                id=link.external_id,
                number=link.number,
                status=RemoteStatus.DELETED,
            )

    def compare_all(self) -> None:
        """Everything since our oldest document: the only way to see what is gone when
        nobody tells."""
        live = DocumentLink.objects.filter(connection=self.connection, ended_at=None)
        for kind in self._kinds():
            of_kind = live.filter(kind=kind.value)
            oldest = of_kind.aggregate(day=Min("document__date"))["day"]
            if oldest is None:
                continue
            began = timezone.now()
            rows = self.connector.list_documents(kind, oldest, None)
            while portion := list(islice(rows, AT_ONCE)):
                self._documents(portion, seen=True)
            unseen = of_kind.filter(seen_at__lt=began, missing_since=None)
            self.result.changed += self._confirm_missing(kind, unseen)
        self._compare_payments(live)

    def _compare_payments(self, live: QuerySet[DocumentLink]) -> None:
        oldest = live.aggregate(day=Min("document__date"))["day"]
        if oldest is None or not self.connector.capabilities.payments:
            return
        try:
            rows = self.connector.list_payments(oldest, None)
            while portion := list(islice(rows, AT_ONCE)):
                self._payments(portion)
        except Unsupported:
            return

    def _confirm_missing(
        self, kind: DocumentKind, unseen: QuerySet[DocumentLink]
    ) -> int:
        """A document may merely have been re-dated to before our oldest: those few are
        looked up by their number once more."""
        links = list(unseen)
        numbers = sorted({link.number for link in links if link.number})
        size = max(1, self.connector.capabilities.lookup_size)
        found: set[str] = set()
        for start in range(0, len(numbers), size):
            rows = self.connector.find_documents(kind, numbers[start : start + size])
            found |= {row.id for row in rows}
        gone = [link for link in links if link.external_id not in found]
        return books_documents.note_missing(self.connection, gone)

    def _kinds(self) -> list[DocumentKind]:
        served = ConnectionKind.objects.filter(connection=self.connection)
        able = self.connector.capabilities.kinds
        return [
            DocumentKind(kind)
            for kind in served.values_list("kind", flat=True)
            if DocumentKind(kind) in able
        ]

    def _take_in(
        self,
        documents: Sequence[RemoteDocument],
        payments: Sequence[RemotePayment],
    ) -> None:
        for start in range(0, len(documents), AT_ONCE):
            self._documents(documents[start : start + AT_ONCE])
        for start in range(0, len(payments), AT_ONCE):
            self._payments(payments[start : start + AT_ONCE])

    def _documents(self, rows: Sequence[RemoteDocument], *, seen: bool = False) -> None:
        numbers_there.note(self.connection, rows)
        self.result.changed += books_documents.take_in(
            self.connection, self.connector, rows, touch=seen
        )

    def _payments(self, rows: Sequence[RemotePayment]) -> None:
        self.result.payments += books_payments.take_in(self.connection, rows)

    def _keep(self, changes: Changes | None) -> None:
        values: dict[str, object] = {"polled_at": timezone.now()}
        if changes is not None:
            values["poll_cursor"] = changes.cursor
        Connection.objects.filter(pk=self.connection.pk).update(**values)
