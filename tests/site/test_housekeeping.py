import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from django_q.models import Failure, Success, Task

from finsync_site.supervisor.housekeeping import prune_task_results, rotate


def task(number: int, *, days_ago: int, success: bool) -> None:
    then = timezone.now() - dt.timedelta(days=days_ago)
    Task.objects.create(
        id=f"{number:032}",
        name=f"task {number}",
        func="f",
        started=then,
        stopped=then,
        success=success,
    )


@pytest.mark.django_db
def test_failures_are_kept_longer_than_successes() -> None:
    for number, days_ago in enumerate((1, 10, 100)):
        task(number, days_ago=days_ago, success=True)
        task(10 + number, days_ago=days_ago, success=False)
    prune_task_results()
    assert [each.name for each in Success.objects.all()] == ["task 0"]
    assert {each.name for each in Failure.objects.all()} == {"task 10", "task 11"}


def test_a_grown_log_is_moved_aside_and_written_on(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    with path.open("a") as writer:
        writer.write("old" * 10)
        writer.flush()
        rotate(path, largest=20)
        writer.write("new")
    assert path.read_text() == "new"
    assert (tmp_path / "web.log.1").read_text() == "old" * 10


def test_five_old_logs_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    for number in range(8):
        path.write_text(f"{number} " * 20)
        rotate(path, largest=20)
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "web.log",
        *(f"web.log.{number}" for number in range(1, 6)),
    ]
    assert (tmp_path / "web.log.1").read_text().startswith("7")
    assert (tmp_path / "web.log.5").read_text().startswith("3")


def test_a_small_log_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    path.write_text("short")
    rotate(path, largest=20)
    assert [each.name for each in tmp_path.iterdir()] == ["web.log"]
