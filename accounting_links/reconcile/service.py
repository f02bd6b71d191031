"""Runs reconciliations and keeps them. Nothing is ever written to the platform."""

import datetime as dt
import logging
from collections.abc import Collection, Iterator

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_q.tasks import async_task

from accounting_links import gateway, numbers_there
from accounting_links.connection_errors import ConnectingError
from accounting_links.models import (
    Connection,
    ConnectionKind,
    DocumentLink,
    MonthEnd,
    Reconciliation,
    ReconciliationState,
    Verdict,
)
from accounting_links.reconcile import signatures
from accounting_links.reconcile.accepted import Acceptances
from accounting_links.reconcile.both_sides import BothSides, Outcome
from accounting_links.reconcile.keeping import keep
from accounting_links.reconcile.progress import Progress
from accounting_links.reconcile.sides import Period
from accounting_links.reconcile.standing import Standing
from accounting_links.verbs import Verb
from connectors.base import Connector
from connectors.errors import ConnectorError
from invoicing.models import DocumentKind
from invoicing.services import events

# A run that has not moved for so long has lost its worker.
SILENCE = dt.timedelta(minutes=5)
# Both sides of a large period take longer than the other tasks do.
LONGEST = 30 * 60

logger = logging.getLogger(__name__)


def run(
    connection: Connection,
    *,
    start: dt.date | None,
    end: dt.date | None,
    kinds: Collection[str] = (),
    actor: User | None = None,
    balances: bool = False,
) -> Reconciliation:
    """In this process. What goes wrong over there is told by the state and message of
    what it answers."""
    reconciliation = _created(connection, start, end, kinds, actor, balances)
    carry_out(reconciliation.pk)
    reconciliation.refresh_from_db()
    return reconciliation


def start(
    connection: Connection,
    *,
    start: dt.date | None,
    end: dt.date | None,
    kinds: Collection[str] = (),
    actor: User | None = None,
    balances: bool = False,
    month_end: MonthEnd | None = None,
) -> Reconciliation:
    """Queued, for the task cluster to carry out."""
    reconciliation = _created(connection, start, end, kinds, actor, balances, month_end)
    transaction.on_commit(lambda: _enqueue(reconciliation.pk))
    return reconciliation


def kinds_of(connection: Connection) -> list[str]:
    """Those that it serves, and those that it has documents of from earlier."""
    served = ConnectionKind.objects.filter(connection=connection, active=True)
    linked = DocumentLink.objects.filter(connection=connection, ended_at__isnull=True)
    found = {
        *served.values_list("kind", flat=True),
        *linked.order_by().values_list("kind", flat=True).distinct(),
    }
    return [kind for kind in DocumentKind.values if kind in found]


def carry_out(reconciliation_id: int) -> bool:
    """False where another worker has it, or it is over. Safe to repeat."""
    claimed = Reconciliation.objects.filter(
        pk=reconciliation_id, state=ReconciliationState.QUEUED
    ).update(
        state=ReconciliationState.RUNNING,
        stage="Reading the books",
        moved_at=timezone.now(),
    )
    if not claimed:
        return False
    reconciliation = Reconciliation.objects.select_related(
        "connection__default_nominal", "started_by"
    ).get(pk=reconciliation_id)
    try:
        _compare_and_keep(reconciliation)
    except (ConnectingError, ConnectorError) as error:
        _finish(reconciliation, ReconciliationState.FAILED, str(error))
    except Exception:
        # Without this, the page would show it as running for ever.
        _finish(
            reconciliation,
            ReconciliationState.FAILED,
            "It broke off by a fault of FinSync. The log has more.",
        )
        raise
    return True


