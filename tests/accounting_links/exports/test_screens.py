import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounting_links.exports import deciding
from accounting_links.models import (
    Connection,
    DocumentLink,
    ExportBatch,
    ItemState,
    SyncRun,
)
from connectors.practice.server import PracticeServer
from tests import base, factories
from tests.accounting_links.exports.office import (
    books as other_books,
)
from tests.accounting_links.exports.office import (
    export,
    exported,
    imported,
    item_of,
    order,
)

pytestmark = pytest.mark.django_db
LIST = "admin:accounting_links_exportbatch_changelist"
PAGE = "admin:accounting_links_exportbatch_change"


@pytest.fixture
def client() -> Client:
    return base.client_of(base.bookkeeper())


@pytest.fixture
def batch(books: Connection) -> ExportBatch:
    return exported(books, factories.sent(), factories.sent())


def page(client: Client, name: str, *args: int, **query: str) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def press(client: Client, name: str, *args: int, **fields: object) -> str:
    """What is shown after it."""
    response = client.post(reverse(name, args=args), fields, follow=True)
    assert response.status_code == 200
    return response.content.decode()


# Sync page


def test_the_button_of_a_file_platform_says_export(
    client: Client, books: Connection
) -> None:
    shown = page(client, "admin:sync_page", kind="sales_invoice")
    assert ">Export</button>" in shown and ">Sync</button>" not in shown
    assert "Auto Sync" not in shown


def test_it_shows_what_is_not_yet_confirmed(client: Client, batch: ExportBatch) -> None:
    shown = page(client, "admin:sync_page", kind="sales_invoice")
    assert "Exported, not yet confirmed" in shown
    assert batch.file_name in shown


def test_export_is_put_to_the_cluster_without_a_limit(
    client: Client, books: Connection
) -> None:
    press(client, "admin:sync_export", kind="sales_invoice")
    run = SyncRun.objects.get()
    assert (run.limit, run.document_kind) == (0, "sales_invoice")


# A document's own page


@pytest.mark.parametrize(
    ("variant", "has_cards"), [("no_stock", False), ("stock", True)]
)
def test_an_order_is_exported_from_its_own_page(
    client: Client, books: Connection, variant: str, has_cards: bool
) -> None:
    won = order(number="OP-7")
    shown = page(client, "admin:invoicing_salesorder_change", won.pk)
    assert "Export without stock" in shown and "Export with stock" in shown
    asked = page(client, "admin:document_export", won.pk, variant=variant)
    assert "its own name and address stay" in asked
    assert "Stock is deducted only" in asked and "makes the contact" in asked
    assert not ExportBatch.objects.exists()
    done = press(client, "admin:document_export", won.pk, variant=variant)
    made = ExportBatch.objects.get()
    assert made.file_name == "OP-7.xml" and "OP-7.xml" in done
    assert (b"KmKarta" in bytes(made.content)) is has_cards


def test_an_exported_order_leads_to_its_file(client: Client, books: Connection) -> None:
    won = order()
    made = exported(books, won)
    shown = page(client, "admin:invoicing_salesorder_change", won.pk)
    assert reverse(PAGE, args=(made.pk,)) in shown
    assert "Export with stock" not in shown
    assert "exported already" in press(client, "admin:document_export", won.pk)
    assert ExportBatch.objects.count() == 1


def test_an_order_that_cannot_go_says_why(client: Client, books: Connection) -> None:
    bare = factories.won_order()
    shown = press(client, "admin:document_export", bare.pk)
    assert "The order has no line with a product." in shown


# The file's page


def test_the_file_is_downloaded_byte_for_byte(
    client: Client, batch: ExportBatch
) -> None:
    for _ in range(2):
        got = client.get(reverse("admin:export_download", args=(batch.pk,)))
        assert got.content == bytes(batch.content)
    assert got["Content-Disposition"] == f'attachment; filename="{batch.file_name}"'
    assert got["X-Content-Type-Options"] == "nosniff"


def test_an_uploaded_report_confirms(
    client: Client, batch: ExportBatch, importer: PracticeServer
) -> None:
    report = SimpleUploadedFile("report.xml", imported(importer.url, batch))
    shown = press(client, "admin:export_report", batch.pk, report=report)
    assert "2 confirmed by the report." in shown
    assert DocumentLink.objects.count() == 2


