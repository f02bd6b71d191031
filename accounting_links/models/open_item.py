from decimal import Decimal

from django.db import models
from django.db.models import Q

from accounting_links.models.links import Role
from accounting_links.models.reconciliation import Reconciliation
from invoicing.models import Document, Payment


class Bucket(models.TextChoices):
    """By days past due, on the day when the books were read."""

    CURRENT = "current", "Current"
    TO_30 = "to_30", "1-30 days"
    TO_60 = "to_60", "31-60 days"
    TO_90 = "to_90", "61-90 days"
    OVER_90 = "over_90", "Over 90 days"


class ItemStanding(models.TextChoices):
    """Why the open amounts of both sides are the same, or are not."""

    AGREED = "agreed", "Agreed"
    OUTSIDE = "outside", "Posted outside FinSync"
    IN_TRANSIT = "in_transit", "In transit"
    NOT_SENT = "not_sent", "Not yet sent"
    DIFFERS = "differs", "Differences"


class OpenItem(models.Model):
    """What is still owed on one document, or left of one payment, on either side.

    Amounts are signed: invoices positive, credit notes and payments on account
    negative; a side that has nothing open is 0. `kind` is a kind of document or
    "payment". A side's bucket is empty where it has nothing open.
    """

    reconciliation = models.ForeignKey(
        Reconciliation, models.CASCADE, related_name="open_items"
    )
    role = models.CharField(max_length=10, choices=Role.choices)
    standing = models.CharField(max_length=12, choices=ItemStanding.choices)
    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=100, blank=True)
    party = models.CharField(max_length=300, blank=True)
    currency = models.CharField(max_length=3)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+"
    )
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, blank=True, related_name="+"
    )
    external_id = models.CharField(max_length=100, blank=True)
    our_due = models.DateField(null=True, blank=True)
    their_due = models.DateField(null=True, blank=True)
    our_bucket = models.CharField(max_length=10, choices=Bucket.choices, blank=True)
    their_bucket = models.CharField(max_length=10, choices=Bucket.choices, blank=True)
    ours = models.DecimalField(max_digits=18, decimal_places=4, default=Decimal(0))
    theirs = models.DecimalField(max_digits=18, decimal_places=4, default=Decimal(0))

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(
                fields=("reconciliation", "role", "currency", "party"),
                name="open_item_by_party",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(ours=0) | ~Q(theirs=0), name="open_item_is_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}: {self.ours} here, {self.theirs} there"

    @property
    def difference(self) -> Decimal:
        return self.theirs - self.ours


class PaymentVerdict(models.TextChoices):
    """In the order in which they win."""

    NOT_SENT = "not_sent", "Not in the books"
    OUTSIDE = "outside", "Posted outside FinSync"
    AMOUNT_DIFFERS = "amount_differs", "Amount differs"
    PAID_DIFFERENTLY = "paid_differently", "Paid differently"
    DATE_DIFFERS = "date_differs", "Date differs"
    MATCHED = "matched", "Matched"


class PaymentRow(models.Model):
    """One payment of either side, or one credit note with what it was set against
    (`kind` "credit"). Amounts are positive; an absent side is null. `method` is ours,
    or what the books call it."""

    class Kind(models.TextChoices):
        RECEIVED = "received", "Received"
        MADE = "made", "Made"
        CREDIT = "credit", "Credit note set off"

    reconciliation = models.ForeignKey(
        Reconciliation, models.CASCADE, related_name="payment_rows"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    verdict = models.CharField(max_length=20, choices=PaymentVerdict.choices)
    reference = models.CharField(max_length=100, blank=True)
    party = models.CharField(max_length=300, blank=True)
    method = models.CharField(max_length=100, blank=True)
    currency = models.CharField(max_length=3)
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, blank=True, related_name="+"
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+"
    )
    external_id = models.CharField(max_length=100, blank=True)
    our_date = models.DateField(null=True, blank=True)
    their_date = models.DateField(null=True, blank=True)
    ours = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    theirs = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    cause = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(ours__isnull=False) | Q(theirs__isnull=False),
                name="payment_row_has_a_side",
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference}: {self.get_verdict_display()}"
