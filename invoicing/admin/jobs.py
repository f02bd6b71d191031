from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldBooleanSwitchWidget

from invoicing.admin.base import WithTimeline, record_save
from invoicing.admin.decorators import display
from invoicing.admin.verbs import FittingButtons, StaffVerb, with_verbs
from invoicing.models import Job, JobStatus, SalesInvoice
from invoicing.services import jobs
from invoicing.verbs import Verb

ENDED = (JobStatus.COMPLETED, JobStatus.CANCELLED)


class CompleteForm(BaseDialogForm):  # type: ignore[misc]  # untyped base
    raise_invoice = forms.BooleanField(
        required=False,
        initial=True,
        label="Make a draft invoice",
        widget=UnfoldBooleanSwitchWidget,
    )


def _complete(job: Job, data: Mapping[str, Any], user: User) -> SalesInvoice | None:
    invoice = jobs.complete_job(job, raise_invoice=data["raise_invoice"], actor=user)
    return SalesInvoice.objects.get(pk=invoice.pk) if invoice else None


COMPLETE = StaffVerb(
    name="complete",
    label="Complete job",
    permission="invoicing.change_job",
    question="The work is done.",
    done="completed",
    icon="task_alt",
    form_class=CompleteForm,
    run=_complete,
    fits=lambda job: job.status not in ENDED,
)


@admin.register(Job)
@with_verbs(COMPLETE)
class JobAdmin(FittingButtons, WithTimeline):
    list_display = (
        *("code", "title", "contact", "appliance", "engineer", "booked_for"),
        "status_shown",
    )
    list_filter = (("status", ChoicesDropdownFilter), ("booked_for", RangeDateFilter))
    list_select_related = ("contact",)
    search_fields = ("code", "title", "contact__name", "appliance")
    autocomplete_fields = ("contact",)
    fields = (
        ("code", "contact"),
        ("title", "appliance"),
        ("engineer", "booked_for"),
        ("status", "completed_at"),
    )

    @display(
        description="Status",
        ordering="status",
        label={
            "Booked": "info",
            "In progress": "warning",
            "Waiting for parts": "warning",
            "Completed": "success",
            "Cancelled": "danger",
        },
    )
    def status_shown(self, job: Job) -> str:
        return JobStatus(job.status).label

    def formfield_for_choice_field(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """A job is completed by its button, which asks about the invoice."""
        if db_field.name == "status":
            kwargs["choices"] = [
                choice
                for choice in JobStatus.choices
                if choice[0] != JobStatus.COMPLETED
            ]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Job | None = None
    ) -> tuple[str, ...]:
        ended = obj is not None and obj.status in ENDED
        return ("completed_at", "status") if ended else ("completed_at",)

    def save_model(
        self, request: HttpRequest, obj: Job, form: Any, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        verb = Verb.RECORD_CHANGED if change else Verb.RECORD_CREATED
        record_save(request, obj, form, verb=verb, change=change)
