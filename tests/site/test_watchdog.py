import datetime as dt
from functools import partial

import pytest
from django.utils import timezone
from django_q.models import OrmQ, Schedule

from accounting_links.models import ClusterHeartbeat
from finsync_site.supervisor import engine
from finsync_site.supervisor.duties import Duty, perform
from finsync_site.supervisor.watchdog import Watchdog

NOON = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


class Cluster:
    """A clock, and the last sign of life that was seen."""

    def __init__(self) -> None:
        self.now = NOON
        self.sign: dt.datetime | None = None
        self.watchdog = Watchdog(
            last_sign=lambda: self.sign, silence=60 * SECOND, now=lambda: self.now
        )
        self.watchdog.cluster_started()

    def hangs_after(self, seconds: int) -> bool:
        self.now = NOON + seconds * SECOND
        return self.watchdog.cluster_hangs()


def test_a_cluster_has_a_minute_to_start() -> None:
    cluster = Cluster()
    assert not cluster.hangs_after(59)
    assert cluster.hangs_after(61)


def test_a_cluster_that_beats_does_not_hang() -> None:
    cluster = Cluster()
    cluster.sign = NOON + 100 * SECOND
    assert not cluster.hangs_after(159)


def test_a_minute_of_silence_means_that_it_hangs() -> None:
    cluster = Cluster()
    cluster.sign = NOON + 100 * SECOND
    assert cluster.hangs_after(161)


def test_a_sign_from_before_its_start_does_not_count_against_it() -> None:
    cluster = Cluster()
    cluster.sign = NOON - 3600 * SECOND
    assert not cluster.hangs_after(30)


def test_a_cluster_that_was_not_started_does_not_hang() -> None:
    assert not Watchdog(last_sign=lambda: None, silence=SECOND).cluster_hangs()


@pytest.mark.django_db
def test_a_heartbeat_is_a_sign_of_life() -> None:
    ClusterHeartbeat.objects.create(name=engine.HEARTBEAT, beat_at=NOON)
    assert engine.SignsOfLife()() == NOON


@pytest.mark.django_db
def test_a_renewed_lease_is_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    leases = iter([NOON, NOON, NOON + 30 * SECOND, None])
    monkeypatch.setattr(engine, "latest_lease", lambda: next(leases))
    signs = engine.SignsOfLife(now=lambda: NOON)
    assert [signs() for _ in range(4)] == [None, None, NOON, NOON]


@pytest.mark.django_db
def test_no_lease_is_no_sign() -> None:
    assert engine.latest_lease() is None
    assert engine.SignsOfLife()() is None


@pytest.mark.django_db
def test_a_heartbeat_is_asked_for_by_a_task() -> None:
    engine.ask_for_heartbeat()
    queued = OrmQ.objects.get()
    assert queued.task["func"] == "accounting_links.tasks.beat"
    assert queued.task["args"] == (engine.HEARTBEAT,)
    assert queued.lock <= timezone.now()


@pytest.mark.django_db
def test_duties_are_performed_at_their_intervals() -> None:
    done: list[str] = []
    duties = [
        Duty(name="often", every=10, action=lambda: done.append("often")),
        Duty(name="seldom", every=25, action=lambda: done.append("seldom")),
    ]
    for moment in (0.0, 5.0, 10.0, 20.0, 25.0):
        perform(duties, clock=partial(float, moment))
    assert done == ["often", "seldom", "often", "often", "seldom"]


@pytest.mark.django_db
def test_a_duty_that_fails_does_not_hold_up_the_next(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[str] = []
    duties = [
        Duty(name="sweep the outbox", every=10, action=lambda: 1 / 0),
        Duty(name="look", every=10, action=lambda: done.append("looked")),
    ]
    perform(duties, clock=lambda: 0.0)
    assert done == ["looked"]
    assert "could not sweep the outbox" in caplog.text


@pytest.mark.django_db
def test_preparing_twice_leaves_each_schedule_once() -> None:
    engine.prepare()
    engine.prepare()
    names = list(Schedule.objects.values_list("name", flat=True))
    assert "Poll hourly" in names
    assert len(names) == len(set(names))
