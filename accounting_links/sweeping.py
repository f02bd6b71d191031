"""Takes up what is due or was abandoned, since the queue itself may lose tasks. Called
every ten seconds by the supervisor, which makes no remote call: it only enqueues."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone
from django_q.tasks import async_task

from accounting_links import connecting, outbox
from accounting_links.engine import claim, lease
from accounting_links.exports import reminding
from accounting_links.models import (
    Connection,
    ItemState,
    RunState,
    SyncItem,
    SyncRun,
)
from accounting_links.reconcile import service as reconciling
from accounting_links.webhooks import claiming

# Enqueued a moment ago: the cluster may simply not have come to it yet.
FRESH = dt.timedelta(seconds=8)
IDLE = dt.timedelta(minutes=20)


def sweep() -> int:
    """How many tasks were enqueued."""
    claim.recover()
    claiming.recover()
    reminding.remind()
    return _sweep_runs() + _sweep_items() + _sweep_deliveries() + reconciling.sweep()


def _sweep_runs() -> int:
    """Each claims its lease, so that enqueuing a run twice does no harm."""
    now = timezone.now()
    live = SyncRun.objects.filter(state=RunState.RUNNING).exclude(lease_owner="")
    ended = lease.dead(live.order_by().values_list("lease_owner", flat=True))
    SyncRun.objects.filter(lease_owner__in=ended).update(
        lease_owner="", lease_until=None
    )
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    queued = Q(state=RunState.QUEUED, started_at__lt=now - FRESH)
    running = Q(state=RunState.RUNNING)
    ids = list(
        SyncRun.objects.filter(free, queued | running).values_list("pk", flat=True)
    )
    for pk in ids:
        async_task("accounting_links.tasks.run_step", pk)
    return len(ids)


def _sweep_items() -> int:
    """What was tried before and may be tried again, and what is in doubt. New documents
    wait for somebody to press Sync, or for a window."""
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    again = Q(state=ItemState.WAITING, next_attempt_at__lte=now)
    doubt = Q(state=ItemState.IN_DOUBT, next_attempt_at__lte=now)
    ids = set(
        SyncItem.objects.filter(
            free,
            again | doubt,
            connection__in=Connection.objects.connected(),
        )
        .order_by()
        .values_list("connection_id", flat=True)
        .distinct()
    )
    for pk in ids:
        async_task("accounting_links.tasks.settle", pk)
    return len(ids)


def _sweep_deliveries() -> int:
    """A task for each connection handles all that came, however many came."""
    able = Connection.objects.connected()
    due = claiming.due().filter(connection__in=able).order_by()
    ids = list(due.values_list("connection_id", flat=True).distinct())
    for pk in ids:
        async_task("accounting_links.tasks.handle_deliveries", pk)
    return len(ids)


def mark_all(connection: Connection) -> int:
    return outbox.mark_eligible(connection).marked


def disconnect_idle() -> int:
    """An option of the connection: nobody used it for 20 minutes, nothing is under way
    and nothing is in doubt."""
    before = timezone.now() - IDLE
    busy = SyncItem.objects.filter(
        state__in=(ItemState.CHECKING, ItemState.SENDING, ItemState.IN_DOUBT)
    )
    running = SyncRun.objects.filter(state__in=(RunState.QUEUED, RunState.RUNNING))
    idle = (
        Connection.objects.connected()
        .filter(idle_disconnect=True, last_used_at__lt=before)
        .exclude(pk__in=busy.values("connection"))
        .exclude(pk__in=running.values("connection"))
    )
    for connection in idle:
        reason = "Nobody used it for 20 minutes."
        connecting.disconnect(connection, actor=None, reason=reason)
    return len(idle)
