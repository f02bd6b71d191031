from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from connectors.dynamics_365.connector import Dynamics365
from connectors.errors import (
    Rejected,
    Unreadable,
)
from connectors.records import (
    DocumentKind,
)
from connectors.webhooks import Delivery, Subscription, What
from tests.connectors.contract_parts.bench import Bench
from tests.connectors.examples import wire
from tests.connectors.scripted_server import ScriptedServer, Seen, Turn, raw

SLUG = "dynamics_365"


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def endpoint(seen: list[Seen]) -> Turn:
    """Answers the handshake as FinSync's own address does."""

    def turn(connection: Any, stopped: Any) -> bool:
        query = query_of(seen[-1].target)
        told = Dynamics365.webhooks.handshake(Delivery(body=b"", query=query))
        connection.sendall(raw(200, told.body.encode() if told else b""))
        return True

    return turn


@pytest.fixture
def listening() -> Iterator[str]:
    server = ScriptedServer(lambda connection, stopped: True)
    server.turns = [endpoint(server.requests)]
    with server:
        yield f"{server.url}/hooks/1"


def test_three_days_are_renewed_before_they_end(at: Bench, listening: str) -> None:
    wanted = Subscription(address=listening, secret="ours")
    made = at.connector.renew_webhooks(wanted)
    assert set(made.ids) == {"salesInvoices", "salesCreditMemos", "purchaseInvoices"}
    assert made.ends_at is not None
    left = made.ends_at - at.clock.now()
    assert timedelta(days=2, hours=23) < left < timedelta(days=3, hours=1)
    again = at.connector.renew_webhooks(made)
    assert again.ids == made.ids and again.ends_at and again.ends_at >= made.ends_at


def test_what_has_ended_is_made_anew(at: Bench, listening: str) -> None:
    made = at.connector.renew_webhooks(Subscription(address=listening))
    at.connector.end_webhooks(made)
    at.connector.end_webhooks(made)
    again = at.connector.renew_webhooks(made)
    assert not set(again.ids.values()) & set(made.ids.values())


def test_an_address_that_does_not_answer_is_refused(at: Bench) -> None:
    nobody = Subscription(address="http://127.0.0.1:9/hooks")
    with pytest.raises(Rejected, match="does not answer"):
        at.connector.renew_webhooks(nobody)


def test_a_notification_names_documents_of_the_company() -> None:
    webhooks = Dynamics365.webhooks
    delivery = Delivery(body=wire(SLUG, "notification.json"))
    assert webhooks.is_genuine(delivery, ["old", "secret-of-ours"])
    assert not webhooks.is_genuine(delivery, ["another", ""])
    [name] = webhooks.read(delivery).names
    assert (name.what, name.kind) == (What.DOCUMENT, DocumentKind.SALES_INVOICE)
    assert name.id == "9e0f5c9c-36e4-ea11-bb43-000d3a2feca1"
    assert name.organisation_id == "b1231c21-0000-4000-8000-000000000001"


def test_too_many_changes_mean_any_of_them() -> None:
    body = b'{"value": [{"resource": "x", "changeType": "collection"}]}'
    assert Dynamics365.webhooks.read(Delivery(body=body)).anything


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b'{"value": []}', b'{"value": [{"resource": "x"}]}', b"<"]
)
def test_a_delivery_of_another_form_is_not_read(body: bytes) -> None:
    with pytest.raises(Unreadable):
        Dynamics365.webhooks.read(Delivery(body=body))


def test_a_delivery_without_changes_proves_nothing() -> None:
    empty = Delivery(body=b'{"value": []}')
    assert not Dynamics365.webhooks.is_genuine(empty, ["ours"])
