import datetime as dt
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounting_links.engine import runs
from accounting_links.models import Connection, ItemState, SyncItem, SyncRun
from invoicing.models import Document
from tests import base, factories
from tests.accounting_links.factories import (
    connection,
    document_link,
    sync_item,
)

pytestmark = pytest.mark.django_db
LIST = "admin:invoicing_salesinvoice_changelist"


@pytest.fixture
def books() -> Connection:
    return connection("sales_invoice")


@pytest.fixture
def client() -> Client:
    return base.client_of(base.bookkeeper())


@pytest.fixture(autouse=True)
def enqueued(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    found: list[int] = []
    monkeypatch.setattr(runs, "enqueue", found.append)
    return found


def page(client: Client, document: Document) -> str:
    url = reverse("admin:invoicing_salesinvoice_change", args=(document.pk,))
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def press(client: Client, name: str, document: Document) -> str:
    url = reverse(f"admin:{name}", args=(document.pk,))
    return client.post(url, follow=True).content.decode()


def choose(client: Client, action: str, *documents: Document, **more: str) -> Any:
    posted = {
        "action": action,
        ACTION_CHECKBOX_NAME: [str(document.pk) for document in documents],
        **more,
    }
    return client.post(reverse(LIST), posted, follow=True)


def test_send_names_the_platform_from_the_registry(
    client: Client, books: Connection
) -> None:
    assert "Send to QuickBooks Online</button>" in page(client, factories.sent())


def test_send_marks_it_and_starts_a_run_of_its_own(
    client: Client, books: Connection
) -> None:
    document = factories.sent()
    assert "is on its way to QuickBooks Online" in press(
        client, "document_send", document
    )
    assert SyncItem.objects.get().document_id == document.pk
    run = SyncRun.objects.get()
    assert (run.only, run.limit) == ([document.pk], 1)


def test_sent_shows_the_platforms_id_and_time(
    client: Client, books: Connection
) -> None:
    document = factories.sent()
    link = document_link(
        books, document, external_id="145", url="https://example.com/145"
    )
    shown = page(client, document)
    assert "Sent to QuickBooks Online" in shown
    assert f"Id 145, {link.linked_at:%-d %b %Y}" in shown
    assert 'href="https://example.com/145"' in shown
    assert "Send to QuickBooks Online</button>" not in shown


def test_a_link_of_another_sort_is_not_followed(
    client: Client, books: Connection
) -> None:
    document = factories.sent()
    document_link(books, document, url="javascript:alert(1)")
    assert "javascript:" not in page(client, document)


def test_once_marked_it_leads_to_sync(client: Client, books: Connection) -> None:
    document = factories.sent()
    sync_item(books, document, state=ItemState.BLOCKED, status_code="NO_ACCOUNT")
    shown = page(client, document)
    assert "Go to Sync" in shown
    assert "no account" in shown


def test_what_is_before_the_go_live_date_says_so(
    client: Client, books: Connection
) -> None:
    books.go_live = dt.date(2026, 12, 1)
    books.save()
    document = factories.sent()
    assert "is dated before the go-live date" in page(client, document)
    assert "is dated before the go-live date" in press(
        client, "document_send", document
    )
    assert not SyncItem.objects.exists()


def test_nothing_is_said_where_no_platform_takes_the_kind(client: Client) -> None:
    assert "QuickBooks" not in page(client, factories.sent())


def test_the_sent_column_is_switched_on_and_off(
    client: Client, books: Connection
) -> None:
    document_link(books, factories.sent(), external_id="145")
    shown = client.get(reverse(LIST)).content.decode()
    assert "Sent to QuickBooks Online" in shown
    assert "145" in shown
    books.show_sent_column = False
    books.save()
    hidden = client.get(reverse(LIST)).content.decode()
    assert "Sent to QuickBooks Online" not in hidden


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_needs_no_statement_per_document(
    client: Client,
    books: Connection,
    count: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(count):
        document_link(books, factories.sent())
    client.get(reverse(LIST))
    with django_assert_max_num_queries(14):
        client.get(reverse(LIST))


def test_mark_for_sync_shows_what_it_would_do_first(
    client: Client, books: Connection
) -> None:
    document = factories.sent()
    shown = choose(client, "mark_for_sync", document).content.decode()
    assert "1 chosen" in shown
    assert not SyncItem.objects.exists()
    done = choose(client, "mark_for_sync", document, _confirmed="yes")
    assert "1 marked for sync." in done.content.decode()
    assert SyncItem.objects.get().document_id == document.pk


def test_sync_selected_sends_only_those(client: Client, books: Connection) -> None:
    chosen, other = factories.sent(), factories.sent()
    choose(client, "sync_selected", chosen, _confirmed="yes")
    assert SyncRun.objects.get().only == [chosen.pk]
    assert not SyncItem.objects.filter(document=other.pk).exists()


def test_a_draft_is_not_offered_and_says_why(client: Client, books: Connection) -> None:
    draft = factories.draft()
    done = choose(client, "mark_for_sync", draft, _confirmed="yes")
    assert "is a draft. Approve it first." in done.content.decode()


def test_marking_needs_its_permission(books: Connection) -> None:
    user = base.grant(
        base.stranger(),
        "invoicing.view_salesinvoice",
        "invoicing.change_salesinvoice",
        "invoicing.view_document",
    )
    document = factories.sent()
    choose(base.client_of(user), "mark_for_sync", document, _confirmed="yes")
    assert not SyncItem.objects.exists()
