"""The loop of a pass."""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from django.utils import timezone

from accounting_links import (
    building,
    gateway,
    marking_allocations,
    marking_payments,
    preflight,
    redating,
    rounding,
    tokens,
)
from accounting_links.engine import (
    allocations,
    blocking,
    changes,
    claim,
    doubt,
    intent,
    items,
    lease,
    outcome,
    payment_moves,
    payment_voids,
    payments,
    push,
    retry,
)
from accounting_links.engine.crash_points import Point, reached
from accounting_links.engine.push import NothingSent
from accounting_links.engine.sending import Fate, Outcome, Sending
from accounting_links.engine.tally import Tally
from accounting_links.models import (
    Connection,
    ConnectionState,
    Operation,
    SyncItem,
    SyncRun,
)
from connectors.base import Connector
from connectors.errors import ConnectorError, PlatformDown, Reauthorise, Unreadable

LOOK_AHEAD = 300
# A platform that fails so often in a row is left alone for now.
FAULTS = 2

log = logging.getLogger(__name__)


class Over(Exception):
    """The pass ends here; the text says why."""


@dataclass(kw_only=True)
class Work:
    connection: Connection
    connector: Connector
    owner: str
    heartbeat: lease.Heartbeat
    limit: int
    batch: int
    only: list[int]
    kind: str
    run: SyncRun | None
    resumed: bool
    deadline: dt.datetime | None
    tally: Tally = field(default_factory=Tally)
    faults: int = 0

    def all(self) -> None:
        """Until nothing is due, or something says stop."""
        try:
            while self._round():
                pass
        except Over as over:
            self.tally.result.message = str(over)
        finally:
            self._progress()

    def check_all(self) -> None:
        """Only finds out what stands against them."""
        seen: set[int] = set()
        try:
            while fresh := self._claim(Operation.CREATE, leave_out=seen):
                seen |= {item.pk for item in fresh}
                passing = self._check(fresh)
                claim.give_back([s.item for s in passing], owner=self.owner)
        except Over as over:
            self.tally.result.message = str(over)

    def _round(self) -> bool:
        """One portion of the most urgent kind of work. False when there is none."""
        self._may_go_on()
        if found := self._claim_doubts():
            self._settle(found)
        elif found := self._claim(Operation.CREATE):
            self._create(found)
        elif found := self._claim(Operation.UPDATE) or self._claim(Operation.VOID):
            self._attempt(found, lambda: self._change(found))
        elif found := self._claim(Operation.PAYMENT):
            self._attempt(found, lambda: self._pay(found))
        elif found := self._claim(Operation.ALLOCATE):
            self._attempt(found, lambda: self._set_off(found))
        else:
            return False
        return True

    # Claiming

    def _claim(
        self, operation: Operation, *, leave_out: set[int] | None = None
    ) -> list[SyncItem]:
        room = self._room()
        if room <= 0:
            return []
        found = claim.due(
            self.connection, only=self.only, kind=self.kind, resumed=self.resumed
        )
        if leave_out:
            found = found.exclude(pk__in=leave_out)
        taken = claim.claim(
            found, owner=self.owner, limit=min(room, LOOK_AHEAD), operation=operation
        )
        if taken:
            reached(Point.AFTER_CLAIM)
        return taken

    def _claim_doubts(self) -> list[SyncItem]:
        found = claim.doubts(self.connection, only=self.only, kind=self.kind)
        return claim.claim_doubts(found, owner=self.owner, limit=LOOK_AHEAD)

    def _room(self) -> int:
        """What the checks hold back does not count: the next oldest goes instead."""
        return self.limit - self.tally.gone if self.limit else LOOK_AHEAD

    def _may_go_on(self) -> None:
        self.heartbeat.step()
        if self.deadline is not None and timezone.now() >= self.deadline:
            raise Over("")
        state = Connection.objects.values_list("state", flat=True).get(
            pk=self.connection.pk
        )
        if state != ConnectionState.CONNECTED:
            raise Over(f"{self.connection} is not connected any more.")
        if self.run is not None and self._stop_requested(self.run):
            raise Over("Stopped.")

    def _stop_requested(self, run: SyncRun) -> bool:
        flags = SyncRun.objects.filter(pk=run.pk)
        return bool(flags.values_list("stop_requested", flat=True).first())

    # New documents

    def _create(self, found: Sequence[SyncItem]) -> None:
        ready = self._attempt(found, lambda: self._check(found)) or []
        rest = list(ready)
        while rest:
            group, later = self._next_batch(rest)
            try:
                self._may_go_on()
                rest = later
                self._push(redating.redate_closed(self.connection, group))
            except Over:
                claim.give_back([each.item for each in rest], owner=self.owner)
                raise

    def _check(self, found: Sequence[SyncItem]) -> list[Sending]:
        """Those that may go. The others are blocked."""
        documents = building.documents(item.document_id for item in found)
        items.ensure(self.connection, self.connector, documents)
        records = rounding.records(self.connection, self.connector, documents)
        findings = preflight.check(
            self.connection, documents, records, connector=self.connector
        )
        by_document = {item.document_id: item for item in found}
        sendings = [
            Sending(item=by_document[each.pk], document=each, record=records[each.pk])
            for each in documents
        ]
        against = [each for each in sendings if findings.get(each.document.pk)]
        self.tally.blocked(
            blocking.block(self.connection, against, findings, owner=self.owner)
        )
        self._progress()
        reached(Point.AFTER_CHECK)
        return [each for each in sendings if not findings.get(each.document.pk)]

    def _next_batch(self, rest: list[Sending]) -> tuple[list[Sending], list[Sending]]:
        """A credit note does not travel with the invoice that it corrects: it names
        the invoice's id over there."""
        group: list[Sending] = []
        later: list[Sending] = []
        inside: set[int] = set()
        for each in rest:
            if len(group) < self.batch and each.document.credits_id not in inside:
                group.append(each)
                inside.add(each.document.pk)
            else:
                later.append(each)
        return self._with_credited(group), later

    def _with_credited(self, group: list[Sending]) -> list[Sending]:
        missing = [
            each.document
            for each in group
            if each.document.credits_id is not None and not each.record.credited_id
        ]
        credited = building.credited_ids(self.connection, missing)
        for each in group:
            if found := credited.get(each.document.credits_id or 0):
                each.record = replace(each.record, credited_id=found)
        return group

    def _push(self, group: Sequence[Sending]) -> None:
        sure = intent.write(group, owner=self.owner)
        try:
            outcomes = push.push(self.connector, sure)
        except NothingSent as error:
            self._nothing_sent(sure, error.cause)
            return
        except Exception as error:
            # The one of this loop: whatever it was, these may have arrived.
            log.exception("A batch of %s failed in our own code.", self.connection)
            fault = Unreadable(f"FinSync failed while it sent this: {error!r}.")
            outcomes = [push.refused(each, fault) for each in sure]
        self.faults = 0
        self._write(outcomes)

    def _write(self, outcomes: Sequence[Outcome]) -> None:
        written = outcome.record(
            self.connection, outcomes, owner=self.owner, connector=self.connector
        )
        self.tally.documents(written)
        redating.learn(self.connection, self.connector, written)
        arrived = [each.document.pk for each in written if each.arrived]
        if arrived:
            marking_payments.mark_payments(self.connection, document_ids=arrived)
            marking_allocations.mark_allocations(self.connection, document_ids=arrived)
        gateway.flush(self.connector)
        self._progress()

    def _nothing_sent(self, sure: Sequence[Sending], cause: ConnectorError) -> None:
        outcomes = [
            Outcome(
                sending=each,
                fate=Fate.WAITING,
                message=str(cause),
                after=getattr(cause, "after", None),
            )
            for each in sure
        ]
        for each in outcomes:
            # The platform was not told: that does not count against the document.
            each.item.attempts = max(0, each.item.attempts - 1)
        outcome.record(
            self.connection, outcomes, owner=self.owner, connector=self.connector
        )
        self._fault(cause)

    # In doubt

    def _settle(self, found: Sequence[SyncItem]) -> None:
        by: defaultdict[str, list[SyncItem]] = defaultdict(list)
        for item in found:
            by[item.operation].append(item)
        creates, paid = by[Operation.CREATE], by[Operation.PAYMENT]
        changed = by[Operation.UPDATE] + by[Operation.VOID]
        set_off = by[Operation.ALLOCATE]
        try:
            if creates:
                self._attempt(creates, lambda: self._settle_creates(creates))
            if changed:
                self._attempt(changed, lambda: self._change(changed))
            if paid:
                self._attempt(paid, lambda: self._settle_payments(paid))
            if set_off:
                self._attempt(set_off, lambda: self._set_off(set_off))
        except Over:
            claim.let_go(found, owner=self.owner)
            raise

    def _settle_creates(self, found: Sequence[SyncItem]) -> None:
        written = doubt.resolve(
            self.connection, self.connector, found, owner=self.owner
        )
        self.tally.documents(written)
        self._progress()

    def _settle_payments(self, found: Sequence[SyncItem]) -> None:
        rest = self._move_payments(self._void_payments(found))
        self.tally.paid(
            payments.resolve(self.connection, self.connector, rest, owner=self.owner)
        )

    def _void_payments(self, found: Sequence[SyncItem]) -> list[SyncItem]:
        """Those that were cancelled after they had been sent. Answers the others."""
        meant = payment_voids.are_meant(found)
        payment_voids.send(
            self.connection,
            self.connector,
            [item for item in found if item.pk in meant],
            owner=self.owner,
        )
        return [item for item in found if item.pk not in meant]

    def _move_payments(self, found: Sequence[SyncItem]) -> list[SyncItem]:
        """Those that settle something else since they had been sent. Answers the
        others."""
        meant = payment_moves.are_meant(found)
        payment_moves.send(
            self.connection,
            self.connector,
            [item for item in found if item.pk in meant],
            owner=self.owner,
        )
        return [item for item in found if item.pk not in meant]

    # Changes and payments

    def _change(self, found: Sequence[SyncItem]) -> None:
        for item in found:
            self._may_go_on()
            self.tally.documents(
                changes.send(self.connection, self.connector, [item], owner=self.owner)
            )
        self._progress()

    def _pay(self, found: Sequence[SyncItem]) -> None:
        rest = self._move_payments(self._void_payments(found))
        for start in range(0, len(rest), self.batch):
            self._may_go_on()
            group = rest[start : start + self.batch]
            self.tally.paid(
                payments.send(self.connection, self.connector, group, owner=self.owner)
            )

    def _set_off(self, found: Sequence[SyncItem]) -> None:
        for item in found:
            self._may_go_on()
            self.tally.set_off(
                allocations.send(
                    self.connection, self.connector, [item], owner=self.owner
                )
            )

    # Faults

    def _attempt(
        self,
        found: Sequence[SyncItem],
        action: Callable[[], list[Sending] | None],
    ) -> list[Sending] | None:
        """What the platform's bad day leaves undone waits again, and does not count."""
        cause: ConnectorError
        try:
            done = action()
        except NothingSent as error:
            cause = error.cause
        except ConnectorError as error:
            cause = error
        except Over:
            claim.give_back(found, owner=self.owner)
            raise
        else:
            self.faults = 0
            return done
        when = retry.next_attempt(1, cause)
        claim.give_back(found, owner=self.owner, when=when)
        claim.let_go(found, owner=self.owner, when=when)
        self._fault(cause)
        return None

    def _fault(self, cause: ConnectorError) -> None:
        """Raises `Over` when it is no use to go on."""
        gateway.flush(self.connector)
        if isinstance(cause, Reauthorise):
            tokens.needs_attention(self.connection.pk, str(cause))
            raise Over(str(cause))
        self.faults += 1
        if not isinstance(cause, PlatformDown) or self.faults >= FAULTS:
            raise Over(str(cause))

    def _progress(self) -> None:
        if self.run is None:
            return
        self.tally.result.http_requests = gateway.requests_of(self.connector)
        handled = self.run.handled + self.tally.handled
        SyncRun.objects.filter(pk=self.run.pk).update(
            handled=handled,
            counts=self.tally.added_to(self.run.counts),
            planned=max(self.run.planned, handled),
        )
