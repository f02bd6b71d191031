"""What the charts of a reconciliation say, from the figures that it keeps."""

import json
from decimal import Decimal
from typing import Any

import pytest

from accounting_links.models import Connection
from accounting_links.views import reconciliation_charts as charts
from accounting_links.views.reconciliation_page import tie_out
from tests.accounting_links.reconcile.books import Books
from tests.accounting_links.reconcile.month import november, sent

pytestmark = pytest.mark.django_db


def bars(chart: charts.Chart | None) -> dict[str, list[float]]:
    assert chart is not None
    return {each["label"]: each["data"] for each in json.loads(chart.data)["datasets"]}


def test_money_by_verdict_is_what_moves_their_total(
    link: Connection, books: Books
) -> None:
    sent(link, books, "A-1", gross=Decimal(150))
    sent(link, books, "SAME")
    done = november(link)
    shown = tie_out("GBP", done.totals["GBP"])["chart"]
    assert json.loads(shown.data)["labels"] == ["Amount differs"]
    assert bars(shown) == {"GBP": [30.0]}


def test_nothing_is_drawn_where_nothing_differs(link: Connection, books: Books) -> None:
    sent(link, books, "SAME")
    assert tie_out("GBP", november(link).totals["GBP"])["chart"] is None


def test_the_runs_stand_side_by_side_oldest_first(
    link: Connection, books: Books
) -> None:
    sent(link, books, "A-1", gross=Decimal(150))
    first = november(link)
    assert charts.over_time(first, "GBP") is None
    sent(link, books, "A-2", gross=Decimal(100))
    sent(link, books, "A-3", currency="EUR")
    second = november(link)
    assert bars(charts.over_time(second, "GBP")) == {
        "Amount differs": [30.0, 10.0],
        "Currency or rate differs": [0.0, 120.0],
    }


def test_only_the_last_runs_are_drawn_in_one_statement(
    link: Connection, books: Books, django_assert_num_queries: Any
) -> None:
    sent(link, books, "A-1", gross=Decimal(150))
    runs = [november(link) for _ in range(charts.RUNS + 2)]
    with django_assert_num_queries(1):
        shown = charts.over_time(runs[-1], "GBP")
    assert bars(shown)["Amount differs"] == [30.0] * charts.RUNS
