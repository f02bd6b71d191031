import datetime as dt

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounting_links import gateway, quotas
from accounting_links.models import Connection, RateWindow, RunKind, RunState, SyncRun
from accounting_links.views import progress
from accounting_links.views import quotas as words
from connectors.base import Connector
from connectors.capabilities import Capabilities, Quota
from invoicing.models import DocumentKind
from tests.accounting_links import factories

pytestmark = pytest.mark.django_db
MINUTE = Quota(limit=60, seconds=60, note="for each organisation")
DAY = Quota(limit=1000, seconds=86_400)
PLACES = Quota(limit=5, seconds=0, note="newer pages say otherwise")


class Vendor(Connector):
    capabilities = Capabilities(kinds=frozenset(), quotas=(MINUTE, DAY, PLACES))


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch) -> Connection:
    monkeypatch.setattr(gateway, "connector_class", lambda _: Vendor)
    return factories.connection(
        DocumentKind.SALES_INVOICE, values={"practice_limits": "true"}
    )


def run(connection: Connection, *, minutes: int, **fields: object) -> SyncRun:
    made = SyncRun.objects.create(
        connection=connection,
        kind=RunKind.AUTO,
        state=RunState.RUNNING,
        **fields,
    )
    made.started_at = timezone.now() - dt.timedelta(minutes=minutes)
    made.save()
    return made


def spent(connection: Connection, quota: Quota, calls: int) -> None:
    budget = gateway.budget_of(connection)
    RateWindow.objects.create(
        scope=budget.window(quota), calls=[[timezone.now().timestamp(), calls]]
    )


def test_an_untouched_quota_is_whole(connection: Connection) -> None:
    minute, day, places = words.sentences(connection)
    assert minute == (
        "60 of 60 calls a minute are left (for each organisation)."
        " 3 are kept for people who wait."
    )
    assert day.startswith("1,000 of 1,000 calls a day are left. 50 are kept")
    assert places == ("5 calls at the same time, none now (newer pages say otherwise).")


def test_what_workers_counted_is_told(
    connection: Connection, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    budget = gateway.budget_of(connection)
    with budget.spend(cost=20):
        with django_assert_num_queries(1):
            held = quotas.standing(connection)
        assert [each.left for each in held.windows] == [40, 980]
        assert held.taken == 1
    assert quotas.standing(connection).taken == 0


def test_a_window_that_is_over_counts_no_more(connection: Connection) -> None:
    spent(connection, MINUTE, 60)
    later = timezone.now() + dt.timedelta(seconds=62)
    assert quotas.standing(connection, now=later).windows[0].left == 60


def test_the_vendors_word_to_wait_is_told(connection: Connection) -> None:
    gateway.budget_of(connection).observe(status=429, headers={"Retry-After": "600"})
    assert words.sentences(connection)[-1].startswith("The platform asked FinSync to")


def test_without_a_quota_nothing_is_said(connection: Connection) -> None:
    connection.values = {}
    assert words.sentences(connection) == []


def test_a_run_ends_at_its_pace(connection: Connection) -> None:
    made = run(connection, minutes=10, planned=300, handled=100)
    end = quotas.expected_end(made, quotas.standing(connection))
    assert end is not None
    left = end - timezone.now()
    assert dt.timedelta(minutes=19) < left < dt.timedelta(minutes=21)
    assert progress.as_shown(made)["expected"].startswith("Done at about ")


def test_a_run_that_a_day_does_not_hold_ends_on_another(
    connection: Connection,
) -> None:
    spent(connection, DAY, 500)
    made = run(
        connection,
        minutes=10,
        planned=2000,
        handled=500,
        counts={"requests": 500},
    )
    end = quotas.expected_end(made, quotas.standing(connection))
    assert end is not None
    # 450 more go today, 950 tomorrow, and the last 100 on the day after.
    assert round((end - timezone.now()) / dt.timedelta(days=1)) == 2
    assert " on " in progress.as_shown(made)["expected"]


@pytest.mark.parametrize(("planned", "handled"), [(10, 0), (10, 10)])
def test_nothing_is_promised_without_a_pace_or_a_rest(
    connection: Connection, planned: int, handled: int
) -> None:
    made = run(connection, minutes=1, planned=planned, handled=handled)
    assert progress.as_shown(made)["expected"] == ""


def test_a_moment_of_another_day_is_told_with_the_day() -> None:
    now = timezone.localtime().replace(hour=12, minute=5)
    assert words.at(now) == "12:05"
    later = now + dt.timedelta(days=1)
    assert words.at(later) == f"12:05 on {later.day} {later:%B}"
