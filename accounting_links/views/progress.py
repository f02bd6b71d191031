"""How a run is getting on, for the page and for the script that asks every other
second."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounting_links.models import RunKind, RunState, SyncRun
from accounting_links.views import quotas

RUNNING = (RunState.QUEUED, RunState.RUNNING)
OUTCOMES = (
    ("sent", "sent"),
    ("exported", "exported"),
    ("adopted", "adopted"),
    ("blocked", "cannot go yet"),
    ("in_doubt", "being looked up"),
    ("failed", "failed"),
)


def run_progress(request: HttpRequest, run_id: int) -> HttpResponse:
    run = get_object_or_404(SyncRun.objects.select_related("connection"), pk=run_id)
    response = JsonResponse(as_shown(run))
    response["Cache-Control"] = "no-store"
    return response


def as_shown(run: SyncRun) -> dict[str, Any]:
    return {
        "id": run.pk,
        "title": run.get_kind_display(),
        "state": run.state,
        "state_words": state_words(run),
        "running": run.state in RUNNING,
        "percent": percent(run),
        "sentence": sentence(run),
        "message": run.message,
        "expected": quotas.expected(run) if run.state in RUNNING else "",
        "until": f"{timezone.localtime(run.ends_at):%H:%M}" if run.ends_at else "",
    }


def state_words(run: SyncRun) -> str:
    if run.stop_requested and run.state in RUNNING:
        return "Stopping after this batch"
    return RunState(run.state).label


def percent(run: SyncRun) -> int:
    """Of the documents planned; of its time for a window that outlives its list."""
    if run.state not in RUNNING:
        return 100
    planned = max(run.planned, run.handled)
    if planned and run.handled < planned:
        return round(100 * run.handled / planned)
    return elapsed_percent(run)


def elapsed_percent(run: SyncRun) -> int:
    if run.kind == RunKind.MANUAL or run.ends_at is None:
        return 100 if run.handled else 0
    whole = (run.ends_at - run.started_at).total_seconds()
    gone = (timezone.now() - run.started_at).total_seconds()
    return max(0, min(100, round(100 * gone / whole))) if whole > 0 else 100


def sentence(run: SyncRun) -> str:
    outcomes = [
        f"{run.counts[name]} {words}"
        for name, words in OUTCOMES
        if run.counts.get(name)
    ]
    if run.state == RunState.QUEUED:
        return "Waits for a worker."
    handled = f"{run.handled} of {max(run.planned, run.handled)} documents"
    return f"{handled}: {', '.join(outcomes)}." if outcomes else f"{handled}."
