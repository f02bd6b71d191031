import datetime as dt
import uuid
from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from invoicing.models.codes import NominalCode, Product, TaxRate
from invoicing.models.contacts import Contact
from invoicing.models.jobs import Job

ZERO = Decimal(0)
HALF_A_PLACE = Decimal("0.00005")


class DocumentKind(models.TextChoices):
    SALES_INVOICE = "sales_invoice", "Sales invoice"
    CREDIT_NOTE = "credit_note", "Credit note"
    SUPPLIER_INVOICE = "supplier_invoice", "Supplier invoice"
    SALES_ORDER = "sales_order", "Sales order"


class Lifecycle(models.TextChoices):
    DRAFT = "draft", "Draft"
    APPROVED = "approved", "Approved"
    VOID = "void", "Void"
    WON = "won", "Won"
    LOST = "lost", "Lost"


class SentHow(models.TextChoices):
    EMAILED = "emailed", "E-mailed"
    POSTED = "posted", "Posted"
    HANDED_OVER = "handed_over", "Handed over"
    COUNTER = "counter", "At the counter"
    PLATFORM = "platform", "By the accounting platform"


class Settlement(models.TextChoices):
    UNPAID = "unpaid", "Unpaid"
    PART_PAID = "part_paid", "Part paid"
    PAID = "paid", "Paid"


class DocumentQuerySet(models.QuerySet["Document"]):
    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def overdue(self, today: dt.date) -> Self:
        return self.filter(due_date__lt=today, lifecycle=Lifecycle.APPROVED).exclude(
            settlement=Settlement.PAID
        )

    def with_parties(self) -> Self:
        return self.select_related("contact", "care_of")


class Document(models.Model):
    """One document of the business, of any kind.

    Lifecycle, sent and settlement are three separate axes. Amounts are positive in the
    document's own direction (a credit note of 12.00 has gross 12.00), in `currency`.
    `net`, `tax`, `gross` are computed by `invoicing.services.totals`; what the source
    claimed stands beside them in `source_*`. `revision` rises with each change that the
    books would see.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    number = models.CharField(max_length=40, blank=True)
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="documents")
    care_of = models.ForeignKey(
        Contact,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="care_of_documents",
        help_text="Who is billed in the contact's place.",
    )
    date = models.DateField()
    due_date = models.DateField(null=True, blank=True)
    original_date = models.DateField(
        null=True, blank=True, editable=False, help_text="Before it was re-dated."
    )
    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=18, decimal_places=8, default=Decimal(1))
    prices_include_tax = models.BooleanField(default=False)
    discount_percent = models.DecimalField(max_digits=7, decimal_places=4, default=ZERO)
    tax_override = models.DecimalField(
        max_digits=18, decimal_places=4, null=True, blank=True
    )
    net = models.DecimalField(max_digits=18, decimal_places=4, default=ZERO)
    tax = models.DecimalField(max_digits=18, decimal_places=4, default=ZERO)
    gross = models.DecimalField(max_digits=18, decimal_places=4, default=ZERO)
    source_net = models.DecimalField(
        max_digits=18, decimal_places=4, null=True, blank=True, editable=False
    )
    source_tax = models.DecimalField(
        max_digits=18, decimal_places=4, null=True, blank=True, editable=False
    )
    source_gross = models.DecimalField(
        max_digits=18, decimal_places=4, null=True, blank=True, editable=False
    )
    lifecycle = models.CharField(
        max_length=10, choices=Lifecycle.choices, default=Lifecycle.DRAFT
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_how = models.CharField(max_length=20, choices=SentHow.choices, blank=True)
    settlement = models.CharField(
        max_length=10,
        choices=Settlement.choices,
        default=Settlement.UNPAID,
        editable=False,
    )
    settled = models.DecimalField(
        max_digits=18, decimal_places=4, default=ZERO, editable=False
    )
    order = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="invoices_of_order",
        help_text="The order that this document bills.",
    )
    credits = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="credit_notes",
        help_text="The invoice that this credit note corrects.",
    )
    job = models.ForeignKey(
        Job, models.PROTECT, null=True, blank=True, related_name="documents"
    )
    note = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)
    source = models.CharField(max_length=40, blank=True, editable=False)
    source_reference = models.CharField(max_length=100, blank=True, editable=False)
    source_digest = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="Of what the source last said: the same again changes nothing.",
    )
    search_text = models.CharField(max_length=400, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ("-date", "-id")
        indexes = (
            models.Index(fields=("kind", "-date", "-id"), name="document_by_kind"),
            models.Index(
                fields=("kind", "lifecycle", "-date"), name="document_by_lifecycle"
            ),
            models.Index(
                fields=("kind", "settlement", "due_date"), name="document_by_due"
            ),
            models.Index(fields=("contact", "kind"), name="document_by_contact"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "number"),
                condition=~Q(number="") & ~Q(kind=DocumentKind.SUPPLIER_INVOICE),
                name="document_number_once_per_kind",
            ),
            models.UniqueConstraint(
                fields=("contact", "number"),
                condition=~Q(number="") & Q(kind=DocumentKind.SUPPLIER_INVOICE),
                name="supplier_number_once_per_supplier",
            ),
            models.UniqueConstraint(
                fields=("source", "source_reference"),
                condition=~Q(source_reference=""),
                name="document_source_once",
            ),
            models.CheckConstraint(
                condition=Q(rate__gt=0), name="document_rate_above_0"
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, sent_how="")
                | Q(sent_at__isnull=False) & ~Q(sent_how=""),
                name="document_sent_says_how",
            ),
            models.CheckConstraint(
                condition=Q(lifecycle__in=("draft", "approved", "void"))
                | Q(kind=DocumentKind.SALES_ORDER),
                name="document_lifecycle_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(lifecycle=Lifecycle.DRAFT) | ~Q(number=""),
                name="document_numbered_unless_draft",
            ),
            # SQLite keeps decimals as floats, where 0.1 + 0.2 is not 0.3.
            models.CheckConstraint(
                condition=Q(gross__gt=F("net") + F("tax") - HALF_A_PLACE)
                & Q(gross__lt=F("net") + F("tax") + HALF_A_PLACE),
                name="document_totals_add_up",
            ),
            models.CheckConstraint(
                condition=Q(discount_percent__gte=0, discount_percent__lte=100),
                name="document_discount_in_range",
            ),
            models.CheckConstraint(
                condition=Q(credits__isnull=True) | Q(kind=DocumentKind.CREDIT_NOTE),
                name="only_credit_notes_credit",
            ),
        )
        permissions = (
            ("approve_document", "Can approve documents"),
            ("void_document", "Can void documents"),
            ("mark_document_sent", "Can mark documents as sent"),
            ("import_document", "Can import documents"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number or '(no number)'}"

    @property
    def bill_to(self) -> Contact:
        return self.care_of or self.contact

    @property
    def reference(self) -> str:
        """Ours, unique, at most 30 characters: how the document is known elsewhere when
        its number is not kept there."""
        return f"FinSync-{self.uid.hex[:20]}"

    @property
    def settled_by_direction(self) -> str:
        """Which way the money goes that settles it: "received" or "made"."""
        is_income = self.kind in (DocumentKind.SALES_INVOICE, DocumentKind.SALES_ORDER)
        return "received" if is_income else "made"

    def concerns(self, contact: Contact) -> bool:
        """The one named, the one billed, and the companies that they are sites of."""
        parties = (self.contact, self.care_of)
        family = {each.pk for each in parties if each}
        family |= {each.parent_id for each in parties if each and each.parent_id}
        return contact.pk in family or contact.parent_id in family

    @property
    def outstanding(self) -> Decimal:
        return self.gross - self.settled

    def is_overdue(self, today: dt.date) -> bool:
        return (
            self.lifecycle == Lifecycle.APPROVED
            and self.due_date is not None
            and self.due_date < today
            and self.settlement != Settlement.PAID
        )


class DocumentLine(models.Model):
    """`net`, `tax` are computed, after line and document discount."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    text = models.CharField(max_length=1000, blank=True)
    quantity = models.DecimalField(max_digits=18, decimal_places=4, default=Decimal(1))
    unit = models.CharField(max_length=20, blank=True)
    unit_price = models.DecimalField(max_digits=18, decimal_places=6, default=ZERO)
    discount_percent = models.DecimalField(max_digits=7, decimal_places=4, default=ZERO)
    nominal = models.ForeignKey(
        NominalCode, models.PROTECT, null=True, blank=True, related_name="lines"
    )
    tax_rate = models.ForeignKey(
        TaxRate, models.PROTECT, null=True, blank=True, related_name="lines"
    )
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="lines"
    )
    product_code = models.CharField(max_length=50, blank=True)
    net = models.DecimalField(
        max_digits=18, decimal_places=4, default=ZERO, editable=False
    )
    tax = models.DecimalField(
        max_digits=18, decimal_places=4, default=ZERO, editable=False
    )

    class Meta:
        ordering = ("document_id", "position")
        constraints = (
            models.UniqueConstraint(
                fields=("document", "position"), name="line_position_once"
            ),
            models.CheckConstraint(
                condition=Q(discount_percent__gte=0, discount_percent__lte=100),
                name="line_discount_in_range",
            ),
        )

    def __str__(self) -> str:
        return f"{self.position}. {self.text}"


