"""`manage.py sync --window`: a window goes on with what becomes due, and ends."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounting_links.management.commands import sync
from accounting_links.models import Connection
from tests.accounting_links.engine import office
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db


class Clock:
    """The command's own: each pause is one minute, and something may happen in it."""

    def __init__(self) -> None:
        self.passed = dt.timedelta()
        self.pauses = 0
        self.happens: dict[int, Callable[[], object]] = {}

    def now(self) -> dt.datetime:
        return timezone.now() + self.passed

    def sleep(self, seconds: float) -> None:
        self.passed += dt.timedelta(minutes=1)
        self.pauses += 1
        self.happens.get(self.pauses, lambda: None)()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    made = Clock()
    monkeypatch.setattr(sync, "timezone", SimpleNamespace(now=made.now))
    monkeypatch.setattr(sync, "time", SimpleNamespace(sleep=made.sleep))
    yield made


def window(connection: Connection, **options: Any) -> dict[str, Any]:
    out = StringIO()
    name = f"--connection={connection.name}"
    options = {"window": 5, "json": True, "marked_only": True, **options}
    call_command("sync", name, stdout=out, **options)
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


def test_a_window_sends_what_becomes_due_in_it(
    connection: Connection, books: Books, clock: Clock
) -> None:
    office.marked(connection, 2)
    clock.happens[3] = lambda: office.marked(connection, 3)
    report = window(connection)
    assert report["sent"] == 5
    assert len(books.documents) == 5
    assert clock.pauses == 5


def test_a_window_ends_early_at_its_limit(
    connection: Connection, books: Books, clock: Clock
) -> None:
    office.marked(connection, 2)
    clock.happens[1] = lambda: office.marked(connection, 5)
    report = window(connection, limit=4)
    assert report["sent"] == 4
    assert len(books.documents) == 4
    assert clock.pauses == 1


def test_a_window_asks_nothing_while_nothing_waits(
    connection: Connection, books: Books, clock: Clock
) -> None:
    office.marked(connection, 1)
    first = window(connection)
    second = window(connection)
    assert first["sent"] == 1
    assert (second["sent"], second["http_requests"]) == (0, 0)
