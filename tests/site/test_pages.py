import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory
from django.utils import timezone, translation
from django.utils.formats import localize
from pytest_django import DjangoAssertNumQueries

from accounting_links.models import (
    ClusterHeartbeat,
    Connection,
    ConnectionState,
    Reconciliation,
)
from finsync_site.dashboard import codes, unexplained
from finsync_site.navigation import sidebar
from tests.base import accountant, bookkeeper, client_of, grant, stranger

pytestmark = pytest.mark.django_db


def connection(name: str = "Books") -> Connection:
    return Connection.objects.create(
        name=name,
        platform="somewhere",
        environment="practice",
        state=ConnectionState.ATTENTION,
        state_reason="The grant was withdrawn.",
        organisation_name="Fettle & Sons",
    )


def front_page(user: User) -> str:
    return client_of(user).get("/admin/").content.decode()


def titles(user: User) -> set[str]:
    request = RequestFactory().get("/admin/")
    request.user = user
    return {item["title"] for group in sidebar(request) for item in group["items"]}


def test_every_admin_page_says_practice() -> None:
    page = front_page(stranger())
    assert "[PRACTICE]" in page
    assert page.count("PRACTICE") >= 2


def test_the_dashboard_tells_that_no_cluster_runs() -> None:
    assert "the task cluster is not running" in front_page(bookkeeper())
    ClusterHeartbeat.objects.create(name="cluster", beat_at=timezone.now())
    assert "the task cluster is not running" not in front_page(bookkeeper())


def test_a_heartbeat_of_long_ago_is_none() -> None:
    before = timezone.now() - dt.timedelta(minutes=5)
    ClusterHeartbeat.objects.create(name="cluster", beat_at=before)
    assert "last seen" in front_page(bookkeeper())


def test_the_dashboard_shows_connections_that_need_a_person() -> None:
    connection()
    page = front_page(bookkeeper())
    assert "Fettle &amp; Sons" in page
    assert "The grant was withdrawn." in page


def test_the_dashboard_shows_what_is_left_unexplained() -> None:
    Reconciliation.objects.create(
        connection=connection(),
        verdicts={"matched": 40, "amount_differs": 2},
        totals={"GBP": {"unexplained": "-12.50"}, "EUR": {"unexplained": "0.00"}},
        finished_at=timezone.now(),
    )
    page = front_page(accountant())
    assert "40 of 42" in page
    assert "-12.50 GBP" in page
    assert "EUR" not in page


def test_a_stranger_sees_no_figures() -> None:
    connection()
    page = front_page(stranger())
    assert "Fettle" not in page
    assert "On the Sync page" not in page


def test_the_dashboard_costs_the_same_for_many_connections(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(12):
        connection(f"Books {number}")
    client = client_of(bookkeeper())
    with django_assert_max_num_queries(12):
        client.get("/admin/")


def test_codes_stand_in_words_and_in_order() -> None:
    rows = [
        ("blocked", "NO_TAX", "credit_note", 2),
        ("blocked", "NOT_SENT", "sales_invoice", 9),
        ("waiting", "", "sales_invoice", 4),
    ]
    assert [(row["words"], row["kind"], row["count"]) for row in codes(rows)] == [
        ("Cannot sync until marked as sent.", "Sales invoice", 9),
        ("A line has no tax that the platform knows.", "Credit note", 2),
    ]


def test_totals_that_cannot_be_read_do_not_break_the_page() -> None:
    assert unexplained({"GBP": {"unexplained": "?"}, "by_kind": [], "EUR": {}}) == []


def test_the_sidebar_holds_what_a_user_may_see() -> None:
    assert titles(stranger()) == {"Dashboard"}
    superuser = User(username="root", is_superuser=True, is_staff=True)
    assert {"Staff", "Schedules", "Queued tasks"} <= titles(superuser)


def test_moments_are_written_alike_on_every_page() -> None:
    at = dt.datetime(2026, 11, 25, 20, 15, tzinfo=dt.UTC)
    with timezone.override("Europe/London"), translation.override("en-gb"):
        assert localize(timezone.localtime(at)) == "25 Nov 2026, 20:15"


def test_an_empty_list_says_so_and_offers_what_one_may() -> None:
    page = client_of(bookkeeper()).get("/admin/accounting_links/syncrun/")
    assert "Nothing is here yet." in page.content.decode()
    searched = client_of(bookkeeper()).get("/admin/invoicing/customer/?q=nobody")
    assert "Show all customers" in searched.content.decode()


def test_reconciliation_is_told_to_those_alone_who_may_open_it() -> None:
    viewer = grant(stranger(), "accounting_links.view_reconciliation")
    assert "fs-reconciliations" not in front_page(viewer)


def test_the_heading_leads_back_to_what_one_may_open() -> None:
    found = connection()
    found.platform = "quickbooks_online"
    found.save()
    linker = grant(stranger(), "accounting_links.link_contact")
    address = f"/admin/accounting_links/connection/{found.pk}/first-day/customer/"
    page = client_of(linker).get(address).content.decode()
    heading = page.partition("<h1")[2].partition("</h1>")[0]
    assert f"/admin/accounting_links/connection/{found.pk}/change/" in heading
    assert "reconciliation" not in heading
    assert "Accounting links" not in heading


def test_month_end_packs_are_in_the_sidebar() -> None:
    assert "Month-end packs" in titles(accountant())
