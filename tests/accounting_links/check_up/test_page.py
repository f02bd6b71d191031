from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounting_links.check_up import standing
from accounting_links.models import Connection
from connectors.errors import InDoubt
from invoicing.models import Event
from tests import base
from tests.accounting_links.check_up.conftest import Install
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db
CHOSEN = {"party": "customer-1", "account": "A4000", "tax": "T20"}
NOTICE = "is not yet proven against the vendor"


@pytest.fixture
def client() -> Client:
    return base.client_of(base.bookkeeper())


@pytest.fixture
def url(connection: Connection) -> str:
    return reverse("admin:connection_check_up", args=(connection.pk,))


def change_page(client: Client, connection: Connection) -> str:
    address = reverse("admin:accounting_links_connection_change", args=(connection.pk,))
    return client.get(address).content.decode()


def shown(client: Client, url: str, **asked: str) -> str:
    response = client.get(url, asked)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def do(client: Client, url: str, verb: str, **fields: str) -> None:
    response = client.post(url, {"do": verb, **fields})
    assert response.status_code == 302 and response["Location"] == url


def test_the_connection_says_that_it_is_not_proven(
    client: Client, connection: Connection, url: str
) -> None:
    page = change_page(client, connection)
    assert NOTICE in page and url in page


def test_a_proven_platform_says_nothing(
    client: Client, connection: Connection, install: Install
) -> None:
    install(proven=True)
    assert NOTICE not in change_page(client, connection)


def test_who_may_not_check_up_is_not_led_there(
    connection: Connection, url: str
) -> None:
    viewer = base.grant(base.stranger(), "accounting_links.view_connection")
    client = base.client_of(viewer)
    page = change_page(client, connection)
    assert NOTICE in page and url not in page
    assert client.get(url).status_code == 403
    assert client.post(url, {"do": "read"}).status_code == 403


@pytest.mark.parametrize("asked", [{}, CHOSEN, {"do": "read"}, {"do": "send"} | CHOSEN])
def test_looking_asks_and_changes_nothing(
    client: Client, books: Books, url: str, asked: Any
) -> None:
    shown(client, url, **asked)
    assert not books.asked and not Event.objects.exists()


def test_reading_shows_each_look(client: Client, url: str) -> None:
    assert "Read first" in shown(client, url)
    do(client, url, "read")
    page = shown(client, url)
    assert "All 10 looks passed." in page
    assert page.count(">Passed<") == 10
    assert "the first is Acme Ltd (customer-1)" in page


def test_a_failed_look_is_shown_with_its_sentence(
    client: Client, connection: Connection, books: Books, url: str
) -> None:
    books.organisation_id = "OTHER"
    do(client, url, "read")
    page = shown(client, url)
    assert "1 of 10 looks failed." in page
    assert ">Failed<" in page and "not the company of this connection" in page


def test_the_document_is_shown_before_it_is_made(
    client: Client, books: Books, url: str
) -> None:
    do(client, url, "read")
    page = shown(client, url, **CHOSEN)
    assert "This makes one sales invoice in Thin" in page
    assert "Acme Ltd (customer-1)" in page and "20 % tax" in page
    assert "FinSync deletes it." in page and "it counts until" in page
    assert not books.documents


def test_where_it_cannot_be_removed_that_is_said_before(
    client: Client, url: str, install: Install
) -> None:
    do(client, url, "read")
    install(delete=False, void=False)
    assert "FinSync cannot take it away again" in shown(client, url, **CHOSEN)
    install(delete=False, void=True)
    assert "FinSync voids it." in shown(client, url, **CHOSEN)


def test_from_the_first_look_to_proven(
    client: Client, connection: Connection, books: Books, url: str
) -> None:
    do(client, url, "read")
    do(client, url, "send", **CHOSEN)
    [made] = books.documents.values()
    page = shown(client, url)
    assert f"{made.number} is in Thin now." in page
    assert "It is right: take it away" in page
    do(client, url, "finish", right="yes")
    assert not books.documents
    assert f"The check-up of {connection} passed." in shown(client, url)
    page = change_page(client, connection)
    assert NOTICE not in page
    assert "passed its check-up on" in page and url in page


def test_a_lost_answer_leads_to_one_button(
    client: Client, books: Books, url: str
) -> None:
    do(client, url, "read")
    books.after["push"] = [InDoubt("No answer came.")]
    do(client, url, "send", **CHOSEN)
    page = shown(client, url)
    assert "was sent, and no answer came." in page
    assert "take it away" not in page
    do(client, url, "look_again")
    assert "is in Thin now." in shown(client, url)


@pytest.mark.parametrize(
    ("verb", "fields", "sentence"),
    [
        ("send", {"party": "customer-1"}, "Choose all that the document needs."),
        ("send", CHOSEN | {"tax": "X"}, "Choose all that the document needs."),
        ("finish", {}, "No document of the check-up is there."),
        ("look_again", {}, "No document of the check-up is there."),
    ],
)
def test_what_cannot_be_done_is_said(
    client: Client, books: Books, url: str, verb: str, fields: Any, sentence: str
) -> None:
    do(client, url, "read")
    do(client, url, verb, **fields)
    assert sentence in shown(client, url)
    assert not books.documents


def test_a_connection_that_is_not_in_use_is_not_asked(
    client: Client, connection: Connection, books: Books, url: str
) -> None:
    Connection.objects.update(state="disconnected")
    do(client, url, "read")
    assert "is not connected" in shown(client, url)
    assert not books.asked and standing.of(connection).read is None


def test_an_unknown_verb_does_nothing(client: Client, books: Books, url: str) -> None:
    do(client, url, "wish")
    assert not books.asked and not Event.objects.exists()


def test_the_page_asks_few_questions(
    client: Client, url: str, django_assert_max_num_queries: Any
) -> None:
    do(client, url, "read")
    with django_assert_max_num_queries(24):
        shown(client, url, **CHOSEN)
