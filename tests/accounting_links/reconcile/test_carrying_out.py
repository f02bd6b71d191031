"""How a reconciliation is carried out by a worker: once, to its end, on the record."""

import datetime as dt

import pytest

from accounting_links import tasks
from accounting_links.models import (
    Connection,
    Reconciliation,
    ReconciliationState,
)
from accounting_links.reconcile import service
from connectors.errors import PlatformDown
from connectors.records import DocumentKind
from invoicing.models import Event
from tests.accounting_links.factories import (
    connection,
)
from tests.accounting_links.reconcile.books import (
    Books,
    open_instead,
)

pytestmark = pytest.mark.django_db
START, END = dt.date(2026, 11, 1), dt.date(2026, 11, 30)
BEFORE = dt.date(2026, 10, 15)
INVOICE = DocumentKind.SALES_INVOICE


@pytest.fixture
def link() -> Connection:
    return connection(INVOICE, DocumentKind.CREDIT_NOTE)


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> Books:
    books = Books()
    open_instead(monkeypatch, books)
    return books


def november(link: Connection) -> Reconciliation:
    return service.run(link, start=START, end=END)


def test_a_platform_that_is_down_fails_the_run_in_words(
    link: Connection, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*args: object) -> None:
        raise PlatformDown("Books do not answer.")

    monkeypatch.setattr(books, "list_documents", down)
    done = november(link)
    assert (done.state, done.message) == ("failed", "Books do not answer.")
    assert done.finished_at is not None


def test_a_fault_of_ours_is_not_left_running(
    link: Connection, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "documents", None)
    with pytest.raises(TypeError):
        november(link)
    assert Reconciliation.objects.get().state == ReconciliationState.FAILED


def test_only_one_worker_carries_it_out(link: Connection, books: Books) -> None:
    queued = Reconciliation.objects.create(connection=link, kinds=["sales_invoice"])
    assert service.carry_out(queued.pk) is True
    assert service.carry_out(queued.pk) is False


LONG_AGO = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def test_a_run_without_its_worker_is_given_up(link: Connection) -> None:
    Reconciliation.objects.create(
        connection=link, state=ReconciliationState.RUNNING, moved_at=LONG_AGO
    )
    service.sweep()
    service.sweep()
    given_up = Reconciliation.objects.get()
    assert given_up.state == ReconciliationState.FAILED
    assert "Run it again" in given_up.message


def test_a_run_that_the_queue_lost_is_enqueued_again(
    link: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    enqueued: list[tuple[object, ...]] = []
    monkeypatch.setattr(
        service, "async_task", lambda *args, **options: enqueued.append(args)
    )
    fresh = Reconciliation.objects.create(connection=link)
    lost = Reconciliation.objects.create(connection=link)
    Reconciliation.objects.filter(pk=lost.pk).update(started_at=LONG_AGO)
    assert (service.sweep(), service.sweep()) == (1, 0)
    assert enqueued == [("accounting_links.tasks.reconcile", lost.pk)]
    assert fresh.pk != lost.pk


def test_the_task_carries_it_out(link: Connection, books: Books) -> None:
    queued = Reconciliation.objects.create(connection=link, kinds=["sales_invoice"])
    tasks.reconcile(queued.pk)
    queued.refresh_from_db()
    assert queued.state == ReconciliationState.DONE


def test_a_run_is_on_the_record(link: Connection, books: Books) -> None:
    done = november(link)
    event = Event.objects.get(verb="reconciliation.run")
    assert event.subject == f"reconciliation:{done.pk}"
    assert event.connection_id == link.pk
