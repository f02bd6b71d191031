"""The series' own page, with what stands in its way over there."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from accounting_links import permissions as may
from accounting_links.views import numbering
from invoicing.admin import codes as own
from invoicing.models import IncrementorGroup


class GuardedIncrementorGroupAdmin(own.IncrementorGroupAdmin):
    change_form_outer_before_template = "accounting_links/series_head.html"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        extra = {
            "number_clashes": numbering.of_series(int(object_id))
            if object_id.isdecimal()
            else [],
            "may": {"move_numbers": request.user.has_perm(may.CHANGE_NUMBERING)},
        }
        return super().change_view(
            request, object_id, form_url, extra | (extra_context or {})
        )


admin.site.unregister(IncrementorGroup)
admin.site.register(IncrementorGroup, GuardedIncrementorGroupAdmin)
