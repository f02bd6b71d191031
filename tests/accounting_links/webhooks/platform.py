"""A platform that tells: signed JSON, with the names of records and, where a test gives
it, a time of the change."""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.test import Client
from django.utils import timezone

from accounting_links.models import (
    Connection,
    DocumentLink,
    WebhookDelivery,
    WebhookEndpoint,
)
from accounting_links.webhooks import endpoints, handling
from connectors.errors import Unreadable
from connectors.records import DocumentKind, PartyRole
from connectors.settings import Setting
from connectors.webhooks import (
    Challenge,
    Delivery,
    Notice,
    RecordName,
    Reply,
    Signed,
    What,
)

SECRET = "the-platform's-secret"


class Telling(Signed):
    signature_header = "x-fake-signature"
    repeats = False
    secret: ClassVar[Setting | None] = Setting(
        name="webhook_secret", label="Signing key", secret=True
    )
    steps = ("Paste the address there.",)

    def handshake(self, delivery: Delivery) -> Reply | None:
        token = delivery.query.get("token", "")
        return Reply(body=token) if token else None

    def challenge(self, delivery: Delivery) -> Challenge | None:
        told = _loaded(delivery)
        if "code" not in told:
            return None
        return Challenge(id=told["callback"], code=told["code"])

    def read(self, delivery: Delivery) -> Notice:
        told = _loaded(delivery)
        if "names" not in told:
            raise Unreadable("The message has another form.")
        return Notice(
            names=tuple(_name(each) for each in told["names"]),
            anything=bool(told.get("anything")),
        )


class Repeating(Telling):
    repeats = True


class Subscribing(Telling):
    subscribes = True


def _loaded(delivery: Delivery) -> dict[str, Any]:
    found = delivery.json()
    if not isinstance(found, dict):
        raise Unreadable("The message has another form.")
    return found


def _name(told: dict[str, str]) -> RecordName:
    at = told.get("at")
    return RecordName(
        what=What(told["what"]),
        id=told["id"],
        kind=DocumentKind(told["kind"]) if "kind" in told else None,
        role=PartyRole(told["role"]) if "role" in told else None,
        organisation_id=told.get("organisation", ""),
        changed_at=datetime.fromisoformat(at) if at else None,
    )


def message(*names: dict[str, str], **more: Any) -> bytes:
    return json.dumps({"names": names, **more}).encode()


def of(link: DocumentLink, **more: str) -> dict[str, str]:
    return {"what": "document", "id": link.external_id, **more}


def signed(body: bytes, secret: str = SECRET) -> str:
    made = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(made).decode()


class Post:
    """What a connection's platform sends."""

    def __init__(self, endpoint: WebhookEndpoint) -> None:
        self.endpoint = endpoint
        self.client = Client(enforce_csrf_checks=True)
        self.said = b""

    @classmethod
    def of(cls, connection: Connection) -> "Post":
        """With an address and a secret."""
        endpoint = endpoints.make(connection)
        endpoint.secrets["secret"] = SECRET
        endpoint.save()
        return cls(endpoint)

    @property
    def path(self) -> str:
        return f"/hooks/{self.endpoint.secrets['key']}/"

    def send(
        self, body: bytes, *, signature: str | None = None, query: str = ""
    ) -> int:
        signature = signed(body) if signature is None else signature
        answer = self.client.post(
            self.path + query,
            data=body,
            content_type="application/json",
            headers={"X-Fake-Signature": signature},
        )
        assert not answer.cookies
        self.said = answer.content
        return answer.status_code

    def tell(self, *names: dict[str, str], **more: Any) -> WebhookDelivery:
        assert self.send(message(*names, **more)) == 200
        return WebhookDelivery.objects.latest("pk")


def handle(connection: Connection) -> int:
    deadline = timezone.now() + timedelta(seconds=20)
    return handling.handle(connection.pk, deadline=deadline)


def states() -> list[str]:
    rows = WebhookDelivery.objects.order_by("pk")
    return list(rows.values_list("state", flat=True))
