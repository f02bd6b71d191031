from django.conf import settings
from django.db import models
from django.db.models import Q

from accounting_links.models.connection import Connection
from invoicing.models import Document, Payment


class Operation(models.TextChoices):
    CREATE = "create", "Send"
    UPDATE = "update", "Send the change"
    VOID = "void", "Void"
    PAYMENT = "payment", "Send the payment"
    ALLOCATE = "allocate", "Set against an invoice"


class ItemState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    CHECKING = "checking", "Being checked"
    SENDING = "sending", "Being sent"
    EXPORTED = "exported", "Exported, not yet confirmed"
    DONE = "done", "Done"
    BLOCKED = "blocked", "Cannot go yet"
    IN_DOUBT = "in_doubt", "Checking whether it arrived"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Taken off the list"


OPEN_STATES = (
    ItemState.WAITING,
    ItemState.CHECKING,
    ItemState.SENDING,
    ItemState.EXPORTED,
    ItemState.BLOCKED,
    ItemState.IN_DOUBT,
    ItemState.FAILED,
)


class SyncItemQuerySet(models.QuerySet["SyncItem"]):
    def open(self) -> "SyncItemQuerySet":
        return self.filter(state__in=OPEN_STATES)


class SyncItem(models.Model):
    """The outbox: one row per connection, document, operation (and payment). Being here
    and open is what "marked for sync" means. `settles`: the invoice that the document,
    a credit note, is set against.

    `findings` are all that stands against it, first first: dicts with `code`,
    `sentence`, `fix`, `hint` (preflight's `Finding.as_dict`). `key` names the intent
    and is written before anything leaves; `generation` rises only after an earlier
    document was proven deleted. `batch_key` and `payload` (the record as it was built,
    JSON) are on disk before the send leaves. `attempts` counts claims. `overwrite`: a
    person, or the connection's policy, has chosen ours over what was edited there.
    """

    connection = models.ForeignKey(
        Connection, models.PROTECT, related_name="sync_items"
    )
    document = models.ForeignKey(Document, models.PROTECT, related_name="sync_items")
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, blank=True, related_name="sync_items"
    )
    settles = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+"
    )
    operation = models.CharField(
        max_length=10, choices=Operation.choices, default=Operation.CREATE
    )
    revision = models.PositiveIntegerField(default=1)
    overwrite = models.BooleanField(default=False, editable=False)
    state = models.CharField(
        max_length=10, choices=ItemState.choices, default=ItemState.WAITING
    )
    status_code = models.CharField(max_length=30, blank=True)
    message = models.CharField(max_length=500, blank=True)
    findings = models.JSONField(default=list, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    lease_owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    key = models.CharField(max_length=36, blank=True)
    generation = models.PositiveSmallIntegerField(default=0)
    batch_key = models.CharField(max_length=36, blank=True)
    payload = models.JSONField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    run = models.ForeignKey(
        "SyncRun", models.SET_NULL, null=True, blank=True, related_name="items"
    )
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    marked_why = models.CharField(max_length=100, blank=True)
    marked_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = SyncItemQuerySet.as_manager()

    class Meta:
        ordering = ("document__date", "document_id", "id")
        indexes = (
            models.Index(
                fields=("connection", "state", "next_attempt_at"), name="item_due"
            ),
            models.Index(
                fields=("connection", "state", "status_code"), name="item_by_code"
            ),
            models.Index(fields=("state", "lease_until"), name="item_by_lease"),
            models.Index(fields=("batch_key",), name="item_by_batch"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "document", "operation"),
                condition=Q(
                    state__in=OPEN_STATES, payment__isnull=True, settles__isnull=True
                ),
                name="one_open_item_per_operation",
            ),
            models.UniqueConstraint(
                fields=("connection", "document", "settles"),
                condition=Q(state__in=OPEN_STATES, settles__isnull=False),
                name="one_open_item_per_allocation",
            ),
            models.UniqueConstraint(
                fields=("connection", "document", "payment"),
                condition=Q(state__in=OPEN_STATES, payment__isnull=False),
                name="one_open_item_per_payment",
            ),
            models.UniqueConstraint(
                fields=("key",), condition=~Q(key=""), name="item_key_once"
            ),
            models.CheckConstraint(
                condition=Q(operation=Operation.PAYMENT, payment__isnull=False)
                | ~Q(operation=Operation.PAYMENT) & Q(payment__isnull=True),
                name="payment_item_has_payment",
            ),
            models.CheckConstraint(
                condition=Q(operation=Operation.ALLOCATE, settles__isnull=False)
                | ~Q(operation=Operation.ALLOCATE) & Q(settles__isnull=True),
                name="allocate_item_settles",
            ),
            models.CheckConstraint(
                condition=~Q(state=ItemState.SENDING) | ~Q(key=""),
                name="sending_item_has_key",
            ),
        )

    def __str__(self) -> str:
        return f"{self.what}: {self.document}"

    @property
    def what(self) -> str:
        """Set against which invoice; else as the operation is called."""
        if self.settles is not None:
            return f"Set against {self.settles}"
        return self.get_operation_display()
