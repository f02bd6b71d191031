from django.conf import settings
from django.db import models

from accounting_links.models.connection import Connection


class RunKind(models.TextChoices):
    MANUAL = "manual", "Sync"
    AUTO = "auto", "Auto Sync"
    SCHEDULE = "schedule", "By schedule"
    COMMAND = "command", "By command"


class RunState(models.TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    STOPPED = "stopped", "Stopped"
    FAILED = "failed", "Failed"


class SyncRun(models.Model):
    """One press of Sync, one Auto Sync window, one command.

    `limit`: documents at most (0: no limit). `ends_at`: end of its window. `only` names
    document ids where staff chose some. `counts` holds numbers by outcome (`sent`,
    `adopted`, `blocked`, `in_doubt`, `failed`), `requests` and `amount_sent` (text per
    currency).
    """

    connection = models.ForeignKey(Connection, models.PROTECT, related_name="runs")
    kind = models.CharField(max_length=10, choices=RunKind.choices)
    state = models.CharField(
        max_length=10, choices=RunState.choices, default=RunState.QUEUED
    )
    document_kind = models.CharField(max_length=20, blank=True)
    only = models.JSONField(default=list, blank=True)
    limit = models.PositiveIntegerField(default=0)
    batch_size = models.PositiveSmallIntegerField(default=5)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    started_at = models.DateTimeField(auto_now_add=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    stop_requested = models.BooleanField(default=False)
    lease_owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    planned = models.PositiveIntegerField(default=0)
    handled = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, blank=True)
    message = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("state", "lease_until"), name="run_by_lease"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.connection} ({self.pk})"
