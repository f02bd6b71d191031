"""What Bill.com tells, and how it is arranged there, over a real socket."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.bill_com.connector import Bill
from connectors.bill_com.webhooks import EVENTS, SIGNATURE, BillWebhooks
from connectors.errors import Unreadable, Unsupported
from connectors.records import DocumentKind, PartyRole
from connectors.services import MemoryLog, MemoryTokens, Services, Tokens
from connectors.settings import ConnectionConfig
from connectors.webhooks import Delivery, RecordName, Subscription, What
from tests.connectors.examples import wire
from tests.connectors.scripted_server import ScriptedServer, Turn, answer

ADDRESS = "https://finsync.test/hooks/abc/"
KEY = "security-key-1"
WEBHOOKS = BillWebhooks()


def told(body: bytes, signature: str = "") -> Delivery:
    return Delivery(body=body, headers={SIGNATURE: signature})


def signed(body: bytes, secret: str = KEY) -> bytes:
    return hmac.new(secret.encode(), body, hashlib.sha256).digest()


def event(type: str, **record: Any) -> bytes:
    metadata = {"eventId": "e-1", "organizationId": "00801", "eventType": type}
    return json.dumps({"metadata": metadata, type.partition(".")[0]: record}).encode()


@pytest.mark.parametrize("written", ["base64", "hex"])
def test_a_signature_counts_in_both_writings(written: str) -> None:
    body = wire("bill_com", "invoice_updated.json")
    digest = signed(body)
    given = base64.b64encode(digest).decode() if written == "base64" else digest.hex()
    assert WEBHOOKS.is_genuine(told(body, given), ["another", KEY])
    assert not WEBHOOKS.is_genuine(told(body + b" ", given), [KEY])
    assert not WEBHOOKS.is_genuine(told(body, given), ["another", ""])
    assert not WEBHOOKS.is_genuine(told(body), [KEY])


def test_the_vendors_delivery_names_one_record() -> None:
    delivery = told(wire("bill_com", "invoice_updated.json"))
    assert WEBHOOKS.identity(delivery) == "625947c4-8e6b-48f0-ae72-ea9c9375ec27"
    [named] = WEBHOOKS.read(delivery).names
    assert named == RecordName(
        what=What.DOCUMENT,
        id="00e02DTFJUMHHRGKh6zx",
        kind=DocumentKind.SALES_INVOICE,
        organisation_id="00801ABCDEFGHIJKLM02",
        changed_at=datetime(2026, 12, 15, 23, 15, 23, 127000, tzinfo=UTC),
    )


def test_json_within_json_is_read_too() -> None:
    escaped = json.dumps(event("vendor.archived", id="0091").decode()).encode()
    [named] = WEBHOOKS.read(told(escaped)).names
    assert (named.what, named.id, named.role) == (
        What.PARTY,
        "0091",
        PartyRole.SUPPLIER,
    )
    assert named.changed_at is None


def test_other_events_name_nothing() -> None:
    assert WEBHOOKS.read(told(event("bank-account.created", id="b"))).names == ()


@pytest.mark.parametrize(
    "body",
    [b"<html>", b"[]", b'"x"', b'{"metadata": 1}', event("bill.created")],
    ids=["html", "list", "text", "no metadata", "no id"],
)
def test_what_is_not_understood_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        WEBHOOKS.read(told(body))


# Arranging


CATALOG = answer(
    200,
    json.dumps(
        [
            {"type": type, "versions": ["1"]}
            for type in (*EVENTS[:4], "spend.transaction.updated")
        ]
    ).encode(),
)
MADE = answer(200, json.dumps({"id": "sub-1", "securityKey": KEY}).encode())
NONE_THERE = answer(200, b'{"results": []}')
THERE = answer(200, json.dumps([{"id": "sub-1", "notificationUrl": ADDRESS}]).encode())


@contextmanager
def talking(*turns: Turn) -> Iterator[tuple[Bill, ScriptedServer]]:
    with ScriptedServer(*turns) as server:
        config = ConnectionConfig(platform="bill_com", practice_url=server.url)
        tokens = MemoryTokens(Tokens(session={"sessionId": "session-1"}))
        connector = Bill(config, Services(tokens=tokens))
        with connector:
            yield connector, server


def test_it_subscribes_to_what_the_catalogue_has() -> None:
    with talking(NONE_THERE, CATALOG, MADE) as (connector, server):
        held = connector.renew_webhooks(Subscription(address=ADDRESS))
    assert (held.secret, held.ids) == (KEY, {"subscription": "sub-1"})
    made = server.requests[-1]
    assert made.target == "/connect-events/v3/subscriptions"
    assert made.headers["x-idempotent-key"].count("-") == 4
    sent = json.loads(made.body)
    assert sent["notificationUrl"] == ADDRESS and sent["status"] == {"enabled": True}
    assert sent["events"] == [{"type": t, "version": "1"} for t in EVENTS[:4]]
    log = connector.services.log
    assert isinstance(log, MemoryLog)
    assert KEY not in repr(log.exchanges) and "/hooks/" not in repr(log.exchanges)


def test_what_is_there_and_known_is_left_alone() -> None:
    asked = Subscription(address=ADDRESS, secret=KEY, ids={"subscription": "sub-1"})
    with talking(THERE) as (connector, server):
        assert connector.renew_webhooks(asked) == asked
    assert len(server.requests) == 1


def test_a_lost_key_is_made_anew() -> None:
    with talking(THERE, answer(200, b'{"securityKey": "another"}')) as (
        connector,
        server,
    ):
        held = connector.renew_webhooks(Subscription(address=ADDRESS))
    assert (held.secret, held.ids) == ("another", {"subscription": "sub-1"})
    assert server.requests[-1].target.endswith("/subscriptions/sub-1/security_key")


def test_a_catalogue_without_our_events_is_told() -> None:
    with talking(NONE_THERE, answer(200, b"[]")) as (connector, _):
        with pytest.raises(Unsupported):
            connector.renew_webhooks(Subscription(address=ADDRESS))


@pytest.mark.parametrize("status", [200, 404])
def test_ending_removes_it_or_finds_it_gone(status: int) -> None:
    asked = Subscription(address=ADDRESS, ids={"subscription": "sub-1"})
    with talking(answer(status, b"")) as (connector, server):
        connector.end_webhooks(asked)
    [removed] = server.requests
    assert (removed.method, removed.target) == (
        "DELETE",
        "/connect-events/v3/subscriptions/sub-1",
    )
