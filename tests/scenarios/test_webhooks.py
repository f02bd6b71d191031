"""Platforms tell of changes in the books, and FinSync looks them up there."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounting_links import tasks
from accounting_links.actions.change_webhooks import keep_secret
from accounting_links.actions.switch_webhooks import switch_on
from accounting_links.models import (
    Connection,
    DocumentLink,
    WebhookDelivery,
    WebhookEndpoint,
)
from connectors.practice.runner import serve
from tests.scenarios.shop import Shop, invoices

pytestmark = pytest.mark.django_db
SECRET = "verifier-of-the-practice"
Tell = Callable[[DocumentLink, datetime], bytes]


def intuit(link: DocumentLink, at: datetime) -> bytes:
    event = {
        "specversion": "1.0",
        "id": f"event-{at.timestamp()}",
        "source": "intuit.practice",
        "type": "qbo.invoice.updated.v1",
        "time": at.isoformat(),
        "intuitentityid": link.external_id,
        "intuitaccountid": link.connection.organisation_id,
        "data": {},
    }
    return json.dumps([event]).encode()


def xero(link: DocumentLink, at: datetime) -> bytes:
    event = {
        "resourceId": link.external_id,
        "tenantId": link.connection.organisation_id,
        "tenantType": "ORGANISATION",
        "eventCategory": "INVOICE",
        "eventType": "UPDATE",
        "eventDateUtc": at.replace(tzinfo=None).isoformat(timespec="milliseconds"),
    }
    body = {"events": [event], "firstEventSequence": 1, "lastEventSequence": 1}
    return json.dumps(body | {"entropy": f"{at.timestamp()}"}).encode()


@dataclass
class Office:
    shop: Shop
    header: str
    tell: Tell

    @property
    def connection(self) -> Connection:
        return self.shop.connection

    def receive(self, body: bytes) -> WebhookDelivery:
        key = WebhookEndpoint.objects.get().secrets["key"]
        made = hmac.new(SECRET.encode(), body, hashlib.sha256).digest()
        answer = Client().post(
            f"/hooks/{key}/",
            data=body,
            content_type="application/json",
            headers={self.header: base64.b64encode(made).decode()},
        )
        assert answer.status_code == 200
        tasks.handle_deliveries(self.connection.pk)
        return WebhookDelivery.objects.latest("pk")


PLATFORMS: dict[str, tuple[str, Tell]] = {
    "quickbooks_online": ("intuit-signature", intuit),
    "xero": ("x-xero-signature", xero),
}


@pytest.fixture(params=PLATFORMS)
def office(db: None, request: pytest.FixtureRequest, settings: Any) -> Iterator[Office]:
    """One invoice is in the books, and webhooks are on."""
    settings.FINSYNC_IN_DOUBT_QUIET = 0
    header, tell = PLATFORMS[request.param]
    with serve(request.param, empty=True) as ledger:
        shop = Shop(ledger.url)
        shop.command("connect", request.param, "--practice", ledger.url, name=True)
        invoices(1)
        shop.link()
        assert shop.sync()["sent"] == 1
        switch_on(shop.connection)
        keep_secret(shop.connection, SECRET)
        yield Office(shop, header, tell)


def test_an_edit_over_there_is_seen_at_once(office: Office) -> None:
    link = DocumentLink.objects.get()
    office.shop.edit(link.external_id, gross="77.00")
    later = timezone.now() + timedelta(seconds=2)
    delivery = office.receive(office.tell(link, later))
    assert delivery.state == "handled", delivery.sentence
    link.refresh_from_db()
    assert "77.00" in link.warning


def test_our_own_sending_comes_back_as_an_echo(office: Office) -> None:
    link = DocumentLink.objects.get()
    assert link.changed_at is not None
    delivery = office.receive(office.tell(link, link.changed_at))
    assert delivery.state == "echo", delivery.sentence


def test_what_is_voided_there_is_told(office: Office) -> None:
    link = DocumentLink.objects.get()
    office.shop.edit(link.external_id, status="void")
    office.receive(office.tell(link, timezone.now() + timedelta(seconds=2)))
    link.refresh_from_db()
    assert link.status == "void"
