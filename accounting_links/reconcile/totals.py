"""Totals of both sides, and what the rows explain of the difference.

The sides are added up from what was read, the explanation from the rows: a document
that the comparison lost would stay behind as unexplained.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from accounting_links.models import Verdict
from accounting_links.reconcile.compare import Row
from accounting_links.reconcile.nominals import UNKNOWN
from accounting_links.reconcile.sides import (
    ZERO,
    Nets,
    Ours,
    Period,
    Theirs,
    counted_ours,
    counted_theirs,
)
from invoicing.currencies import smallest_unit

TAX = "tax"
T = TypeVar("T")


@dataclass(slots=True)
class Tally:
    ours: Decimal = ZERO
    theirs: Decimal = ZERO
    explained: Decimal = ZERO

    @property
    def unexplained(self) -> Decimal:
        return self.theirs - self.ours - self.explained


@dataclass(slots=True)
class Share:
    count: int = 0
    difference: Decimal = ZERO


class Totals:
    """`ours + explained + unexplained == theirs`, for each currency, kind and nominal
    code. Give all of ours that count by themselves; others join with their row."""

    def __init__(self, period: Period) -> None:
        self.period = period
        self.by_kind: dict[tuple[str, str], Tally] = defaultdict(Tally)
        self.by_nominal: dict[tuple[str, str], Tally] = defaultdict(Tally)
        self.by_verdict: dict[tuple[str, str], Share] = defaultdict(Share)
        self.verdicts: dict[str, int] = dict.fromkeys(Verdict.values, 0)
        self.knows_nominals = True

    def add_ours(self, ours: Iterable[Ours]) -> None:
        for each in ours:
            amount = counted_ours(each, self.period)
            self.by_kind[each.currency, each.kind].ours += amount
            for nominal, part in parts(each, amount):
                self.by_nominal[each.currency, nominal].ours += part

    def add_theirs(self, theirs: Iterable[Theirs]) -> None:
        for each in theirs:
            amount = counted_theirs(each, self.period)
            self.by_kind[each.currency, each.kind].theirs += amount
            for nominal, part in parts(each, amount):
                self.by_nominal[each.currency, nominal].theirs += part
            if amount and each.nets is None:
                self.knows_nominals = False

    def add_row(self, row: Row) -> None:
        self.verdicts[row.verdict] += 1
        self.by_verdict[row.side.currency, row.verdict].count += 1
        if row.ours is not None:
            if not row.ours.counts:
                self.add_ours([row.ours])
            self._explain(row, row.ours, -row.ours_counted)
        if row.theirs is not None:
            self._explain(row, row.theirs, row.theirs_counted)

    def _explain(self, row: Row, side: Ours | Theirs, amount: Decimal) -> None:
        self.by_kind[side.currency, side.kind].explained += amount
        self.by_verdict[side.currency, row.verdict].difference += amount
        sign = -1 if side is row.ours else 1
        for nominal, part in parts(side, sign * amount):
            self.by_nominal[side.currency, nominal].explained += sign * part

    def as_dict(self, *, home_currency: str) -> dict[str, dict[str, Any]]:
        """Per currency, as text in its usual places."""
        currencies = {currency for currency, _ in self.by_kind} or {home_currency}
        return {each: self._of_currency(each) for each in sorted(currencies)}

    def _of_currency(self, currency: str) -> dict[str, Any]:
        whole = Tally()
        for tally in _of(self.by_kind, currency).values():
            whole.ours += tally.ours
            whole.theirs += tally.theirs
            whole.explained += tally.explained
        told = {
            **_told(whole, currency),
            "by_kind": _each(self.by_kind, currency, _told),
            "by_verdict": _each(self.by_verdict, currency, _told_share),
        }
        if self.knows_nominals:
            told["by_nominal"] = _each(self.by_nominal, currency, _told)
        return told


def parts(side: Ours | Theirs, amount: Decimal) -> Nets:
    """The amount by nominal code, with the tax and what stands on no line apart."""
    if not amount:
        return ()
    nets = side.nets or ()
    tax = side.tax or ZERO
    rest = amount - tax - sum((net for _, net in nets), ZERO)
    return (*nets, (TAX, tax), *(((UNKNOWN, rest),) if rest else ()))


def money(amount: Decimal, currency: str) -> str:
    """Text in the currency's places; more places only where they say something."""
    usual = amount.quantize(smallest_unit(currency))
    if usual == amount:
        return f"{usual + 0:f}"  # + 0: no minus before a zero
    return f"{amount.normalize():f}"


def _of(tallies: dict[tuple[str, str], T], currency: str) -> dict[str, T]:
    return {key: tally for (of, key), tally in tallies.items() if of == currency}


def _each(
    tallies: dict[tuple[str, str], T],
    currency: str,
    tell: Callable[[T, str], dict[str, Any]],
) -> dict[str, dict[str, Any]]:
    found = sorted(_of(tallies, currency).items())
    return {key: tell(tally, currency) for key, tally in found}


def _told(tally: Tally, currency: str) -> dict[str, Any]:
    return {
        "ours": money(tally.ours, currency),
        "theirs": money(tally.theirs, currency),
        "explained": money(tally.explained, currency),
        "unexplained": money(tally.unexplained, currency),
    }


def _told_share(share: Share, currency: str) -> dict[str, Any]:
    return {"count": share.count, "difference": money(share.difference, currency)}
