"""What a report says of itself, the same in every form."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounting_links.models import Reconciliation, Verdict
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
    first = in_words(start) if start else "the beginning"
    return f"{first} to {in_words(end) if end else 'today'}"


def moment(at: dt.datetime) -> str:
    local = timezone.localtime(at)
    return f"{in_words(local)} {local:%H:%M}"


def by_currency(reconciliation: Reconciliation) -> list[tuple[str, Mapping[str, Any]]]:
    return sorted(reconciliation.totals.items())


def in_words(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def by_verdict(whole: Mapping[str, Any]) -> list[tuple[Verdict, Mapping[str, Any]]]:
    """In the order of the verdicts: databases keep none."""
    shares = whole["by_verdict"]
    return [(each, shares[each]) for each in Verdict if each in shares]


def by_kind(whole: Mapping[str, Any]) -> list[tuple[DocumentKind, Mapping[str, Any]]]:
    tallies = whole["by_kind"]
    return [(each, tallies[each]) for each in DocumentKind if each in tallies]


def by_nominal(whole: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Empty where the books do not tell."""
    return sorted(whole.get("by_nominal", {}).items())


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
            moment(finished) if finished else "",
        ),
        ("Run by", (by.get_full_name() or by.get_username()) if by else "a command"),
        ("Number", str(reconciliation.pk)),
    ]
