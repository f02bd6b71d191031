import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounting_links.models import (
    ClusterHeartbeat,
    Connection,
    Reconciliation,
    ReconciliationRow,
    ReconciliationState,
    SyncItem,
    Verdict,
)
from accounting_links.reconcile import service
from connectors.records import DocumentKind, RemoteStatus
from tests import base, factories
from tests.accounting_links.factories import connection, document_link, sync_item
from tests.accounting_links.reconcile.books import (
    Books,
    booked,
    foreign,
    open_instead,
)

pytestmark = pytest.mark.django_db
INVOICE, CREDIT = DocumentKind.SALES_INVOICE, DocumentKind.CREDIT_NOTE


@pytest.fixture
def link() -> Connection:
    return connection(INVOICE, CREDIT, name="Shop")


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> Books:
    books = Books()
    open_instead(monkeypatch, books)
    return books


@pytest.fixture
def client() -> Client:
    return base.client_of(base.accountant())


@pytest.fixture
def done(link: Connection, books: Books) -> Reconciliation:
    """One that matches, one that was edited there, one not sent, one never ours."""
    for number, fields in (("SAME-1", {}), ("EDIT-1", {"gross": Decimal(150)})):
        document = factories.approved(number=number)
        document_link(link, document, external_id=f"R{document.pk}")
        books.documents.append(booked(document, **fields))
    factories.approved(number="WAIT-1")
    books.documents.append(foreign("OWN-1"))
    return service.run(link, start=None, end=None)


def address(name: str, *args: object) -> str:
    return reverse(f"admin:{name}", args=args)


def page_of(
    client: Client, done: Reconciliation, **query: str | int
) -> tuple[str, Any]:
    url = address("accounting_links_reconciliation_change", done.pk)
    response = client.get(url, query)
    assert response.status_code == 200
    return response.content.decode(), response


def shown_numbers(text: str) -> list[str]:
    return re.findall(r'class="fs-open"[^>]*>([^<]+)<', text)


def test_the_list_tells_what_is_left(client: Client, done: Reconciliation) -> None:
    text = client.get(address("accounting_links_reconciliation_changelist"))
    assert "All documents" in text.content.decode()
    assert "2 of 4" in text.content.decode()


def test_an_empty_list_can_be_opened(client: Client) -> None:
    url = address("accounting_links_reconciliation_changelist")
    assert client.get(url).status_code == 200


def test_the_page_shows_first_what_has_to_be_looked_into(
    client: Client, done: Reconciliation
) -> None:
    text, _ = page_of(client, done)
    assert shown_numbers(text) == ["EDIT-1", "WAIT-1"]
    assert "2 of 4 documents have to be looked into" in text
    assert "120.00 here, 150.00 there." in text


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"verdict": "all"}, ["EDIT-1", "OWN-1", "SAME-1", "WAIT-1"]),
        ({"verdict": "matched"}, ["SAME-1"]),
        ({"verdict": "posted_outside"}, ["OWN-1"]),
        ({"verdict": "all", "q": "same"}, ["SAME-1"]),
        ({"verdict": "all", "q": "somebody"}, ["OWN-1"]),
        ({"verdict": "all", "kind": "credit_note"}, []),
        ({"verdict": "nonsense", "kind": "x", "page": "-7"}, ["EDIT-1", "WAIT-1"]),
        ({"verdict": "all", "page": "999"}, ["EDIT-1", "OWN-1", "SAME-1", "WAIT-1"]),
    ],
)
def test_a_filter_is_a_link_that_can_be_passed_on(
    client: Client, done: Reconciliation, query: dict[str, str], numbers: list[str]
) -> None:
    assert sorted(shown_numbers(page_of(client, done, **query)[0])) == numbers


def test_the_page_ties_before_the_eyes(client: Client, done: Reconciliation) -> None:
    text, _ = page_of(client, done)
    assert "The totals tie to the cent" in text
    for amount in ("360.00", "30.00", "-120.00", "50.00", "320.00"):
        assert f">{amount}<" in text.replace("<b>", "").replace("</b>", "")


def test_the_chart_shows_the_money_at_stake(
    client: Client, done: Reconciliation
) -> None:
    response = page_of(client, done)[1]
    (tie,) = response.context["ties"]
    assert '"data": [-120.0, 50.0, 30.0]' in tie["chart"].data


def test_a_clean_run_says_so(client: Client, link: Connection, books: Books) -> None:
    books.documents.append(foreign("OWN-1"))
    text, _ = page_of(client, service.run(link, start=None, end=None))
    assert "Both sides agree" in text
    assert shown_numbers(text) == ["OWN-1"]


