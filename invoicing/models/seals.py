from django.db import models
from django.db.models import Q


class EventSeal(models.Model):
    """That an event stood in the history as it was, and in which place.

    `chain` is the connection that the event concerns, 0 for none; `sequence` counts
    within it, without gaps. `content` is the digest of all that the event says, `link`
    that of the former link with this content: whoever changes one event, or the order,
    would have to change every link after it. Plain numbers, so that seals outlive the
    events.
    """

    chain = models.BigIntegerField()
    sequence = models.BigIntegerField()
    event_id = models.BigIntegerField(unique=True)
    content = models.CharField(max_length=64)
    link = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ("chain", "sequence")
        indexes = (models.Index(fields=("chain", "content"), name="seal_by_content"),)
        constraints = (
            models.UniqueConstraint(
                fields=("chain", "sequence"), name="seal_place_once"
            ),
            models.CheckConstraint(
                condition=Q(sequence__gte=1), name="seal_sequence_from_1"
            ),
        )

    def __str__(self) -> str:
        return f"Seal {self.sequence} of chain {self.chain}"


class SealChain(models.Model):
    """Where a chain ends, and what looking through it has found.

    `checked_sequence` is how far the look that is under way has come; `finding` is
    empty while all is well."""

    chain = models.BigIntegerField(unique=True)
    sequence = models.BigIntegerField(default=0)
    link = models.CharField(max_length=64, blank=True)
    checked_sequence = models.BigIntegerField(default=0)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_sequence = models.BigIntegerField(default=0)
    finding = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("chain",)

    def __str__(self) -> str:
        return f"Chain {self.chain}"


class SealPosition(models.Model):
    """One row: how far the sealer has come. No event up to `sealed_to` is sealed any
    more: one that appears there later was put there by another hand. The rest is what
    the sealer waits for, see `invoicing.audit.horizon`."""

    name = models.CharField(max_length=20, unique=True)
    sealed_to = models.BigIntegerField(default=0)
    mark_to = models.BigIntegerField(default=0)
    mark_at = models.DateTimeField(null=True, blank=True)
    mark_transaction = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} sealed to {self.sealed_to}"
