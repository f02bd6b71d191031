"""The way to the consent page and back. What the platform says is pretended here; the
scenarios walk it with a practice ledger."""

import datetime as dt
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from accounting_links import connecting, practice_ledger
from accounting_links.models import Connection, ConnectionState
from connectors.base import AuthorizeRequest
from tests import base
from tests.accounting_links.factories import connection

pytestmark = pytest.mark.django_db
CONSENT = "http://127.0.0.1:8801/consent"


class Platform:
    """Stands in for `connecting`: remembers what it was asked."""

    def __init__(self) -> None:
        self.finished: list[dict[str, Any]] = []
        self.failure: Exception | None = None

    def start(self, connection: Connection, **asked: str) -> AuthorizeRequest:
        url = f"{CONSENT}?state={asked['state']}&redirect_uri={asked['redirect_uri']}"
        return AuthorizeRequest(url=url, verifier="the verifier")

    def finish(self, connection: Connection, **asked: Any) -> None:
        if self.failure:
            raise self.failure
        self.finished.append(asked)


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    found = Platform()
    monkeypatch.setattr(connecting, "start", found.start)
    monkeypatch.setattr(connecting, "finish", found.finish)
    monkeypatch.setattr(practice_ledger, "learn_settings", lambda connection: None)
    return found


@pytest.fixture
def books() -> Connection:
    return connection("sales_invoice", state=ConnectionState.NEW)


@pytest.fixture
def user() -> User:
    return base.bookkeeper()


@pytest.fixture
def client(user: User) -> Client:
    return base.client_of(user)


def leave(client: Client, books: Connection, **fields: str) -> str:
    """Presses Connect, and answers the state that the consent page was given."""
    url = reverse("admin:connection_connect", args=(books.pk,))
    response = client.post(url, fields)
    assert response.status_code == 302
    assert response["Location"].startswith(CONSENT)
    return parse_qs(urlsplit(response["Location"]).query)["state"][0]


def come_back(client: Client, **query: str) -> Any:
    return client.get(reverse("admin:connection_callback"), query)


def test_the_page_says_what_connecting_means(client: Client, books: Connection) -> None:
    page = client.get(reverse("admin:connection_connect", args=(books.pk,)))
    assert "You are taken to QuickBooks Online." in page.content.decode()


def test_it_comes_back_connected(
    client: Client, books: Connection, platform: Platform, user: User
) -> None:
    state = leave(client, books)
    response = come_back(client, state=state, code="c", realmId="1")
    assert response["Location"] == reverse(
        "admin:connection_connected", args=(books.pk,)
    )
    asked = platform.finished[0]
    assert asked["verifier"] == "the verifier"
    assert asked["callback"]["realmId"] == "1"
    assert asked["actor"] == user


@pytest.mark.parametrize("state", ["", "another", "ä"])
def test_another_state_is_refused(
    client: Client, books: Connection, platform: Platform, state: str
) -> None:
    leave(client, books)
    response = come_back(client, state=state, code="c")
    assert response.status_code == 400
    assert "was not asked for" in response.content.decode()
    assert not platform.finished


def test_a_state_is_good_once(
    client: Client, books: Connection, platform: Platform
) -> None:
    state = leave(client, books)
    come_back(client, state=state, code="c")
    assert come_back(client, state=state, code="c").status_code == 400
    assert len(platform.finished) == 1


def test_a_wrong_state_uses_the_right_one_up(
    client: Client, books: Connection, platform: Platform
) -> None:
    state = leave(client, books)
    come_back(client, state="guess", code="c")
    assert come_back(client, state=state, code="c").status_code == 400


def test_a_state_runs_out(
    client: Client, books: Connection, platform: Platform
) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC)) as now:
        state = leave(client, books)
        now.shift(dt.timedelta(minutes=16))
        assert come_back(client, state=state, code="c").status_code == 400
    assert not platform.finished


def test_nobody_comes_back_with_anothers_state(
    client: Client, books: Connection, platform: Platform
) -> None:
    state = leave(client, books)
    other = base.client_of(
        base.grant(base.stranger(), "accounting_links.connect_connection")
    )
    assert come_back(other, state=state, code="c").status_code == 400
    assert not platform.finished


def test_another_company_is_refused_in_a_sentence(
    client: Client, books: Connection, platform: Platform
) -> None:
    sentence = "Books belongs to Acme Ltd, but you signed in to Other Ltd."
    platform.failure = connecting.OtherOrganisation(sentence)
    response = come_back(client, state=leave(client, books), code="c")
    assert response.status_code == 400
    assert sentence in response.content.decode()


def test_of_several_companies_one_is_chosen(
    client: Client, books: Connection, platform: Platform
) -> None:
    platform.failure = connecting.SeveralOrganisations(
        "Choose.", [("t1", "Acme Ltd"), ("t2", "Other Ltd")]
    )
    page = come_back(client, state=leave(client, books), code="c").content.decode()
    assert 'value="t2"' in page
    assert "Other Ltd" in page
    platform.failure = None
    come_back(client, state=leave(client, books, organisation="t2"), code="c")
    assert platform.finished[0]["organisation_id"] == "t2"


def test_what_the_platform_says_is_never_markup(
    client: Client, books: Connection, platform: Platform
) -> None:
    platform.failure = connecting.Refused("<script>alert(1)</script>")
    response = come_back(client, state=leave(client, books), code="c")
    assert "<script>alert" not in response.content.decode()


def test_getting_the_connect_page_leads_nowhere(
    client: Client, books: Connection, platform: Platform
) -> None:
    url = reverse("admin:connection_connect", args=(books.pk,))
    assert client.get(url).status_code == 200
    assert "finsync_connecting" not in client.session


def test_a_practice_ledger_that_is_not_there_is_a_sentence(
    client: Client, books: Connection
) -> None:
    url = reverse("admin:connection_connect", args=(books.pk,))
    page = client.post(url, follow=True).content.decode()
    assert "No practice ledger answers at http://127.0.0.1:1." in page


def test_a_practice_address_elsewhere_is_never_asked() -> None:
    with pytest.raises(connecting.WrongMode):
        practice_ledger.credentials("http://192.0.2.1:8801")


def test_disconnecting_keeps_the_links(client: Client) -> None:
    books = connection("sales_invoice", state=ConnectionState.ATTENTION)
    url = reverse("admin:connection_disconnect", args=(books.pk,))
    page = client.post(url, {"kind": "sales_invoice"}, follow=True)
    books.refresh_from_db()
    assert books.state == ConnectionState.DISCONNECTED
    assert "Its links and its list are kept." in page.content.decode()


def test_the_success_page_names_the_company_and_what_was_mapped(
    client: Client,
) -> None:
    books = connection("sales_invoice", organisation_name="Practice Repairs Ltd")
    url = reverse("admin:connection_connected", args=(books.pk,))
    page = client.get(url).content.decode()
    assert "Connected to Practice Repairs Ltd" in page
    assert "0 nominal codes" in page
    assert "Home currency" in page