def test_an_empty_run_says_so(client: Client, link: Connection, books: Books) -> None:
    text, _ = page_of(client, service.run(link, start=None, end=None))
    assert "Neither side has a document in this period" in text


def test_a_failed_run_says_why(client: Client, link: Connection) -> None:
    failed = Reconciliation.objects.create(
        connection=link,
        state=ReconciliationState.FAILED,
        message="Books do not answer <now>.",
    )
    text, _ = page_of(client, failed)
    assert "Books do not answer &lt;now&gt;." in text
    assert "Run again" in text


def test_a_queued_run_shows_its_progress(client: Client, link: Connection) -> None:
    queued = Reconciliation.objects.create(connection=link)
    text, _ = page_of(client, queued)
    assert address("reconciliation_progress", queued.pk) in text
    assert "The task cluster is not running" in text
    ClusterHeartbeat.objects.create(name="q", beat_at=timezone.now())
    assert "The task cluster is not running" not in page_of(client, queued)[0]
    told = client.get(address("reconciliation_progress", queued.pk)).json()
    assert (told["running"], told["sentence"]) == (True, "Waits for a worker")


def test_the_end_of_a_run_ends_its_progress(
    client: Client, done: Reconciliation
) -> None:
    told = client.get(address("reconciliation_progress", done.pk)).json()
    assert (told["running"], told["percent"]) == (False, 100)


def test_the_form_starts_the_month_before(client: Client, link: Connection) -> None:
    text = client.get(address("accounting_links_reconciliation_add")).content.decode()
    last = timezone.localdate().replace(day=1) - dt.timedelta(days=1)
    assert f'value="{last:%Y-%m-01}"' in text
    assert f'value="{last:%Y-%m-%d}"' in text


