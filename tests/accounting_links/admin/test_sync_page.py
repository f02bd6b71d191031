import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounting_links.models import (
    ClusterHeartbeat,
    Connection,
    ConnectionState,
    ItemState,
    RunKind,
    SyncItem,
    SyncRun,
)
from tests import base, factories
from tests.accounting_links.factories import connection, sync_item

pytestmark = pytest.mark.django_db

# Session, user, two for permissions; the rest is the page's own.
STATEMENTS = 15
NOT_SENT = {
    "code": "NOT_SENT",
    "sentence": "Cannot sync until marked as sent.",
    "hint": "",
    "fix": "mark_sent",
    "fixes": ["mark_sent"],
    "subject": "",
    "data": {},
}


@pytest.fixture
def books() -> Connection:
    return connection("sales_invoice", organisation_name="Practice Repairs Ltd")


@pytest.fixture
def client() -> Client:
    return base.client_of(base.bookkeeper())


def text(client: Client, **query: str | int) -> str:
    response = client.get(reverse("admin:sync_page"), query)
    assert response.status_code == 200
    return response.content.decode()


def marked(books: Connection, **fields: object) -> SyncItem:
    return sync_item(books, factories.sent(), **fields)


def test_it_lists_only_documents_marked_for_sync(
    client: Client, books: Connection
) -> None:
    listed = marked(books)
    unmarked = factories.sent()
    shown = text(client, kind="sales_invoice")
    assert listed.document.number in shown
    assert unmarked.number not in shown


@pytest.mark.parametrize("state", [ItemState.DONE, ItemState.CANCELLED])
def test_a_finished_document_leaves_the_list(
    client: Client, books: Connection, state: ItemState
) -> None:
    item = marked(books, state=state)
    assert item.document.number not in text(client)


def test_the_menu_counts_each_kind(client: Client, books: Connection) -> None:
    marked(books)
    marked(books)
    shown = text(client)
    assert 'aria-label="2 marked for sync"' in shown
    assert shown.count('aria-label="0 marked for sync"') == 3


def test_the_menu_counts_what_the_list_shows(client: Client, books: Connection) -> None:
    marked(books)
    marked(connection(name="Books of before"))
    shown = text(client)
    assert 'aria-label="1 marked for sync"' in shown


def test_the_panel_is_green_and_names_the_company(
    client: Client, books: Connection
) -> None:
    shown = text(client)
    assert "fs-panel fs-tone-good" in shown
    assert "Practice Repairs Ltd" in shown
    assert ">Disconnect</button>" in shown


def test_the_panel_is_red_and_says_why(client: Client, books: Connection) -> None:
    books.state = ConnectionState.ATTENTION
    books.state_reason = "The consent has run out."
    books.save()
    shown = text(client)
    assert "fs-panel fs-tone-bad" in shown
    assert "The consent has run out." in shown
    assert reverse("admin:connection_connect", args=(books.pk,)) in shown


def test_it_says_when_no_platform_takes_the_kind(client: Client) -> None:
    assert "No platform takes credit notes" in text(client, kind="credit_note")


def test_a_status_stands_in_words(client: Client, books: Connection) -> None:
    marked(
        books,
        state=ItemState.BLOCKED,
        status_code="NOT_SENT",
        findings=[NOT_SENT],
    )
    shown = text(client)
    assert ">Not sent</span>" in shown
    assert "Cannot sync until marked as sent." in shown


def test_it_filters_by_status_code(client: Client, books: Connection) -> None:
    blocked = marked(books, state=ItemState.BLOCKED, status_code="NOT_SENT")
    waiting = marked(books)
    only_blocked = text(client, code="NOT_SENT")
    assert blocked.document.number in only_blocked
    assert waiting.document.number not in only_blocked
    assert waiting.document.number in text(client, code="waiting")


def test_it_finds_by_number_or_customer(client: Client, books: Connection) -> None:
    item, other = marked(books), marked(books)
    for search in (item.document.number, item.document.contact.name[3:]):
        shown = text(client, q=search)
        assert item.document.number in shown
        assert other.document.number not in shown


def test_nav_leads_to_the_document_and_to_the_customer(
    client: Client, books: Connection
) -> None:
    document = marked(books).document
    shown = text(client)
    assert f"/admin/invoicing/salesinvoice/{document.pk}/change/" in shown
    assert f"/admin/invoicing/customer/{document.contact_id}/change/" in shown


def test_names_are_never_taken_as_markup(client: Client, books: Connection) -> None:
    contact = factories.customer(name='<script>alert("x")</script>')
    item = sync_item(books, factories.sent(contact=contact))
    assert "<script>alert" not in text(client)
    page = client.get(reverse("admin:sync_item", args=(item.pk,)))
    assert "<script>alert" not in page.content.decode()


def test_an_empty_list_says_how_to_fill_it(client: Client, books: Connection) -> None:
    assert "Nothing waits." in text(client)
    assert "Nothing here matches." in text(client, code="NOT_SENT")


def test_it_warns_when_no_cluster_runs(client: Client, books: Connection) -> None:
    assert "The task cluster is not running" in text(client)
    ClusterHeartbeat.objects.create(name="finsync", beat_at=timezone.now())
    assert "The task cluster is not running" not in text(client)


def test_an_old_heartbeat_does_not_count(client: Client, books: Connection) -> None:
    long_ago = timezone.now() - dt.timedelta(minutes=10)
    ClusterHeartbeat.objects.create(name="finsync", beat_at=long_ago)
    assert "The task cluster is not running" in text(client)


def test_a_run_shows_its_progress_and_stop(client: Client, books: Connection) -> None:
    run = SyncRun.objects.create(
        connection=books,
        kind=RunKind.AUTO,
        state="running",
        planned=20,
        handled=5,
        counts={"sent": 4, "blocked": 1},
    )
    shown = text(client)
    assert "5 of 20 documents: 4 sent, 1 cannot go yet." in shown
    assert reverse("admin:sync_run_stop", args=(run.pk,)) in shown


def test_the_pages_are_bounded(client: Client, books: Connection) -> None:
    for _ in range(26):
        marked(books)
    first, second = text(client), text(client, page=2)
    assert first.count("<tr data-actions") == 25
    assert second.count("<tr data-actions") == 1
    assert "26 to 26 of 26" in second


@pytest.mark.parametrize("page", ["0", "-1", "x", "999999999999"])
def test_a_page_out_of_range_is_no_error(
    client: Client, books: Connection, page: str
) -> None:
    marked(books)
    assert "<tr data-actions" in text(client, page=page)


@pytest.mark.parametrize("count", [1, 25])
def test_statements_do_not_grow_with_the_list(
    client: Client,
    books: Connection,
    count: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(count):
        marked(books, state=ItemState.BLOCKED, status_code="NOT_SENT")
    text(client)  # the first page of a session writes down where it was opened
    with django_assert_max_num_queries(STATEMENTS):
        text(client)


def test_a_practice_company_says_so(client: Client, books: Connection) -> None:
    shown = text(client)
    assert "fs-practice-mark" in shown
    assert "nothing here reaches real books" in shown


def test_a_stranger_is_refused(books: Connection) -> None:
    response = base.client_of(base.stranger()).get(reverse("admin:sync_page"))
    assert response.status_code == 403


def test_who_may_only_look_gets_no_buttons(books: Connection) -> None:
    marked(books)
    user = base.grant(base.stranger(), "accounting_links.use_sync_page")
    shown = text(base.client_of(user))
    assert ">Sync</button>" not in shown
    assert ">Disconnect</button>" not in shown
    assert "Link all exact" not in shown
