"""A token endpoint with a bad day, over a real socket."""

from collections import Counter
from itertools import cycle, islice

import pytest

from accounting_links.models import Connection, ConnectionState
from accounting_links.tokens import StoredTokens, tokens_of
from connectors.auth.oauth2 import OAuth2Client, OAuth2Provider
from connectors.errors import ConnectorError
from connectors.services import Services
from connectors.settings import ConnectionConfig
from connectors.transport.http import HttpTransport
from connectors.transport.limits import Limits
from invoicing.models import Event
from tests.accounting_links import factories
from tests.connectors.clocks import StillClock
from tests.connectors.scripted_server import (
    ScriptedServer,
    answer,
    cut,
    half_a_body,
    silent,
    trickling_body,
)

pytestmark = pytest.mark.django_db
FAULTS = (
    *(answer(500), answer(502), answer(503), answer(429), answer(429, Retry_After="9")),
    *(cut, silent, half_a_body, trickling_body),
    answer(200, b"<html>Down for maintenance</html>"),
    answer(200, b"\x00\xff garbage"),
    answer(200, b'{"token_type": "bearer"}'),
    answer(200, b"[]"),
    answer(400, b'{"error": "server_error"}'),
    answer(400, b'{"error": "temporarily_unavailable"}'),
    answer(401, b"<html>Gateway</html>"),
    answer(403, b""),
    answer(404, b"Not found"),
)
COUNT = 1000
NAMED = {"PlatformDown", "Retry", "Unreadable"}
GOOD = answer(200, b'{"access_token": "new", "refresh_token": "r2", "expires_in": 60}')


def app(url: str) -> OAuth2Client:
    transport = HttpTransport(
        ConnectionConfig(platform="vendor", practice_url=url),
        Services(clock=StillClock()),
        platform="vendor",
        label="Vendor",
        limits=Limits(read=0.02, wall=0.05),
    )
    provider = OAuth2Provider(token_url="https://id.vendor.example/token")
    return OAuth2Client(provider, transport, client_id="app", client_secret="hidden")


def test_a_thousand_passing_faults_cost_no_connection() -> None:
    connection = factories.connection(credentials={"access": "old", "refresh": "r1"})
    stale, seen = tokens_of(connection.credentials), Counter[str]()
    turns = list(islice(cycle(FAULTS), COUNT))
    with ScriptedServer(*turns, GOOD) as server:
        vendor = app(server.url)
        store = StoredTokens(connection.pk)
        for _ in range(COUNT):
            with pytest.raises(ConnectorError) as caught:
                store.renew(stale, lambda old: vendor.refresh(old).tokens)
            seen[type(caught.value).__name__] += 1
        assert Connection.objects.get().state == ConnectionState.CONNECTED
        assert (
            store.renew(stale, lambda old: vendor.refresh(old).tokens).access == "new"
        )
        vendor.transport.close()
    assert (set(seen), seen.total()) == (NAMED, COUNT)
    assert not Event.objects.exists()
