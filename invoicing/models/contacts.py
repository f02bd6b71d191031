from typing import ClassVar

from django.db import models


class Contact(models.Model):
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200, db_index=True)
    is_customer = models.BooleanField(default=True)
    is_supplier = models.BooleanField(default=False)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    tax_number = models.CharField(max_length=40, blank=True)
    company_number = models.CharField(
        max_length=40, blank=True, help_text="Registration number (the Czech IC)."
    )
    street = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166 code.")
    currency = models.CharField(max_length=3, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sites",
        help_text="The company that this contact is a site of.",
    )
    active = models.BooleanField(default=True)
    source = models.CharField(max_length=40, blank=True, editable=False)
    source_reference = models.CharField(max_length=100, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("source", "source_reference"),
                condition=~models.Q(source_reference=""),
                name="contact_source_once",
            ),
            models.CheckConstraint(
                condition=models.Q(is_customer=True) | models.Q(is_supplier=True),
                name="contact_has_a_role",
            ),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")),
                name="contact_not_its_own_parent",
            ),
        )

    def __str__(self) -> str:
        return self.name


class CustomerManager(models.Manager["Customer"]):
    def get_queryset(self) -> models.QuerySet["Customer"]:
        return super().get_queryset().filter(is_customer=True)


class Customer(Contact):
    objects: ClassVar[CustomerManager] = CustomerManager()

    class Meta:
        proxy = True


class SupplierManager(models.Manager["Supplier"]):
    def get_queryset(self) -> models.QuerySet["Supplier"]:
        return super().get_queryset().filter(is_supplier=True)


class Supplier(Contact):
    objects: ClassVar[SupplierManager] = SupplierManager()

    class Meta:
        proxy = True
