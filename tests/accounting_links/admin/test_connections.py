import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounting_links.forms import setting_fields
from accounting_links.models import (
    Connection,
    ConnectionKind,
    Environment,
    PlatformApp,
)
from connectors.settings import Setting, SettingKind
from invoicing.models import Event
from tests import base, factories
from tests.accounting_links.factories import connection, sync_item

pytestmark = pytest.mark.django_db
SECRET = "s3cret-of-the-app"


@pytest.fixture
def client() -> Client:
    return base.client_of(base.bookkeeper())


@pytest.fixture
def live(settings: Settings) -> None:
    settings.FINSYNC_PRACTICE = False


def add_url() -> str:
    return reverse("admin:accounting_links_connection_add")


def change_url(found: Connection) -> str:
    return reverse("admin:accounting_links_connection_change", args=(found.pk,))


def form(**fields: object) -> dict[str, object]:
    return {
        "name": "Our books",
        "environment": Environment.PRACTICE,
        "practice_url": "http://127.0.0.1:8801",
        "kinds": ["sales_invoice", "credit_note"],
        "trigger": "manual",
        "sent_policy": "must_be_sent",
        "adopt_policy": "ask",
        "zero_policy": "block",
        "edit_policy": "ask",
        "period_policy": "hold",
        "rounding_policy": "block",
        "tolerance": "0.00",
        "batch_size": "5",
        "window_minutes": "20",
        "poll_interval": "hourly",
        **fields,
    }


def live_form(**fields: object) -> dict[str, object]:
    given = form(environment=Environment.LIVE, practice_url="", **fields)
    return {
        **given,
        "setting_client_id": "ABc1",
        "setting_environment": "live",
        "setting_client_secret": SECRET,
    } | fields


def test_adding_begins_with_the_platform(client: Client) -> None:
    page = client.get(add_url()).content.decode()
    assert "QuickBooks Online" in page
    assert "You log in there and allow it." in page


def test_a_connection_is_added_and_serves_its_kinds(client: Client) -> None:
    client.post(f"{add_url()}?platform=quickbooks_online", form())
    found = Connection.objects.get()
    assert (found.platform, found.environment) == ("quickbooks_online", "practice")
    kinds = found.served_kinds.filter(active=True).values_list("kind", flat=True)
    assert set(kinds) == {"sales_invoice", "credit_note"}


def test_a_kind_goes_to_one_connection_alone(client: Client) -> None:
    connection("sales_invoice", name="The first")
    page = client.post(f"{add_url()}?platform=quickbooks_online", form())
    assert "Sales invoices go to The first." in page.content.decode()
    assert Connection.objects.count() == 1


def test_a_kind_is_taken_off_and_put_back(client: Client) -> None:
    found = connection("sales_invoice", "credit_note", name="Our books")
    client.post(change_url(found), form(kinds=["credit_note"]))
    assert not ConnectionKind.objects.get(kind="sales_invoice").active
    client.post(change_url(found), form())
    assert ConnectionKind.objects.get(kind="sales_invoice").active


def test_what_waits_of_a_kind_that_is_given_up_is_taken_off(client: Client) -> None:
    client.post(add_url() + "?platform=quickbooks_online", form())
    found = Connection.objects.get()
    invoice = sync_item(found, factories.approved())
    note = sync_item(found, factories.credit_note(), state="blocked")
    left = sync_item(found, factories.approved(), state="in_doubt", key="k")
    client.post(change_url(found), form(kinds=["credit_note"]))
    for item in (invoice, note, left):
        item.refresh_from_db()
    states = [item.state for item in (invoice, note, left)]
    assert states == ["cancelled", "blocked", "in_doubt"]


@pytest.mark.parametrize(
    "address", ["http://192.0.2.7:8801", "https://127.0.0.1:8801", "ftp://x"]
)
def test_a_practice_ledger_is_on_this_machine(client: Client, address: str) -> None:
    url = f"{add_url()}?platform=quickbooks_online"
    page = client.post(url, form(practice_url=address)).content.decode()
    assert "runs on this machine" in page
    assert not Connection.objects.exists()


def test_a_live_installation_offers_no_practice(client: Client, live: None) -> None:
    page = client.get(f"{add_url()}?platform=quickbooks_online").content.decode()
    assert 'value="practice"' not in page
    assert "Client secret" in page or "client_secret" in page


