"""Takes a delivery in: judged by its bytes, kept as it came, answered at once.

One statement finds the endpoint, one keeps the delivery. What it means is found out
later, by `handling`; the sweeper sees to that, so that nothing else has to be written
while the vendor waits.
"""

import hashlib
import logging
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounting_links.models import DeliveryState, WebhookDelivery
from accounting_links.webhooks import endpoints
from accounting_links.webhooks.endpoints import Known
from connectors import registry
from connectors.errors import Unreadable
from connectors.transport.storable import storable_text
from connectors.webhooks import Delivery, Reply, Webhooks

# Of any platform seen so far the largest is a few kilobytes.
LARGEST = 1024 * 1024
# Codes that wait to be given back; more of them is nobody's honest wish.
CHALLENGES = 20
# Refusals of an hour that are counted one by one.
COUNTED = 10_000
LONGEST_VALUE = 500

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    reply: Reply = field(default_factory=lambda: Reply(body=""))


TAKEN = Answer(200)
NOT_GENUINE = Answer(401)
NO_SUCH = Answer(404)


def receive(key: str, delivery: Delivery) -> Answer:
    known = endpoints.find(key)
    if known is None:
        return NO_SUCH
    webhooks = registry.connector_class(known.platform).webhooks
    if webhooks is None:
        return NO_SUCH
    try:
        return _judge(known, webhooks, delivery)
    except Unreadable as error:
        return _refuse(known, delivery, str(error))


def _judge(known: Known, webhooks: Webhooks, delivery: Delivery) -> Answer:
    reply = webhooks.handshake(delivery)
    if reply is not None:
        return Answer(200, reply)
    if webhooks.challenge(delivery) is not None:
        return _take_challenge(known, webhooks, delivery)
    if not webhooks.is_genuine(delivery, known.secrets):
        return _refuse(known, delivery, "It is not signed by the platform.")
    _keep(known, webhooks, delivery)
    return TAKEN


def _take_challenge(known: Known, webhooks: Webhooks, delivery: Delivery) -> Answer:
    """Nothing signs it yet. The vendor itself says later whether the code is its own,
    so that a false one does nothing; but there must not be many."""
    waiting = WebhookDelivery.objects.filter(
        connection_id=known.connection_id, state=DeliveryState.RECEIVED
    )
    if waiting.count() >= CHALLENGES:
        return _refuse(known, delivery, "Too many codes wait to be given back.")
    _keep(known, webhooks, delivery)
    return TAKEN


def _keep(known: Known, webhooks: Webhooks, delivery: Delivery) -> None:
    """The same delivery again is the same row: the database sees to it."""
    identity = _identity(webhooks, delivery)
    row = WebhookDelivery(
        connection_id=known.connection_id,
        identity=identity,
        headers=_headers(webhooks, delivery),
        query=_query(delivery),
        body=delivery.body,
        size=len(delivery.body),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        _count_again(known, identity)


def _identity(webhooks: Webhooks, delivery: Delivery) -> str:
    told = webhooks.identity(delivery)
    return hashlib.sha256(told.encode() or delivery.body).hexdigest()


def _query(delivery: Delivery) -> dict[str, str]:
    return {
        storable_text(name): storable_text(text)[:LONGEST_VALUE]
        for name, text in delivery.query.items()
    }


def _headers(webhooks: Webhooks, delivery: Delivery) -> dict[str, str]:
    found = {name: delivery.header(name) for name in webhooks.keeps}
    return {name: text[:LONGEST_VALUE] for name, text in found.items() if text}


def _refuse(known: Known, delivery: Delivery, why: str) -> Answer:
    """Counted by the hour and not kept: whoever sends it must not fill the disk, and
    from a number on must not even make us write."""
    hour = f"refused:{timezone.now():%Y-%m-%dT%H}"
    held = WebhookDelivery.objects.filter(
        connection_id=known.connection_id, identity=hour
    )
    so_far = held.values_list("copies", flat=True).first()
    if so_far is None:
        _first_refused(known, delivery, hour, why)
    elif so_far < COUNTED:
        _count_again(known, hour)
    return NOT_GENUINE


def _first_refused(known: Known, delivery: Delivery, hour: str, why: str) -> None:
    log.warning("A delivery for connection %s: %s", known.connection_id, why)
    row = WebhookDelivery(
        connection_id=known.connection_id,
        identity=hour,
        state=DeliveryState.REFUSED,
        size=len(delivery.body),
        sentence=why,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        _count_again(known, hour)


def _count_again(known: Known, identity: str) -> None:
    held = WebhookDelivery.objects.filter(
        connection_id=known.connection_id, identity=identity
    )
    held.update(copies=F("copies") + 1, last_at=timezone.now())
