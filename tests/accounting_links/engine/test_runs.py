import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from django_q.models import Schedule

from accounting_links import outbox, sweeping, tasks
from accounting_links.engine import crash_points, runs
from accounting_links.models import (
    ClusterHeartbeat,
    Connection,
    ItemState,
    RunKind,
    RunState,
    SyncItem,
    SyncRun,
)
from tests import factories
from tests.accounting_links.engine import office
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def queue(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What was enqueued, in place of a broker."""
    queued: list[tuple[Any, ...]] = []

    def put(name: str, *arguments: Any) -> None:
        queued.append((name.rpartition(".")[2], *arguments))

    for module in (runs, sweeping, tasks):
        monkeypatch.setattr(module, "async_task", put)
    monkeypatch.setattr(transaction, "on_commit", lambda action: action())
    return queued


def start(connection: Connection, **options: Any) -> SyncRun:
    options.setdefault("kind", RunKind.MANUAL)
    return runs.start(connection, **options)


def test_a_press_of_sync_sends_the_oldest_that_can_go(
    connection: Connection, books: Books
) -> None:
    outbox.mark([factories.approved().pk], connection=connection)
    office.marked(connection, 6)
    run = start(connection, limit=5)
    runs.step(run.pk)
    run.refresh_from_db()
    assert (run.state, run.counts["sent"], run.counts["blocked"]) == ("done", 5, 1)
    assert run.counts["amount_sent"] == {"GBP": "600.00"}
    assert len(books.documents) == 5


def test_it_is_enqueued_once_it_is_committed(
    connection: Connection, queue: list[Any]
) -> None:
    run = start(connection)
    assert queue == [("run_step", run.pk)]


def test_chosen_documents_alone_go(connection: Connection, books: Books) -> None:
    first, second = office.marked(connection, 2)
    runs.step(start(connection, only=[second.pk]).pk)
    assert books.numbers() == [second.number]


def test_a_step_runs_once_though_it_is_called_twice(
    connection: Connection, books: Books
) -> None:
    office.marked(connection)
    run = start(connection)
    later = timezone.now() + dt.timedelta(minutes=1)
    SyncRun.objects.update(lease_owner="other", lease_until=later)
    runs.step(run.pk)
    assert not books.documents


def test_a_run_that_is_over_does_nothing_more(
    connection: Connection, books: Books
) -> None:
    run = start(connection)
    runs.step(run.pk)
    office.marked(connection)
    runs.step(run.pk)
    assert not books.documents


def test_a_queued_run_is_stopped_at_once(connection: Connection, books: Books) -> None:
    office.marked(connection)
    run = start(connection)
    assert runs.stop(run)
    runs.step(run.pk)
    run.refresh_from_db()
    assert (run.state, books.documents) == (RunState.STOPPED, {})


def test_a_running_run_stops_after_its_batch(
    connection: Connection, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.marked(connection, 15)
    run = start(connection, kind=RunKind.AUTO, minutes=20)

    def stop(point: crash_points.Point) -> None:
        if point is crash_points.Point.AFTER_RECORD:
            runs.stop(run)

    crash_points.arm(stop)
    runs.step(run.pk)
    run.refresh_from_db()
    assert (run.state, len(books.documents)) == (RunState.STOPPED, 5)
    assert not SyncItem.objects.filter(state=ItemState.CHECKING).exists()


def test_a_window_goes_on_when_its_list_is_empty(
    connection: Connection, books: Books, queue: list[Any]
) -> None:
    run = start(connection, kind=RunKind.AUTO, minutes=20)
    runs.step(run.pk)
    run.refresh_from_db()
    assert (run.state, run.lease_until) == (RunState.RUNNING, None)
    office.marked(connection)
    runs.step(run.pk)
    assert len(books.documents) == 1


def test_a_window_ends_in_time(connection: Connection, books: Books) -> None:
    office.marked(connection)
    run = start(connection, kind=RunKind.AUTO, minutes=20)
    SyncRun.objects.update(ends_at=timezone.now())
    runs.step(run.pk)
    run.refresh_from_db()
    assert (run.state, books.documents) == (RunState.DONE, {})


def test_a_disconnected_connection_ends_the_run_with_a_sentence(
    connection: Connection,
) -> None:
    run = start(connection)
    Connection.objects.update(state="disconnected")
    runs.step(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "not connected" in run.message


def test_the_sweep_takes_up_what_was_abandoned(
    connection: Connection, books: Books, queue: list[Any]
) -> None:
    office.in_doubt(connection, books, arrived=True)
    SyncItem.objects.update(next_attempt_at=timezone.now())
    run = start(connection)
    past = timezone.now() - dt.timedelta(minutes=1)
    SyncRun.objects.update(state="running", lease_owner="gone", lease_until=past)
    queue.clear()
    assert tasks.sweep() == 2
    assert queue == [("run_step", run.pk), ("settle", connection.pk)]


def test_settling_takes_no_new_documents(connection: Connection, books: Books) -> None:
    office.in_doubt(connection, books, arrived=True)
    office.marked(connection)
    tasks.settle(connection.pk)
    assert len(books.documents) == 1
    assert not SyncItem.objects.filter(state=ItemState.IN_DOUBT).exists()


def test_a_scheduled_window_starts_once_a_day(
    connection: Connection, queue: list[Any]
) -> None:
    Connection.objects.update(auto_sync_daily_at=dt.time(0, 0), trigger="scheduled")
    document = office.invoice(connection)
    assert (tasks.start_windows(), tasks.start_windows()) == (1, 0)
    assert office.item(document).state == ItemState.WAITING
    run = SyncRun.objects.get()
    assert (run.kind, run.ends_at is not None) == (RunKind.SCHEDULE, True)


def test_idle_connections_are_disconnected_where_that_is_wanted(
    connection: Connection,
) -> None:
    past = timezone.now() - dt.timedelta(minutes=21)
    Connection.objects.update(last_used_at=past)
    assert tasks.disconnect_idle() == 0
    Connection.objects.update(idle_disconnect=True)
    assert tasks.disconnect_idle() == 1
    connection.refresh_from_db()
    assert connection.state == "disconnected"


def test_an_idle_connection_with_something_in_doubt_is_kept(
    connection: Connection, books: Books
) -> None:
    office.in_doubt(connection, books, arrived=True)
    past = timezone.now() - dt.timedelta(minutes=21)
    Connection.objects.update(last_used_at=past, idle_disconnect=True)
    assert tasks.disconnect_idle() == 0


def test_an_idle_connection_with_a_run_that_waits_is_kept(
    connection: Connection, queue: list[Any]
) -> None:
    runs.start(connection, kind=RunKind.MANUAL)
    past = timezone.now() - dt.timedelta(minutes=21)
    Connection.objects.update(last_used_at=past, idle_disconnect=True)
    assert tasks.disconnect_idle() == 0


def test_the_cluster_shows_that_it_lives(db: None) -> None:
    tasks.beat("cluster")
    tasks.beat("cluster")
    assert ClusterHeartbeat.objects.get().name == "cluster"


def test_schedules_are_declared_once(db: None) -> None:
    tasks.ensure_schedules()
    tasks.ensure_schedules()
    assert Schedule.objects.count() == len(tasks.SCHEDULES)
    for schedule in Schedule.objects.all():
        assert hasattr(tasks, schedule.func.rpartition(".")[2])
