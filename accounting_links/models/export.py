from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounting_links.models.connection import Connection
from accounting_links.models.links import Role
from accounting_links.models.sync_item import SyncItem
from invoicing.models import Contact, Document, DocumentKind, Payment


class ExportState(models.TextChoices):
    EXPORTED = "exported", "Exported, not yet confirmed"
    PARTLY = "partly", "Partly confirmed"
    CONFIRMED = "confirmed", "Confirmed"
    REFUSED = "refused", "Refused"
    CANCELLED = "cancelled", "Cancelled"


class ExportItemState(models.TextChoices):
    EXPORTED = "exported", "Not yet confirmed"
    CONFIRMED = "confirmed", "In the books"
    REFUSED = "refused", "Refused"
    CANCELLED = "cancelled", "Cancelled"


class ExportHow(models.TextChoices):
    REPORT = "report", "By a report or list"
    PERSON = "person", "By hand"


class ExportBatch(models.Model):
    """One file for a platform that works by files, byte for byte as it was made.

    `checksum` is the SHA-256 of `content`. `state` follows from the items: it is PARTLY
    as long as some are confirmed and others are not. Never deleted.
    """

    connection = models.ForeignKey(
        Connection, models.PROTECT, related_name="export_batches"
    )
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    content = models.BinaryField(editable=False)
    checksum = models.CharField(max_length=64, editable=False)
    size = models.PositiveIntegerField(editable=False)
    variant = models.CharField(max_length=20, blank=True)
    state = models.CharField(
        max_length=10, choices=ExportState.choices, default=ExportState.EXPORTED
    )
    message = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("-id",)
        verbose_name = "export"
        indexes = (
            models.Index(fields=("connection", "state"), name="export_by_state"),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(file_name=""), name="export_has_name"),
            models.CheckConstraint(condition=Q(size__gt=0), name="export_has_content"),
        )
        permissions = (
            ("export_document", "Can export documents to files"),
            ("confirm_export", "Can confirm what was imported"),
            ("cancel_export", "Can cancel exports"),
            ("mail_export", "Can mail export files to colleagues"),
        )

    def __str__(self) -> str:
        return self.file_name


class Decided(models.Model):
    """What became of an entry of a file, and who said so."""

    state = models.CharField(
        max_length=10,
        choices=ExportItemState.choices,
        default=ExportItemState.EXPORTED,
    )
    message = models.CharField(max_length=500, blank=True)
    how = models.CharField(max_length=10, choices=ExportHow.choices, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        abstract = True


class ExportItem(Decided):
    """A document or payment in a file, as it was when it was written: amounts in its
    own direction. `reference` is what the file knows it by."""

    batch = models.ForeignKey(ExportBatch, models.PROTECT, related_name="items")
    sync_item = models.ForeignKey(SyncItem, models.PROTECT, related_name="export_items")
    document = models.ForeignKey(Document, models.PROTECT, related_name="export_items")
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, blank=True, related_name="export_items"
    )
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    position = models.PositiveIntegerField()
    reference = models.CharField(max_length=40)
    number = models.CharField(max_length=60, blank=True)
    party_name = models.CharField(max_length=300, blank=True)
    date = models.DateField()
    currency = models.CharField(max_length=3)
    gross = models.DecimalField(max_digits=18, decimal_places=4, default=Decimal(0))

    class Meta:
        ordering = ("batch_id", "position")
        verbose_name = "exported document"
        indexes = (
            models.Index(fields=("document", "state"), name="export_item_by_document"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("batch", "reference"), name="exported_once_per_file"
            ),
            models.UniqueConstraint(
                fields=("sync_item",),
                condition=Q(
                    state__in=(ExportItemState.EXPORTED, ExportItemState.CONFIRMED)
                ),
                name="one_live_export_per_item",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number or self.reference} in {self.batch}"


class ExportedContact(Decided):
    """A customer or supplier in a file of its own, which is imported before documents
    can name them. While one is unconfirmed or confirmed, none is written again."""

    batch = models.ForeignKey(ExportBatch, models.PROTECT, related_name="contacts")
    connection = models.ForeignKey(
        Connection, models.PROTECT, related_name="exported_contacts"
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, related_name="exported_contacts"
    )
    role = models.CharField(max_length=10, choices=Role.choices)
    position = models.PositiveIntegerField()
    reference = models.CharField(max_length=40)
    name = models.CharField(max_length=300)
    external_id = models.CharField(max_length=100)

    class Meta:
        ordering = ("batch_id", "position")
        verbose_name = "exported contact"
        constraints = (
            models.UniqueConstraint(
                fields=("batch", "reference"), name="contact_once_per_file"
            ),
            models.UniqueConstraint(
                fields=("connection", "contact", "role"),
                condition=Q(
                    state__in=(ExportItemState.EXPORTED, ExportItemState.CONFIRMED)
                ),
                name="one_live_export_per_contact",
            ),
            models.CheckConstraint(
                condition=~Q(external_id=""), name="exported_contact_has_id"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} in {self.batch}"
