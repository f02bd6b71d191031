from django.db import models

from accounting_links.models.connection import Connection
from invoicing.models import IncrementorGroup


class NumberThere(models.Model):
    """A number that a platform was seen to have, that no document of ours has, and that
    a series here is still to hand out. `value` is the part of it that counts up."""

    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="numbers_there"
    )
    group = models.ForeignKey(
        IncrementorGroup, models.CASCADE, related_name="numbers_there"
    )
    value = models.PositiveBigIntegerField()
    number = models.CharField(max_length=100)
    seen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("value",)
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "group", "value"), name="number_there_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} in {self.connection}"
