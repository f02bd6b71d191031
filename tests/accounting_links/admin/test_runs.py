from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounting_links.engine import runs
from accounting_links.models import (
    Connection,
    ConnectionState,
    RunKind,
    RunState,
    SyncItem,
    SyncRun,
)
from tests import base, factories
from tests.accounting_links.factories import connection, sync_item

pytestmark = pytest.mark.django_db
HERE = {"kind": "sales_invoice"}


@pytest.fixture
def books() -> Connection:
    return connection("sales_invoice", batch_size=5, window_minutes=20)


@pytest.fixture
def client() -> Client:
    return base.client_of(base.bookkeeper())


@pytest.fixture(autouse=True)
def enqueued(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs that the task cluster was told of."""
    found: list[int] = []
    monkeypatch.setattr(runs, "enqueue", found.append)
    return found


def press(client: Client, name: str, *args: int) -> str:
    response = client.post(reverse(f"admin:{name}", args=args), HERE, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def running(books: Connection, **fields: Any) -> SyncRun:
    fields = {"kind": RunKind.AUTO, "state": RunState.RUNNING} | fields
    return SyncRun.objects.create(connection=books, **fields)


def test_sync_starts_the_five_oldest(
    client: Client, books: Connection, enqueued: list[int]
) -> None:
    press(client, "sync_start")
    run = SyncRun.objects.get()
    assert (run.kind, run.limit, run.document_kind) == ("manual", 5, "sales_invoice")
    assert run.started_by is not None
    assert enqueued == [run.pk]


def test_auto_sync_runs_for_its_window(client: Client, books: Connection) -> None:
    press(client, "sync_auto")
    run = SyncRun.objects.get()
    assert (run.kind, run.limit, run.batch_size) == ("auto", 0, 5)
    assert run.ends_at is not None
    assert round((run.ends_at - run.started_at).total_seconds() / 60) == 20


def test_a_second_run_is_not_started(client: Client, books: Connection) -> None:
    running(books)
    assert "is under way already" in press(client, "sync_start")
    assert SyncRun.objects.count() == 1


def test_a_disconnected_company_starts_nothing(
    client: Client, books: Connection
) -> None:
    books.state = ConnectionState.DISCONNECTED
    books.save()
    assert "is not connected: connect it first" in press(client, "sync_start")
    assert not SyncRun.objects.exists()


def test_stop_ends_a_run_after_its_batch(client: Client, books: Connection) -> None:
    run = running(books)
    assert "It stops as soon as" in press(client, "sync_run_stop", run.pk)
    run.refresh_from_db()
    assert run.stop_requested


def test_one_document_is_sent_by_itself(client: Client, books: Connection) -> None:
    item: SyncItem = sync_item(books, factories.sent())
    client.post(reverse("admin:sync_item_act", args=(item.pk, "send")), HERE)
    assert SyncRun.objects.get().only == [item.document_id]


def test_progress_is_told_as_numbers_and_words(
    client: Client, books: Connection
) -> None:
    run = running(books, planned=20, handled=5, counts={"sent": 4, "failed": 1})
    told = client.get(reverse("admin:sync_run_progress", args=(run.pk,))).json()
    assert told["percent"] == 25
    assert told["sentence"] == "5 of 20 documents: 4 sent, 1 failed."
    assert told["running"] is True


@pytest.mark.parametrize(
    ("state", "words"),
    [(RunState.DONE, "Done"), (RunState.FAILED, "Failed"), (RunState.QUEUED, "Queued")],
)
def test_progress_says_where_it_stands(
    client: Client, books: Connection, state: RunState, words: str
) -> None:
    run = running(books, state=state)
    told = client.get(reverse("admin:sync_run_progress", args=(run.pk,))).json()
    assert told["state_words"] == words
    assert told["running"] is (state == RunState.QUEUED)


def test_a_check_sends_nothing(
    client: Client, books: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(
        "accounting_links.views.runs.async_task", lambda *task: asked.append(task)
    )
    assert "Being checked." in press(client, "sync_check")
    assert asked == [("accounting_links.tasks.check_waiting", books.pk)]
    assert not SyncRun.objects.exists()


def test_the_page_of_a_run_shows_its_outcome(client: Client, books: Connection) -> None:
    run = running(books, state=RunState.DONE, planned=7, handled=7, counts={"sent": 7})
    url = reverse("admin:accounting_links_syncrun_change", args=(run.pk,))
    assert "7 of 7 documents: 7 sent." in client.get(url).content.decode()
