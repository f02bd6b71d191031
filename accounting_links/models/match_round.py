from django.conf import settings
from django.db import models
from django.db.models import Q

from accounting_links.models.connection import Connection
from accounting_links.models.links import ContactLink, DocumentLink, Role


class MatchRound(models.Model):
    """One spreadsheet of matches that a person confirmed: its links can be ended
    together. `role` is empty for a round of documents."""

    connection = models.ForeignKey(
        Connection, models.PROTECT, related_name="match_rounds"
    )
    role = models.CharField(max_length=10, choices=Role.choices, blank=True)
    links = models.ManyToManyField(ContactLink, related_name="+")
    documents = models.ManyToManyField(DocumentLink, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(undone_at__isnull=False) | Q(undone_by__isnull=True),
                name="match_round_undone_by_has_time",
            ),
        )

    def __str__(self) -> str:
        return f"Round {self.pk} of matching"
