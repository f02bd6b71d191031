from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounting_links import permissions as may
from accounting_links import urls
from accounting_links.actions.replay_delivery import AGAIN
from accounting_links.admin.base import ReadOnlyAdmin, column
from accounting_links.models import DeliveryState, WebhookDelivery
from connectors.transport.redaction import Redactor

LABELS = {
    DeliveryState.RECEIVED: "info",
    DeliveryState.HANDLED: "success",
    DeliveryState.ECHO: "",
    DeliveryState.REFUSED: "warning",
    DeliveryState.FAILED: "danger",
}
SHOWN = 20_000


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    """What platforms told of changes, as it came, and what came of it."""

    list_display = ("received_at", "connection", "state_badge", "what", "again")
    list_display_links = ("received_at",)
    list_filter = ("state", "connection")
    list_select_related = ("connection",)
    fields = (
        *("connection", "state", "what", "received_at", "again", "handled_at"),
        *("attempts", "next_attempt_at", "size", "headers", "content"),
    )
    readonly_fields = ("what", "again", "content")
    change_form_outer_before_template = "accounting_links/delivery_head.html"

    def get_urls(self) -> list[URLPattern]:
        return [*urls.webhook_urls(), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookDelivery]:
        found: QuerySet[WebhookDelivery] = super().get_queryset(request)
        return found.defer("body", "headers", "query")

    @column("State", ordering="state", label=LABELS)
    def state_badge(self, delivery: WebhookDelivery) -> tuple[str, str]:
        return delivery.state, delivery.get_state_display()

    @column("What came of it")
    def what(self, delivery: WebhookDelivery) -> str:
        return delivery.sentence or "Waits to be handled."

    @column("Came again", ordering="copies")
    def again(self, delivery: WebhookDelivery) -> str:
        if not delivery.copies:
            return ""
        at = timezone.localtime(delivery.last_at)
        times = "once" if delivery.copies == 1 else f"{delivery.copies:,} times"
        return f"{times}, last on {at:%d %b, %H:%M}"

    @column("Content")
    def content(self, delivery: WebhookDelivery) -> SafeString | str:
        if not delivery.body:
            return "Not kept."
        text = bytes(delivery.body[:SHOWN]).decode(errors="replace")
        shown = Redactor().text(text)
        return format_html('<pre class="fs-content">{}</pre>', shown)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        delivery = self.get_object(request, object_id)
        extra = {
            "delivery": delivery,
            "can_replay": can_replay(request, delivery),
            "show_history": False,
        }
        return super().change_view(
            request, object_id, form_url, extra | (extra_context or {})
        )


def can_replay(request: HttpRequest, delivery: WebhookDelivery | None) -> bool:
    if delivery is None or not request.user.has_perm(may.REPLAY_DELIVERIES):
        return False
    return delivery.state in AGAIN and bool(delivery.body)
