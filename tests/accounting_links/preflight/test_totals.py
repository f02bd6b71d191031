from decimal import Decimal

import pytest

from accounting_links.models import Connection
from accounting_links.preflight.base import Fix
from connectors.errors import Unsupported
from connectors.records import Document as Record
from connectors.records import Totals
from invoicing.models import Document, DocumentLine
from tests import factories
from tests.accounting_links.ledgerly import Ledgerly, check, codes, ready

D = Decimal


@pytest.fixture
def invoice(connection: Connection) -> Document:
    """Of 100.00 + 20.00."""
    return ready(connection, factories.sent(number="INV-1"))


def set_on(document: Document, **fields: Decimal) -> None:
    Document.objects.filter(pk=document.pk).update(**fields)


def test_totals_are_those_of_the_lines(
    connection: Connection, invoice: Document
) -> None:
    DocumentLine.objects.update(unit_price=D("99.99"))
    [finding] = check(connection, invoice)
    assert finding.code == "TOTALS"
    assert finding.sentence == (
        "The totals do not agree. The lines make a total of 119.99 GBP, the document"
        " says 120.00 GBP."
    )
    assert finding.data["difference"] == "-0.0100"


def test_no_tolerance_covers_lines_that_do_not_add_up(
    connection: Connection, invoice: Document
) -> None:
    connection.tolerance = D(5)
    DocumentLine.objects.update(unit_price=D("99.99"))
    assert codes(check(connection, invoice)) == ["TOTALS"]


SOURCE = [
    ({"source_gross": D("120.00")}, "0", []),
    ({"source_gross": D("120.01")}, "0", ["TOTALS"]),
    ({"source_gross": D("120.01")}, "0.01", []),
    ({"source_gross": D("119.98")}, "0.01", ["TOTALS"]),
    ({"source_gross": D("120.00"), "source_tax": D("19.00")}, "0", ["TOTALS"]),
    ({"source_net": D("100.00")}, "0", []),
]


@pytest.mark.parametrize(("claims", "tolerance", "expected"), SOURCE)
def test_the_sources_totals_agree_within_the_tolerance(
    connection: Connection,
    invoice: Document,
    claims: dict[str, Decimal],
    tolerance: str,
    expected: list[str],
) -> None:
    set_on(invoice, **claims)
    connection.tolerance = D(tolerance)
    assert codes(check(connection, invoice)) == expected


FORECAST = [
    (Totals(net=D(100), tax=D(20), gross=D(120)), "0", []),
    (Totals(net=D(100), tax=D("19.99"), gross=D("119.99")), "0", ["TOTALS"]),
    (Totals(net=D(100), tax=D("19.99"), gross=D("119.99")), "0.01", []),
    (Totals(net=D("100.01"), tax=D("19.99"), gross=D(120)), "0", ["TOTALS"]),
]


@pytest.mark.parametrize(("totals", "tolerance", "expected"), FORECAST)
def test_the_platforms_forecast_agrees_within_the_tolerance(
    connection: Connection,
    invoice: Document,
    books: Ledgerly,
    totals: Totals,
    tolerance: str,
    expected: list[str],
) -> None:
    connection.tolerance = D(tolerance)
    books.forecasts["INV-1"] = totals
    assert codes(check(connection, invoice, connector=books)) == expected


def test_a_forecast_that_differs_says_both_figures(
    connection: Connection, invoice: Document, books: Ledgerly
) -> None:
    books.forecasts["INV-1"] = Totals(net=D(100), tax=D("20.01"), gross=D("120.01"))
    [finding] = check(connection, invoice, connector=books)
    assert finding.sentence == (
        "The totals do not agree. Ledgerly would make a total of 120.01 GBP, ours is"
        " 120.00 GBP."
    )
    assert finding.fix is Fix.EDIT_DOCUMENT


def test_what_cannot_be_forecast_cannot_be_sent(
    connection: Connection, invoice: Document
) -> None:
    class Blunt(Ledgerly):
        def forecast(self, document: Record) -> Totals:
            raise Unsupported("Ledgerly cannot be told of gross prices.")

    [finding] = check(connection, invoice, connector=Blunt())
    assert finding.code == "UNSUPPORTED"
    assert finding.sentence == "Ledgerly cannot be told of gross prices."
