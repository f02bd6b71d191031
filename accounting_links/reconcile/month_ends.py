"""The pack of the month before, run by itself and mailed to staff."""

import datetime as dt
import logging
import smtplib

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.utils import timezone

from accounting_links.models import (
    MonthEnd,
    Reconciliation,
    ReconciliationState,
)
from accounting_links.reconcile import export, heading, pack_sheets, service, stored
from accounting_links.verbs import Verb
from invoicing.services import events

ENDED = (ReconciliationState.DONE, ReconciliationState.FAILED)
ATTACHED = (".xlsx", ".pdf")
# What most mail servers take; a larger pack is told of, and downloaded.
MOST_BYTES = 10 * 1024 * 1024

log = logging.getLogger(__name__)


def start_due() -> int:
    """How many were started. Each month once, however often it is called."""
    today = timezone.localdate()
    end = today.replace(day=1) - dt.timedelta(days=1)
    due = MonthEnd.objects.filter(
        Q(last_period=None) | Q(last_period__lt=end), active=True, day__lte=today.day
    )
    started = 0
    for each in due.select_related("connection"):
        claimed = MonthEnd.objects.filter(
            Q(last_period=None) | Q(last_period__lt=end), pk=each.pk
        ).update(last_period=end)
        if claimed and each.connection.is_connected:
            service.start(
                each.connection,
                start=end.replace(day=1),
                end=end,
                balances=True,
                month_end=each,
            )
            started += 1
    return started


def mail_due() -> int:
    """How many were mailed: runs that have ended since."""
    ended = Reconciliation.objects.filter(
        state__in=ENDED, mailed_at=None, month_end__isnull=False
    )
    return sum(mail(pk) for pk in ended.values_list("pk", flat=True))


def mail(reconciliation_id: int) -> bool:
    """Once: who has it in hand is claimed first, and given back where it fails."""
    now = timezone.now()
    mine = Reconciliation.objects.filter(
        pk=reconciliation_id, state__in=ENDED, mailed_at=None, month_end__isnull=False
    )
    if not mine.update(mailed_at=now):
        return False
    reconciliation = Reconciliation.objects.select_related(
        "connection", "started_by", "month_end"
    ).get(pk=reconciliation_id)
    try:
        told = _send(reconciliation)
    except (smtplib.SMTPException, OSError) as error:
        log.warning("%s could not be mailed: %s", reconciliation, error)
        Reconciliation.objects.filter(pk=reconciliation_id).update(mailed_at=None)
        return False
    if told:
        events.record(
            Verb.PACK_MAILED,
            reconciliation,
            f"The pack of {reconciliation} was mailed to {', '.join(told)}",
            connection_id=reconciliation.connection_id,
        )
    return bool(told)


def _send(reconciliation: Reconciliation) -> list[str]:
    month_end = reconciliation.month_end
    people = (
        month_end.recipients.filter(is_active=True, is_staff=True) if month_end else ()
    )
    addresses = [each.email for each in people if each.email]
    if not addresses:
        return []
    message = EmailMessage(
        subject=f"{heading.title(reconciliation)}, {heading.period(reconciliation)}",
        body=_body(reconciliation),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=addresses,
    )
    if reconciliation.state == ReconciliationState.DONE:
        for ending in ATTACHED:
            _attach(message, reconciliation, ending)
    message.send()
    return addresses


def _attach(message: EmailMessage, reconciliation: Reconciliation, ending: str) -> None:
    path = stored.make(reconciliation.pk, ending)
    if path.stat().st_size <= MOST_BYTES:
        name = export.file_name(reconciliation, ending)
        message.attach(name, path.read_bytes())


def _body(reconciliation: Reconciliation) -> str:
    if reconciliation.state == ReconciliationState.FAILED:
        return f"It did not come to its end: {reconciliation.message}\n"
    lines = [f"{label}: {value}" for label, value in pack_sheets.result(reconciliation)]
    for currency, whole in heading.by_currency(reconciliation):
        lines.append(
            f"{currency}: ours {whole['ours']}, theirs {whole['theirs']},"
            f" unexplained {whole['unexplained']}"
        )
    lines += reconciliation.control.get("notes", [])
    return "\n".join([*lines, "", "The whole is in the admin, under Reconciliation.\n"])
