from django.db import models

from accounting_links.models.connection import Connection


class ExchangeRecord(models.Model):
    """One request to a platform and its answer, redacted and cut to size. `reference`
    is what errors point to; it is known before the row is written."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="exchanges")
    reference = models.CharField(max_length=32, blank=True, db_index=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    operation = models.CharField(max_length=60)
    method = models.CharField(max_length=10)
    url = models.CharField(max_length=1000)
    request = models.TextField(blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.TextField(blank=True)
    seconds = models.FloatField(default=0)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.operation} {self.status or self.failure}"


class RateWindow(models.Model):
    """Calls spent of a quota, shared by all workers of an organisation. `calls` are
    pairs of a time (seconds since 1970) and what was spent then, the oldest first.
    `blocked_until` is the vendor's word to wait."""

    scope = models.CharField(max_length=200, unique=True)
    calls = models.JSONField(default=list, blank=True)
    blocked_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.scope


class ClusterHeartbeat(models.Model):
    """Written by a task of the task cluster: proof that it still runs tasks."""

    name = models.CharField(max_length=60, unique=True)
    beat_at = models.DateTimeField()
    worker = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return f"{self.name} at {self.beat_at:%H:%M:%S}"
