"""Reads the books anew, page by page, and looks for what lies outside the period."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from accounting_links.reconcile import prints
from accounting_links.reconcile.nominals import Nominals
from accounting_links.reconcile.our_side import chunks, merged
from accounting_links.reconcile.sides import Nets, Ours, Period, Theirs
from accounting_links.reconcile.taxes import TaxNames
from connectors.base import Connector
from connectors.errors import NotFound, Unsupported
from connectors.records import (
    DocumentKind,
    RemoteDocument,
    RemoteStatus,
    party_role,
    signed,
)

# Above so many calls, listing all that lies outside the period is the shorter way.
MOST_LOOK_UPS = 20


@dataclass(slots=True)
class TheirSide:
    """`watch` is told of each document that is listed for the period, also of deleted
    ones."""

    connector: Connector
    nominals: Nominals
    home_currency: str
    taxes: TaxNames | None = None
    watch: Callable[[RemoteDocument], None] | None = None

    def of_period(
        self, kinds: Collection[str], period: Period, moved: Callable[[int], None]
    ) -> Iterator[Theirs]:
        """Voided ones too. `moved` is told of each, for the progress."""
        for kind in self._able(kinds):
            for remote in self.connector.list_documents(kind, period.start, period.end):
                if self.watch is not None:
                    self.watch(remote)
                if remote.status is not RemoteStatus.DELETED:
                    moved(1)
                    yield self.slim(remote)

    def outside(self, ours: Sequence[Ours], period: Period) -> Iterator[Theirs]:
        """Documents there that some of ours may stand for, wherever they are dated."""
        by_kind: dict[DocumentKind, list[Ours]] = defaultdict(list)
        for each in ours:
            by_kind[each.kind].append(each)
        for kind in self._able(by_kind):
            yield from map(self.slim, self._counterparts(kind, by_kind[kind], period))

    def _able(self, kinds: Iterable[str]) -> list[DocumentKind]:
        able = self.connector.capabilities.kinds
        return [kind for kind in map(DocumentKind, kinds) if kind in able]

    def _counterparts(
        self, kind: DocumentKind, ours: Sequence[Ours], period: Period
    ) -> Iterable[RemoteDocument]:
        """By number first, many in one call; then by id what was renumbered too."""
        size = max(self.connector.capabilities.lookup_size, 1)
        if len(ours) > MOST_LOOK_UPS * size:
            return self._listed(kind, ours, period)
        try:
            found = [
                remote
                for some in chunks(ours, size)
                for remote in self.connector.find_documents(
                    kind, [each.number for each in some if each.number]
                )
            ]
        except Unsupported:
            return self._listed(kind, ours, period)
        missed = {each.external_id for each in ours} - {each.id for each in found}
        missed.discard("")
        if len(missed) > MOST_LOOK_UPS:
            return [*found, *self._listed(kind, ours, period)]
        return [*found, *self._by_id(kind, sorted(missed))]

    def _by_id(
        self, kind: DocumentKind, ids: Sequence[str]
    ) -> Iterator[RemoteDocument]:
        for external_id in ids:
            try:
                remote = self.connector.get_document(kind, external_id)
            except NotFound:
                continue
            if remote.status is not RemoteStatus.DELETED:
                yield remote

    def _listed(
        self, kind: DocumentKind, ours: Sequence[Ours], period: Period
    ) -> Iterator[RemoteDocument]:
        """The whole rest of the books, of which only what we look for is kept."""
        ids = {each.external_id for each in ours} | {
            past_id for each in ours for past_id in each.past_ids
        }
        names = {name for each in ours for name in (each.number, each.reference)}
        names.discard("")
        for start, end in around(period):
            for remote in self.connector.list_documents(kind, start, end):
                is_named = remote.number in names or remote.reference in names
                is_there = remote.status is not RemoteStatus.DELETED
                if is_there and (is_named or remote.id in ids):
                    yield remote

    def slim(self, remote: RemoteDocument) -> Theirs:
        kind = remote.kind
        tax = remote.tax
        if tax is None and remote.net is not None:
            tax = remote.gross - remote.net
        return Theirs(
            kind=kind,
            id=remote.id,
            number=remote.number,
            date=remote.date,
            currency=remote.currency or self.home_currency,
            gross=signed(kind, remote.gross),
            status=remote.status,
            tax=None if tax is None else signed(kind, tax),
            reference=remote.reference,
            party_id=remote.party_id,
            party_name=remote.party_name,
            url=remote.url,
            nets=self._nets(remote),
            lines=prints.of_remote(remote),
            taxes=self.taxes.of_remote(remote, tax) if self.taxes else (),
            rate=remote.rate,
        )

    def _nets(self, remote: RemoteDocument) -> Nets | None:
        if not remote.lines:
            return None
        role = party_role(remote.kind)
        return merged(
            (
                self.nominals.theirs(role, line.account_id, line.item_id),
                signed(remote.kind, line.net),
            )
            for line in remote.lines
        )


def around(period: Period) -> Iterator[tuple[date | None, date | None]]:
    """What lies before and what lies after the period."""
    day = timedelta(days=1)
    if period.start is not None:
        yield None, period.start - day
    if period.end is not None:
        yield period.end + day, None
