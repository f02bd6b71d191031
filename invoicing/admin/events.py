import datetime as dt
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.paginator import InfinitePaginator

from invoicing.admin.base import PER_PAGE
from invoicing.admin.decorators import display
from invoicing.models import Event


@admin.register(Event)
class EventAdmin(ModelAdmin):  # type: ignore[misc]  # untyped base
    """The history is read and never written here."""

    list_display = ("when", "what", "who", "why", "verb")
    list_filter = (("at", RangeDateTimeFilter),)
    list_filter_submit = True
    search_fields = ("subject__exact", "verb__exact")
    search_help_text = 'A subject such as "document:17", or a verb'
    list_per_page = PER_PAGE
    paginator = InfinitePaginator
    show_full_result_count = False
    actions = None
    actions_detail_hide_default = True
    fields = (
        *("at", "verb", "subject", "sentence", "reason", "actor", "actor_name"),
        *("document", "contact", "connection_id", "before", "after"),
    )
    readonly_fields = fields

    @display(description="When", ordering="at")
    def when(self, event: Event) -> dt.datetime:
        return event.at

    @display(description="What happened")
    def what(self, event: Event) -> str:
        return event.sentence

    @display(description="Who")
    def who(self, event: Event) -> str:
        return event.by

    @display(description="Why")
    def why(self, event: Event) -> str:
        return event.reason

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        found: QuerySet[Event] = super().get_queryset(request)
        return found.defer("before", "after")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False

    def history_view(self, *args: Any, **kwargs: Any) -> Any:
        """It is itself the history."""
        return self.change_view(*args, **kwargs)
