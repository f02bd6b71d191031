"""Which deliveries a worker handles, and what becomes of them."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from accounting_links.engine import lease, retry
from accounting_links.models import DeliveryState, WebhookDelivery

LEASE = dt.timedelta(minutes=3)
AT_ONCE = 200
ATTEMPTS = 8
FIELDS = (
    *("state", "sentence", "handled_at", "next_attempt_at", "attempts", "forced"),
    *("lease_owner", "lease_until", "body", "size"),
)


def due() -> QuerySet[WebhookDelivery]:
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    ripe = Q(next_attempt_at=None) | Q(next_attempt_at__lte=now)
    return WebhookDelivery.objects.filter(free, ripe, state=DeliveryState.RECEIVED)


def recover() -> int:
    """Sets free what workers held that are gone: nobody sits out their leases."""
    held = WebhookDelivery.objects.filter(state=DeliveryState.RECEIVED)
    held = held.exclude(lease_owner="").order_by()
    ended = lease.dead(held.values_list("lease_owner", flat=True).distinct())
    lost = held.filter(lease_owner__in=ended)
    return lost.update(lease_owner="", lease_until=None) if ended else 0


def claim(connection_id: int) -> list[WebhookDelivery]:
    """Taken by a conditional UPDATE, so that two workers share them out. From here on
    the same bytes are news again, where a platform may mean two changes by them."""
    owner = lease.owner_name()
    mine = due().filter(connection_id=connection_id)
    ids = list(mine.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    due().filter(pk__in=ids).update(
        lease_owner=owner,
        lease_until=timezone.now() + LEASE,
        attempts=F("attempts") + 1,
    )
    return list(WebhookDelivery.objects.filter(lease_owner=owner).order_by("pk"))


def set_free(deliveries: Iterable[WebhookDelivery]) -> None:
    """Lets the same bytes come again, as another delivery."""
    ids = [each.pk for each in deliveries if each.attempts == 1]
    WebhookDelivery.objects.filter(pk__in=ids).exclude(identity__contains="#").update(
        identity=Concat("identity", Value("#"), Cast("pk", CharField()))
    )


def settle(delivery: WebhookDelivery, state: DeliveryState, sentence: str) -> None:
    delivery.state = state
    delivery.sentence = sentence[:500]
    delivery.handled_at = timezone.now()
    delivery.next_attempt_at = None
    delivery.forced = False


def put_off(delivery: WebhookDelivery, why: str, *, after: float | None = None) -> None:
    if delivery.attempts >= ATTEMPTS:
        settle(delivery, DeliveryState.FAILED, why)
        return
    delivery.state, delivery.handled_at = DeliveryState.RECEIVED, None
    delivery.sentence = why[:500]
    wait = retry.backoff(delivery.attempts, after=after)
    delivery.next_attempt_at = timezone.now() + wait


def give_back(deliveries: Sequence[WebhookDelivery]) -> None:
    for each in deliveries:
        each.lease_owner, each.lease_until = "", None
    WebhookDelivery.objects.bulk_update(deliveries, FIELDS)
