"""What is open on both sides on the day when the books are read, whatever the period:
documents with something owed, payments with something left. Few platforms tell what was
open on an earlier day, so none is asked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from accounting_links.models import (
    Connection,
    ContactLink,
    ItemStanding,
    OpenItem,
    RecordType,
    RemoteRecord,
    Role,
)
from accounting_links.reconcile.ageing import bucket
from accounting_links.reconcile.compare import Pairs, pair
from accounting_links.reconcile.our_balances import OurBalances, dues
from accounting_links.reconcile.our_side import OurSide
from accounting_links.reconcile.sides import ZERO, Ours, Theirs
from accounting_links.reconcile.their_side import TheirSide
from connectors.records import (
    DocumentKind,
    RemoteDocument,
    RemoteStatus,
    party_role,
    signed,
)

OWED = (
    DocumentKind.SALES_INVOICE,
    DocumentKind.CREDIT_NOTE,
    DocumentKind.SUPPLIER_INVOICE,
)
IDLE = (
    *(RemoteStatus.VOID, RemoteStatus.DELETED),
    *(RemoteStatus.DRAFT, RemoteStatus.PAID),
)


class OpenThere(NamedTuple):
    theirs: Theirs
    due: date | None


@dataclass(slots=True)
class TheirOpen:
    """Takes each document of the books as it is read, and keeps what is open.

    `untold` counts those whose open amount the platform does not tell: part paid, with
    no balance. They stand with their total.
    """

    side: TheirSide
    found: dict[tuple[DocumentKind, str], OpenThere] = field(default_factory=dict)
    untold: int = 0

    def see(self, remote: RemoteDocument) -> None:
        key = remote.kind, remote.id
        self.found.pop(key, None)
        amount = self._open(remote)
        if remote.kind in OWED and amount:
            theirs = self.side.slim(remote)._replace(
                gross=signed(remote.kind, amount), nets=None, lines=""
            )
            self.found[key] = OpenThere(theirs, remote.due_date or remote.date)

    def _open(self, remote: RemoteDocument) -> Decimal:
        if remote.status in IDLE:
            return ZERO
        if remote.balance is not None:
            return remote.balance
        if remote.status is not RemoteStatus.OPEN:
            self.untold += 1
        return remote.gross


class Balances:
    """Pairs what is open on both sides. `items` are unsaved, in no order."""

    def __init__(
        self, connection: Connection, ours: OurSide, there: TheirOpen, *, on: date
    ) -> None:
        self.ours, self.there, self.on = OurBalances(ours), there, on
        self.dues: dict[int, date] = {}
        self.names = Names(connection)

    def items(self, kinds: Iterable[str]) -> Iterator[OpenItem]:
        own = {each.id: each for each in self.ours.open(kinds)}
        theirs = {key: each.theirs for key, each in self.there.found.items()}
        linked = {(each.kind, each.external_id) for each in own.values()}
        strange = [each for key, each in theirs.items() if key not in linked]
        for each in self.ours.counterparts(strange):
            own.setdefault(each.id, each)
        self.dues = dues(list(own))
        yield from self._rows(pair(own.values(), theirs.values()))

    def _rows(self, pairs: Pairs) -> Iterator[OpenItem]:
        for ours, theirs in pairs.both:
            same = ours.gross == theirs.gross and ours.currency == theirs.currency
            standing = ItemStanding.AGREED if same else ItemStanding.DIFFERS
            if same or ours.currency == theirs.currency:
                yield from self._item(standing, ours, theirs)
            else:
                yield from self._item(standing, ours, None)
                yield from self._item(standing, None, theirs)
        for ours in pairs.ours_alone:
            yield from self._item(_of_ours(ours), ours, None)
        for theirs, _ in pairs.copies:
            yield from self._item(ItemStanding.DIFFERS, None, theirs)
        for theirs, namesake in pairs.theirs_alone:
            lost = theirs.was_sent and namesake is None
            standing = ItemStanding.DIFFERS if lost else ItemStanding.OUTSIDE
            yield from self._item(standing, None, theirs)

    def _item(
        self, standing: ItemStanding, ours: Ours | None, theirs: Theirs | None
    ) -> Iterator[OpenItem]:
        """None where nothing is open on either side."""
        side = ours or theirs
        here = ours.gross if ours else ZERO
        there = theirs.gross if theirs else ZERO
        if side is None or (not here and not there):
            return
        role = Role(party_role(side.kind).value)
        item = OpenItem(
            role=role,
            standing=standing,
            kind=side.kind.value,
            number=side.number[:100],
            party=self.names.of(role, ours, theirs),
            currency=side.currency,
            document_id=ours.id if ours else None,
            external_id=theirs.id if theirs else "",
            ours=here,
            theirs=there,
        )
        if ours and here:
            item.our_due = self.dues.get(ours.id) or ours.date
            item.our_bucket = bucket(item.our_due, self.on)
        if theirs and there:
            item.their_due = self.there.found[theirs.kind, theirs.id].due
            item.their_bucket = bucket(item.their_due, self.on)
        yield item


def _of_ours(ours: Ours) -> ItemStanding:
    """What was there and is not any more differs; it is not merely late."""
    if ours.in_doubt:
        return ItemStanding.IN_TRANSIT
    return ItemStanding.DIFFERS if ours.external_id else ItemStanding.NOT_SENT


class Names:
    """One name for a customer or supplier on both sides. Two statements."""

    def __init__(self, connection: Connection) -> None:
        links = ContactLink.objects.filter(connection=connection, ended_at=None)
        self.ours = {
            (role, external_id): name
            for role, external_id, name in links.values_list(
                "role", "external_id", "contact__name"
            )
        }
        records = RemoteRecord.objects.filter(
            connection=connection, type__in=(RecordType.CUSTOMER, RecordType.SUPPLIER)
        )
        self.theirs = {
            (role, external_id): name
            for role, external_id, name in records.values_list(
                "type", "external_id", "name"
            )
        }

    def of(self, role: Role, ours: Ours | None, theirs: Theirs | None) -> str:
        if ours is not None:
            return ours.party_name[:300]
        return self.there(role, theirs.party_id, theirs.party_name) if theirs else ""

    def there(self, role: Role, party_id: str, name: str) -> str:
        key = role.value, party_id
        return (self.ours.get(key) or name or self.theirs.get(key) or party_id)[:300]
