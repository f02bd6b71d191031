from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from invoicing.models.codes import PaymentMethod
from invoicing.models.contacts import Contact
from invoicing.models.documents import Document


class Direction(models.TextChoices):
    RECEIVED = "received", "Received"
    MADE = "made", "Made"


class Origin(models.TextChoices):
    OURS = "ours", "Ours"
    BOOKS = "books", "Seen in the books"


class Payment(models.Model):
    """`amount` is positive, in `currency`. Payments seen in the books never travel
    back there."""

    direction = models.CharField(max_length=10, choices=Direction.choices)
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="payments")
    date = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=4)
    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=18, decimal_places=8, default=Decimal(1))
    method = models.ForeignKey(
        PaymentMethod, models.PROTECT, null=True, blank=True, related_name="payments"
    )
    reference = models.CharField(max_length=100, blank=True)
    origin = models.CharField(
        max_length=10, choices=Origin.choices, default=Origin.OURS, editable=False
    )
    source = models.CharField(max_length=40, blank=True, editable=False)
    source_reference = models.CharField(max_length=100, blank=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-date", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("source", "source_reference"),
                condition=~Q(source_reference=""),
                name="payment_source_once",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_above_0"),
        )

    def __str__(self) -> str:
        return f"{self.get_direction_display()} {self.amount:.2f} {self.currency}"


class PaymentAllocation(models.Model):
    """`amount` of a payment, or of a credit note, that settles a document."""

    payment = models.ForeignKey(
        Payment, models.CASCADE, null=True, blank=True, related_name="allocations"
    )
    credit_note = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="credit_allocations",
    )
    document = models.ForeignKey(Document, models.PROTECT, related_name="settled_by")
    amount = models.DecimalField(max_digits=18, decimal_places=4)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(payment__isnull=False, credit_note__isnull=True)
                | Q(payment__isnull=True, credit_note__isnull=False),
                name="allocation_of_payment_or_credit",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="allocation_above_0"
            ),
            models.UniqueConstraint(
                fields=("payment", "document"), name="payment_settles_document_once"
            ),
            models.UniqueConstraint(
                fields=("credit_note", "document"),
                name="credit_settles_document_once",
            ),
            models.CheckConstraint(
                condition=Q(credit_note__isnull=True) | ~Q(credit_note=F("document")),
                name="credit_settles_another_document",
            ),
        )

    def __str__(self) -> str:
        return f"{self.amount:.2f} of {self.payment or self.credit_note}"