class SalesInvoiceManager(models.Manager["SalesInvoice"]):
    def get_queryset(self) -> models.QuerySet["SalesInvoice"]:
        return super().get_queryset().filter(kind=DocumentKind.SALES_INVOICE)


class SalesInvoice(Document):
    objects: ClassVar[SalesInvoiceManager] = SalesInvoiceManager()  # type: ignore[assignment]  # a proxy narrows what it shows

    class Meta:
        proxy = True


class SalesCreditNoteManager(models.Manager["SalesCreditNote"]):
    def get_queryset(self) -> models.QuerySet["SalesCreditNote"]:
        return super().get_queryset().filter(kind=DocumentKind.CREDIT_NOTE)


class SalesCreditNote(Document):
    objects: ClassVar[SalesCreditNoteManager] = SalesCreditNoteManager()  # type: ignore[assignment]  # a proxy narrows what it shows

    class Meta:
        proxy = True


class SupplierInvoiceManager(models.Manager["SupplierInvoice"]):
    def get_queryset(self) -> models.QuerySet["SupplierInvoice"]:
        return super().get_queryset().filter(kind=DocumentKind.SUPPLIER_INVOICE)


class SupplierInvoice(Document):
    objects: ClassVar[SupplierInvoiceManager] = SupplierInvoiceManager()  # type: ignore[assignment]  # a proxy narrows what it shows

    class Meta:
        proxy = True


class SalesOrderManager(models.Manager["SalesOrder"]):
    def get_queryset(self) -> models.QuerySet["SalesOrder"]:
        return super().get_queryset().filter(kind=DocumentKind.SALES_ORDER)


class SalesOrder(Document):
    objects: ClassVar[SalesOrderManager] = SalesOrderManager()  # type: ignore[assignment]  # a proxy narrows what it shows

    class Meta:
        proxy = True
