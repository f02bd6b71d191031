from collections.abc import Iterable
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounting_links.models.connection import Connection
from connectors.records import Allocation
from invoicing.models import (
    Contact,
    Document,
    DocumentKind,
    NominalCode,
    Payment,
    PaymentMethod,
    Product,
    TaxRate,
)


class Role(models.TextChoices):
    CUSTOMER = "customer", "Customer"
    SUPPLIER = "supplier", "Supplier"


class LinkHow(models.TextChoices):
    EXACT_NAME = "exact_name", "Same name"
    SUGGESTED = "suggested", "Chosen from suggestions"
    CREATED = "created", "Created by FinSync"
    TYPED = "typed", "Typed in"
    IMPORTED = "imported", "Imported"


class ContactLink(models.Model):
    """The AccsID: which account over there stands for a contact. Ended, never deleted.

    `missing_since`: when the platform was last asked and no longer had the account.
    """

    connection = models.ForeignKey(
        Connection, models.PROTECT, related_name="contact_links"
    )
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="account_links")
    role = models.CharField(max_length=10, choices=Role.choices)
    external_id = models.CharField(max_length=100)
    external_name = models.CharField(max_length=300, blank=True)
    how = models.CharField(max_length=12, choices=LinkHow.choices)
    linked_at = models.DateTimeField(auto_now_add=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    missing_since = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(
                fields=("connection", "role", "external_id"), name="contact_link_by_id"
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "contact", "role"),
                condition=Q(ended_at__isnull=True),
                name="one_live_account_per_contact",
            ),
            models.CheckConstraint(
                condition=~Q(external_id=""), name="contact_link_has_id"
            ),
        )

    def __str__(self) -> str:
        return f"{self.contact} = {self.external_id}"


class NominalLink(models.Model):
    """A nominal code's account over there, and the item that carries it where sales
    lines take items in place of accounts."""

    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="nominal_links"
    )
    nominal = models.ForeignKey(NominalCode, models.PROTECT, related_name="+")
    account_id = models.CharField(max_length=100)
    account_name = models.CharField(max_length=300, blank=True)
    item_id = models.CharField(max_length=100, blank=True)
    item_name = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("nominal__code",)
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "nominal"), name="one_account_per_nominal"
            ),
        )

    def __str__(self) -> str:
        return f"{self.nominal} = {self.account_name or self.account_id}"


class TaxLink(models.Model):
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="tax_links")
    tax_rate = models.ForeignKey(TaxRate, models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=Role.choices)
    external_id = models.CharField(max_length=100)
    external_name = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("tax_rate__code", "role")
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "tax_rate", "role"), name="one_code_per_tax_rate"
            ),
        )

    def __str__(self) -> str:
        return f"{self.tax_rate} = {self.external_name or self.external_id}"


class ProductLink(models.Model):
    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="product_links"
    )
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=100)
    external_name = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("product__code",)
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "product"), name="one_item_per_product"
            ),
        )

    def __str__(self) -> str:
        return f"{self.product} = {self.external_name or self.external_id}"


class MethodLink(models.Model):
    """The bank account over there that payments by a method go to. The row without a
    method is the default for all."""

    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="method_links"
    )
    method = models.ForeignKey(
        PaymentMethod, models.PROTECT, null=True, blank=True, related_name="+"
    )
    account_id = models.CharField(max_length=100)
    account_name = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("method__name",)
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "method"), name="one_bank_per_method"
            ),
            models.UniqueConstraint(
                fields=("connection",),
                condition=Q(method__isnull=True),
                name="one_default_bank_per_connection",
            ),
        )

    def __str__(self) -> str:
        return f"{self.method or 'All'} = {self.account_name or self.account_id}"


class DocumentLinkHow(models.TextChoices):
    SENT = "sent", "Sent by FinSync"
    ADOPTED = "adopted", "Adopted: it was there already"
    CONFIRMED = "confirmed", "Confirmed by hand or report"


