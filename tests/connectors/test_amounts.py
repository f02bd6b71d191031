from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from connectors.amounts import (
    CreditShare,
    credit_shares,
    line_taxes,
    quantity_and_price,
    totals_as_given,
    totals_per_line,
    totals_per_tax_code,
)
from connectors.records import (
    Allocation,
    Document,
    DocumentKind,
    Line,
    Payment,
    PaymentDirection,
)

D = Decimal


def line(quantity: str, price: str, net: str, tax: str = "0") -> Line:
    return Line(
        position=1,
        text="x",
        quantity=D(quantity),
        unit_price=D(price),
        net=D(net),
        tax=D(tax),
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (line("2", "60.00", "120.00"), ("2", "60.00")),
        (line("3", "0.01", "0.03"), ("3", "0.01")),
        (line("2.125", "8.005", "17.01"), ("2.125", "8.005")),
        # A tenth off, and tax inside the price.
        (line("1", "10.00", "9.00"), ("1", "9.00")),
        (line("3", "1.20", "3.00"), ("3", "1.00")),
        # No price of four places comes to it.
        (line("1000", "0.333333", "333.33"), ("1", "333.33")),
        (line("0", "5.00", "0.00"), ("1", "0.00")),
        (line("-2", "5.00", "-10.00"), ("-2", "5.00")),
        (line("0.1234567", "100", "12.35"), ("1", "12.35")),
    ],
)
def test_quantity_times_price_is_the_net(
    given: Line, expected: tuple[str, str]
) -> None:
    found = quantity_and_price(given, price_places=4)
    assert found == (D(expected[0]), D(expected[1]))


def document(*lines: Line, tax: str, override: str = "") -> Document:
    net = sum((each.net for each in lines), D(0))
    return Document(
        kind=DocumentKind.SALES_INVOICE,
        number="1",
        reference="FS-1",
        party_id="1",
        date=date(2026, 11, 2),
        currency="GBP",
        lines=lines,
        net=net,
        tax=D(tax),
        gross=net + D(tax),
        tax_override=D(override) if override else None,
    )


def test_the_odd_cent_lies_on_the_line_with_most_tax() -> None:
    lines = line("1", "10", "10", "2.00"), line("1", "20", "20", "4.00")
    assert line_taxes(document(*lines, tax="6.01")) == [D("2.00"), D("4.01")]


def test_an_override_is_the_tax() -> None:
    made = document(line("1", "10", "10", "2.00"), tax="2.00", override="1.99")
    totals = totals_as_given(made)
    assert (totals.net, totals.tax, totals.gross) == (D(10), D("1.99"), D("11.99"))


def test_no_line_means_no_tax() -> None:
    empty = replace(document(tax="0"), lines=())
    assert line_taxes(empty) == []


def test_credits_go_to_invoices_in_the_order_named() -> None:
    invoice, credit = DocumentKind.SALES_INVOICE, DocumentKind.CREDIT_NOTE
    named = [
        *((invoice, "I1", "10"), (invoice, "I2", "5")),
        *((credit, "C1", "12"), (credit, "C2", "3")),
    ]
    payment = Payment(
        direction=PaymentDirection.RECEIVED,
        key="k",
        party_id="1",
        date=date(2026, 11, 2),
        amount=D(0),
        currency="GBP",
        allocations=tuple(
            Allocation(document_id=id, kind=kind, amount=D(amount))
            for kind, id, amount in named
        ),
    )
    assert list(credit_shares(payment)) == [
        CreditShare("C1", "I1", D(10)),
        CreditShare("C1", "I2", D(2)),
        CreditShare("C2", "I2", D(3)),
    ]


def test_tax_is_rounded_once_for_each_code() -> None:
    taxed = line("1", "0.03", "0.03", "0.01")
    small = replace(taxed, tax_rate=D(20), tax_code_id="S")
    other = replace(small, tax_code_id="R", tax_rate=D(5))
    totals = totals_per_tax_code(document(small, small, small, other, tax="0.03"))
    assert (totals.net, totals.tax, totals.gross) == (D("0.12"), D("0.02"), D("0.14"))


def test_tax_is_rounded_on_each_line() -> None:
    small = replace(line("1", "0.03", "0.03", "0.01"), tax_rate=D(20))
    totals = totals_per_line(document(small, small, small, tax="0.03"))
    assert (totals.net, totals.tax, totals.gross) == (D("0.09"), D("0.03"), D("0.12"))
