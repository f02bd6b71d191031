"""For how long deliveries are kept."""

import datetime as dt

from django.utils import timezone

from accounting_links.models import DeliveryState, WebhookDelivery

# Longer than any vendor repeats a delivery: until then the row keeps it from counting.
KEPT = dt.timedelta(days=90)
PRUNED_AT_ONCE = 1000


def prune(*, now: dt.datetime | None = None) -> int:
    """Takes away what was settled long ago, in portions that hold no lock for long."""
    before = (now or timezone.now()) - KEPT
    old = WebhookDelivery.objects.exclude(state=DeliveryState.RECEIVED)
    old = old.filter(received_at__lt=before).order_by("pk")
    pruned = 0
    while ids := list(old.values_list("pk", flat=True)[:PRUNED_AT_ONCE]):
        pruned += WebhookDelivery.objects.filter(pk__in=ids).delete()[0]
    return pruned
