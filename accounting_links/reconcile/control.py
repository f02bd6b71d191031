"""From the control account over there to what is open here, line by line.

    control + the lines = ours

Each line is what one reason moves ours away from theirs; what no document and no
payment there accounts for is left over as unexplained.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounting_links.models import ItemStanding, OpenItem, Role
from accounting_links.reconcile.ageing import Pair
from accounting_links.reconcile.sides import ZERO
from accounting_links.reconcile.totals import money
from connectors.records import ControlBalance

Sums = Mapping[tuple[str, str, str], Pair]


@dataclass(frozen=True, slots=True)
class Tie:
    """`control` is None where the platform does not tell it in that currency."""

    role: Role
    currency: str
    control: Decimal | None
    ours: Decimal
    theirs: Decimal
    lines: Mapping[ItemStanding, Decimal]

    @property
    def unexplained(self) -> Decimal | None:
        return None if self.control is None else self.theirs - self.control

    def as_dict(self) -> dict[str, Any]:
        def told(amount: Decimal | None) -> str | None:
            return None if amount is None else money(amount, self.currency)

        return {
            "role": self.role.value,
            "currency": self.currency,
            "control": told(self.control),
            "lines": {each.value: told(self.lines[each]) for each in LINES},
            "unexplained": told(self.unexplained),
            "theirs": told(self.theirs),
            "ours": told(self.ours),
        }


# Agreed items move nothing.
LINES = (
    ItemStanding.OUTSIDE,
    ItemStanding.IN_TRANSIT,
    ItemStanding.NOT_SENT,
    ItemStanding.DIFFERS,
)


class Adding:
    """Adds up items on their way to the database."""

    def __init__(self) -> None:
        self.sums: dict[tuple[str, str, str], Pair] = defaultdict(Pair)

    def of(self, items: Iterable[OpenItem]) -> Iterable[OpenItem]:
        for each in items:
            pair = self.sums[each.role, each.currency, each.standing]
            pair.ours += each.ours
            pair.theirs += each.theirs
            yield each


def ties(
    sums: Sums, balances: Iterable[ControlBalance], roles: Iterable[Role]
) -> list[Tie]:
    """One for each role and currency of either side."""
    control: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for each in balances:
        control[each.role.value, each.currency] += each.amount
    wanted = {role.value for role in roles}
    found = {(role, currency) for role, currency, _ in sums} | set(control)
    return [
        _tie(Role(role), currency, sums, control.get((role, currency)))
        for role, currency in sorted(found)
        if role in wanted
    ]


def _tie(role: Role, currency: str, sums: Sums, control: Decimal | None) -> Tie:
    parts = {
        each: sums.get((role.value, currency, each.value), Pair())
        for each in ItemStanding
    }
    return Tie(
        role=role,
        currency=currency,
        control=control,
        ours=sum((each.ours for each in parts.values()), ZERO),
        theirs=sum((each.theirs for each in parts.values()), ZERO),
        lines={each: -parts[each].difference for each in LINES},
    )