class DocumentLink(models.Model):
    """What a document is over there. One live row per connection and document.

    Amounts are as the platform answered, in the document's own direction. `status` is
    one of `connectors.records.RemoteStatus`. `revision` is ours as it was sent.
    `changed_at` is the platform's own time of the change that we know of.
    `missing_since`: when the platform no longer had it (it is never made again by
    itself). `ended_at` only after a person unlinked it or a proven deletion was
    accepted; `unlinked` where a person said that it was never the same. `warning` is a
    sentence for staff: totals that differ, an edit over there. `note` tells what was
    adjusted on the way. `agreed` is what both sides last agreed on, as the platform
    told it: texts by the names of `remote_edits.comparing`.
    """

    connection = models.ForeignKey(
        Connection, models.PROTECT, related_name="document_links"
    )
    document = models.ForeignKey(Document, models.PROTECT, related_name="ledger_links")
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    external_id = models.CharField(max_length=100)
    number = models.CharField(max_length=60, blank=True)
    version = models.CharField(max_length=60, blank=True)
    how = models.CharField(max_length=10, choices=DocumentLinkHow.choices)
    status = models.CharField(max_length=10, blank=True)
    sent = models.BooleanField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    net = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    tax = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    gross = models.DecimalField(max_digits=18, decimal_places=4, default=Decimal(0))
    balance = models.DecimalField(
        max_digits=18, decimal_places=4, null=True, blank=True
    )
    party_id = models.CharField(max_length=100, blank=True)
    url = models.CharField(max_length=500, blank=True)
    key = models.CharField(max_length=36, blank=True)
    revision = models.PositiveIntegerField(default=1)
    linked_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    missing_since = models.DateTimeField(null=True, blank=True)
    warning = models.CharField(max_length=500, blank=True)
    note = models.CharField(max_length=500, blank=True)
    agreed = models.JSONField(default=dict, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    unlinked = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "document"),
                condition=Q(ended_at__isnull=True),
                name="one_live_link_per_document",
            ),
            models.UniqueConstraint(
                fields=("connection", "kind", "external_id"),
                condition=Q(ended_at__isnull=True),
                name="remote_document_linked_once",
            ),
            models.CheckConstraint(
                condition=~Q(external_id=""), name="document_link_has_id"
            ),
        )

    def __str__(self) -> str:
        return f"{self.document} = {self.external_id}"


SHARES = ("shares", "settled", "shares_at")


class PaymentLink(models.Model):
    """What a payment (with its allocations) is over there.

    `shares` are what it settles there, as far as we told or saw it: amounts (text) by
    "kind:id" of the documents there; `shares_at`: when that was. `settled` is the sum
    of what we told.
    """

    connection = models.ForeignKey(
        Connection, models.PROTECT, related_name="payment_links"
    )
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="ledger_links")
    external_id = models.CharField(max_length=100)
    version = models.CharField(max_length=60, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=4)
    key = models.CharField(max_length=36, blank=True)
    shares = models.JSONField(default=dict, blank=True)
    shares_at = models.DateTimeField(default=timezone.now)
    settled = models.DecimalField(max_digits=18, decimal_places=4, default=Decimal(0))
    linked_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "payment", "external_id"),
                condition=Q(ended_at__isnull=True),
                name="payment_linked_once",
            ),
            models.CheckConstraint(
                condition=~Q(external_id=""), name="payment_link_has_id"
            ),
        )

    def __str__(self) -> str:
        return f"{self.payment} = {self.external_id}"

    @property
    def settles_there(self) -> dict[tuple[str, str], Decimal]:
        """`shares`, by kind and id."""
        found = {}
        for name, amount in self.shares.items():
            kind, _, external_id = name.partition(":")
            found[kind, external_id] = Decimal(amount)
        return found

    def told(self, allocations: Iterable[Allocation]) -> None:
        """Keeps what we told it to settle there; the caller saves `SHARES`."""
        rows = list(allocations)
        self.settled = sum((each.amount for each in rows), Decimal(0))
        self.saw(rows)

    def saw(self, allocations: Iterable[Allocation]) -> bool:
        """Keeps what it was seen to settle there. Answers whether that was news."""
        shares = {
            f"{each.kind.value}:{each.document_id}": f"{each.amount:.4f}"
            for each in allocations
        }
        news = bool(shares != self.shares)
        self.shares, self.shares_at = shares, timezone.now()
        return news


class CreditLink(models.Model):
    """That a credit note is set against an invoice over there, and with how much.

    `external_id` is the allocation's own id, where the platform has one. The other
    two ids are of the documents there that it joins: when one of them is
    another by now, the allocation is gone with the old one.
    """

    connection = models.ForeignKey(
        Connection, models.PROTECT, related_name="credit_links"
    )
    credit_note = models.ForeignKey(Document, models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=100, blank=True)
    credit_external_id = models.CharField(max_length=100)
    document_external_id = models.CharField(max_length=100)
    amount = models.DecimalField(max_digits=18, decimal_places=4)
    key = models.CharField(max_length=36, blank=True)
    linked_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "credit_note", "document"),
                condition=Q(ended_at__isnull=True),
                name="credit_set_off_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.amount:.2f} of {self.credit_note} against {self.document}"
