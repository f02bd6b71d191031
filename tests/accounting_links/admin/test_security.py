"""Each view of ours: log-in first, its own permission, and nothing on GET."""

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from accounting_links import urls
from accounting_links.models import (
    Connection,
    ContactLink,
    RemoteEdit,
    RunKind,
    SyncItem,
    SyncRun,
    WebhookDelivery,
)
from invoicing.models import Event
from tests import base, factories
from tests.accounting_links.factories import connection, document_link, sync_item

pytestmark = pytest.mark.django_db

PATTERNS: list[URLPattern] = [
    *urls.sync_urls(),
    *urls.document_urls(),
    *urls.connection_urls(),
    *urls.webhook_urls(),
    *urls.edit_urls(),
]
NAMES = [str(pattern.name) for pattern in PATTERNS]
# The vendor sends the browser there by GET; a state that a POST has made guards it.
ON_GET = {"connection_callback"}
READS = {
    "sync_page",
    "sync_run_progress",
    "sync_item",
    "sync_waiting_payments",
    "connection_connected",
    "connection_first_day_file",
    "platforms",
    "platform",
    *ON_GET,
}
ASKS = {
    "sync_link_exact",
    "connection_check_up",
    "connection_connect",
    "connection_first_day",
    "connection_mapping",
    "connection_webhooks",
    "document_export",
}
# A question that only platforms by files are asked; this connection is none.
OF_FILES = {"connection_lists"}
ACTS = sorted(set(NAMES) - READS - ASKS - OF_FILES)


@pytest.fixture
def books() -> Connection:
    return connection("sales_invoice")


@pytest.fixture
def addresses(books: Connection) -> dict[str, str]:
    document = factories.sent()
    item = sync_item(books, document)
    run = SyncRun.objects.create(connection=books, kind=RunKind.MANUAL)
    link = document_link(books, document)
    edit = RemoteEdit.objects.create(connection=books, link=link, document=document)
    delivery = WebhookDelivery.objects.create(connection=books, identity="1")
    values: dict[str, Any] = {
        "run_id": run.pk,
        "item_id": item.pk,
        "verb": "retry",
        "connection_id": books.pk,
        "what": "nominals",
        "document_id": document.pk,
        "contact_id": document.contact_id,
        "role": "customer",
        "pk": 1,
        "delivery_id": delivery.pk,
        "edit_id": edit.pk,
        "group_id": factories.incrementor().pk,
        "slug": "quickbooks_online",
    }
    return {
        str(pattern.name): reverse(
            f"admin:{pattern.name}",
            kwargs={name: values[name] for name in pattern.pattern.converters},
        )
        for pattern in PATTERNS
    }


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_gets_in_without_logging_in(
    addresses: dict[str, str], name: str, method: str
) -> None:
    response = getattr(Client(), method)(addresses[name])
    assert response.status_code in (302, 405)
    if response.status_code == 302:
        assert "/login/" in response["Location"]


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_is_refused(addresses: dict[str, str], name: str) -> None:
    client = base.client_of(base.stranger())
    method = client.post if name in ACTS else client.get
    assert method(addresses[name]).status_code == 403


@pytest.mark.parametrize("name", ACTS)
def test_nothing_acts_on_get(addresses: dict[str, str], name: str) -> None:
    client = base.client_of(base.bookkeeper())
    events = Event.objects.count()
    assert client.get(addresses[name]).status_code == 405
    assert Event.objects.count() == events


def standing() -> list[tuple[object, ...]]:
    """What a question must leave as it was. (That the platform no longer lets us in is
    noticed on the way.)"""
    items = SyncItem.objects.order_by("pk").values_list("pk", "state", "attempts")
    links = ContactLink.objects.order_by("pk").values_list("pk", "external_id")
    return [*items, *links]


@pytest.mark.parametrize("name", sorted(ASKS))
def test_a_question_changes_nothing(addresses: dict[str, str], name: str) -> None:
    client = base.client_of(base.accountant())
    before = standing()
    assert client.get(addresses[name]).status_code in (200, 302)
    assert standing() == before


@pytest.mark.parametrize("name", [*ACTS, "connection_connect", "connection_mapping"])
def test_a_forged_form_is_refused(addresses: dict[str, str], name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(base.bookkeeper())
    assert client.post(addresses[name]).status_code == 403


def test_an_exchange_shows_what_was_kept_and_no_more(books: Connection) -> None:
    client = base.client_of(base.bookkeeper())
    record = books.exchanges.create(
        operation="push", method="POST", url="https://example.com", answer="<b>x</b>"
    )
    url = reverse("admin:accounting_links_exchangerecord_change", args=(record.pk,))
    page = client.get(url)
    assert page.status_code == 200
    assert "<b>x</b>" not in page.content.decode()
    assert client.post(url, {"answer": "other"}).status_code == 403