@pytest.mark.parametrize("content", [b"x", b"<html/>", b"\x00"])
def test_a_wrong_upload_is_a_sentence(
    client: Client, batch: ExportBatch, content: bytes
) -> None:
    report = SimpleUploadedFile("report.xml", content)
    shown = press(client, "admin:export_report", batch.pk, report=report)
    assert "report" in shown and not DocumentLink.objects.exists()
    assert "Choose the report" in press(client, "admin:export_report", batch.pk)


def test_those_ticked_are_confirmed(client: Client, batch: ExportBatch) -> None:
    first = batch.items.all()[0]
    assert "Tick what" in press(client, "admin:export_confirm", batch.pk)
    press(client, "admin:export_confirm", batch.pk, items=[first.pk])
    assert DocumentLink.objects.get().document == first.document
    press(client, "admin:export_confirm", batch.pk, all="yes")
    assert DocumentLink.objects.count() == 2


def test_taking_back_asks_for_a_reason(client: Client, batch: ExportBatch) -> None:
    first = batch.items.all()[0]
    asked = press(client, "admin:export_cancel", batch.pk, items=[first.pk])
    assert "a second time" in asked
    assert item_of(first.document).state == ItemState.EXPORTED
    fields = {"items": [first.pk], "reason": "Never imported"}
    press(client, "admin:export_cancel", batch.pk, **fields)
    assert item_of(first.document).state == ItemState.WAITING
    assert batch.items.filter(state="exported").count() == 1


def test_mail_offers_colleagues_alone(client: Client, batch: ExportBatch) -> None:
    outsider = base.stranger()
    outsider.email = ""
    outsider.save()
    shown = page(client, "admin:export_mail", batch.pk)
    assert base.BOOKKEEPER in shown and base.STRANGER not in shown
    assert "valid choice" in press(
        client, "admin:export_mail", batch.pk, to=outsider.pk
    )


def test_names_are_escaped(client: Client, books: Connection) -> None:
    made = exported(
        books, factories.sent(contact=factories.customer(name="<script>x</script>"))
    )
    shown = page(client, PAGE, made.pk)
    assert "<script>x" not in shown and "&lt;script&gt;x" in shown


# Lists, rights, statements


def test_the_list_counts_what_is_open(client: Client, batch: ExportBatch) -> None:
    shown = page(client, LIST)
    assert batch.file_name in shown and "Exported, not yet confirmed" in shown


def test_the_list_costs_the_same_however_long(
    client: Client,
    books: Connection,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(5):
        export(books, factories.sent())
    with django_assert_max_num_queries(12):
        page(client, LIST)


def test_an_overdue_file_stands_on_the_dashboard(
    client: Client, batch: ExportBatch
) -> None:
    assert "nobody has confirmed" not in page(client, "admin:index")
    ExportBatch.objects.update(created_at="2026-01-01T00:00:00Z")
    assert batch.file_name in page(client, "admin:index")
    deciding.confirm(batch, actor=None)
    assert batch.file_name not in page(client, "admin:index")


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("admin:export_download", "get"),
        ("admin:export_report", "post"),
        ("admin:export_confirm", "post"),
        ("admin:export_cancel", "post"),
        ("admin:export_mail", "get"),
    ],
)
def test_a_stranger_may_do_nothing(batch: ExportBatch, name: str, method: str) -> None:
    client = base.client_of(base.stranger())
    answer = getattr(client, method)(reverse(name, args=(batch.pk,)))
    assert answer.status_code == 403


@pytest.mark.parametrize("name", ["admin:export_confirm", "admin:export_report"])
def test_what_changes_something_needs_a_post(
    client: Client, batch: ExportBatch, name: str
) -> None:
    assert client.get(reverse(name, args=(batch.pk,))).status_code == 405


def test_a_stranger_cannot_export_a_document(books: Connection) -> None:
    client = base.client_of(base.stranger())
    url = reverse("admin:document_export", args=(order().pk,))
    assert client.post(url).status_code == 403
    assert not ExportBatch.objects.exists()


def test_enabling_is_for_administrators(books: Connection) -> None:
    person = base.grant(base.stranger(), "accounting_links.export_document")
    url = reverse("admin:connection_connect", args=(books.pk,))
    assert base.client_of(person).post(url).status_code == 403


def test_connecting_says_that_nothing_is_called(
    client: Client, books: Connection
) -> None:
    shown = page(client, "admin:connection_connect", books.pk)
    assert "works by files" in shown


def test_a_second_connection_of_the_same_company_is_refused(books: Connection) -> None:
    with pytest.raises(Exception, match="connected already"):
        other_books("Another")
