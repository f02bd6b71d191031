"""The job's own page, with what became of it in the books."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from accounting_links.views import job_panel
from invoicing.admin.jobs import JobAdmin
from invoicing.models import Job


class LinkedJobAdmin(JobAdmin):
    change_form_outer_after_template = "accounting_links/job_books.html"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        job: Job | None = self.get_object(request, object_id)
        sees = request.user.has_perm("invoicing.view_document")
        extra = {"steps": job_panel.steps(job) if job and sees else []}
        answer: HttpResponse = super().change_view(
            request, object_id, form_url, extra | (extra_context or {})
        )
        return answer


admin.site.unregister(Job)
admin.site.register(Job, LinkedJobAdmin)
