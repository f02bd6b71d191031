from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, Client

from connectors.auth.api_key import BasicLogin, HeaderKey
from connectors.auth.bearer import BearerTokens
from connectors.auth.login import SessionLogin, put_cookies
from connectors.auth.oauth1 import OAuth1Tokens
from connectors.errors import Reauthorise
from connectors.services import MemoryTokens, Services, Tokens
from connectors.settings import ConnectionConfig
from connectors.transport.http import HttpTransport
from connectors.transport.outgoing import Authoriser, Outgoing
from tests.connectors.clocks import StillClock
from tests.connectors.scripted_server import ScriptedServer, Turn, answer

API = "https://api.vendor.example/things"


@contextmanager
def calling(
    authoriser: Authoriser, services: Services, *turns: Turn
) -> Iterator[tuple[HttpTransport, ScriptedServer]]:
    with ScriptedServer(*turns) as server:
        transport = HttpTransport(
            ConnectionConfig(platform="vendor", practice_url=server.url),
            services,
            platform="vendor",
            label="Vendor",
            authoriser=authoriser,
        )
        yield transport, server
        transport.close()


class Renewals:
    """Counts how often new tokens were fetched."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, old: Tokens) -> Tokens:
        self.count += 1
        return Tokens(access=f"new-{self.count}", refresh=old.refresh)

    def log_in(self) -> Tokens:
        self.count += 1
        return Tokens(session={"sid": f"seat-{self.count}"})


def services_with(**tokens: Any) -> Services:
    return Services(tokens=MemoryTokens(Tokens(**tokens)), clock=StillClock())


def test_a_refused_token_is_renewed_and_the_call_repeated() -> None:
    services, renewals = services_with(access="old-1"), Renewals()
    bearer = BearerTokens(services, renewals)
    with calling(bearer, services, answer(401), answer(200)) as (transport, server):
        assert transport.call("x", "POST", API, json={}).ok
        sent = [seen.headers["authorization"] for seen in server.requests]
    assert sent == ["Bearer old-1", "Bearer new-1"]


def test_it_renews_once_a_call_and_then_asks_for_a_person() -> None:
    services, renewals = services_with(access="old-1"), Renewals()
    bearer = BearerTokens(services, renewals)
    with calling(bearer, services, answer(401)) as (transport, server):
        with pytest.raises(Reauthorise):
            transport.call("x", "GET", API)
        assert len(server.requests) == 2
    assert renewals.count == 1


def test_a_token_that_ran_out_is_renewed_before_the_call() -> None:
    clock = StillClock()
    past = clock.now() - timedelta(seconds=1)
    services = services_with(access="old-1", expires_at=past)
    bearer = BearerTokens(services, Renewals())
    with calling(bearer, services, answer(200)) as (transport, server):
        transport.call("x", "GET", API)
        assert [s.headers["authorization"] for s in server.requests] == ["Bearer new-1"]


def test_a_renewal_before_the_call_counts_as_the_one() -> None:
    services, renewals = services_with(), Renewals()
    bearer = BearerTokens(services, renewals)
    with calling(bearer, services, answer(401)) as (transport, server):
        with pytest.raises(Reauthorise):
            transport.call("x", "GET", API)
        assert len(server.requests) == 1
    assert renewals.count == 1


def test_another_workers_fresh_token_is_taken_over() -> None:
    services, renewals = services_with(access="old-1"), Renewals()
    bearer = BearerTokens(services, renewals)
    bearer.sign(Outgoing(method="GET", url=API, headers={}))
    services.tokens.renew(Tokens(access="old-1"), lambda _: Tokens(access="theirs"))
    bearer.renew()
    assert renewals.count == 0 and "theirs" in list(bearer.secrets())


def test_a_session_is_opened_once_and_shared() -> None:
    services, renewals = services_with(), Renewals()
    for _ in range(2):
        login = SessionLogin(services, renewals.log_in, put=put_cookies)
        with calling(login, services, answer(200)) as (transport, server):
            transport.call("x", "GET", API)
            assert server.requests[0].headers["cookie"] == "sid=seat-1"
    assert renewals.count == 1


def test_a_session_that_is_gone_is_opened_anew_once() -> None:
    services, renewals = services_with(), Renewals()
    services.tokens.renew(Tokens(), lambda _: Tokens(session={"sid": "stale"}))
    login = SessionLogin(
        services, renewals.log_in, refused=lambda answer: answer.status == 440
    )
    with calling(login, services, answer(440), answer(200)) as (transport, server):
        content = lambda: login.session("sid").encode()  # noqa: E731
        transport.call("x", "POST", API, content=content)
        assert [seen.body for seen in server.requests] == [b"stale", b"seat-1"]


def test_a_signature_covers_the_address_that_is_called() -> None:
    services = services_with()
    tokens = OAuth1Tokens(
        consumer_key="ck",
        consumer_secret="cs-secret",
        token_id="tk",
        token_secret="ts-secret",
        realm="123_SB1",
        label="Vendor",
    )
    with calling(tokens, services, answer(200)) as (transport, server):
        transport.call("x", "GET", API, params={"q": "a b"})
        seen = server.requests[0]
    header = seen.headers["authorization"]
    parts = dict(p.split("=", 1) for p in header.removeprefix("OAuth ").split(", "))
    again = Client(
        "ck",
        client_secret="cs-secret",
        resource_owner_key="tk",
        resource_owner_secret="ts-secret",
        signature_method=SIGNATURE_HMAC_SHA256,
        nonce=parts["oauth_nonce"].strip('"'),
        timestamp=parts["oauth_timestamp"].strip('"'),
        realm="123_SB1",
    )
    url = f"http://{seen.headers['host']}{seen.target}"
    assert again.sign(url)[1]["Authorization"] == header


@pytest.mark.parametrize(
    "key",
    [
        HeaderKey({"X-Key": "long-key"}, label="Vendor"),
        BasicLogin("me", "pass-word", label="Vendor"),
    ],
)
def test_a_refused_key_needs_another_one(key: HeaderKey) -> None:
    with calling(key, services_with(), answer(401)) as (transport, server):
        with pytest.raises(Reauthorise, match="Enter another one"):
            transport.call("x", "GET", API)
        assert len(server.requests) == 1
