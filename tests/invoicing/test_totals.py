from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing.services.totals import LineFigures, Totals, rounded, spread, work_out

D = Decimal


def line(quantity: str, price: str, tax: str = "0", discount: str = "0") -> LineFigures:
    return LineFigures(
        quantity=D(quantity),
        unit_price=D(price),
        tax_percent=D(tax),
        discount_percent=D(discount),
    )


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("0.125", "GBP", "0.13"),
        ("0.135", "GBP", "0.14"),
        ("-0.125", "GBP", "-0.13"),
        ("0.1249", "GBP", "0.12"),
        ("10.5", "JPY", "11"),
        ("1.0005", "KWD", "1.001"),
    ],
)
def test_halves_go_up_at_the_currencys_places(
    amount: str, currency: str, expected: str
) -> None:
    assert str(rounded(D(amount), currency)) == expected


@pytest.mark.parametrize(
    ("lines", "options", "expected"),
    [
        ([line("2", "10", "20")], {}, ("20.00", "4.00", "24.00")),
        ([line("3", "0.335")], {}, ("1.01", "0.00", "1.01")),
        # Each line is rounded by itself: 0.125 twice is 0.26, not 0.25.
        ([line("1", "0.125"), line("1", "0.125")], {}, ("0.26", "0.00", "0.26")),
        ([line("1", "100", "20", "10")], {}, ("90.00", "18.00", "108.00")),
        (
            [line("1", "100", "20", "10")],
            {"discount_percent": D(5)},
            ("85.50", "17.10", "102.60"),
        ),
        (
            [line("1", "120", "20")],
            {"prices_include_tax": True},
            ("100.00", "20.00", "120.00"),
        ),
        (
            [line("1", "9.99", "20")],
            {"prices_include_tax": True},
            ("8.32", "1.67", "9.99"),
        ),
        (
            [line("1", "100", "20")],
            {"tax_override": D("19.99")},
            (100, "19.99", "119.99"),
        ),
        (
            [line("1", "120", "20")],
            {"prices_include_tax": True, "tax_override": D("19.99")},
            ("100.01", "19.99", "120.00"),
        ),
        ([line("5", "2"), line("-1", "4")], {}, (6, 0, 6)),
        ([line("1", "1234.5", "10")], {"currency": "JPY"}, (1235, 124, 1359)),
        ([], {}, (0, 0, 0)),
        ([], {"tax_override": D(3)}, (0, 3, 3)),
        ([line("0", "0")], {"tax_override": D(3)}, (0, 3, 3)),
    ],
)
def test_totals_by_example(lines, options, expected) -> None:  # type: ignore[no-untyped-def]  # a table
    totals = work_out(lines, **{"currency": "GBP", **options})
    assert (totals.net, totals.tax, totals.gross) == tuple(map(D, expected))


amounts = st.decimals(min_value=-10_000, max_value=10_000, places=3)
figures = st.builds(
    LineFigures,
    quantity=amounts,
    unit_price=amounts,
    discount_percent=st.sampled_from([D(0), D("12.5"), D(100)]),
    tax_percent=st.sampled_from([D(0), D(5), D(20)]),
)


def add_up(totals: Totals) -> bool:
    return (
        sum(part.net for part in totals.lines) == totals.net
        and sum(part.tax for part in totals.lines) == totals.tax
        and totals.net + totals.tax == totals.gross
    )


@given(
    lines=st.lists(figures, min_size=1, max_size=8),
    inclusive=st.booleans(),
    discount=st.sampled_from([D(0), D("3.75")]),
    override=st.none() | st.decimals(min_value=0, max_value=500, places=2),
)
def test_lines_always_add_up_to_their_document(
    lines: list[LineFigures], inclusive: bool, discount: D, override: D | None
) -> None:
    totals = work_out(
        lines,
        currency="GBP",
        prices_include_tax=inclusive,
        discount_percent=discount,
        tax_override=override,
    )
    assert add_up(totals)
    assert override is None or totals.tax == override


@given(lines=st.lists(figures, min_size=1, max_size=5), inclusive=st.booleans())
def test_a_credit_note_mirrors_its_invoice(
    lines: list[LineFigures], inclusive: bool
) -> None:
    mirrored = [
        LineFigures(
            quantity=-part.quantity,
            unit_price=part.unit_price,
            discount_percent=part.discount_percent,
            tax_percent=part.tax_percent,
        )
        for part in lines
    ]
    options = {"currency": "GBP", "prices_include_tax": inclusive}
    invoice = work_out(lines, **options)  # type: ignore[arg-type]  # two options
    credit = work_out(mirrored, **options)  # type: ignore[arg-type]  # two options
    assert (credit.net, credit.tax) == (-invoice.net, -invoice.tax)


def test_what_is_left_over_goes_to_the_largest_remainders() -> None:
    parts = spread(D("0.10"), [D(1), D(1), D(1)], D("0.01"))
    assert sorted(parts) == [D("0.03"), D("0.03"), D("0.04")]
    assert spread(D("-0.01"), [D(1), D(3)], D("0.01")) == [D("0.00"), D("-0.01")]
