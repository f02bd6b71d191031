"""What a report says of itself, the same in every form."""

from django.conf import settings
from django.utils import timezone

from accounting_links.models import Reconciliation
from invoicing.models import DocumentKind


def title(reconciliation: Reconciliation) -> str:
    practice = "PRACTICE: " if settings.FINSYNC_PRACTICE else ""
    return f"{practice}Reconciliation with {company(reconciliation)}"


def company(reconciliation: Reconciliation) -> str:
    connection = reconciliation.connection
    return connection.organisation_name or connection.name


def period(reconciliation: Reconciliation) -> str:
    start, end = reconciliation.start, reconciliation.end
    if start is None and end is None:
        return "All documents"
    first = f"{start:%d %B %Y}" if start else "the beginning"
    return f"{first} to {f'{end:%d %B %Y}' if end else 'today'}"


def facts(reconciliation: Reconciliation) -> list[tuple[str, str]]:
    finished = reconciliation.finished_at
    kinds = [f"{DocumentKind(kind).label}s" for kind in reconciliation.kinds]
    by = reconciliation.started_by
    return [
        ("Connection", reconciliation.connection.name),
        ("Company over there", company(reconciliation)),
        ("Period", period(reconciliation)),
        ("Documents", ", ".join(kinds).capitalize()),
        (
            "Books read",
            f"{timezone.localtime(finished):%d %B %Y %H:%M}" if finished else "",
        ),
        ("Run by", (by.get_full_name() or by.get_username()) if by else "a command"),
        ("Number", str(reconciliation.pk)),
    ]
