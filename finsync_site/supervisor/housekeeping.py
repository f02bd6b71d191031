"""Hourly: old task results and sessions go, grown log files are moved aside."""

import datetime as dt
import os
import shutil
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from django_q.models import Success, Task

KEPT_SUCCESSES = dt.timedelta(days=2)
KEPT_FAILURES = dt.timedelta(days=90)
LARGEST_LOG = 20 * 1024 * 1024
KEPT_LOGS = 5


def tidy() -> None:
    prune_task_results()
    call_command("clearsessions")
    for path in (settings.FINSYNC_STATE / "logs").glob("*.log"):
        rotate(path)


def prune_task_results() -> None:
    now = timezone.now()
    Success.objects.filter(stopped__lt=now - KEPT_SUCCESSES).delete()
    Task.objects.filter(stopped__lt=now - KEPT_FAILURES).delete()


def rotate(path: Path, *, largest: int = LARGEST_LOG) -> None:
    """Copies and empties it: child processes keep writing to the same file."""
    if path.stat().st_size < largest:
        return
    for number in range(KEPT_LOGS, 1, -1):
        older = path.with_name(f"{path.name}.{number - 1}")
        if older.exists():
            older.replace(path.with_name(f"{path.name}.{number}"))
    shutil.copy(path, path.with_name(f"{path.name}.1"))
    os.truncate(path, 0)
