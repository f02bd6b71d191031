"""Reads and keeps what is open on the day of the run: open items, payments, and the
control accounts. It goes on from the documents that the comparison has read, so that
none is asked for twice."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from accounting_links.models import OpenItem, PaymentRow, Reconciliation, Role
from accounting_links.reconcile import control
from accounting_links.reconcile.balances import OWED, Balances, TheirOpen
from accounting_links.reconcile.both_sides import BothSides
from accounting_links.reconcile.payments import Payments
from accounting_links.reconcile.progress import Progress
from accounting_links.reconcile.sides import Period
from accounting_links.reconcile.their_side import around
from connectors.base import Connector
from connectors.errors import Unsupported
from connectors.records import (
    ControlBalance,
    DocumentKind,
    RemotePayment,
    party_role,
)

BATCH = 1000
M = TypeVar("M", bound=models.Model)
EARLIER = (
    "Balances are those of {read}, when the books were read: few platforms can tell"
    " what was open on an earlier day, and FinSync does not guess it for {end}."
)
NO_PAYMENTS = "The platform does not list payments: what is left of them is unknown."
UNTOLD = (
    "Of {count} part-paid documents the platform tells no open amount: they stand with"
    " their total."
)
NO_CONTROL = "The platform does not tell the balance of its control account."


class Standing:
    """Make it before the comparison, `finish` after it, with the connector open."""

    def __init__(
        self, reconciliation: Reconciliation, connector: Connector, sides: BothSides
    ) -> None:
        self.reconciliation, self.connector = reconciliation, connector
        self.sides = sides
        self.on = timezone.localdate()
        self.there = TheirOpen(sides.theirs)
        sides.theirs.watch = self.there.see
        self.notes: list[str] = []

    def finish(self, kinds: Iterable[str], progress: Progress) -> None:
        """`kinds` are all that the connection has to do with."""
        progress.say("Reading what is open")
        roles = {party_role(DocumentKind(kind)) for kind in kinds}
        wanted = [kind for kind in OWED if party_role(kind) in roles]
        self._read_rest(wanted, progress)
        payments = Payments(self.reconciliation.connection, self._payments(progress))
        progress.say("Keeping what is open")
        adding = control.Adding()
        balances = Balances(
            self.reconciliation.connection, self.sides.ours, self.there, on=self.on
        )
        of_roles = {Role(role.value) for role in roles}
        left = (each for each in payments.on_account() if each.role in of_roles)
        self._keep(OpenItem, adding.of(balances.items(wanted)), progress)
        self._keep(OpenItem, adding.of(left), progress)
        period = Period(self.reconciliation.start, self.reconciliation.end)
        self._keep(PaymentRow, payments.rows(period), progress)
        ties = control.ties(adding.sums, self._control(), sorted(of_roles))
        self.reconciliation.control = {
            "as_of": self.on.isoformat(),
            "notes": [*self._earlier(), *self._untold(), *self.notes],
            "ties": [each.as_dict() for each in ties],
        }

    def _read_rest(self, wanted: list[DocumentKind], progress: Progress) -> None:
        """What the comparison did not come by."""
        period = Period(self.reconciliation.start, self.reconciliation.end)
        able = self.connector.capabilities.kinds
        for kind in (each for each in wanted if each in able):
            known = kind.value in self.reconciliation.kinds
            for start, end in around(period) if known else [(None, None)]:
                for remote in self.connector.list_documents(kind, start, end):
                    self.there.see(remote)
                    progress.moved(1)

    def _payments(self, progress: Progress) -> Iterator[RemotePayment]:
        try:
            for each in self.connector.list_payments(None, None):
                progress.moved(1)
                yield each
        except Unsupported:
            self.notes.append(NO_PAYMENTS)

    def _control(self) -> list[ControlBalance]:
        able = self.connector.capabilities
        if not able.control_balances:
            self.notes.append(able.reasons.get("control_balances", NO_CONTROL))
            return []
        try:
            return list(self.connector.control_balances(self.on))
        except Unsupported as error:
            self.notes.append(str(error))
            return []

    def _earlier(self) -> Iterator[str]:
        end = self.reconciliation.end
        if end is not None and end < self.on:
            yield EARLIER.format(read=_day(self.on), end=_day(end))

    def _untold(self) -> Iterator[str]:
        if self.there.untold:
            yield UNTOLD.format(count=self.there.untold)

    def _keep(self, model: type[M], rows: Iterable[M], progress: Progress) -> None:
        rest = iter(rows)
        while some := list(islice(rest, BATCH)):
            for each in some:
                each.reconciliation = self.reconciliation  # type: ignore[attr-defined]  # both have one
            with transaction.atomic():
                manager: Any = model._default_manager
                manager.bulk_create(some)
            progress.moved(len(some))


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
