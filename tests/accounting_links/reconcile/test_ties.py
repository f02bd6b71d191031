"""On random books: the totals tie, and no document is lost or told twice."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from accounting_links.models import ItemState
from accounting_links.reconcile.both_sides import taxes_of
from accounting_links.reconcile.compare import Row, compare
from accounting_links.reconcile.sides import Ours, TaxParts, Theirs
from accounting_links.reconcile.totals import Totals, money
from accounting_links.reconcile.verdicts import Rules
from connectors.records import DocumentKind, RemoteStatus
from tests.accounting_links.reconcile.sides import (
    NOVEMBER,
    foreign,
    item,
    ours,
    theirs,
)

KINDS = (DocumentKind.SALES_INVOICE, DocumentKind.CREDIT_NOTE)
IDS = st.integers(1, 12)
NUMBERS = IDS.map("N{}".format)
DAYS = st.dates(date(2026, 10, 20), date(2026, 12, 10))
CURRENCIES = st.sampled_from(("GBP", "EUR", "JPY"))
PENCE = st.integers(-500, 500_000).map(lambda pence: Decimal(pence) / 100)
NETS = st.lists(st.tuples(st.sampled_from(("4000", "4100", "")), PENCE), max_size=3)
STATUSES = st.sampled_from(
    (
        *(RemoteStatus.OPEN, RemoteStatus.PAID, RemoteStatus.PART_PAID),
        *(RemoteStatus.VOID, RemoteStatus.DRAFT),
    )
)
ITEMS = st.sampled_from((None, item(ItemState.IN_DOUBT), item(ItemState.BLOCKED)))


def references(numbers: st.SearchStrategy[int]) -> st.SearchStrategy[str]:
    return numbers.map(lambda n: f"FinSync-{n:020x}")


@st.composite
def our_books(draw: st.DrawFn) -> list[Ours]:
    ids = draw(st.sets(IDS, max_size=10))
    return [_ours(draw, n) for n in sorted(ids)]


def _ours(draw: st.DrawFn, n: int) -> Ours:
    """Linked to a document of its own number there, or to none."""
    own = {
        "kind": draw(st.sampled_from(KINDS)),
        "external_id": str(n) if draw(st.booleans()) else "",
        "past_ids": draw(st.sampled_from(((), (f"past{n}",)))),
        "number": f"N{n}",
        "reference": f"FinSync-{n:020x}",
        "taxes": _taxes(draw),
        "left": draw(st.booleans()),
        "counts": draw(st.booleans()),
        "item": draw(ITEMS),
    }
    return ours(id=n, **own, **_shared(draw), nets=tuple(draw(NETS)))


@st.composite
def their_books(draw: st.DrawFn) -> list[Theirs]:
    return [_theirs(draw) for _ in range(draw(st.integers(0, 14)))]


def _theirs(draw: st.DrawFn) -> Theirs:
    nets = draw(st.one_of(st.none(), NETS.map(tuple)))
    told = {
        "kind": draw(st.sampled_from(KINDS)),
        "id": draw(st.one_of(IDS.map(str), IDS.map("past{}".format))),
        "number": draw(st.one_of(st.just(""), NUMBERS)),
        "reference": draw(st.one_of(st.just(""), references(IDS))),
        "nets": nets,
        "taxes": _taxes(draw),
    }
    return theirs(**told, **_shared(draw))


def _taxes(draw: st.DrawFn) -> TaxParts:
    """One part for each rate, as both sides read them."""
    rates = draw(st.sets(st.sampled_from(("S", "R", "Z"))))
    return tuple((each, draw(PENCE), draw(PENCE)) for each in sorted(rates))


def _shared(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "date": draw(DAYS),
        "currency": draw(CURRENCIES),
        "gross": draw(PENCE),
        "tax": draw(PENCE),
        "status": draw(STATUSES),
    }


def compared(own: list[Ours], remote: list[Theirs]) -> tuple[list[Row], Totals]:
    unique = list({(each.kind, each.id): each for each in remote}.values())
    rows = compare(own, unique, period=NOVEMBER, rules=Rules())
    totals = Totals(NOVEMBER)
    totals.add_ours(each for each in own if each.counts)
    totals.add_theirs(unique)
    for row in rows:
        totals.add_row(row)
    return rows, totals


@given(our_books(), their_books())
def test_the_totals_tie_with_nothing_unexplained(
    own: list[Ours], remote: list[Theirs]
) -> None:
    _, totals = compared(own, remote)
    told = totals.as_dict(home_currency="GBP")
    for whole in told.values():
        nominals = whole.get("by_nominal", {})
        for each in (whole, *whole["by_kind"].values(), *nominals.values()):
            amounts = {name: Decimal(each[name]) for name in ("ours", "explained")}
            assert sum(amounts.values()) == Decimal(each["theirs"])
            assert Decimal(each["unexplained"]) == 0


@given(our_books(), their_books())
def test_the_parts_add_up_to_the_whole(own: list[Ours], remote: list[Theirs]) -> None:
    _, totals = compared(own, remote)
    for whole in totals.as_dict(home_currency="GBP").values():
        for groups in ("by_kind", "by_nominal"):
            for side in ("ours", "theirs", "explained") if groups in whole else ():
                parts = [Decimal(each[side]) for each in whole[groups].values()]
                assert sum(parts) == Decimal(whole[side])
        shares = whole["by_verdict"].values()
        explained = sum(Decimal(each["difference"]) for each in shares)
        assert explained == Decimal(whole["explained"])


@given(our_books(), their_books())
def test_the_tax_rates_add_up_to_the_totals(
    own: list[Ours], remote: list[Theirs]
) -> None:
    rows, totals = compared(own, remote)
    unique = {(each.kind, each.id): each for each in remote}.values()
    tallies = taxes_of(own, unique, rows, NOVEMBER).as_list()
    for currency, whole in totals.as_dict(home_currency="GBP").items():
        of = [each for each in tallies if each["currency"] == currency]
        for side in ("ours", "theirs"):
            parts = [
                Decimal(each[f"{side}_{name}"])
                for each in of
                for name in ("net", "tax")
            ]
            assert sum(parts, Decimal(0)) == Decimal(whole[side])


@given(our_books(), their_books())
def test_each_document_stands_in_one_row(own: list[Ours], remote: list[Theirs]) -> None:
    rows, totals = compared(own, remote)
    here = Counter(row.ours.id for row in rows if row.ours)
    there = Counter((row.theirs.kind, row.theirs.id) for row in rows if row.theirs)
    assert not [each for each in (*here.values(), *there.values()) if each > 1]
    inside = {each.id for each in own if each.counts and NOVEMBER.holds(each.date)}
    assert inside <= set(here)
    told = {(each.kind, each.id) for each in remote}
    last = {(each.kind, each.id): each for each in remote}
    assert {key for key in told if NOVEMBER.holds(last[key].date)} <= set(there)
    assert sum(totals.verdicts.values()) == len(rows)


@given(our_books(), their_books())
def test_a_row_has_a_side_inside_the_period(
    own: list[Ours], remote: list[Theirs]
) -> None:
    for row in compared(own, remote)[0]:
        sides = (row.ours, row.theirs)
        assert any(side and NOVEMBER.holds(side.date) for side in sides)


def test_a_document_that_the_rows_lost_stays_unexplained() -> None:
    totals = Totals(NOVEMBER)
    totals.add_theirs([foreign()])
    told = totals.as_dict(home_currency="GBP")["GBP"]
    assert (told["explained"], told["unexplained"]) == ("0.00", "120.00")


def test_books_without_lines_tell_nothing_by_nominal_code() -> None:
    _, totals = compared([ours()], [theirs(nets=None)])
    assert "by_nominal" not in totals.as_dict(home_currency="GBP")["GBP"]


def test_empty_books_tell_zero_in_the_home_currency() -> None:
    told = Totals(NOVEMBER).as_dict(home_currency="EUR")
    assert told["EUR"]["ours"] == told["EUR"]["unexplained"] == "0.00"


def test_money_has_the_places_of_its_currency() -> None:
    assert money(Decimal("1234.5"), "GBP") == "1234.50"
    assert money(Decimal("-0.00"), "GBP") == "0.00"
    assert money(Decimal(1200), "JPY") == "1200"
    assert money(Decimal("1.2345"), "GBP") == "1.2345"
