from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import Q

from accounting_links.fields import EncryptedJSONField
from connectors import registry
from invoicing.models import DocumentKind, NominalCode


class ConnectionState(models.TextChoices):
    NEW = "new", "Not connected yet"
    CONNECTED = "connected", "Connected"
    ATTENTION = "attention", "Must be connected again"
    DISCONNECTED = "disconnected", "Disconnected"


class Environment(models.TextChoices):
    LIVE = "live", "Live"
    SANDBOX = "sandbox", "Vendor's sandbox"
    PRACTICE = "practice", "Practice"


class Trigger(models.TextChoices):
    """As `connectors.capabilities.Trigger`."""

    CREATE = "create", "A document is created"
    UPDATE = "update", "A document is changed"
    DELETE = "delete", "A document is voided or deleted"
    SENT = "sent", "A document is marked as sent"
    PAYMENT = "payment", "A payment is recorded"
    CREDIT_NOTE = "credit_note", "A credit note is raised"
    FINALISED = "finalised", "An invoice is approved"
    JOB_COMPLETED = "job_completed", "A job is completed"
    ORDER_WON = "order_won", "An order is won"
    SCHEDULED = "scheduled", "By schedule"
    MANUAL = "manual", "By hand only"


class SentPolicy(models.TextChoices):
    MUST_BE_SENT = "must_be_sent", "Must be marked as sent first"
    MARKS_SENT = "marks_sent", "Sending to the platform marks it as sent"


class ZeroPolicy(models.TextChoices):
    BLOCK = "block", "Stop them, for a person to decide"
    SEND = "send", "Send them"


class AdoptPolicy(models.TextChoices):
    ASK = "ask", "Ask a person"
    SAME = "same", "Adopt when number, customer, date and total agree"


class EditPolicy(models.TextChoices):
    """What becomes of an edit over there of a document of ours."""

    ASK = "ask", "Ask a person"
    OURS = "ours", "Ours holds: send it again over theirs"
    THEIRS = "theirs", "Theirs holds: take it over here"
    LEAVE = "leave", "Leave both as they are"


class PeriodPolicy(models.TextChoices):
    HOLD = "hold", "Hold the document until the period is opened"
    ASK = "ask", "Offer to re-date it to the first open day"
    REDATE = "redate", "Re-date it to the first open day, and send it"


class RoundingPolicy(models.TextChoices):
    BLOCK = "block", "Stop the document, for a person to decide"
    OVERRIDE = "override", "Tell the platform our tax"
    ADJUST = "adjust", "Adjust one line of what is sent, by 0.05 at most"


class PollInterval(models.TextChoices):
    HOURLY = "hourly", "Every hour"
    DAILY = "daily", "Every day"
    OFF = "off", "Never"


class PlatformApp(models.Model):
    """FinSync's registration with a vendor: client id and secret, by platform."""

    platform = models.SlugField(max_length=40)
    environment = models.CharField(
        max_length=10, choices=Environment.choices, default=Environment.LIVE
    )
    values = EncryptedJSONField(blank=True, default=dict)

    class Meta:
        ordering = ("platform",)
        constraints = (
            models.UniqueConstraint(
                fields=("platform", "environment"), name="one_app_per_platform"
            ),
        )

    def __str__(self) -> str:
        return f"{self.platform} ({self.environment})"


class ConnectionQuerySet(models.QuerySet["Connection"]):
    def connected(self) -> "ConnectionQuerySet":
        return self.filter(state=ConnectionState.CONNECTED)


