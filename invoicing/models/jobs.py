from django.db import models

from invoicing.models.contacts import Contact


class JobStatus(models.TextChoices):
    BOOKED = "booked", "Booked"
    IN_PROGRESS = "in_progress", "In progress"
    WAITING_FOR_PARTS = "waiting_for_parts", "Waiting for parts"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"


class Job(models.Model):
    code = models.CharField(max_length=40, unique=True)
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="jobs")
    title = models.CharField(max_length=200)
    appliance = models.CharField(max_length=200, blank=True)
    engineer = models.CharField(max_length=100, blank=True)
    status = models.CharField(
        max_length=20, choices=JobStatus.choices, default=JobStatus.BOOKED
    )
    booked_for = models.DateField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-booked_for", "-id")
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(status=JobStatus.COMPLETED)
                | models.Q(completed_at__isnull=False),
                name="completed_job_says_when",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
