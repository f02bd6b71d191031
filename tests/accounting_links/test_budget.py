import datetime as dt
from collections.abc import Mapping

import pytest
from django.utils import timezone

from accounting_links import gateway
from accounting_links.budget import SLOTS, SharedBudget, retry_after, total
from accounting_links.models import RateWindow
from connectors.base import Connector
from connectors.capabilities import Quota
from connectors.errors import Retry
from tests.accounting_links import factories

pytestmark = pytest.mark.django_db
MINUTE = Quota(limit=10, seconds=60)


class Clock:
    """Sleeping moves the windows back, as time does."""

    def __init__(self) -> None:
        self.slept = 0.0

    def now(self) -> dt.datetime:
        return timezone.now()

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        past = dt.timedelta(seconds=seconds)
        for row in RateWindow.objects.all():
            row.calls = [[moment - seconds, cost] for moment, cost in row.calls]
            row.blocked_until = row.blocked_until and row.blocked_until - past
            row.save()


def budget(*quotas: Quota, lane: str = "interactive") -> SharedBudget:
    return SharedBudget("scope", quotas, lane=lane, clock=Clock())


def spend(budget: SharedBudget, times: int = 1, *, cost: int = 1) -> None:
    for _ in range(times):
        with budget.spend(cost=cost):
            pass


def test_without_quota_nothing_is_counted() -> None:
    spend(budget(), 3)
    assert not RateWindow.objects.exists()


def test_a_quota_is_shared_by_all_workers() -> None:
    spend(budget(MINUTE), 6)
    spend(budget(MINUTE), 4)
    with pytest.raises(Retry) as caught:
        spend(budget(MINUTE))
    assert 55 < (caught.value.after or 0) <= 61


def test_it_waits_for_a_window_that_ends_soon() -> None:
    short = Quota(limit=2, seconds=5)
    held = budget(short)
    spend(held, 5)
    assert isinstance(held.clock, Clock)
    assert 8 < held.clock.slept < 11


def test_a_batch_costs_what_its_items_cost() -> None:
    spend(budget(MINUTE), cost=8)
    with pytest.raises(Retry):
        spend(budget(MINUTE), cost=3)
    spend(budget(MINUTE), cost=2)


def test_a_reserve_is_left_to_people_who_wait() -> None:
    large = Quota(limit=40, seconds=60)
    spend(budget(large, lane="batch"), 38)
    with pytest.raises(Retry):
        spend(budget(large, lane="batch"))
    spend(budget(large), 2)


def test_the_vendors_word_to_wait_holds_for_all_workers() -> None:
    budget(MINUTE).observe(status=429, headers={"Retry-After": "120"})
    with pytest.raises(Retry) as caught:
        spend(budget(MINUTE))
    assert 110 < (caught.value.after or 0) <= 120


def test_places_are_given_back() -> None:
    held = budget(Quota(limit=1, seconds=0))
    spend(held, 3)
    assert isinstance(held.clock, Clock)
    assert held.clock.slept == 0


def test_a_place_that_a_killed_worker_held_becomes_free() -> None:
    held = budget(Quota(limit=1, seconds=0))
    entered = held.spend()
    entered.__enter__()
    past = timezone.now() - dt.timedelta(seconds=1)
    RateWindow.objects.update(blocked_until=past)
    spend(budget(Quota(limit=1, seconds=0)))


def test_no_more_at_the_same_time_than_there_are_places() -> None:
    one = Quota(limit=1, seconds=0)
    with budget(one).spend(), pytest.raises(Retry):
        SharedBudget("scope", [one], clock=_NoTime()).spend().__enter__()


class _NoTime(Clock):
    def sleep(self, seconds: float) -> None:
        self.slept += seconds


@pytest.mark.parametrize(
    ("header", "seconds"), [("30", 30.0), ("", None), ("soon", None)]
)
def test_it_reads_the_delay(header: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": header}) == seconds


def test_it_reads_a_date_as_a_delay() -> None:
    later = timezone.now() + dt.timedelta(seconds=90)
    text = later.astimezone(dt.UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert 80 < (retry_after({"Retry-After": text}) or 0) <= 90


TOLD = Quota(limit=100, seconds=60, left_header="X-Left")


def test_the_vendors_own_count_is_minded_when_it_runs_low() -> None:
    held = budget(TOLD)
    spend(held)
    held.observe(status=200, headers={"X-Left": "2"})
    spend(held, 2)
    with pytest.raises(Retry):
        spend(held)


@pytest.mark.parametrize("left", ["50", "", "many"])
def test_the_vendors_count_is_passed_over_while_there_is_plenty(left: str) -> None:
    held = budget(TOLD)
    spend(held)
    held.observe(status=200, headers={"X-Left": left})
    assert [total(row.calls) for row in RateWindow.objects.all()] == [1]


def test_the_vendors_count_never_gives_calls_back() -> None:
    held = budget(TOLD)
    spend(held, 99)
    held.observe(status=200, headers={"X-Left": "5"})
    assert [total(row.calls) for row in RateWindow.objects.all()] == [99]


class ByPlan(Connector):
    @classmethod
    def quotas_of(cls, values: Mapping[str, str]) -> tuple[Quota, ...]:
        return (Quota(limit=int(values["calls"]), seconds=60),)


def test_a_setting_of_the_connection_may_decide(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gateway, "connector_class", lambda _: ByPlan)
    small, large = (
        factories.connection(values={"calls": calls, "practice_limits": "true"})
        for calls in ("10", "500")
    )
    limits = [gateway.budget_of(each).windows[0].limit for each in (small, large)]
    assert limits == [10, 500]


def test_no_span_of_a_quota_holds_more_than_its_calls() -> None:
    """A vendor that counts the last minute refuses the second of two bursts."""
    held = budget(Quota(limit=10, seconds=12))
    clock = held.clock
    assert isinstance(clock, Clock)
    left: list[float] = []
    for number in range(40):
        clock.sleep(0.9 if number < 5 else 0.0)  # slow at first, then as fast as may be
        spend(held)
        left.append(clock.slept)
    for first, later in zip(left, left[10:], strict=False):
        assert later - first > 12 - 0.5


def test_what_is_remembered_of_a_window_is_bounded() -> None:
    held = budget(Quota(limit=100_000, seconds=60))
    spend(held, 300)
    assert total(RateWindow.objects.get().calls) == 300
    assert len(RateWindow.objects.get().calls) <= SLOTS * 10
