import random
from decimal import ROUND_HALF_EVEN, Decimal

import pytest

from connectors.practice.books import Document, Kind, Line
from connectors.practice.policies import RoundPer, TaxPolicy
from connectors.practice.totals import priced
from tests.connectors.practice.shop import DAY

PERCENTS = {"S": Decimal(20), "R": Decimal(5), "Z": Decimal(0)}


def document(*amounts: str, codes: str = "", inclusive: bool = False) -> Document:
    codes = codes or "S" * len(amounts)
    lines = tuple(
        Line(unit_price=Decimal(amount), tax_code=code)
        for amount, code in zip(amounts, codes, strict=True)
    )
    return Document(
        kind=Kind.SALES_INVOICE,
        party="1",
        date=DAY,
        lines=lines,
        prices_include_tax=inclusive,
    )


@pytest.mark.parametrize(
    ("per", "tax"),
    [(RoundPer.LINE, "0.03"), (RoundPer.CODE, "0.04"), (RoundPer.DOCUMENT, "0.04")],
)
def test_rounding_by_line_code_or_document_differs(per: RoundPer, tax: str) -> None:
    made = priced(document("0.06", "0.06", "0.06"), PERCENTS, TaxPolicy(per=per))
    assert made.tax == Decimal(tax)
    assert sum(line.tax for line in made.lines) == made.tax


def test_each_tax_code_is_rounded_by_itself() -> None:
    both = document("0.02", "0.08", codes="SR")
    by_code = priced(both, PERCENTS, TaxPolicy(per=RoundPer.CODE))
    by_document = priced(both, PERCENTS, TaxPolicy(per=RoundPer.DOCUMENT))
    assert (by_code.tax, by_document.tax) == (Decimal(0), Decimal("0.01"))


def test_inclusive_prices_hold_their_tax() -> None:
    made = priced(document("120.00", inclusive=True), PERCENTS, TaxPolicy())
    assert (made.net, made.tax, made.gross) == (Decimal(100), Decimal(20), Decimal(120))


@pytest.mark.parametrize(("rounding", "tax"), [("", "0.13"), ("even", "0.12")])
def test_half_a_cent_goes_by_the_policy(rounding: str, tax: str) -> None:
    policy = TaxPolicy(rounding=ROUND_HALF_EVEN) if rounding else TaxPolicy()
    made = priced(document("2.50", codes="R"), PERCENTS, policy)
    assert made.tax == Decimal(tax)


def test_given_amounts_stand_as_they_are() -> None:
    line = Line(given_net=Decimal(10), given_tax=Decimal("1.99"), tax_code="S")
    made = priced(
        Document(kind=Kind.SALES_INVOICE, party="1", date=DAY, lines=(line,)),
        PERCENTS,
        TaxPolicy(),
    )
    assert made.gross == Decimal("11.99")


@pytest.mark.parametrize("per", list(RoundPer))
def test_lines_always_add_up_to_the_document(per: RoundPer) -> None:
    chance = random.Random(7)
    for _ in range(300):
        count = chance.randint(1, 9)
        amounts = [f"{chance.randint(-999, 99999) / 100:.2f}" for _ in range(count)]
        codes = "".join(chance.choice("SRZ") for _ in range(count))
        both = document(*amounts, codes=codes, inclusive=chance.random() < 0.5)
        made = priced(both, PERCENTS, TaxPolicy(per=per))
        assert made.gross == sum(line.net + line.tax for line in made.lines)
        assert made.gross == made.net + made.tax
