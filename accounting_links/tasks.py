"""The only module that the task cluster calls. Each task is short, carries ids alone,
and may run twice, at once, or a day late: the rows are the truth, not the queue."""

import logging
import os
import socket

from django.utils import timezone
from django_q.models import Schedule
from django_q.tasks import async_task

from accounting_links import (
    connecting,
    exchanges,
    gateway,
    keeper,
    polling,
    sweeping,
    triggers,
)
from accounting_links.connection_errors import ConnectingError
from accounting_links.engine import passes, runs
from accounting_links.models import (
    ClusterHeartbeat,
    Connection,
    ConnectionState,
    PollInterval,
    RunKind,
    RunState,
    SyncRun,
    Trigger,
)
from accounting_links.reconcile import month_ends, signatures, stored
from accounting_links.reconcile import service as reconciling
from accounting_links.webhooks import handling, keeping
from connectors.errors import ConnectorError
from invoicing.audit import sealing, watching

log = logging.getLogger(__name__)


def run_step(run_id: int) -> None:
    runs.step(run_id)


def beat(name: str) -> None:
    worker = f"{socket.gethostname()[:40]}:{os.getpid()}"
    ClusterHeartbeat.objects.update_or_create(
        name=name, defaults={"beat_at": timezone.now(), "worker": worker}
    )


def sweep() -> int:
    return sweeping.sweep()


def settle(connection_id: int) -> None:
    """Looks up what is in doubt, and tries again what is due."""
    connection = _connected(connection_id)
    if connection is not None:
        passes.run_pass(
            connection,
            batch=connection.batch_size,
            resumed=True,
            deadline=timezone.now() + runs.STEP,
        )


def check_waiting(connection_id: int) -> None:
    """Finds out what stands against what waits, and sends nothing."""
    connection = _connected(connection_id)
    if connection is not None:
        deadline = timezone.now() + runs.STEP
        passes.run_pass(connection, check_only=True, deadline=deadline)


def read_triggers() -> int:
    """For all connections, also those that are not connected now: what happens
    meanwhile waits."""
    return sum(
        triggers.read(connection)
        for connection in Connection.objects.exclude(state=ConnectionState.NEW)
    )


def poll_connection(connection_id: int) -> None:
    connection = _connected(connection_id)
    if connection is None:
        return
    try:
        polling.poll(connection)
    except (ConnectorError, ConnectingError) as error:
        log.warning("%s was not polled: %s", connection, error)


def poll_hourly() -> int:
    return _poll(PollInterval.HOURLY)


def poll_daily() -> int:
    return _poll(PollInterval.DAILY)


def _poll(interval: PollInterval) -> int:
    due = Connection.objects.connected().filter(poll_interval=interval)
    ids = list(due.values_list("pk", flat=True))
    for pk in ids:
        async_task("accounting_links.tasks.poll_connection", pk)
    return len(ids)


def start_windows() -> int:
    """Auto Sync windows whose time of day has come, each once a day."""
    now = timezone.localtime()
    due = Connection.objects.connected().filter(
        auto_sync_daily_at__isnull=False, auto_sync_daily_at__lte=now.time()
    )
    started = 0
    for connection in due:
        today = SyncRun.objects.filter(
            connection=connection, kind=RunKind.SCHEDULE, started_at__date=now.date()
        )
        live = SyncRun.objects.filter(
            connection=connection, state__in=(RunState.QUEUED, RunState.RUNNING)
        )
        if today.exists() or live.exists():
            continue
        if connection.trigger == Trigger.SCHEDULED:
            sweeping.mark_all(connection)
        runs.start(connection, kind=RunKind.SCHEDULE, minutes=connection.window_minutes)
        started += 1
    return started


def disconnect_idle() -> int:
    return sweeping.disconnect_idle()


def keep_connections() -> int:
    """Looks at each once a day, so that no grant ends of idleness, and warns of those
    that end all the same."""
    ids = list(Connection.objects.connected().values_list("pk", flat=True))
    for pk in ids:
        async_task("accounting_links.tasks.keep_connection", pk)
    return keeper.warn()


def keep_connection(connection_id: int) -> None:
    connection = _connected(connection_id)
    if connection is not None and not gateway.capabilities(connection).files:
        keeper.keep(connection)


def handle_deliveries(connection_id: int) -> None:
    """Finds out what a platform told us, and reads what it named."""
    handling.handle(connection_id, deadline=timezone.now() + runs.STEP)


def prune() -> int:
    return exchanges.prune() + keeping.prune()


def refresh_connection(connection_id: int) -> None:
    """Fetches what the platform holds, parties too, and maps what is the same."""
    connection = _connected(connection_id)
    if connection is None:
        return
    try:
        connecting.refresh_records(connection, parties=True)
        connecting.map_same(connection)
    except (ConnectorError, ConnectingError) as error:
        log.warning("Records of %s were not fetched: %s", connection, error)


def reconcile(reconciliation_id: int) -> None:
    if reconciling.carry_out(reconciliation_id):
        month_ends.mail(reconciliation_id)


def store_reconciliation(reconciliation_id: int, ending: str) -> None:
    stored.make(reconciliation_id, ending)


def month_end() -> int:
    """Starts what is due, and mails what has ended and was not mailed yet."""
    return month_ends.start_due() + month_ends.mail_due()


def check_signatures() -> int:
    """Signed reconciliations whose figures moved, as far as it is known here."""
    return signatures.check_all()


def seal_history() -> int:
    return sealing.seal(deadline=timezone.now() + runs.STEP)


def verify_history() -> int:
    """All of it once a day, a little every time."""
    return watching.look_through(deadline=timezone.now() + runs.STEP)


def _connected(connection_id: int) -> Connection | None:
    return Connection.objects.connected().filter(pk=connection_id).first()


# Name of the schedule: function, minutes between.
SCHEDULES = {
    "Poll hourly": ("poll_hourly", 60),
    "Poll daily": ("poll_daily", 24 * 60),
    "Read triggers": ("read_triggers", 1),
    "Start Auto Sync windows": ("start_windows", 1),
    "Disconnect idle connections": ("disconnect_idle", 5),
    "Keep connections": ("keep_connections", 24 * 60),
    "Prune exchanges": ("prune", 24 * 60),
    "Check signatures": ("check_signatures", 60),
    "Month-end packs": ("month_end", 60),
    "Seal history": ("seal_history", 1),
    "Verify history": ("verify_history", 10),
}


def ensure_schedules() -> None:
    """Declared here and nowhere else; what staff cannot type cannot break the
    scheduler."""
    for name, (function, minutes) in SCHEDULES.items():
        Schedule.objects.update_or_create(
            name=name,
            defaults={
                "func": f"accounting_links.tasks.{function}",
                "schedule_type": Schedule.MINUTES,
                "minutes": minutes,
                "repeats": -1,
            },
        )