def sweep() -> int:
    """How many were enqueued again, because the queue may have lost them; and those
    whose worker is gone are given up. Safe to repeat."""
    now = timezone.now()
    running = Reconciliation.objects.filter(state=ReconciliationState.RUNNING)
    running.filter(moved_at__lt=now - SILENCE).update(
        state=ReconciliationState.FAILED,
        stage="",
        message="It was broken off. Run it again.",
        finished_at=now,
    )
    queued = Reconciliation.objects.filter(
        Q(moved_at=None, started_at__lt=now - SILENCE) | Q(moved_at__lt=now - SILENCE),
        state=ReconciliationState.QUEUED,
    )
    ids = list(queued.values_list("pk", flat=True))
    # Not again at the next sweep.
    Reconciliation.objects.filter(pk__in=ids).update(moved_at=now)
    for pk in ids:
        _enqueue(pk)
    return len(ids)


def _enqueue(reconciliation_id: int) -> None:
    name = "accounting_links.tasks.reconcile"
    async_task(name, reconciliation_id, timeout=LONGEST)


def _created(
    connection: Connection,
    start: dt.date | None,
    end: dt.date | None,
    kinds: Collection[str],
    actor: User | None,
    balances: bool,
    month_end: MonthEnd | None = None,
) -> Reconciliation:
    return Reconciliation.objects.create(
        connection=connection,
        start=start,
        end=end,
        kinds=list(kinds) or kinds_of(connection),
        started_by=actor,
        with_balances=balances,
        month_end=month_end,
    )


def _compare_and_keep(reconciliation: Reconciliation) -> None:
    progress = Progress(reconciliation.pk)
    connection = reconciliation.connection
    period = Period(reconciliation.start, reconciliation.end)
    home = (
        connection.organisation.get("home_currency") or settings.FINSYNC_HOME_CURRENCY
    )
    with gateway.open_connector(connection) as connector:
        sides = BothSides(
            connection, connector, home_currency=home, moved=progress.moved
        )
        standing = (
            Standing(reconciliation, connector, sides)
            if reconciliation.with_balances
            else None
        )
        try:
            outcome = sides.compared(reconciliation.kinds, period)
            progress.say("Keeping the rows")
            accepted = _keep(reconciliation, outcome, connector, progress)
            numbers_there.note_numbers(connection, _numbers_outside(reconciliation))
            if standing is not None:
                standing.finish(kinds_of(connection), progress)
        finally:
            reconciliation.http_requests = gateway.requests_of(connector)
    reconciliation.verdicts = outcome.totals.verdicts
    reconciliation.totals = outcome.totals.as_dict(home_currency=home)
    reconciliation.tax = outcome.taxes.as_list()
    reconciliation.accepted = accepted.count
    with transaction.atomic():
        accepted.end_changed()
        _finish(reconciliation, ReconciliationState.DONE, "")
    progress.say("Checking what was signed")
    signatures.after_run(reconciliation)


def _keep(
    reconciliation: Reconciliation,
    outcome: Outcome,
    connector: Connector,
    progress: Progress,
) -> Acceptances:
    return keep(
        reconciliation,
        outcome.rows,
        lambda theirs: theirs.url or connector.document_url(theirs.kind, theirs.id),
        progress.moved,
    )


def _numbers_outside(reconciliation: Reconciliation) -> Iterator[tuple[str, str]]:
    """What others numbered over there."""
    rows = reconciliation.rows.filter(verdict=Verdict.POSTED_OUTSIDE).order_by()
    return rows.values_list("kind", "number").iterator()


def _finish(
    reconciliation: Reconciliation, state: ReconciliationState, message: str
) -> None:
    reconciliation.state = state
    reconciliation.message = message[:500]
    reconciliation.stage = ""
    reconciliation.finished_at = timezone.now()
    with transaction.atomic():
        reconciliation.save(
            update_fields=(
                *("state", "message", "stage", "finished_at"),
                *("verdicts", "totals", "http_requests", "accepted", "control", "tax"),
            )
        )
        events.record(
            Verb.RECONCILED,
            reconciliation,
            _sentence(reconciliation),
            actor=reconciliation.started_by,
            connection_id=reconciliation.connection_id,
            after={"verdicts": reconciliation.verdicts},
        )


def _sentence(reconciliation: Reconciliation) -> str:
    if reconciliation.state == ReconciliationState.FAILED:
        return f"{reconciliation} failed: {reconciliation.message}"
    return f"{reconciliation}: {sum(reconciliation.verdicts.values())} rows"
