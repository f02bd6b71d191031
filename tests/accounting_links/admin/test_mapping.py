import pytest
from django.test import Client
from django.urls import reverse

from accounting_links.models import Connection, ItemState, RecordType
from invoicing.models import Event
from tests import base, factories
from tests.accounting_links.factories import (
    connection,
    nominal_link,
    remote_record,
    sync_item,
    tax_link,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def books() -> Connection:
    return connection("sales_invoice")


@pytest.fixture
def client() -> Client:
    return base.client_of(base.bookkeeper())


def page(client: Client, books: Connection, what: str, **posted: str) -> str:
    url = reverse("admin:connection_mapping", args=(books.pk, what))
    response = client.post(url, posted, follow=True) if posted else client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def account(books: Connection, external_id: str = "A1", name: str = "Sales") -> None:
    remote_record(
        books, name, external_id=external_id, type=RecordType.ACCOUNT, code="400"
    )


def test_a_nominal_code_is_mapped(client: Client, books: Connection) -> None:
    nominal = factories.nominal("4000")
    account(books)
    field = {f"nominal-{nominal.pk}": "A1"}
    assert "1 changed." in page(client, books, "nominals", do="save", **field)
    assert books.nominal_links.get().account_name == "Sales"


def test_a_mapping_lets_what_waited_for_it_go(
    client: Client, books: Connection
) -> None:
    document = factories.sent()
    item = sync_item(books, document, state=ItemState.BLOCKED, status_code="NO_NOMINAL")
    account(books)
    nominal = factories.nominal("4000")
    page(client, books, "nominals", do="save", **{f"nominal-{nominal.pk}": "A1"})
    item.refresh_from_db()
    assert item.state == ItemState.WAITING


def test_a_mapping_is_ended(client: Client, books: Connection) -> None:
    nominal = factories.nominal("4000")
    account(books)
    nominal_link(books, nominal, account_id="A1")
    page(client, books, "nominals", do="save", **{f"nominal-{nominal.pk}": ""})
    assert not books.nominal_links.exists()
    assert "is not mapped any more" in Event.objects.first().sentence  # type: ignore[union-attr]  # there is one


def test_an_account_that_is_gone_is_named_so(client: Client, books: Connection) -> None:
    nominal_link(books, factories.nominal("4000"), account_id="X", account_name="Old")
    assert "Old (no longer there)" in page(client, books, "nominals")


def test_a_tax_is_mapped_for_sales_and_purchases_apart(
    client: Client, books: Connection
) -> None:
    rate = factories.tax_rate()
    remote_record(
        books,
        "20.0% S",
        external_id="T1",
        type=RecordType.TAX_CODE,
        data={"rate": "20"},
    )
    page(client, books, "taxes", do="save", **{f"tax-{rate.pk}-supplier": "T1"})
    assert books.tax_links.get().role == "supplier"


def test_a_payment_method_is_mapped(client: Client, books: Connection) -> None:
    method = factories.method()
    remote_record(books, "Till", external_id="B1", type=RecordType.BANK)
    page(client, books, "methods", do="save", **{f"method-{method.pk}": "B1"})
    assert books.method_links.get().method == method


def test_the_default_bank_account_is_mapped(client: Client, books: Connection) -> None:
    remote_record(books, "Till", external_id="B1", type=RecordType.BANK)
    page(client, books, "methods", do="save", **{"method-0": "B1"})
    assert books.method_links.get().method is None


def test_what_is_the_same_is_mapped_by_one_button(
    client: Client, books: Connection
) -> None:
    factories.nominal("400")
    account(books)
    assert "1 were the same" in page(client, books, "nominals", do="same")


def test_what_was_not_seen_there_is_refused(client: Client, books: Connection) -> None:
    nominal = factories.nominal("4000")
    shown = page(
        client, books, "nominals", do="save", **{f"nominal-{nominal.pk}": "made up"}
    )
    assert "was not seen to have made up" in shown
    assert not books.nominal_links.exists()


def test_looking_on_needs_no_right_to_change(books: Connection) -> None:
    tax_link(books, factories.tax_rate())
    user = base.grant(base.stranger(), "accounting_links.view_connection")
    client = base.client_of(user)
    assert ">Save</button>" not in page(client, books, "taxes")
    url = reverse("admin:connection_mapping", args=(books.pk, "taxes"))
    assert client.post(url, {"do": "same"}).status_code == 403


def test_there_is_no_other_mapping(client: Client, books: Connection) -> None:
    url = reverse("admin:connection_mapping", args=(books.pk, "secrets"))
    assert client.get(url).status_code == 404