def test_app_settings_are_shared_and_encrypted(client: Client, live: None) -> None:
    client.post(f"{add_url()}?platform=quickbooks_online", live_form())
    app = PlatformApp.objects.get()
    assert app.values["client_secret"] == SECRET
    assert (app.platform, app.environment) == ("quickbooks_online", "live")


def test_a_secret_is_never_shown_again(client: Client, live: None) -> None:
    client.post(f"{add_url()}?platform=quickbooks_online", live_form())
    found = Connection.objects.get()
    for url in (
        change_url(found),
        reverse("admin:accounting_links_platformapp_changelist"),
        reverse("admin:accounting_links_connection_changelist"),
    ):
        page = client.get(url)
        assert page.status_code == 200
        assert SECRET not in page.content.decode()
    assert not Event.objects.filter(after__icontains=SECRET).exists()


def test_an_empty_secret_keeps_the_stored_one(client: Client, live: None) -> None:
    client.post(f"{add_url()}?platform=quickbooks_online", live_form())
    found = Connection.objects.get()
    client.post(change_url(found), live_form(setting_client_secret="", batch_size="7"))
    found.refresh_from_db()
    assert found.batch_size == 7
    assert PlatformApp.objects.get().values["client_secret"] == SECRET


def test_tokens_survive_a_change_of_the_form(client: Client) -> None:
    found = connection("sales_invoice", name="Our books", credentials={"access": "tok"})
    client.post(change_url(found), form(go_live="2026-11-01", environment=""))
    found.refresh_from_db()
    assert found.go_live == dt.date(2026, 11, 1)
    assert found.credentials["access"] == "tok"


def test_a_change_is_on_the_record_without_values(client: Client) -> None:
    found = connection("sales_invoice", name="Our books")
    client.post(change_url(found), form(batch_size="9"))
    event = Event.objects.filter(connection_id=found.pk).first()
    assert event is not None
    assert "batch_size" in event.after["fields"]


def test_one_that_was_ever_connected_is_not_deleted(client: Client) -> None:
    found = connection("sales_invoice")
    url = reverse("admin:accounting_links_connection_delete", args=(found.pk,))
    assert client.post(url, {"post": "yes"}).status_code == 403
    assert Connection.objects.exists()


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        (SettingKind.TEXT, " ab ", "ab"),
        (SettingKind.URL, "https://erp.example.com/", "https://erp.example.com/"),
        (SettingKind.SWITCH, True, "true"),
        (SettingKind.SWITCH, False, "false"),
        (SettingKind.NUMBER, "12.5", "12.5"),
        (SettingKind.CHOICE, "eu", "eu"),
        (SettingKind.LONG_TEXT, "-----BEGIN", "-----BEGIN"),
    ],
)
def test_each_kind_of_setting_has_its_field(
    kind: SettingKind, value: object, kept: str
) -> None:
    setting = Setting(
        name="x", label="X", kind=kind, choices=(("eu", "Europe"), ("us", "States"))
    )
    field = setting_fields.field(setting, "")
    cleaned = {"setting_x": field.clean(value)}
    assert setting_fields.given([setting], cleaned, {}) == {"x": kept}


def test_the_lists_of_mappings_open(client: Client) -> None:
    for name in ("nominallink", "taxlink", "methodlink", "productlink"):
        url = reverse(f"admin:accounting_links_{name}_changelist")
        assert client.get(url).status_code == 200


def test_who_may_only_look_reads_words_and_no_names_of_fields() -> None:
    told = {"company_name": "Fettle & Sons"}
    found = connection("sales_order", platform="money_s3", values=told)
    viewer = base.grant(base.stranger(), "accounting_links.view_connection")
    page = base.client_of(viewer).get(change_url(found)).content.decode()
    assert "Sales order" in page
    assert "Fettle &amp; Sons" in page
    assert "Setting company" not in page


def test_every_policy_says_what_it_is_about(client: Client) -> None:
    page = client.get(add_url() + "?platform=quickbooks_online").content.decode()
    assert "Of numbers that are in the books already." in page
    assert "Practice ledger&#x27;s address" in page
    assert "Practice url" not in page
