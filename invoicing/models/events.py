from django.conf import settings
from django.db import models

BY_ITSELF = {
    "engine": "FinSync, sending",
    "poller": "FinSync, reading the books",
    "webhooks": "FinSync, told by the books",
    "connect": "FinSync, connecting",
    "connection keeper": "FinSync",
    "audit": "FinSync, checking the history",
    "system": "FinSync",
}


class Event(models.Model):
    """The one append-only history of everything: who did what to which record, when,
    what it was before and after, and why. Rows are never changed or deleted, and are
    sealed a few minutes later (`invoicing.audit`).

    `subject` names the record as "model:id" (say "document:17"). Document, contact
    and connection are there besides, as far as the event concerns them, so that each
    has its timeline; `connection_id` is a plain number, since invoicing does not know
    platforms.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        # Who did it is part of what was sealed: people are made inactive, not deleted.
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    actor_name = models.CharField(max_length=150, blank=True)
    document = models.ForeignKey(
        "invoicing.Document",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
    )
    contact = models.ForeignKey(
        "invoicing.Contact",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
    )
    connection_id = models.BigIntegerField(null=True, blank=True)
    sentence = models.CharField(max_length=500)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("subject", "-id"), name="event_by_subject"),
            models.Index(fields=("verb", "id"), name="event_by_verb"),
            models.Index(fields=("connection_id", "-id"), name="event_by_connection"),
        )

    def __str__(self) -> str:
        return self.sentence

    @property
    def by(self) -> str:
        """Who did it, in words: what FinSync does by itself has names of its own."""
        return BY_ITSELF.get(self.actor_name, self.actor_name)
