from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern

from accounting_links import urls
from accounting_links.admin.base import ReadOnlyAdmin, column
from accounting_links.models import ExportBatch, ExportItemState, ExportState
from accounting_links.views import export_page

LABELS = {
    ExportState.EXPORTED: "info",
    ExportState.PARTLY: "warning",
    ExportState.CONFIRMED: "success",
    ExportState.REFUSED: "danger",
    ExportState.CANCELLED: "",
}


@admin.register(ExportBatch)
class ExportBatchAdmin(ReadOnlyAdmin):
    """Files for platforms that work by files: newest first, for good."""

    list_display = (
        *("file_name", "connection", "state_badge", "entries", "unconfirmed"),
        *("created_by", "created_at"),
    )
    list_filter = ("state", "connection")
    list_select_related = ("connection", "created_by")
    search_fields = ("file_name", "items__number__startswith")
    fields = ("connection", "size", "checksum", "created_by", "created_at")
    change_form_outer_before_template = "accounting_links/export_head.html"

    def get_urls(self) -> list[URLPattern]:
        return [*urls.export_urls(), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ExportBatch]:
        found: QuerySet[ExportBatch] = super().get_queryset(request)
        is_open = Q(items__state=ExportItemState.EXPORTED)
        is_open_contact = Q(contacts__state=ExportItemState.EXPORTED)
        return found.defer("content").annotate(
            entry_count=Count("items", distinct=True)
            + Count("contacts", distinct=True),
            open_count=Count("items", filter=is_open, distinct=True)
            + Count("contacts", filter=is_open_contact, distinct=True),
        )

    @column("State", ordering="state", label=LABELS)
    def state_badge(self, batch: ExportBatch) -> tuple[str, str]:
        return batch.state, batch.get_state_display()

    @column("Entries", ordering="entry_count")
    def entries(self, batch: Any) -> int:
        return int(batch.entry_count)

    @column("Not yet confirmed", ordering="open_count")
    def unconfirmed(self, batch: Any) -> str:
        return str(batch.open_count or "")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        batch = self.get_object(request, object_id)
        extra = export_page.context(request, batch) if batch else {}
        return super().change_view(
            request, object_id, form_url, extra | (extra_context or {})
        )
