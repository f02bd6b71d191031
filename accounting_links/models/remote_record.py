from django.db import models
from django.db.models import Q

from accounting_links.models.connection import Connection


class RecordType(models.TextChoices):
    CUSTOMER = "customer", "Customer"
    SUPPLIER = "supplier", "Supplier"
    ACCOUNT = "account", "Ledger account"
    BANK = "bank", "Bank account"
    TAX_CODE = "tax_code", "Tax code"
    ITEM = "item", "Item"


class RemoteRecord(models.Model):
    """What the platform was last seen to hold: for suggestions, mapping screens and
    checks. `name_key` is the name folded for comparison. `data` holds what the record
    has besides (rate, account type, e-mail, ...), as text."""

    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="remote_records"
    )
    type = models.CharField(max_length=10, choices=RecordType.choices)
    external_id = models.CharField(max_length=100)
    name = models.CharField(max_length=300)
    name_key = models.CharField(max_length=300)
    code = models.CharField(max_length=60, blank=True)
    active = models.BooleanField(default=True)
    data = models.JSONField(default=dict, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ("type", "code", "name")
        indexes = (
            models.Index(
                fields=("connection", "type", "name_key"), name="remote_by_name"
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "type", "external_id"),
                name="remote_record_once",
            ),
            models.CheckConstraint(
                condition=~Q(external_id=""), name="remote_record_has_id"
            ),
        )

    def __str__(self) -> str:
        if self.code == self.name:
            return self.name
        return f"{self.code} {self.name}".strip()
