"""The warning, and the one click that ends it."""

from django.test import Client
from django.urls import reverse

from accounting_links.models import Connection
from accounting_links.numbers_there import note_numbers
from invoicing.models import IncrementorGroup
from tests import base


def sync_page(client: Client) -> str:
    return client.get(reverse("admin:sync_page")).content.decode()


def series_page(client: Client, series: IncrementorGroup) -> str:
    address = reverse("admin:invoicing_incrementorgroup_change", args=(series.pk,))
    return client.get(address).content.decode()


def see(connection: Connection) -> None:
    numbers = [f"INV-{number:05}" for number in (6, 7, 8, 12)]
    note_numbers(connection, [("sales_invoice", number) for number in numbers])


SENTENCE = (
    "INV-00006, INV-00007, INV-00008 and 1 more are in Fake already, and Main is about"
    " to come to them: its next number is INV-00005."
)


def test_both_pages_warn(connection: Connection, series: IncrementorGroup) -> None:
    client = base.client_of(base.bookkeeper())
    assert "about to come to" not in sync_page(client)
    see(connection)
    assert SENTENCE in sync_page(client)
    assert SENTENCE in series_page(client, series)
    assert "Go on with INV-00013" in sync_page(client)


def test_who_may_not_number_is_warned_too(
    connection: Connection, series: IncrementorGroup
) -> None:
    see(connection)
    shown = sync_page(base.client_of(base.accountant()))
    assert SENTENCE in shown
    assert "Go on with" not in shown


def test_one_click_moves_the_series_on(
    connection: Connection, series: IncrementorGroup
) -> None:
    see(connection)
    client = base.client_of(base.bookkeeper())
    address = reverse("admin:numbers_move_past", args=(series.pk,))
    assert client.get(address).status_code == 405
    answer = client.post(address, {"kind": "sales_invoice"}, follow=True)
    shown = answer.content.decode()
    assert "Main goes on with INV-00013." in shown
    assert "about to come to" not in shown
    series.refresh_from_db()
    assert series.next_number == 13


def test_a_click_without_the_permission_is_refused(
    connection: Connection, series: IncrementorGroup
) -> None:
    address = reverse("admin:numbers_move_past", args=(series.pk,))
    assert base.client_of(base.accountant()).post(address).status_code == 403
