from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounting_links.fields import EncryptedJSONField
from accounting_links.models.connection import Connection


class WebhookEndpoint(models.Model):
    """Where a connection's platform tells us of changes.

    `secrets` holds the last part of the address (`key`), the secret of the platform or
    of ours (`secret`), and the codes that were given back, by the vendor's id
    (`codes`); requests are matched by `key_digest`, so that the database does not tell
    addresses.
    `subscription` holds the vendor's ids of what was arranged by calls. `problem` is
    a sentence while that does not work.
    """

    connection = models.OneToOneField(
        Connection, models.CASCADE, related_name="webhook_endpoint"
    )
    key_digest = models.CharField(max_length=64, unique=True)
    secrets = EncryptedJSONField(blank=True, default=dict)
    subscription = models.JSONField(default=dict, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    renewed_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("connection_id",)

    def __str__(self) -> str:
        return f"Webhooks of {self.connection}"


class DeliveryState(models.TextChoices):
    RECEIVED = "received", "Received"
    HANDLED = "handled", "Handled"
    ECHO = "echo", "Known already"
    REFUSED = "refused", "Refused"
    FAILED = "failed", "Failed"


class WebhookDelivery(models.Model):
    """One message of a platform, as it came.

    `identity` is the vendor's id of it, or the digest of its bytes: the same message
    has one row, and `copies` counts how often it came again. Refused ones are counted
    by the hour, without their content. `forced`: a person asked to handle it again, so
    that what we seem to know is read too.
    """

    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="webhook_deliveries"
    )
    identity = models.CharField(max_length=120)
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.RECEIVED
    )
    received_at = models.DateTimeField(default=timezone.now, db_index=True)
    last_at = models.DateTimeField(default=timezone.now)
    copies = models.PositiveIntegerField(default=0)
    headers = models.JSONField(default=dict, blank=True)
    query = models.JSONField(default=dict, blank=True)
    body = models.BinaryField(default=bytes, blank=True)
    size = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    lease_owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    forced = models.BooleanField(default=False)
    handled_at = models.DateTimeField(null=True, blank=True)
    sentence = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = "webhook message"
        ordering = ("-id",)
        indexes = (
            models.Index(
                fields=("connection", "id"),
                condition=Q(state=DeliveryState.RECEIVED),
                name="delivery_to_handle",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "identity"), name="delivery_kept_once"
            ),
            models.CheckConstraint(
                condition=~Q(identity=""), name="delivery_has_identity"
            ),
        )
        permissions = (("replay_delivery", "Can handle a webhook delivery again"),)

    def __str__(self) -> str:
        return f"Message {self.pk}"
