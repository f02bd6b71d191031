import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from tests.base import PASSWORD, client_of, stranger

pytestmark = pytest.mark.django_db
LOG_IN = "/accounts/login/"


@pytest.fixture(autouse=True)
def no_earlier_attempts() -> None:
    cache.clear()


def test_the_admin_sends_people_to_the_one_log_in_page(client: Client) -> None:
    response = client.get("/admin/", follow=True)
    assert response.request["PATH_INFO"] == LOG_IN


def test_the_log_in_page_says_practice(client: Client) -> None:
    page = client.get(LOG_IN).content.decode()
    assert "[PRACTICE]" in page
    assert ">PRACTICE</strong>" in page


@override_settings(FINSYNC_PRACTICE=False)
def test_a_live_log_in_page_does_not(client: Client) -> None:
    assert "PRACTICE" not in client.get(LOG_IN).content.decode()


def test_staff_log_in_by_name_or_mail(client: Client) -> None:
    user = stranger()
    for name in (user.username, user.email):
        answer = client.post(LOG_IN, {"login": name, "password": PASSWORD})
        assert answer["Location"] == "/admin/"
        client.logout()


def test_guessing_a_password_is_stopped(client: Client) -> None:
    user = stranger()
    for _ in range(5):
        client.post(LOG_IN, {"login": user.username, "password": "guess"})
    answer = client.post(LOG_IN, {"login": user.username, "password": PASSWORD})
    assert answer.status_code in (200, 429)
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up(client: Client) -> None:
    form = {"username": "eve", "password1": PASSWORD, "password2": PASSWORD}
    page = client.post("/accounts/signup/", form | {"email": "eve@example.com"})
    assert "No sign-up" in page.content.decode()
    assert not User.objects.filter(username="eve").exists()


def test_a_second_factor_is_asked_for_where_it_is_set_up(client: Client) -> None:
    user = stranger()
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    answer = client.post(LOG_IN, {"login": user.username, "password": PASSWORD})
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "address",
    ["/accounts/2fa/", "/accounts/sessions/", "/accounts/password/change/"],
)
def test_the_pages_of_an_account_are_in_the_house_style(address: str) -> None:
    page = client_of(stranger()).get(address).content.decode()
    assert "finsync/site.css" in page
    assert ">PRACTICE</strong>" in page


def test_a_session_is_ended_by_post_alone() -> None:
    client = client_of(stranger())
    client.get("/accounts/logout/")
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def test_no_page_loads_anything_from_elsewhere() -> None:
    client = client_of(stranger())
    for address in ("/admin/", "/accounts/2fa/", "/accounts/password/change/"):
        page = client.get(address).content.decode()
        assert not re.findall(r"(?:src|href|action)=[\"'](?:https?:)?//", page)


def test_each_answer_carries_its_content_policy(client: Client) -> None:
    policy = client.get(LOG_IN)["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]


def test_a_log_in_is_listed_among_the_sessions(client: Client) -> None:
    client.post(LOG_IN, {"login": stranger().username, "password": PASSWORD})
    assert "127.0.0.1" in client.get("/accounts/sessions/").content.decode()


def test_looking_at_a_page_writes_nothing() -> None:
    client = client_of(stranger())
    with CaptureQueriesContext(connection) as queries:
        client.get("/admin/")
    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}
