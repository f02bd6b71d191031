from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.auth.oauth2 import ClientAuth, OAuth2Client, OAuth2Provider
from connectors.errors import PlatformDown, Reauthorise, Retry, Unreadable
from connectors.services import MemoryLog, Services, Tokens
from connectors.settings import ConnectionConfig
from connectors.transport.http import HttpTransport
from tests.connectors.clocks import StillClock
from tests.connectors.scripted_server import ScriptedServer, Turn, answer, cut

PROVIDER = OAuth2Provider(
    authorize_url="https://id.vendor.example/authorize",
    token_url="https://id.vendor.example/token",
    revoke_url="https://id.vendor.example/revoke",
    scopes=("books", "offline"),
)
GRANTED = b'{"access_token": "acc-1", "refresh_token": "ref-2", "expires_in": 3600}'
OLD = Tokens(access="acc-0", refresh="ref-1")


@contextmanager
def client(
    *turns: Turn, provider: OAuth2Provider = PROVIDER
) -> Iterator[tuple[OAuth2Client, ScriptedServer, MemoryLog]]:
    with ScriptedServer(*turns) as server:
        log = MemoryLog()
        transport = HttpTransport(
            ConnectionConfig(platform="vendor", practice_url=server.url),
            Services(clock=StillClock(), log=log),
            platform="vendor",
            label="Vendor",
        )
        made = OAuth2Client(
            provider, transport, client_id="app", client_secret="app-secret"
        )
        yield made, server, log
        transport.close()


def form(server: ScriptedServer) -> dict[str, str]:
    return {k: v[0] for k, v in parse_qs(server.requests[-1].body.decode()).items()}


def test_consent_carries_state_scopes_and_challenge() -> None:
    with client(answer(200)) as (app, server, _):
        request = app.authorize(state="s1", redirect_uri="https://us.example/back")
        assert request.url.startswith(server.url + "/authorize?")
    query = parse_qs(urlsplit(request.url).query)
    assert query["state"] == ["s1"]
    assert query["scope"] == ["books offline"]
    assert query["code_challenge_method"] == ["S256"]
    assert request.verifier and request.verifier not in request.url


def test_a_vendor_without_pkce_is_asked_without() -> None:
    plain = OAuth2Provider(
        authorize_url="https://id.vendor.example/a", token_url="x", pkce=False
    )
    with client(answer(200), provider=plain) as (app, _, _log):
        request = app.authorize(state="s", redirect_uri="https://us.example/back")
    assert "code_challenge" not in request.url and not request.verifier


def test_a_code_becomes_tokens() -> None:
    with client(answer(200, GRANTED)) as (app, server, _):
        found = app.exchange({"code": "c1"}, redirect_uri="https://b", verifier="v1")
        assert form(server) == {
            "grant_type": "authorization_code",
            "code": "c1",
            "redirect_uri": "https://b",
            "code_verifier": "v1",
        }
    assert (found.tokens.access, found.tokens.refresh) == ("acc-1", "ref-2")


def test_tokens_end_a_minute_early() -> None:
    with client(answer(200, GRANTED)) as (app, _, _log):
        tokens = app.refresh(OLD).tokens
    assert tokens.expires_at == datetime(2026, 11, 25, 12, 59, tzinfo=UTC)


def test_basic_app_authentication_stays_out_of_the_body() -> None:
    with client(answer(200, GRANTED)) as (app, server, _):
        app.refresh(OLD)
        assert server.requests[0].headers["authorization"].startswith("Basic ")
        assert form(server) == {"grant_type": "refresh_token", "refresh_token": "ref-1"}


def test_body_app_authentication_where_the_vendor_wants_it() -> None:
    provider = OAuth2Provider(
        token_url="https://id.vendor.example/t", client_auth=ClientAuth.BODY
    )
    with client(answer(200, GRANTED), provider=provider) as (app, server, _):
        app.client_credentials()
        assert form(server) == {
            "grant_type": "client_credentials",
            "client_id": "app",
            "client_secret": "app-secret",
        }
        assert "authorization" not in server.requests[0].headers


def test_a_vendor_that_does_not_rotate_keeps_the_old_refresh_token() -> None:
    with client(answer(200, b'{"access_token": "acc-9"}')) as (app, _, _log):
        tokens = app.refresh(OLD).tokens
    assert (tokens.access, tokens.refresh, tokens.expires_at) == (
        "acc-9",
        "ref-1",
        None,
    )


@pytest.mark.parametrize("error", ["invalid_grant", "invalid_client"])
def test_a_refused_grant_needs_a_person(error: str) -> None:
    body = f'{{"error": "{error}", "error_description": "Too old"}}'.encode()
    with client(answer(400, body)) as (app, _, _log):
        with pytest.raises(Reauthorise, match="Too old"):
            app.refresh(OLD)


@pytest.mark.parametrize("turn", [answer(503), answer(500), cut])
def test_a_bad_day_at_the_token_endpoint_costs_no_connection(turn: Turn) -> None:
    with client(turn) as (app, server, _):
        with pytest.raises(PlatformDown):
            app.refresh(OLD)
        assert len(server.requests) == 1


def test_a_throttled_token_endpoint_asks_to_wait() -> None:
    with client(answer(429, Retry_After="70")) as (app, _, _log):
        with pytest.raises(Retry) as caught:
            app.refresh(OLD)
    assert caught.value.after == 70


@pytest.mark.parametrize("body", [b"<html>down</html>", b'{"error": "server_error"}'])
def test_an_answer_without_token_is_unreadable(body: bytes) -> None:
    with client(answer(400, body)) as (app, _, _log), pytest.raises(Unreadable):
        app.refresh(OLD)


def test_a_person_who_says_no_gets_a_sentence() -> None:
    with client(answer(200)) as (app, server, _):
        with pytest.raises(Reauthorise, match="access_denied"):
            app.exchange({"error": "access_denied"}, redirect_uri="https://b")
        assert not server.requests


def test_no_secret_reaches_the_log() -> None:
    with client(answer(200, GRANTED)) as (app, _, log):
        app.exchange({"code": "code-55"}, redirect_uri="https://b", verifier="verif-1")
        app.refresh(OLD)
    seen = repr(log.exchanges)
    secrets = ("code-55", "verif-1", "acc-1", "ref-1", "ref-2", "app-secret")
    assert not [secret for secret in secrets if secret in seen]


def test_revoking_ends_the_refresh_token() -> None:
    with client(answer(200, b"")) as (app, server, _):
        app.revoke(OLD, as_json=True)
        assert server.requests[0].body == b'{"token":"ref-1"}'


def test_a_vendor_may_want_the_redirect_address_at_each_renewal() -> None:
    with client(answer(200, b'{"access_token": "acc-9"}')) as (app, server, _):
        app.refresh(OLD, redirect_uri="https://crm.example/back")
        body = server.requests[0].body
    assert b"redirect_uri=https%3A%2F%2Fcrm.example%2Fback" in body
