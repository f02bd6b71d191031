from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from benchmarks import forecast
from connectors.adjusting import MOST, TEXT, adjusted, with_tax_told
from connectors.capabilities import Rounding
from connectors.quickbooks_online.mapping import forecast_totals as told_the_tax
from connectors.records import ZERO, Document, Totals

DOCUMENTS = 1000
COMPUTED = [Rounding.PER_LINE, Rounding.PER_TAX_CODE, Rounding.PER_DOCUMENT]


def differing(rule: Rounding) -> Iterator[Document]:
    """A thousand, of those that would not total ours there."""
    found = 0
    for document in forecast.documents(rule, 50_000, seed=7):
        if forecast.forecast(rule, document) != forecast.ours(document):
            yield document
            found += 1
        if found == DOCUMENTS:
            return
    raise AssertionError(f"Only {found} documents differ.")


def made_of(rule: Rounding, document: Document) -> Document | None:
    return adjusted(
        document,
        lambda record: forecast.forecast(rule, record),
        untaxed="T0",
        negative=True,
    )


@pytest.mark.parametrize("rule", COMPUTED)
def test_the_ledgers_total_is_ours_once_adjusted(rule: Rounding) -> None:
    for document in differing(rule):
        made = made_of(rule, document)
        assert made is not None, document
        there = forecast.ledgers(rule, made)
        assert there == Totals(net=made.net, tax=made.tax, gross=document.gross)
        assert abs(there.tax - document.tax) <= MOST


@pytest.mark.parametrize("rule", COMPUTED)
def test_no_more_is_adjusted_than_allowed(rule: Rounding) -> None:
    for document in differing(rule):
        made = made_of(rule, document)
        assert made is not None
        nets = [
            sum((line.net for line in each.lines), ZERO) for each in (made, document)
        ]
        assert abs(nets[0] - nets[1]) <= MOST
        assert len(made.lines) - len(document.lines) in (0, 1)


def test_where_taxes_are_as_given_nothing_needs_adjusting() -> None:
    for document in forecast.documents(Rounding.AS_GIVEN, DOCUMENTS, seed=7):
        ledgers = forecast.ledgers(Rounding.AS_GIVEN, document)
        assert ledgers == forecast.ours(document)


def test_a_platform_that_is_told_the_tax_totals_ours() -> None:
    for document in differing(Rounding.PER_TAX_CODE):
        told = with_tax_told(document, told_the_tax)
        assert told is not None
        assert told_the_tax(told) == forecast.ours(document)
        assert told.lines == document.lines


def test_a_platform_that_computes_the_tax_cannot_be_told_another() -> None:
    [document, *_] = differing(Rounding.PER_LINE)
    told = with_tax_told(
        document, lambda record: forecast.forecast(Rounding.PER_LINE, record)
    )
    assert told is None


def off_by(cents: str) -> Document:
    """One line at a fifth, whose tax is another than the platform's by so much."""
    [document] = forecast.documents(Rounding.PER_LINE, 1, seed=1)
    line = replace(
        document.lines[0], net=Decimal(100), tax=Decimal(20), tax_rate=Decimal(20)
    )
    gap = Decimal(cents)
    return replace(
        document,
        lines=(replace(line, tax_code_id="T20"),),
        net=Decimal(100),
        tax=20 + gap,
        gross=120 + gap,
        tax_override=20 + gap,
    )


@pytest.mark.parametrize("cents", ["0.06", "-0.06", "1.00"])
def test_more_than_five_cents_are_never_adjusted(cents: str) -> None:
    assert made_of(Rounding.PER_LINE, off_by(cents)) is None


@pytest.mark.parametrize("cents", ["0.05", "0.01", "-0.01", "-0.05"])
def test_up_to_five_cents_are(cents: str) -> None:
    made = made_of(Rounding.PER_LINE, off_by(cents))
    assert made is not None
    assert forecast.ledgers(Rounding.PER_LINE, made).gross == 120 + Decimal(cents)


def unreachable() -> Document:
    """With a fifth of tax on two cents, nothing comes to three."""
    document = off_by("0")
    line = replace(document.lines[0], net=Decimal("0.02"), tax=Decimal("0.01"))
    return replace(
        document,
        lines=(line,),
        tax_override=None,
        net=line.net,
        tax=line.tax,
        gross=Decimal("0.03"),
    )


def test_a_line_of_its_own_bears_what_no_line_can() -> None:
    made = made_of(Rounding.PER_LINE, unreachable())
    assert made is not None
    extra = made.lines[-1]
    assert (extra.text, extra.net, extra.tax_code_id) == (TEXT, Decimal("0.01"), "T0")
    assert (extra.account_id, extra.position) == ("4000", 2)
    assert forecast.ledgers(Rounding.PER_LINE, made).gross == Decimal("0.03")


def test_without_a_tax_of_nothing_there_is_no_such_line() -> None:
    made = adjusted(
        unreachable(),
        lambda record: forecast.forecast(Rounding.PER_LINE, record),
        untaxed=None,
        negative=True,
    )
    assert made is None
