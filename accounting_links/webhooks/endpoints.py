"""Where each connection is told of changes: its address, its secrets, what was arranged
with the vendor."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse

from accounting_links.models import Connection, WebhookEndpoint
from connectors import registry
from connectors.webhooks import Subscription, Webhooks

KEY_BYTES = 32
KEY_LENGTH = 43  # of that many bytes, as text


@dataclass(frozen=True, slots=True)
class Known:
    """What is needed to judge a delivery, in one query."""

    connection_id: int
    platform: str
    secrets: tuple[str, ...] = field(repr=False)


def webhooks_of(connection: Connection) -> Webhooks | None:
    return registry.connector_class(connection.platform).webhooks


def find(key: str) -> Known | None:
    if len(key) != KEY_LENGTH:
        return None
    row = (
        WebhookEndpoint.objects.filter(key_digest=digest(key))
        .values_list("connection_id", "connection__platform", "secrets")
        .first()
    )
    if row is None:
        return None
    connection_id, platform, held = row
    return Known(connection_id, platform, usable(held))


def usable(held: Mapping[str, object]) -> tuple[str, ...]:
    codes = held.get("codes")
    given = [held.get("secret"), *(codes.values() if isinstance(codes, dict) else ())]
    return tuple(str(each) for each in given if each)


def make(connection: Connection) -> WebhookEndpoint:
    """Unsaved, with an address that nobody can guess."""
    endpoint = WebhookEndpoint(connection=connection)
    new_key(endpoint)
    webhooks = webhooks_of(connection)
    if webhooks is not None and webhooks.makes_secret:
        endpoint.secrets["secret"] = secrets.token_urlsafe(KEY_BYTES)
    return endpoint


def new_key(endpoint: WebhookEndpoint) -> None:
    key = secrets.token_urlsafe(KEY_BYTES)
    endpoint.secrets = {**endpoint.secrets, "key": key}
    endpoint.key_digest = digest(key)


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def address(endpoint: WebhookEndpoint) -> str:
    path = reverse("webhook", args=[endpoint.secrets["key"]])
    return f"{settings.FINSYNC_BASE_URL}{path}"


def subscription(endpoint: WebhookEndpoint) -> Subscription:
    return Subscription(
        address=address(endpoint),
        secret=str(endpoint.secrets.get("secret") or ""),
        ids=dict(endpoint.subscription),
        ends_at=endpoint.ends_at,
    )