class Connection(models.Model):
    """One organisation on one platform.

    `credentials` holds tokens and secret settings: keys `access`, `refresh`,
    `expires_at`, `refresh_expires_at` (ISO), `session` (dict), `previous_refresh`,
    `values` (secret settings by name). `values` holds the settings that are no secret.
    `token_version` rises with each change of tokens; `refresh_lease_*` is held by the
    one worker that refreshes.
    """

    name = models.CharField(max_length=60, unique=True)
    platform = models.SlugField(max_length=40)
    environment = models.CharField(
        max_length=10, choices=Environment.choices, default=Environment.LIVE
    )
    practice_url = models.CharField(max_length=200, blank=True)
    state = models.CharField(
        max_length=12, choices=ConnectionState.choices, default=ConnectionState.NEW
    )
    state_reason = models.CharField(max_length=500, blank=True)
    state_since = models.DateTimeField(null=True, blank=True)
    organisation_id = models.CharField(max_length=100, blank=True)
    organisation_name = models.CharField(max_length=200, blank=True)
    organisation = models.JSONField(default=dict, blank=True)
    values = models.JSONField(default=dict, blank=True)
    credentials = EncryptedJSONField(blank=True, default=dict)
    token_version = models.PositiveIntegerField(default=0)
    refresh_lease_owner = models.CharField(max_length=64, blank=True)
    refresh_lease_until = models.DateTimeField(null=True, blank=True)
    allow_private_hosts = models.BooleanField(default=False)

    go_live = models.DateField(
        null=True, blank=True, help_text="Documents dated before are not offered."
    )
    default_nominal = models.ForeignKey(
        NominalCode,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Stands in for lines without a nominal code.",
    )
    one_nominal_for_all = models.BooleanField(
        default=False, help_text="The default nominal code is used for every line."
    )
    purchase_account_id = models.CharField(
        max_length=100,
        blank=True,
        help_text="Purchase account over there for products that FinSync creates.",
    )
    trigger = models.CharField(
        max_length=20, choices=Trigger.choices, default=Trigger.MANUAL
    )
    sent_policy = models.CharField(
        max_length=20, choices=SentPolicy.choices, default=SentPolicy.MUST_BE_SENT
    )
    zero_policy = models.CharField(
        max_length=10, choices=ZeroPolicy.choices, default=ZeroPolicy.BLOCK
    )
    adopt_policy = models.CharField(
        max_length=10, choices=AdoptPolicy.choices, default=AdoptPolicy.ASK
    )
    edit_policy = models.CharField(
        max_length=10, choices=EditPolicy.choices, default=EditPolicy.ASK
    )
    period_policy = models.CharField(
        max_length=10, choices=PeriodPolicy.choices, default=PeriodPolicy.HOLD
    )
    rounding_policy = models.CharField(
        max_length=10, choices=RoundingPolicy.choices, default=RoundingPolicy.BLOCK
    )
    batch_size = models.PositiveSmallIntegerField(default=5)
    window_minutes = models.PositiveSmallIntegerField(default=20)
    auto_sync_daily_at = models.TimeField(
        null=True, blank=True, help_text="An Auto Sync window starts then, every day."
    )
    idle_disconnect = models.BooleanField(
        default=False,
        help_text="Disconnect after 20 idle minutes. This ends polling too.",
    )
    send_payments = models.BooleanField(default=True)
    show_sent_column = models.BooleanField(default=True)
    poll_interval = models.CharField(
        max_length=10, choices=PollInterval.choices, default=PollInterval.HOURLY
    )
    books_locked_before = models.DateField(null=True, blank=True)
    tolerance = models.DecimalField(
        max_digits=6,
        decimal_places=2,
        default=Decimal("0.00"),
        help_text="Largest difference of totals that is let pass.",
    )
    poll_cursor = models.CharField(max_length=200, blank=True, editable=False)
    polled_at = models.DateTimeField(null=True, blank=True, editable=False)
    poll_lease_owner = models.CharField(max_length=64, blank=True, editable=False)
    poll_lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    triggered_event_id = models.BigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=("platform", "environment", "practice_url", "organisation_id"),
                condition=~Q(organisation_id=""),
                name="one_connection_per_organisation",
            ),
            models.CheckConstraint(
                condition=Q(batch_size__gte=1, batch_size__lte=100),
                name="connection_batch_size_in_range",
            ),
            models.CheckConstraint(
                condition=Q(practice_url="") | Q(environment=Environment.PRACTICE),
                name="practice_url_for_practice_alone",
            ),
        )
        permissions = (
            ("connect_connection", "Can connect and disconnect platforms"),
            ("check_up_connection", "Can check a platform up on a real account"),
            ("use_sync_page", "Can see the Sync page"),
            ("sync_document", "Can send documents to the accounting platform"),
            ("link_contact", "Can link contacts to accounts"),
            ("unlock_accsid", "Can unlock and type an AccsID"),
            ("adopt_document", "Can adopt documents found in the books"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_connected(self) -> bool:
        return self.state == ConnectionState.CONNECTED

    @property
    def by_files(self) -> bool:
        """The platform has no API that we may use: people carry files to it."""
        return registry.connector_class(self.platform).capabilities.files

    def offers(self, day: date) -> bool:
        return self.go_live is None or day >= self.go_live


class ConnectionKind(models.Model):
    """A kind of document that a connection serves. While `active`, no other connection
    serves that kind."""

    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="served_kinds"
    )
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("connection_id", "kind")
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "kind"), name="connection_serves_kind_once"
            ),
            models.UniqueConstraint(
                fields=("kind",),
                condition=Q(active=True),
                name="one_active_connection_per_kind",
            ),
        )

    def __str__(self) -> str:
        return f"{self.connection}: {self.get_kind_display()}"
