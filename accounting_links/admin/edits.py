from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern

from accounting_links import urls
from accounting_links.admin.base import ReadOnlyAdmin, column
from accounting_links.models import EditState, RemoteEdit
from accounting_links.remote_edits.comparing import LABELS
from accounting_links.views import edits

STATE_LABELS = {EditState.OPEN: "warning", EditState.SETTLED: "success"}


@admin.register(RemoteEdit)
class RemoteEditAdmin(ReadOnlyAdmin):
    """What people changed over there in documents of ours."""

    list_display = ("document", "connection", "what", "state_badge", "how", "seen_at")
    list_filter = ("state", "choice", "connection")
    list_select_related = ("document", "connection")
    search_fields = ("document__number__startswith",)
    fields = ("document", "connection")
    change_form_outer_before_template = "accounting_links/edit_head.html"

    def get_urls(self) -> list[URLPattern]:
        return [*urls.edit_urls(), *super().get_urls()]

    @column("Edited there")
    def what(self, edit: RemoteEdit) -> str:
        return ", ".join(LABELS.get(each["name"], "") for each in edit.fields)

    @column("State", ordering="state", label=STATE_LABELS)
    def state_badge(self, edit: RemoteEdit) -> tuple[str, str]:
        return edit.state, edit.get_state_display()

    @column("Decided", ordering="choice")
    def how(self, edit: RemoteEdit) -> str:
        if edit.is_open and edit.choice:
            return "Ours is on its way"
        return edit.get_choice_display()

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        edit = self.get_object(request, object_id)
        extra = edits.context(request, edit) if edit else {}
        extra |= {"show_history": False} | (extra_context or {})
        return super().change_view(request, object_id, form_url, extra)
