"""Charts of a reconciliation: money at stake by verdict, and how it went from run to
run. As the admin's own script reads them: data and options as JSON."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounting_links.models import (
    SETTLED_VERDICTS,
    Reconciliation,
    ReconciliationState,
    Verdict,
)
from accounting_links.reconcile import heading

RUNS = 12
BLUE = "#1769aa"
# One for each verdict that may be at stake, told apart by lightness too.
COLOURS = (
    *("#7a1f1f", "#b3541e", "#1769aa", "#d9a441", "#3d7d4f", "#6b4f9e"),
    *("#8fb8de", "#c97b84", "#5b6770", "#a3c585", "#274c77", "#e0b1cb"),
)
AXIS = {"display": True, "grid": {"display": True}}
NO_GRID = {"display": True, "grid": {"display": False}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`height` in pixels."""

    data: str
    options: str
    height: int


def by_verdict(currency: str, parts: Sequence[dict[str, Any]]) -> Chart | None:
    """What each verdict adds to their total or takes from it."""
    told = [each for each in parts if Decimal(each["amount"])]
    if not told:
        return None
    bars = {
        "label": currency,
        "data": [float(each["amount"]) for each in told],
        "backgroundColor": BLUE,
        "maxBarThickness": 28,
    }
    return Chart(
        data=_told([each["label"] for each in told], [bars]),
        options=_options(indexAxis="y", scales={"x": AXIS, "y": NO_GRID}),
        height=60 + 36 * len(told),
    )


def over_time(reconciliation: Reconciliation, currency: str) -> Chart | None:
    """Money in documents that had to be looked into, run by run, oldest first; None
    for the first run. Without regard to its direction: what one hides from another in
    a sum is still to be settled."""
    runs = _runs(reconciliation)
    if len(runs) < 2:
        return None
    shares = [_at_stake(each, currency) for each in runs]
    shown = [each for each in Verdict if any(each in share for share in shares)]
    bars = [
        {
            "label": verdict.label,
            "data": [float(share.get(verdict, 0)) for share in shares],
            "backgroundColor": COLOURS[list(Verdict).index(verdict) % len(COLOURS)],
            "maxBarThickness": 48,
            "stack": currency,
        }
        for verdict in shown
    ]
    scales = {"x": {**NO_GRID, "stacked": True}, "y": {**AXIS, "stacked": True}}
    return Chart(
        data=_told([_label(each) for each in runs], bars),
        options=_options(legend=True, scales=scales),
        height=280,
    )


def _runs(reconciliation: Reconciliation) -> list[Reconciliation]:
    """The same connection's last ones up to this, oldest first."""
    found = Reconciliation.objects.filter(
        connection=reconciliation.connection_id,
        state=ReconciliationState.DONE,
        pk__lte=reconciliation.pk,
    ).only("start", "end", "totals", "finished_at", "connection")
    return list(found.order_by("-pk")[:RUNS])[::-1]


def _at_stake(run: Reconciliation, currency: str) -> dict[Verdict, Decimal]:
    whole = run.totals.get(currency)
    return {
        verdict: abs(Decimal(share["difference"]))
        for verdict, share in (heading.by_verdict(whole) if whole else ())
        if verdict not in SETTLED_VERDICTS and share["count"]
    }


def _label(run: Reconciliation) -> list[str]:
    when = run.finished_at and timezone.localtime(run.finished_at)
    return [heading.period(run), f"run {when:%d %b %H:%M}" if when else ""]


def _told(labels: list[Any], bars: list[dict[str, Any]]) -> str:
    return json.dumps({"labels": labels, "datasets": bars})


def _options(*, legend: bool = False, **more: object) -> str:
    shared = {
        "maintainAspectRatio": False,
        "animation": False,
        "plugins": {"legend": {"display": legend, "position": "bottom"}},
    }
    return json.dumps({**shared, **more})
