"""How long what is owed has been due, by customer or supplier, on both sides."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from accounting_links.models import Bucket, OpenItem, Reconciliation, Role
from accounting_links.reconcile.sides import ZERO

EDGES = (
    (0, Bucket.CURRENT),
    (30, Bucket.TO_30),
    (60, Bucket.TO_60),
    (90, Bucket.TO_90),
)


def bucket(due: date | None, on: date) -> Bucket:
    """What has no day due is due from the start of time only when it is told so: it
    counts as current."""
    late = (on - due).days if due else 0
    for most, name in EDGES:
        if late <= most:
            return name
    return Bucket.OVER_90


@dataclass(slots=True)
class Pair:
    ours: Decimal = ZERO
    theirs: Decimal = ZERO

    @property
    def difference(self) -> Decimal:
        return self.theirs - self.ours


@dataclass(slots=True)
class PartyAge:
    """`buckets` has each of `Bucket`, also where it is empty."""

    party: str
    buckets: dict[Bucket, Pair] = field(
        default_factory=lambda: {each: Pair() for each in Bucket}
    )

    @property
    def whole(self) -> Pair:
        return Pair(
            sum((each.ours for each in self.buckets.values()), ZERO),
            sum((each.theirs for each in self.buckets.values()), ZERO),
        )


@dataclass(slots=True)
class Grid:
    """Of one role in one currency: parties by name, then all of them together."""

    role: Role
    currency: str
    parties: list[PartyAge]
    whole: PartyAge


def grids(reconciliation: Reconciliation) -> list[Grid]:
    """One statement."""
    found: dict[tuple[str, str], dict[str, PartyAge]] = {}
    columns = ("role", "currency", "party", "our_bucket", "their_bucket")
    rows = reconciliation.open_items.order_by().values_list(*columns, "ours", "theirs")
    for role, currency, party, our_bucket, their_bucket, ours, theirs in rows:
        ages = found.setdefault((role, currency), {})
        age = ages.setdefault(party.casefold(), PartyAge(party))
        if our_bucket:
            age.buckets[Bucket(our_bucket)].ours += ours
        if their_bucket:
            age.buckets[Bucket(their_bucket)].theirs += theirs
    return [
        _grid(Role(role), currency, list(ages.values()))
        for (role, currency), ages in sorted(found.items())
    ]


def _grid(role: Role, currency: str, ages: list[PartyAge]) -> Grid:
    ages.sort(key=lambda age: age.party.casefold())
    return Grid(role, currency, ages, added_up("All", ages))


def added_up(name: str, ages: Iterable[PartyAge]) -> PartyAge:
    whole = PartyAge(name)
    for age in ages:
        for each, pair in age.buckets.items():
            whole.buckets[each].ours += pair.ours
            whole.buckets[each].theirs += pair.theirs
    return whole


def items_of(
    reconciliation: Reconciliation, role: str, currency: str, party: str
) -> list[OpenItem]:
    found = reconciliation.open_items.filter(
        role=role, currency=currency, party__iexact=party
    )
    return list(found.select_related("document"))