def test_the_form_starts_a_run_on_post(
    client: Client, link: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = address("accounting_links_reconciliation_add")
    values: dict[str, Any] = {
        "connection": link.pk,
        "start": "2026-11-01",
        "end": "2026-11-30",
        "kinds": ["sales_invoice"],
    }
    client.get(url, values)
    assert not Reconciliation.objects.exists()
    response = client.post(url, values)
    queued = Reconciliation.objects.get()
    assert (queued.state, queued.kinds) == ("queued", ["sales_invoice"])
    assert queued.started_by is not None
    assert response["Location"].endswith(f"/{queued.pk}/change/")


def test_a_period_the_wrong_way_round_is_refused(
    client: Client, link: Connection
) -> None:
    values = {"connection": link.pk, "start": "2026-11-30", "end": "2026-11-01"}
    text = client.post(address("accounting_links_reconciliation_add"), values)
    assert "This lies before the first day" in text.content.decode()
    assert not Reconciliation.objects.exists()


def test_without_books_there_is_nothing_to_start(client: Client) -> None:
    text = client.get(address("accounting_links_reconciliation_add")).content.decode()
    assert "No books are connected yet" in text


@pytest.mark.parametrize(
    ("ending", "start"), [("csv", b"number,"), ("xlsx", b"PK"), ("pdf", b"%PDF")]
)
def test_it_can_be_downloaded(
    client: Client, done: Reconciliation, ending: str, start: bytes
) -> None:
    response: Any = client.get(address("reconciliation_file", done.pk, ending))
    content = b"".join(response.streaming_content)
    assert content.startswith(start)
    assert (
        f'filename="practice-reconciliation-{done.pk}-shop.{ending}"'
        in (response["Content-Disposition"])
    )


def test_only_what_is_finished_can_be_downloaded(
    client: Client, link: Connection
) -> None:
    queued = Reconciliation.objects.create(connection=link)
    response = client.get(address("reconciliation_file", queued.pk, "csv"))
    assert response.status_code == 302
    assert client.get(address("reconciliation_file", queued.pk, "exe")).status_code == (
        404
    )


def test_a_row_opens_both_documents_side_by_side(
    client: Client, done: Reconciliation
) -> None:
    row = done.rows.get(verdict=Verdict.AMOUNT_DIFFERS)
    url = address("reconciliation_row", done.pk, row.pk)
    text = client.get(url, headers={"x-requested-with": "fetch"}).content.decode()
    assert "<html" not in text
    assert text.count("fs-differs") == 1
    assert "150.00 GBP" in text
    assert address("invoicing_salesinvoice_change", row.document_id) in text
    assert "https://books.example/sales_invoice/" in text
    assert "Back to the reconciliation" in client.get(url).content.decode()


def test_a_strange_address_is_no_link(client: Client, done: Reconciliation) -> None:
    done.rows.update(url="javascript:alert(1)")
    assert "javascript:alert" not in page_of(client, done, verdict="all")[0]


def test_a_missing_document_is_marked_from_its_row(
    client: Client, done: Reconciliation
) -> None:
    row = done.rows.get(verdict=Verdict.MISSING_IN_BOOKS)
    url = address("reconciliation_settle", done.pk, row.pk, "send")
    assert client.get(url).status_code == 405
    assert not SyncItem.objects.exists()
    text = client.post(url, follow=True).content.decode()
    assert "goes now" in text
    assert SyncItem.objects.get().document_id == row.document_id


def test_what_waits_already_is_not_offered_again(
    client: Client, link: Connection, done: Reconciliation
) -> None:
    row = done.rows.get(verdict=Verdict.MISSING_IN_BOOKS)
    url = address("reconciliation_row", done.pk, row.pk)
    assert "Our document goes to the books now." in client.get(url).content.decode()
    assert row.document is not None
    sync_item(link, row.document)
    assert "Our document goes to the books now." not in client.get(url).content.decode()


def test_a_row_of_another_run_is_not_found(
    client: Client, link: Connection, done: Reconciliation
) -> None:
    other = Reconciliation.objects.create(connection=link)
    row = done.rows.first()
    assert row is not None
    url = address("reconciliation_row", other.pk, row.pk)
    assert client.get(url).status_code == 404


NAMES = (
    ("accounting_links_reconciliation_changelist", ()),
    ("accounting_links_reconciliation_add", ()),
    ("accounting_links_reconciliation_change", ("pk",)),
    ("reconciliation_progress", ("pk",)),
    ("reconciliation_file", ("pk", "csv")),
    ("reconciliation_row", ("pk", "row")),
)


@pytest.mark.parametrize(("name", "parts"), NAMES)
def test_each_page_asks_for_its_permission(
    done: Reconciliation, name: str, parts: tuple[str, ...]
) -> None:
    row = done.rows.first()
    assert row is not None
    known: dict[str, object] = {"pk": done.pk, "row": row.pk}
    url = address(name, *(known.get(part, part) for part in parts))
    assert base.client_of(base.stranger()).get(url).status_code == 403
    assert Client().get(url).status_code == 302


def test_marking_asks_for_the_permission_to_sync(done: Reconciliation) -> None:
    user = base.grant(base.stranger(), "accounting_links.run_reconciliation")
    row = done.rows.get(verdict=Verdict.MISSING_IN_BOOKS)
    client = base.client_of(user)
    assert (
        "Our document goes to the books now."
        not in client.get(
            address("reconciliation_row", done.pk, row.pk)
        ).content.decode()
    )
    url = address("reconciliation_settle", done.pk, row.pk, "send")
    assert client.post(url).status_code == 403


def test_nothing_is_changed_or_deleted_by_hand(
    client: Client, done: Reconciliation
) -> None:
    change = address("accounting_links_reconciliation_change", done.pk)
    assert client.post(change, {"state": "failed"}).status_code == 405
    delete = address("accounting_links_reconciliation_delete", done.pk)
    assert client.post(delete, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("name", ["list", "page"])
def test_the_queries_do_not_grow_with_the_rows(
    client: Client, done: Reconciliation, name: str
) -> None:
    urls = {
        "list": address("accounting_links_reconciliation_changelist"),
        "page": address("accounting_links_reconciliation_change", done.pk)
        + "?verdict=all",
    }
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(database) as caught:
            assert client.get(urls[name]).status_code == 200
        counts.append(len(caught))
        many(done)
    assert counts[0] == counts[1] <= 12


def many(done: Reconciliation) -> None:
    rows = list(done.rows.all()) * 15
    for row in rows:
        row.pk = None
    ReconciliationRow.objects.bulk_create(
        ReconciliationRow(**fields_of(row)) for row in rows
    )
    for _ in range(10):
        Reconciliation.objects.create(
            connection=done.connection,
            started_by=base.bookkeeper(),
            verdicts=done.verdicts,
            totals=done.totals,
        )


def fields_of(row: ReconciliationRow) -> dict[str, Any]:
    names = [field.attname for field in row._meta.concrete_fields]
    return {name: getattr(row, name) for name in names if name != "id"}


def test_void_documents_can_be_looked_at(
    client: Client, link: Connection, books: Books
) -> None:
    document = factories.approved(number="A-1")
    document_link(link, document, external_id="R1")
    books.documents.append(booked(document, id="R1", status=RemoteStatus.VOID))
    run = service.run(link, start=None, end=None)
    url = address("reconciliation_row", run.pk, run.rows.get().pk)
    assert "Void" in client.get(url).content.decode()
