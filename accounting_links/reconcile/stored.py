"""Files of large reconciliations: made by the task cluster, kept under the state
folder, and downloaded when they are ready."""

import time
from pathlib import Path

from django.conf import settings
from django_q.tasks import async_task

from accounting_links.models import Reconciliation
from accounting_links.reconcile import export

# Up to here a file is made while a person waits for it.
MOST_AT_ONCE = 2_000
KEPT = 14 * 24 * 60 * 60  # seconds
MAKING = ".making"
# A worker that takes longer is gone.
LONGEST = 30 * 60


def folder() -> Path:
    place = Path(settings.FINSYNC_STATE) / "exports"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def is_large(reconciliation: Reconciliation) -> bool:
    count: int = sum(reconciliation.verdicts.values())
    return count > MOST_AT_ONCE


def path_of(reconciliation: Reconciliation, ending: str) -> Path:
    """What was accepted or signed since makes it another file."""
    sign_off = getattr(reconciliation, "sign_off", None)
    signed = f"{sign_off.pk}{'' if sign_off.stands else 'x'}" if sign_off else "0"
    accepted = reconciliation.rows.exclude(accepted=None).order_by("-accepted_id")
    last = accepted.values_list("accepted_id", flat=True).first() or 0
    version = f"{reconciliation.accepted}.{last}.{signed}"
    return folder() / f"reconciliation-{reconciliation.pk}-{version}{ending}"


def order(reconciliation: Reconciliation, ending: str) -> bool:
    """Whether it was ordered now; else it is under way. Safe to repeat."""
    marker = _marker(path_of(reconciliation, ending))
    if marker.exists() and time.time() - marker.stat().st_mtime < LONGEST:
        return False
    marker.touch()
    name = "accounting_links.tasks.store_reconciliation"
    async_task(name, reconciliation.pk, ending, timeout=LONGEST)
    return True


def make(reconciliation_id: int, ending: str) -> Path:
    reconciliation = Reconciliation.objects.select_related(
        "connection", "started_by", "sign_off__person"
    ).get(pk=reconciliation_id)
    path = path_of(reconciliation, ending)
    try:
        if not path.exists():
            export.write(reconciliation, path)
    finally:
        _marker(path).unlink(missing_ok=True)
    _clear_away()
    return path


def _marker(path: Path) -> Path:
    return path.with_name(path.name + MAKING)


def _clear_away() -> None:
    for path in folder().glob("reconciliation-*"):
        if time.time() - path.stat().st_mtime > KEPT:
            path.unlink(missing_ok=True)
