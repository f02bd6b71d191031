import uuid

from django.conf import settings
from django.db import models


class ImportState(models.TextChoices):
    CHECKED = "checked", "Waiting for your word"
    FINISHED = "finished", "Finished"
    CANCELLED = "cancelled", "Cancelled"
    FAILED = "failed", "Failed"


class ImportRun(models.Model):
    """One file that was offered: what it would do, or has done. Until it is finished
    or cancelled its file waits in the state folder, under `uid`."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    layout = models.CharField(max_length=40)
    file_name = models.CharField(max_length=200)
    options = models.JSONField(default=dict, blank=True)
    state = models.CharField(
        max_length=10, choices=ImportState.choices, default=ImportState.CHECKED
    )
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0, help_text="Documents.")
    message = models.CharField(max_length=500, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Import of {self.file_name}"
