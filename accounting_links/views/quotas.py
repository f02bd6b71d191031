"""Quotas in words, for the connection's page and a run's progress."""

import datetime as dt

from django.utils import timezone

from accounting_links import quotas
from accounting_links.models import Connection, SyncRun
from connectors.capabilities import Quota

SPANS = {1: "second", 60: "minute", 3600: "hour", 86_400: "day"}


def sentences(connection: Connection) -> list[str]:
    """What is left of each; empty where the platform is asked without a quota."""
    return of(quotas.standing(connection))


def of(held: quotas.Standing) -> list[str]:
    said = [_window(each) for each in held.windows]
    if held.places is not None:
        said.append(_places(held.places, held.taken))
    if held.wait_until is not None:
        said.append(f"The platform asked FinSync to wait until {at(held.wait_until)}.")
    return said


def expected(run: SyncRun) -> str:
    """When a run will be over, as a sentence; empty while nobody can tell."""
    end = quotas.expected_end(run, quotas.standing(run.connection))
    return f"Done at about {at(end)}, at this pace." if end else ""


def at(moment: dt.datetime) -> str:
    local = timezone.localtime(moment)
    if local.date() == timezone.localdate():
        return f"{local:%H:%M}"
    return f"{local:%H:%M} on {local.day} {local:%B}"


def _window(held: quotas.WindowLeft) -> str:
    limit, span = held.quota.limit, _span(held.quota.seconds)
    back = f"; spent ones come back from {at(held.ends_at)}" if held.ends_at else ""
    kept = f" {held.reserve:,} are kept for people who wait." if held.reserve else ""
    calls = "call" if limit == 1 else "calls"
    return (
        f"{held.left:,} of {limit:,} {calls} a {span} are left{back}"
        f"{_note(held.quota)}.{kept}"
    )


def _places(quota: Quota, taken: int) -> str:
    calls = "call" if quota.limit == 1 else "calls"
    return (
        f"{quota.limit} {calls} at the same time, {taken or 'none'} now{_note(quota)}."
    )


def _note(quota: Quota) -> str:
    """Which reading of the vendor's words it is, where there are several."""
    return f" ({quota.note})" if quota.note else ""


def _span(seconds: int) -> str:
    return SPANS.get(seconds) or f"span of {seconds // 60} minutes"
