"""Reads both sides and compares them: no statement of its own, no change anywhere."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from accounting_links.models import Connection
from accounting_links.reconcile.compare import Row, compare, pair
from accounting_links.reconcile.nominals import Nominals
from accounting_links.reconcile.our_side import OurSide
from accounting_links.reconcile.sides import (
    Ours,
    Period,
    Theirs,
    counted_ours,
    counted_theirs,
)
from accounting_links.reconcile.taxes import TaxNames, TaxTotals
from accounting_links.reconcile.their_side import TheirSide
from accounting_links.reconcile.totals import Totals
from accounting_links.reconcile.verdicts import Rules
from connectors.base import Connector
from connectors.records import DocumentKind

Documents = dict[tuple[DocumentKind, str], Theirs]


@dataclass(frozen=True, slots=True)
class Outcome:
    rows: list[Row]
    totals: Totals
    taxes: TaxTotals


class BothSides:
    """`moved` is told how many more documents of the books were read."""

    def __init__(
        self,
        connection: Connection,
        connector: Connector,
        *,
        home_currency: str,
        moved: Callable[[int], None],
    ) -> None:
        able = connector.capabilities
        nominals = Nominals(connection)
        self.ours = OurSide(connection, nominals, bills_care_of=able.care_of)
        self.theirs = TheirSide(
            connector, nominals, home_currency, TaxNames(connection)
        )
        self.rules = Rules(connection.tolerance, able.keeps_our_number)
        self.moved = moved

    def compared(self, kinds: Collection[str], period: Period) -> Outcome:
        """Theirs is read first: what is sent meanwhile has its link here by the time
        that it is looked for, and is not taken for missing."""
        theirs: Documents = {}
        add(theirs, self.theirs.of_period(kinds, period, self.moved))
        with_nominals = all(
            each.nets is not None or not each.worth for each in theirs.values()
        )
        own = {
            each.id: each
            for each in self.ours.of_period(kinds, period, with_nominals=with_nominals)
        }
        self._add_counterparts(own, theirs, period, with_nominals=with_nominals)
        rows = compare(own.values(), theirs.values(), period=period, rules=self.rules)
        totals = Totals(period)
        totals.add_ours(each for each in own.values() if each.counts)
        totals.add_theirs(theirs.values())
        for row in rows:
            totals.add_row(row)
        return Outcome(
            rows, totals, taxes_of(own.values(), theirs.values(), rows, period)
        )

    def _add_counterparts(
        self,
        own: dict[int, Ours],
        theirs: Documents,
        period: Period,
        *,
        with_nominals: bool,
    ) -> None:
        """Before anything is called missing, the other side is searched for it outside
        the period too."""
        linked = {(each.kind, each.external_id) for each in own.values()}
        strange = [each for key, each in theirs.items() if key not in linked]
        for each in self.ours.counterparts(strange, with_nominals=with_nominals):
            own.setdefault(each.id, each)
        if period.is_bounded:
            searched = unseen(own, theirs)
            add(theirs, self.theirs.outside(searched, period))


def taxes_of(
    own: Iterable[Ours], theirs: Iterable[Theirs], rows: Iterable[Row], period: Period
) -> TaxTotals:
    """Of what counts: ours that do by themselves or stand in a row, and all of
    theirs."""
    taxes = TaxTotals()
    for each in own:
        if each.counts:
            taxes.add_ours(each, counted_ours(each, period))
    for row in rows:
        if row.ours is not None and not row.ours.counts:
            taxes.add_ours(row.ours, counted_ours(row.ours, period))
    for remote in theirs:
        taxes.add_theirs(remote, counted_theirs(remote, period))
    return taxes


def add(documents: Documents, more: Iterable[Theirs]) -> None:
    """Pages may overlap while the books are written to: one id, one document."""
    for each in more:
        documents[each.kind, each.id] = each


def unseen(own: dict[int, Ours], theirs: Documents) -> list[Ours]:
    """Those whose document there was not listed. What was linked is looked for even
    where something else could stand for it: that may be a copy. Without a link, what
    counts for nothing by itself, such as a draft, is not looked for."""
    alone = {each.id for each in pair(own.values(), theirs.values()).ours_alone}
    return [
        each
        for each in own.values()
        if (each.counts and each.id in alone and not each.external_id)
        or (each.external_id and (each.kind, each.external_id) not in theirs)
    ]
