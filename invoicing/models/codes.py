from decimal import Decimal

from django.db import models


class NominalCode(models.Model):
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class TaxRate(models.Model):
    """`rate` is in percent."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    rate = models.DecimalField(max_digits=7, decimal_places=4)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                name="tax_rate_in_range",
                condition=models.Q(rate__gte=0, rate__lte=100),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.rate.normalize():f} %)"


class PaymentMethod(models.Model):
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """`code` is the key of the stock catalogue."""

    code = models.CharField(max_length=50, unique=True)
    name = models.CharField(max_length=200)
    unit = models.CharField(max_length=20, blank=True)
    unit_price = models.DecimalField(
        max_digits=18, decimal_places=6, default=Decimal(0)
    )
    nominal = models.ForeignKey(
        NominalCode, models.PROTECT, null=True, blank=True, related_name="products"
    )
    tax_rate = models.ForeignKey(
        TaxRate, models.PROTECT, null=True, blank=True, related_name="products"
    )
    stocked = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
