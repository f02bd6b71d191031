from django.conf import settings
from django.db import models
from django.db.models import Q

from accounting_links.models.connection import Connection


class MonthEnd(models.Model):
    """The reconciliation of the month before is run on a day of each month, and its
    pack mailed to staff. `last_period` is the last day of the month done last."""

    connection = models.OneToOneField(
        Connection, models.CASCADE, related_name="month_end"
    )
    day = models.PositiveSmallIntegerField(
        default=1, help_text="Of each month, from this day on."
    )
    recipients = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="+",
        limit_choices_to={"is_staff": True, "is_active": True},
        help_text="Staff with an e-mail address here.",
    )
    active = models.BooleanField(default=True)
    last_period = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "month-end pack"
        ordering = ("connection__name",)
        constraints = (
            models.CheckConstraint(
                condition=Q(day__gte=1, day__lte=28),
                name="month_end_day_in_every_month",
            ),
        )

    def __str__(self) -> str:
        return f"Month-end pack of {self.connection}"
