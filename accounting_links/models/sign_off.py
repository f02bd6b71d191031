from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounting_links.models.connection import Connection
from invoicing.models import Document, DocumentKind


class AcceptedDifference(models.Model):
    """A person says why a difference may stay. It holds for later runs too, as long as
    `figures` (both sides as they were) are the same; else it ends by itself.

    An absent side is null or empty. Ended, never deleted.
    """

    connection = models.ForeignKey(
        Connection, models.PROTECT, related_name="accepted_differences"
    )
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+"
    )
    external_id = models.CharField(max_length=100, blank=True)
    verdict = models.CharField(max_length=20)
    figures = models.JSONField(default=dict)
    reason = models.CharField(max_length=500)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "document"),
                condition=Q(ended_at__isnull=True, document__isnull=False),
                name="difference_of_ours_accepted_once",
            ),
            models.UniqueConstraint(
                fields=("connection", "kind", "external_id"),
                condition=Q(ended_at__isnull=True, document__isnull=True),
                name="difference_of_theirs_accepted_once",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="accepted_difference_says_why"
            ),
            models.CheckConstraint(
                condition=Q(document__isnull=False) | ~Q(external_id=""),
                name="accepted_difference_has_a_side",
            ),
        )

    def __str__(self) -> str:
        return f"Accepted by {self.person}: {self.reason}"


class SignOff(models.Model):
    """A person stands for a reconciliation. `fingerprint` is of all its rows, that is
    of every document on both sides; `event_id` the last event that it saw.

    `unexplained` is the sum of what no row explains, of any sign, over all currencies.
    It fell where `broken_at` is set; `changes` then tells what moved, at most 200 of
    `changed`: dicts with `document`, `number`, `side`, `field`, `before`, `after`,
    `who`, `at`.
    """

    reconciliation = models.OneToOneField(
        "Reconciliation", models.PROTECT, related_name="sign_off"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    note = models.CharField(max_length=500, blank=True)
    fingerprint = models.CharField(max_length=64)
    event_id = models.BigIntegerField()
    documents = models.PositiveIntegerField()
    accepted = models.PositiveIntegerField(default=0)
    unexplained = models.DecimalField(
        max_digits=18, decimal_places=4, default=Decimal(0)
    )
    open_differences = models.PositiveIntegerField(default=0)
    checked_at = models.DateTimeField(null=True, blank=True)
    broken_at = models.DateTimeField(null=True, blank=True)
    broken_by = models.ForeignKey(
        "Reconciliation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    changes = models.JSONField(default=list, blank=True)
    changed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(unexplained=0), name="signed_with_nothing_unexplained"
            ),
            models.CheckConstraint(
                condition=Q(open_differences=0), name="signed_with_nothing_open"
            ),
            models.CheckConstraint(
                condition=~Q(fingerprint=""), name="sign_off_has_fingerprint"
            ),
            models.CheckConstraint(
                condition=Q(broken_at__isnull=True, changed=0)
                | Q(broken_at__isnull=False, changed__gt=0),
                name="broken_sign_off_says_by_what",
            ),
        )

    def __str__(self) -> str:
        return f"Signed by {self.person}"

    @property
    def stands(self) -> bool:
        return self.broken_at is None
