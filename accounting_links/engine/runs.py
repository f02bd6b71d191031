"""A press of Sync, an Auto Sync window, a scheduled window: steps of half a minute."""

import datetime as dt
import logging
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_q.tasks import async_task

from accounting_links.connection_errors import ConnectingError
from accounting_links.engine import lease, passes
from accounting_links.models import (
    Connection,
    ItemState,
    RunKind,
    RunState,
    SyncItem,
    SyncRun,
)

STEP = dt.timedelta(seconds=20)
LIVE = (RunState.QUEUED, RunState.RUNNING)

log = logging.getLogger(__name__)


def start(
    connection: Connection,
    *,
    kind: RunKind,
    actor: User | None = None,
    document_kind: str = "",
    only: Iterable[int] = (),
    limit: int = 0,
    minutes: int = 0,
) -> SyncRun:
    """Queued, and enqueued on commit. `minutes` makes it a window that goes on after
    the list is empty; without it the run ends with what is due."""
    chosen = list(only)
    now = timezone.now()
    run = SyncRun.objects.create(
        connection=connection,
        kind=kind,
        document_kind=document_kind,
        only=chosen,
        limit=limit,
        batch_size=connection.batch_size,
        started_by=actor,
        ends_at=now + dt.timedelta(minutes=minutes) if minutes else None,
        planned=_planned(connection, chosen, document_kind, limit),
    )
    enqueue(run.pk)
    return run


def _planned(
    connection: Connection, only: list[int], document_kind: str, limit: int
) -> int:
    due = SyncItem.objects.filter(
        connection=connection, state__in=(ItemState.WAITING, ItemState.IN_DOUBT)
    )
    if only:
        due = due.filter(document__in=only)
    if document_kind:
        due = due.filter(document__kind=document_kind)
    count = due.count()
    return min(count, limit) if limit else count


def enqueue(run_id: int) -> None:
    transaction.on_commit(lambda: async_task("accounting_links.tasks.run_step", run_id))


def stop(run: SyncRun, *, actor: User | None = None) -> bool:
    """It ends after the batch that is under way."""
    message = f"Stopped by {actor.get_username()}." if actor else "Stopped."
    queued = SyncRun.objects.filter(pk=run.pk, state=RunState.QUEUED)
    if queued.update(
        state=RunState.STOPPED, finished_at=timezone.now(), message=message
    ):
        return True
    running = SyncRun.objects.filter(pk=run.pk, state=RunState.RUNNING)
    return running.update(stop_requested=True, message=message) == 1


def step(run_id: int) -> None:
    """One step of a run, by whoever is first; a second one at the same time leaves at
    once. What is left of the run is enqueued anew."""
    owner = lease.owner_name()
    if not _claim(run_id, owner):
        return
    run = SyncRun.objects.select_related("connection").get(pk=run_id)
    message = ""
    try:
        if not _is_over(run):
            message = _work(run)
    except ConnectingError as error:
        _end(run, RunState.FAILED, str(error))
        return
    _after(run, owner, message)


def _claim(run_id: int, owner: str) -> bool:
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    taken = SyncRun.objects.filter(free, pk=run_id, state__in=LIVE).update(
        state=RunState.RUNNING, lease_owner=owner, lease_until=lease.until(now)
    )
    return taken == 1


def _is_over(run: SyncRun) -> bool:
    spent = bool(run.limit) and _gone(run) >= run.limit
    late = run.ends_at is not None and timezone.now() >= run.ends_at
    return run.stop_requested or spent or late


def _gone(run: SyncRun) -> int:
    return int(run.counts.get("gone", 0))


def _work(run: SyncRun) -> str:
    result = passes.run_pass(
        run.connection,
        limit=max(0, run.limit - _gone(run)),
        batch=run.batch_size,
        only=run.only,
        kind=run.document_kind,
        run=run,
        deadline=timezone.now() + STEP,
        owner=run.lease_owner,
    )
    return result.message


def _after(run: SyncRun, owner: str, message: str) -> None:
    run.refresh_from_db()
    if run.stop_requested:
        _end(run, RunState.STOPPED, run.message)
    elif _is_over(run) or (run.ends_at is None and (message or not _due(run))):
        _end(run, RunState.DONE, message)
    else:
        SyncRun.objects.filter(pk=run.pk, lease_owner=owner).update(
            lease_owner="", lease_until=None, message=message[:500]
        )
        # A window with nothing to do is looked at by the sweep, not in a circle.
        if not message and _due(run):
            enqueue(run.pk)


def _due(run: SyncRun) -> bool:
    return passes.due(run.connection, only=run.only, kind=run.document_kind).exists()


def _end(run: SyncRun, state: RunState, message: str) -> None:
    SyncRun.objects.filter(pk=run.pk, state__in=LIVE).update(
        state=state,
        finished_at=timezone.now(),
        lease_owner="",
        lease_until=None,
        message=message[:500],
    )
