"""Brings up files that nobody has confirmed for too long. Calls nobody."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounting_links.models import ExportBatch, ExportItemState
from accounting_links.verbs import Verb
from connectors.files import REMINDER
from invoicing.services import events


def unconfirmed() -> QuerySet[ExportBatch]:
    """Files with entries of which nobody knows yet whether they are in the books."""
    is_open = Q(items__state=ExportItemState.EXPORTED)
    is_open |= Q(contacts__state=ExportItemState.EXPORTED)
    return ExportBatch.objects.filter(is_open).distinct()


def overdue(now: dt.datetime | None = None) -> list[ExportBatch]:
    now = now or timezone.now()
    found = unconfirmed().select_related("connection").defer("content")
    return [batch for batch in found if batch.created_at <= now - _patience(batch)]


def remind() -> int:
    """An event for each that is overdue, again after as many days. Safe to repeat."""
    now = timezone.now()
    return sum(_remind(batch, now) for batch in overdue(now))


def _remind(batch: ExportBatch, now: dt.datetime) -> bool:
    due = Q(reminded_at=None) | Q(reminded_at__lte=now - _patience(batch))
    # By its row count, so that two sweeps at once remind once.
    if not ExportBatch.objects.filter(due, pk=batch.pk).update(reminded_at=now):
        return False
    days = (now - batch.created_at).days
    events.record(
        Verb.EXPORT_REMINDED,
        batch,
        f"{batch} was written {days} days ago, and nobody has confirmed all of it",
        actor_name="engine",
        connection_id=batch.connection_id,
    )
    return True


def _patience(batch: ExportBatch) -> dt.timedelta:
    given = str(batch.connection.values.get(REMINDER.name) or REMINDER.default)
    return dt.timedelta(days=int(given) if given.isdecimal() else 3)
