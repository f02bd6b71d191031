"""What is arranged with vendors by calls: subscriptions that end, codes that they want
back."""

import datetime as dt
import logging

from django.db import transaction
from django.utils import timezone

from accounting_links import gateway
from accounting_links.connection_errors import ConnectingError
from accounting_links.models import (
    Connection,
    DeliveryState,
    WebhookDelivery,
    WebhookEndpoint,
)
from accounting_links.webhooks import claiming, endpoints
from connectors.errors import ConnectorError, Rejected, Retry
from connectors.webhooks import Challenge, Subscription

# Renewed daily, and some vendors give three days: two looks may fail.
EARLY = dt.timedelta(hours=60)
AGAIN = dt.timedelta(hours=20)
NOT_ASKED = "FinSync did not ask the platform for this."

log = logging.getLogger(__name__)


def renew(connection: Connection, *, now: bool = False) -> bool:
    """Where the platform wants it and it is due, or `now`. A bad day over there leaves
    what there is, and a sentence. Answers whether all is well."""
    endpoint = WebhookEndpoint.objects.filter(connection=connection).first()
    webhooks = endpoints.webhooks_of(connection)
    if endpoint is None or webhooks is None or not webhooks.subscribes:
        return True
    if not now and not is_due(endpoint):
        return True
    try:
        with gateway.open_connector(connection) as connector:
            held = connector.renew_webhooks(endpoints.subscription(endpoint))
    except (ConnectorError, ConnectingError) as error:
        log.warning("Webhooks of %s were not renewed: %s", connection, error)
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(problem=str(error)[:500])
        return False
    _keep(endpoint, held)
    return True


def is_due(endpoint: WebhookEndpoint) -> bool:
    now = timezone.now()
    if endpoint.renewed_at is None or endpoint.problem:
        return True
    if endpoint.ends_at is not None and endpoint.ends_at < now + EARLY:
        return True
    return endpoint.renewed_at < now - AGAIN


@transaction.atomic
def _keep(endpoint: WebhookEndpoint, held: Subscription) -> None:
    """Codes of callbacks that are no more sign nothing any longer. A secret that the
    vendor made is told once."""
    row = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
    codes = row.secrets.get("codes") or {}
    ids = set(held.ids.values())
    row.secrets = row.secrets | {
        "codes": {id: code for id, code in codes.items() if id in ids}
    }
    if held.secret:
        row.secrets = row.secrets | {"secret": held.secret}
    row.subscription = dict(held.ids)
    row.ends_at, row.renewed_at, row.problem = held.ends_at, timezone.now(), ""
    row.save(
        update_fields=("secrets", "subscription", "ends_at", "renewed_at", "problem")
    )


def end(connection: Connection, endpoint: WebhookEndpoint) -> None:
    """As far as the platform answers: what comes later finds no address."""
    webhooks = endpoints.webhooks_of(connection)
    if webhooks is None or not webhooks.subscribes or not endpoint.subscription:
        return
    try:
        with gateway.open_connector(connection, lane="interactive") as connector:
            connector.end_webhooks(endpoints.subscription(endpoint))
    except (ConnectorError, ConnectingError) as error:
        log.warning("Webhooks of %s were not ended there: %s", connection, error)


def answer(
    connection: Connection, delivery: WebhookDelivery, challenge: Challenge
) -> None:
    """Gives a code back. Only when the vendor took it does it sign anything; then the
    delivery is emptied, for the code is a secret."""
    endpoint = WebhookEndpoint.objects.filter(connection=connection).first()
    if endpoint is None or challenge.id not in endpoint.subscription.values():
        # What we asked for a moment ago may not be on record yet.
        claiming.put_off(delivery, NOT_ASKED)
        return
    try:
        with gateway.open_connector(connection) as connector:
            connector.answer_challenge(challenge)
    except Rejected as error:
        claiming.settle(delivery, DeliveryState.FAILED, str(error))
    except (ConnectorError, ConnectingError) as error:
        after = error.after if isinstance(error, Retry) else None
        claiming.put_off(delivery, str(error), after=after)
    else:
        _keep_code(endpoint, challenge)
        delivery.body = b""
        claiming.settle(delivery, DeliveryState.HANDLED, "Its code was given back.")


@transaction.atomic
def _keep_code(endpoint: WebhookEndpoint, challenge: Challenge) -> None:
    row = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
    codes = {**(row.secrets.get("codes") or {}), challenge.id: challenge.code}
    row.secrets = row.secrets | {"codes": codes}
    row.save(update_fields=("secrets",))
