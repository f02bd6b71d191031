from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounting_links.models.connection import Connection
from accounting_links.models.links import DocumentLink
from invoicing.models import Document


class EditState(models.TextChoices):
    OPEN = "open", "To be decided"
    SETTLED = "settled", "Settled"


class EditChoice(models.TextChoices):
    OURS = "ours", "Ours holds"
    THEIRS = "theirs", "Theirs was taken over"
    LEAVE = "leave", "Left as it is"
    AGREED = "agreed", "Both sides agree again"


class RemoteEdit(models.Model):
    """What a person changed over there in a document of ours.

    `fields` is a list of dicts with `name`, `agreed`, `ours`, `theirs`, all texts, as
    they were when it was last seen. Open with a choice: ours is on its way there.
    Settled, never deleted.
    """

    connection = models.ForeignKey(
        Connection, models.PROTECT, related_name="remote_edits"
    )
    link = models.ForeignKey(DocumentLink, models.PROTECT, related_name="edits")
    document = models.ForeignKey(Document, models.PROTECT, related_name="remote_edits")
    fields = models.JSONField(default=list)
    version = models.CharField(max_length=60, blank=True)
    seen_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(
        max_length=10, choices=EditState.choices, default=EditState.OPEN
    )
    choice = models.CharField(max_length=10, choices=EditChoice.choices, blank=True)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    chosen_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = "edit in the books"
        verbose_name_plural = "edits in the books"
        constraints = (
            models.UniqueConstraint(
                fields=("link",),
                condition=Q(state=EditState.OPEN),
                name="one_open_edit_per_link",
            ),
            models.CheckConstraint(
                condition=Q(state=EditState.OPEN)
                | ~Q(choice="") & Q(chosen_at__isnull=False),
                name="settled_edit_says_how",
            ),
        )

    def __str__(self) -> str:
        return f"Edit of {self.document}"

    @property
    def is_open(self) -> bool:
        return self.state == EditState.OPEN
