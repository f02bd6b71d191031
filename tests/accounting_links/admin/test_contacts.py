from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client
from django.urls import reverse

from accounting_links import gateway
from accounting_links.connection_errors import NotConnected
from accounting_links.models import Connection, ContactLink
from invoicing.models import Contact, Event
from tests import base, factories
from tests.accounting_links.factories import (
    connection,
    contact_link,
    remote_record,
    sync_item,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def books() -> Connection:
    return connection("sales_invoice", name="Our books")


@pytest.fixture
def client() -> Client:
    return base.client_of(base.bookkeeper())


@pytest.fixture
def contact() -> Contact:
    return factories.customer(name="Harbour Café Ltd")


@pytest.fixture(autouse=True)
def nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform cannot be asked: plans are made from what was last seen."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise NotConnected("Our books is not connected.")

    monkeypatch.setattr(gateway, "open_connector", refuse)


def page(client: Client, contact: Contact) -> str:
    url = reverse("admin:invoicing_customer_change", args=(contact.pk,))
    return client.get(url).content.decode()


def set_accsid(
    client: Client, books: Connection, contact: Contact, **fields: str
) -> str:
    url = reverse("admin:contact_accsid", args=(contact.pk, books.pk, "customer"))
    return client.post(url, fields, follow=True).content.decode()


def test_the_page_shows_the_accsid_of_each_connection(
    client: Client, books: Connection, contact: Contact
) -> None:
    contact_link(books, contact, external_id="58", external_name="Harbour Café Ltd")
    shown = page(client, contact)
    assert 'value="58"' in shown
    assert "Our books" in shown
    assert "Same name" in shown


def test_it_is_locked_until_unlocked(
    client: Client, books: Connection, contact: Contact
) -> None:
    contact_link(books, contact, external_id="58")
    assert "The AccsID is locked." in set_accsid(client, books, contact, accsid="77")
    assert ContactLink.objects.get(ended_at=None).external_id == "58"


def test_clearing_it_ends_the_link_on_the_record(
    client: Client, books: Connection, contact: Contact
) -> None:
    contact_link(books, contact, external_id="58")
    said = set_accsid(client, books, contact, accsid="", unlock="yes")
    assert "matched by name again" in said
    assert not ContactLink.objects.filter(ended_at=None).exists()
    event = Event.objects.filter(contact=contact).first()
    assert event is not None
    assert "was cleared" in event.sentence


def test_a_typed_accsid_is_asked_for_first(
    client: Client, books: Connection, contact: Contact
) -> None:
    said = set_accsid(client, books, contact, accsid="77", unlock="yes")
    assert "is not connected" in said
    assert not ContactLink.objects.exists()


def test_without_the_permission_it_is_only_shown(
    books: Connection, contact: Contact
) -> None:
    contact_link(books, contact, external_id="58")
    user = base.grant(base.stranger(), "invoicing.view_customer")
    shown = page(base.client_of(user), contact)
    assert "58" in shown
    assert 'name="accsid"' not in shown


def test_link_all_exact_shows_its_plan_before_it_links(
    client: Client, books: Connection, contact: Contact
) -> None:
    sync_item(books, factories.sent(contact=contact))
    remote_record(books, contact.name, external_id="58")
    url = reverse("admin:sync_link_exact")
    shown = client.get(url, {"kind": "sales_invoice"}).content.decode()
    assert "1 would be linked" in shown
    assert "Shown is what was last seen there." in shown
    assert not ContactLink.objects.exists()


def test_a_near_name_is_left_to_a_person(
    client: Client, books: Connection, contact: Contact
) -> None:
    sync_item(books, factories.sent(contact=contact))
    remote_record(books, "Harbour Cafe Limited", external_id="58")
    shown = client.get(reverse("admin:sync_link_exact")).content.decode()
    assert "1 would be left to you" in shown


def test_create_all_selected_shows_its_plan(
    client: Client, books: Connection, contact: Contact
) -> None:
    item = sync_item(books, factories.sent(contact=contact))
    posted = {"kind": "sales_invoice", "items": [str(item.pk)]}
    page = client.post(reverse("admin:sync_create_selected"), posted)
    shown = page.content.decode()
    assert "1 would be created in QuickBooks Online, and linked" in shown
    assert f'name="contacts" value="{contact.pk}"' in shown


def test_nothing_selected_is_said(client: Client, books: Connection) -> None:
    url = reverse("admin:sync_create_selected")
    shown = client.post(url, {"kind": "sales_invoice"}, follow=True)
    assert "Select the documents whose customers" in shown.content.decode()


def test_a_list_of_customers_leads_to_a_plan(
    client: Client, books: Connection, contact: Contact
) -> None:
    other = factories.customer(name="Okafor")
    remote_record(books, contact.name, external_id="58")
    posted: dict[str, Any] = {
        "action": "link_or_create",
        ACTION_CHECKBOX_NAME: [str(contact.pk), str(other.pk)],
    }
    url = reverse("admin:invoicing_customer_changelist")
    shown = client.post(url, posted).content.decode()
    assert "1 would be linked" in shown
    assert "1 would be created" in shown
    assert not ContactLink.objects.exists()


def test_what_cannot_be_done_is_said(
    client: Client, books: Connection, contact: Contact
) -> None:
    posted = {"kind": "sales_invoice", "confirmed": "yes", "contacts": [contact.pk]}
    url = reverse("admin:contacts_link_or_create")
    shown = client.post(url, posted, follow=True).content.decode()
    assert "Our books is not connected." in shown
    assert not ContactLink.objects.exists()
