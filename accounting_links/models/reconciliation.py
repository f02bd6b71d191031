from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounting_links.models.connection import Connection
from accounting_links.models.month_end import MonthEnd
from accounting_links.models.sign_off import AcceptedDifference
from invoicing.models import Document, DocumentKind


class Verdict(models.TextChoices):
    """In the order in which they win where a pair differs in several ways."""

    IN_DOUBT = "in_doubt", "In doubt"
    DUPLICATE_IN_BOOKS = "duplicate_in_books", "Duplicate in the books"
    MISSING_IN_BOOKS = "missing_in_books", "Missing in the books"
    MISSING_IN_CRM = "missing_in_crm", "Missing here"
    POSTED_OUTSIDE = "posted_outside", "Posted outside FinSync"
    ENDED_ON_ONE_SIDE = "ended_one_side", "Deleted or void on one side"
    STATUS_DIFFERS = "status_differs", "Status differs"
    PAID_DIFFERENTLY = "paid_differently", "Paid differently"
    CURRENCY_DIFFERS = "currency_differs", "Currency or rate differs"
    AMOUNT_DIFFERS = "amount_differs", "Amount differs"
    TAX_DIFFERS = "tax_differs", "Tax differs"
    CUSTOMER_DIFFERS = "customer_differs", "Customer differs"
    DATE_DIFFERS = "date_differs", "Date differs"
    NUMBER_DIFFERS = "number_differs", "Number differs"
    MATCHED = "matched", "Matched"


# What nobody has to look into.
SETTLED_VERDICTS = (Verdict.MATCHED, Verdict.POSTED_OUTSIDE)


class ReconciliationState(models.TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class Reconciliation(models.Model):
    """One comparison of both sides.

    `verdicts` counts rows by verdict. `totals` holds per currency `ours`, `theirs`,
    `explained`, `unexplained` as text; beside them `by_kind` and `by_nominal` with the
    same four for each, and `by_verdict` with `count` and `difference`. `by_nominal` is
    absent where the platform's list does not bring lines. `handled` counts documents of
    their side while it is fetched; `moved_at` is when anything last moved on.
    `with_balances`: open items, payments and control accounts were read too; `control`
    then holds `as_of` (a day), `notes` (sentences) and `ties`, dicts of
    `reconcile.control.Tie`, with `entries`, `reason`, `person`, `at` where a person
    explained what was left. `tax` holds dicts with `currency`, `role`, `month`, `rate`,
    and net and tax of both sides as text. `accepted` counts rows whose difference a
    person accepted.
    """

    connection = models.ForeignKey(
        Connection, models.PROTECT, related_name="reconciliations"
    )
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)
    kinds = models.JSONField(default=list)
    state = models.CharField(
        max_length=10,
        choices=ReconciliationState.choices,
        default=ReconciliationState.QUEUED,
    )
    stage = models.CharField(max_length=100, blank=True, editable=False)
    handled = models.PositiveIntegerField(default=0, editable=False)
    verdicts = models.JSONField(default=dict, blank=True)
    totals = models.JSONField(default=dict, blank=True)
    with_balances = models.BooleanField(default=False, editable=False)
    control = models.JSONField(default=dict, blank=True)
    tax = models.JSONField(default=list, blank=True)
    accepted = models.PositiveIntegerField(default=0, editable=False)
    http_requests = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=500, blank=True)
    month_end = models.ForeignKey(
        MonthEnd, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    mailed_at = models.DateTimeField(null=True, blank=True, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    started_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        permissions = (
            ("run_reconciliation", "Can run and download reconciliations"),
            ("sign_reconciliation", "Can sign reconciliations off"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(start__isnull=True)
                | Q(end__isnull=True)
                | Q(start__lte=models.F("end")),
                name="reconciliation_period_in_order",
            ),
        )

    def __str__(self) -> str:
        return f"Reconciliation {self.pk} of {self.connection}"

    @property
    def is_open(self) -> bool:
        return self.state in (ReconciliationState.QUEUED, ReconciliationState.RUNNING)


class ReconciliationRow(models.Model):
    """One document of either side. Amounts are signed (credit notes negative); an
    absent side is null.

    `ours_counted` and `theirs_counted` are what the row adds to each side's total of
    the period: 0 for a void document and for one dated outside the period. `differs`
    names all that differs, in the order of the verdicts, where the verdict names only
    the first. `number` is ours, or theirs where we have no such document. `our_lines`,
    `their_lines` are `reconcile.prints` of what the other columns do not hold; theirs
    is empty where the platform's list brings no lines. `accepted` is why the difference
    may stay; `settled` says what a person did about it, which the next run will tell.
    """

    reconciliation = models.ForeignKey(
        Reconciliation, models.CASCADE, related_name="rows"
    )
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    number = models.CharField(max_length=100)
    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    differs = models.CharField(max_length=100, blank=True)
    currency = models.CharField(max_length=3)
    their_currency = models.CharField(max_length=3, blank=True)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+"
    )
    external_id = models.CharField(max_length=100, blank=True)
    remote_number = models.CharField(max_length=100, blank=True)
    our_date = models.DateField(null=True, blank=True)
    their_date = models.DateField(null=True, blank=True)
    our_party = models.CharField(max_length=300, blank=True)
    their_party = models.CharField(max_length=300, blank=True)
    our_status = models.CharField(max_length=10, blank=True)
    their_status = models.CharField(max_length=10, blank=True)
    ours = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    theirs = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    ours_counted = models.DecimalField(
        max_digits=18, decimal_places=4, default=Decimal(0)
    )
    theirs_counted = models.DecimalField(
        max_digits=18, decimal_places=4, default=Decimal(0)
    )
    our_tax = models.DecimalField(
        max_digits=18, decimal_places=4, null=True, blank=True
    )
    their_tax = models.DecimalField(
        max_digits=18, decimal_places=4, null=True, blank=True
    )
    status_code = models.CharField(max_length=30, blank=True)
    cause = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=500, blank=True)
    our_lines = models.TextField(blank=True)
    their_lines = models.TextField(blank=True)
    settled = models.CharField(max_length=200, blank=True, editable=False)
    accepted = models.ForeignKey(
        AcceptedDifference,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="rows",
    )

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=("reconciliation", "verdict"), name="row_by_verdict"),
            models.Index(
                fields=("reconciliation", "external_id"), name="row_by_their_id"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(ours__isnull=False) | Q(theirs__isnull=False),
                name="reconciliation_row_has_a_side",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}: {self.get_verdict_display()}"
