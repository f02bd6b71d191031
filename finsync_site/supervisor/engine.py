"""What the supervisor asks of the sync engine, all in one place."""

import datetime as dt
from collections.abc import Callable

from django.core.management import call_command
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.tasks import async_task

from accounting_links.models import (
    ClusterHeartbeat,
    ItemState,
    RunState,
    SyncItem,
    SyncRun,
)

HEARTBEAT = "cluster"
# By name, as the task cluster calls them: the supervisor itself loads no connector.
SWEEP = "accounting_links.tasks.sweep"
BEAT = "accounting_links.tasks.beat"
SCHEDULES = "accounting_links.tasks.ensure_schedules"


def prepare() -> None:
    """Brings the database up to date, and the schedules with it."""
    call_command("migrate", interactive=False, verbosity=0)
    import_string(SCHEDULES)()


def sweep() -> None:
    """Enqueues what is due or was abandoned: the queue itself may lose tasks."""
    import_string(SWEEP)()


def ask_for_heartbeat() -> None:
    async_task(BEAT, HEARTBEAT, task_name="heartbeat")


class SignsOfLife:
    """When a worker last beat, or was last seen to renew a lease."""

    def __init__(self, now: Callable[[], dt.datetime] = timezone.now) -> None:
        self._now = now
        self._latest_lease: dt.datetime | None = None
        self._renewed_at: dt.datetime | None = None

    def __call__(self) -> dt.datetime | None:
        self._compare_leases()
        signs = (latest_beat(), self._renewed_at)
        return max((sign for sign in signs if sign is not None), default=None)

    def _compare_leases(self) -> None:
        lease = latest_lease()
        before = self._latest_lease
        if lease is None or (before is not None and lease <= before):
            return
        # What the first look finds may be years old.
        if before is not None:
            self._renewed_at = self._now()
        self._latest_lease = lease


def latest_beat() -> dt.datetime | None:
    beats = ClusterHeartbeat.objects.filter(name=HEARTBEAT)
    return beats.values_list("beat_at", flat=True).first()


def latest_lease() -> dt.datetime | None:
    items = SyncItem.objects.filter(state__in=(ItemState.CHECKING, ItemState.SENDING))
    runs = SyncRun.objects.filter(state=RunState.RUNNING)
    found = (
        rows.exclude(lease_until=None)
        .order_by("-lease_until")
        .values_list("lease_until", flat=True)
        .first()
        for rows in (items, runs)
    )
    return max((lease for lease in found if lease is not None), default=None)
