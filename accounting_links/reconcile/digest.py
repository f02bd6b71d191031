"""What the pack tells besides figures."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Count, Max, Min, QuerySet
from django.utils import timezone

from accounting_links.models import Reconciliation, ReconciliationRow
from accounting_links.reconcile.sides import Period
from accounting_links.verb_words import words
from invoicing.models import Event


class Logged(NamedTuple):
    words: str
    often: int
    first: dt.datetime
    last: dt.datetime


def of_log(reconciliation: Reconciliation) -> list[Logged]:
    """What happened between us and these books on the days of the period, by kind, the
    most frequent first. One statement."""
    events = Event.objects.filter(connection_id=reconciliation.connection_id)
    period = Period(reconciliation.start, reconciliation.end)
    if period.start is not None:
        events = events.filter(at__gte=_midnight(period.start))
    if period.end is not None:
        events = events.filter(at__lt=_midnight(period.end + dt.timedelta(days=1)))
    found = events.order_by().values_list("verb")
    rows = found.annotate(count=Count("pk"), first=Min("at"), last=Max("at"))
    told = [
        Logged(words(verb), count, first, last) for verb, count, first, last in rows
    ]
    return sorted(told, key=lambda each: (-each.often, each.words))


def moved(reconciliation: Reconciliation) -> QuerySet[ReconciliationRow]:
    """Documents that stand in another month there than here."""
    rows = reconciliation.rows.exclude(our_date=None).exclude(their_date=None)
    apart = [
        pk
        for pk, ours, theirs in rows.filter(differs__contains="date").values_list(
            "pk", "our_date", "their_date"
        )
        if ours and theirs and f"{ours:%Y-%m}" != f"{theirs:%Y-%m}"
    ]
    return ReconciliationRow.objects.filter(pk__in=apart)


def accepted_rows(reconciliation: Reconciliation) -> QuerySet[ReconciliationRow]:
    rows = reconciliation.rows.exclude(accepted=None)
    return rows.select_related("accepted__person")


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
