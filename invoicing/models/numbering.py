from django.db import models
from django.db.models import Q

from invoicing.models.documents import DocumentKind


class IncrementorGroup(models.Model):
    """Where numbers of one kind of document come from."""

    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    name = models.CharField(max_length=50)
    prefix = models.CharField(max_length=15, blank=True)
    next_number = models.PositiveBigIntegerField(default=1)
    suffix = models.CharField(max_length=10, blank=True)
    padding = models.PositiveSmallIntegerField(default=0)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ("kind", "name")
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "name"), name="incrementor_name_once"
            ),
            models.UniqueConstraint(
                fields=("kind",),
                condition=Q(is_default=True),
                name="one_default_incrementor_per_kind",
            ),
            models.UniqueConstraint(
                fields=("kind", "prefix", "suffix"), name="incrementor_series_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}: next {self.preview()}"

    def preview(self) -> str:
        """The number that would be handed out next."""
        digits = str(self.next_number).zfill(self.padding)
        return f"{self.prefix}{digits}{self.suffix}"
