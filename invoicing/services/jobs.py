from collections.abc import Sequence
from typing import Unpack

from django.db import transaction
from django.utils import timezone

from invoicing.errors import Refused
from invoicing.models import Document, Job, JobStatus
from invoicing.services import billing, events
from invoicing.services.drafts import LineDraft
from invoicing.services.who import Who
from invoicing.verbs import Verb


@transaction.atomic
def complete_job(
    job: Job,
    *,
    raise_invoice: bool = False,
    lines: Sequence[LineDraft] = (),
    **who: Unpack[Who],
) -> Document | None:
    """Answers the draft invoice, if one was raised."""
    job.refresh_from_db(from_queryset=Job.objects.select_for_update())
    if job.status in (JobStatus.COMPLETED, JobStatus.CANCELLED):
        state = job.get_status_display().lower()
        raise Refused(f"Job {job.code} is {state} already.")
    before = job.status
    job.status, job.completed_at = JobStatus.COMPLETED, timezone.now()
    job.save(update_fields=("status", "completed_at"))
    events.record(
        Verb.JOB_COMPLETED,
        job,
        f"Job {job.code} was completed",
        contact=job.contact,
        before={"status": before},
        after={"status": job.status, "raise_invoice": raise_invoice},
        **who,
    )
    if not raise_invoice:
        return None
    return billing.invoice_job(job, timezone.localdate(), lines, **who)
