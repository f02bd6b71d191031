from typing import Any

import pytest
from django.utils import timezone

from accounting_links import connecting, gateway
from accounting_links.connection_errors import (
    AlreadyConnected,
    NotConnected,
    OtherOrganisation,
    Refused,
    WrongMode,
)
from accounting_links.models import (
    Connection,
    ConnectionState,
    Environment,
    MethodLink,
    NominalLink,
    TaxLink,
    Trigger,
)
from connectors.errors import Reauthorise
from connectors.records import DocumentKind as RecordKind
from invoicing.models import DocumentKind, Event
from tests import factories
from tests.accounting_links import factories as links
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db
CREDENTIALS = {"url": "http://127.0.0.1:8123/some/page"}


@pytest.fixture
def fresh(install: Any) -> Connection:
    install()
    return Connection(name="Books", platform="fake", environment=Environment.PRACTICE)


def connect(connection: Connection, **credentials: object) -> None:
    connecting.connect_practice(
        connection, credentials={**CREDENTIALS, **credentials}, actor=None
    )


def test_it_connects_and_says_to_whom(fresh: Connection) -> None:
    connect(fresh)
    fresh.refresh_from_db()
    assert fresh.state == ConnectionState.CONNECTED
    assert fresh.organisation_name == "Company ORG"
    assert fresh.practice_url == "http://127.0.0.1:8123"
    assert fresh.credentials["refresh"] == "r"
    assert Event.objects.filter(verb="connection.made").count() == 1


def test_it_maps_what_is_the_same(fresh: Connection) -> None:
    factories.nominal("4000")
    factories.nominal("4999")
    standard, zero = factories.tax_rate(), factories.tax_rate(zero=True)
    connect(fresh)
    assert [link.account_id for link in NominalLink.objects.all()] == ["A4000"]
    taxes = TaxLink.objects.values_list("tax_rate", "role", "external_id")
    assert set(taxes) == {
        (standard.pk, "customer", "T20"),
        (standard.pk, "supplier", "T20"),
        (zero.pk, "customer", "T0"),
        (zero.pk, "supplier", "T0"),
    }
    assert MethodLink.objects.get(method=None).account_id == "BANK"


def test_mapping_again_changes_nothing_that_was_mapped(fresh: Connection) -> None:
    nominal = factories.nominal("4000")
    connect(fresh)
    NominalLink.objects.filter(nominal=nominal).update(account_id="A5000")
    connecting.map_same(fresh)
    assert NominalLink.objects.get(nominal=nominal).account_id == "A5000"


def test_another_company_is_refused_by_both_names(
    fresh: Connection, books: Books
) -> None:
    connect(fresh)
    books.organisation_id = "OTHER"
    with pytest.raises(OtherOrganisation) as caught:
        connect(fresh)
    assert "Company ORG" in str(caught.value)
    assert "Company OTHER" in str(caught.value)
    stored = Connection.objects.get(pk=fresh.pk)
    assert stored.organisation_id == "ORG"


def test_connecting_again_keeps_links_and_cursor(fresh: Connection) -> None:
    connect(fresh)
    link = links.contact_link(fresh, factories.customer())
    connecting.disconnect(fresh, actor=None, reason="for the test")
    assert fresh.state == ConnectionState.DISCONNECTED
    assert "refresh" not in fresh.credentials
    connect(fresh)
    link.refresh_from_db()
    assert (fresh.state, link.ended_at) == ("connected", None)


def test_a_company_is_connected_once(fresh: Connection, install: Any) -> None:
    connect(fresh)
    second = Connection(name="Again", platform="fake", environment=Environment.PRACTICE)
    with pytest.raises(AlreadyConnected, match="as Books"):
        connect(second)
    assert Connection.objects.count() == 1


def test_kinds_of_another_connection_are_left_to_it(fresh: Connection) -> None:
    links.connection(DocumentKind.CREDIT_NOTE)
    connect(fresh)
    served = set(fresh.served_kinds.values_list("kind", flat=True))
    assert served == {"sales_invoice", "supplier_invoice"}
    event = Event.objects.get(verb="connection.made")
    assert event.after["left_to_others"] == ["credit_note"]


def test_no_event_of_the_past_triggers_anything(fresh: Connection) -> None:
    factories.approved()
    latest = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
    connect(fresh)
    assert fresh.triggered_event_id == latest


def test_practice_has_no_go_live_date(fresh: Connection) -> None:
    connect(fresh)
    assert fresh.go_live is None


def test_a_live_connection_begins_today(fresh: Connection, settings: Any) -> None:
    settings.FINSYNC_PRACTICE = False
    fresh.environment = Environment.LIVE
    connecting.connect_practice(fresh, credentials={"access_token": "a"}, actor=None)
    assert fresh.go_live == timezone.localdate()


def test_practice_and_live_never_mix(fresh: Connection, settings: Any) -> None:
    settings.FINSYNC_PRACTICE = False
    with pytest.raises(WrongMode):
        connect(fresh)
    settings.FINSYNC_PRACTICE = True
    with pytest.raises(WrongMode):
        connecting.connect_practice(fresh, credentials={}, actor=None)
    assert not Connection.objects.exists()


def test_a_refusal_is_a_sentence_and_changes_nothing(
    fresh: Connection, books: Books
) -> None:
    books.before["organisation"] = [Reauthorise("Wrong password.")]
    with pytest.raises(Refused, match="Wrong password"):
        connect(fresh)
    assert not Connection.objects.exists()


def test_a_disconnected_company_is_not_talked_to(connection: Connection) -> None:
    connecting.disconnect(connection, actor=None)
    with pytest.raises(NotConnected), gateway.open_connector(connection):
        pass


def test_the_platform_names_its_default_trigger(install: Any) -> None:
    install(default_trigger="sent")
    assert connecting.default_trigger("fake") == Trigger.SENT


def test_suppliers_are_fetched_where_their_invoices_go(
    connection: Connection, install: Any
) -> None:
    fetched = connecting.refresh_records(connection, parties=True)
    assert {"customer", "supplier"} <= fetched.keys()
    install(kinds=frozenset({RecordKind.SALES_INVOICE}))
    fetched = connecting.refresh_records(connection, parties=True)
    assert "customer" in fetched and "supplier" not in fetched
