from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.html import format_html

from accounting_links import urls
from accounting_links.admin.base import ReadOnlyAdmin, column
from accounting_links.models import ItemState, RunState, SyncItem, SyncRun
from accounting_links.views import progress, wording

ITEM_LABELS = {
    ItemState.WAITING: "info",
    ItemState.CHECKING: "info",
    ItemState.SENDING: "info",
    ItemState.EXPORTED: "info",
    ItemState.DONE: "success",
    ItemState.BLOCKED: "warning",
    ItemState.IN_DOUBT: "warning",
    ItemState.FAILED: "danger",
    ItemState.CANCELLED: "",
}
RUN_LABELS = {
    RunState.QUEUED: "info",
    RunState.RUNNING: "info",
    RunState.DONE: "success",
    RunState.STOPPED: "warning",
    RunState.FAILED: "danger",
}


@admin.register(SyncItem)
class SyncItemAdmin(ReadOnlyAdmin):
    """Everything that was ever marked, the finished ones too. Work is done on the Sync
    page, which hangs here."""

    list_display = ("document", "connection", "what", "state_badge", "why", "marked_at")
    list_filter = ("state", "operation", "connection", "status_code")
    list_select_related = ("document", "connection", "settles")
    search_fields = ("document__number__startswith",)
    ordering = ("-id",)
    exclude = ("payload", "lease_owner", "lease_until", "findings")

    def get_urls(self) -> list[URLPattern]:
        return [*urls.sync_urls(), *urls.document_urls(), *super().get_urls()]

    @column("What", ordering="operation")
    def what(self, item: SyncItem) -> str:
        return item.what

    @column("State", ordering="state", label=ITEM_LABELS)
    def state_badge(self, item: SyncItem) -> tuple[str, str]:
        return item.state, item.get_state_display()

    @column("Why")
    def why(self, item: SyncItem) -> str:
        return wording.item_sentence(item)


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyAdmin):
    list_display = (
        "started_at",
        "connection",
        "kind",
        "state_badge",
        "outcome",
        "started_by",
    )
    list_display_links = ("started_at",)
    list_filter = ("state", "kind", "connection")
    list_select_related = ("connection", "started_by")
    fields = (
        "connection",
        "kind",
        "state",
        "outcome",
        "message",
        "started_by",
        "started_at",
        "ends_at",
        "finished_at",
        "documents",
    )
    readonly_fields = ("outcome", "documents")
    change_form_outer_before_template = "accounting_links/run_head.html"

    @column("State", ordering="state", label=RUN_LABELS)
    def state_badge(self, run: SyncRun) -> tuple[str, str]:
        return run.state, run.get_state_display()

    @column("Outcome")
    def outcome(self, run: SyncRun) -> str:
        return progress.sentence(run)

    @column("Documents")
    def documents(self, run: SyncRun) -> str:
        url = reverse("admin:accounting_links_syncitem_changelist")
        return format_html(
            '<a href="{}?run__id__exact={}">What it handled</a>', url, run.pk
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        run = self.get_object(request, object_id)
        extra = {"progress": progress.as_shown(run)} if run else {}
        return super().change_view(
            request, object_id, form_url, extra | (extra_context or {})
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[SyncRun]:
        found: QuerySet[SyncRun] = super().get_queryset(request)
        return found.defer("only")
