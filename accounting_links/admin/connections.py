from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from accounting_links import permissions as may
from accounting_links import urls
from accounting_links.admin.base import ListedAdmin, column
from accounting_links.forms import setting_fields
from accounting_links.forms.connection import ConnectionForm, form_for
from accounting_links.models import Connection, ConnectionState
from accounting_links.views import connection_page
from accounting_links.views.guard import person
from connectors import registry
from invoicing.services import events
from invoicing.verbs import Verb

STATE_LABELS = {
    ConnectionState.CONNECTED: "success",
    ConnectionState.NEW: "info",
    ConnectionState.ATTENTION: "danger",
    ConnectionState.DISCONNECTED: "danger",
}
POLICIES = (
    "go_live",
    "trigger",
    "sent_policy",
    "adopt_policy",
    "zero_policy",
    "edit_policy",
    "period_policy",
    "rounding_policy",
    "tolerance",
    "books_locked_before",
    "send_payments",
    "show_sent_column",
)
LINES = ("default_nominal", "one_nominal_for_all", "purchase_account_id")
SCHEDULE = (
    "batch_size",
    "window_minutes",
    "auto_sync_daily_at",
    "poll_interval",
    "idle_disconnect",
)


@admin.register(Connection)
class ConnectionAdmin(ListedAdmin):
    form = ConnectionForm
    list_display = ("name", "platform_label", "organisation_name", "state_badge")
    list_filter = ("state", "platform")
    search_fields = ("name", "organisation_name")
    autocomplete_fields = ()
    warn_unsaved_form = True
    change_form_outer_before_template = "accounting_links/connection_head.html"
    change_form_before_template = "accounting_links/check_up_notice.html"
    change_form_outer_after_template = "accounting_links/connection_timeline.html"

    @column("Platform", ordering="platform")
    def platform_label(self, connection: Connection) -> str:
        return registry.label(connection.platform)

    @column("State", ordering="state", label=STATE_LABELS)
    def state_badge(self, connection: Connection) -> tuple[str, str]:
        return connection.state, connection.get_state_display()

    @column("Serves")
    def served(self, connection: Connection) -> str:
        """To whoever may look and not change; so is what is told."""
        kinds = connection.served_kinds.filter(active=True).order_by("pk")
        return ", ".join(each.get_kind_display() for each in kinds) or "nothing"

    @column("Was told")
    def told(self, connection: Connection) -> str:
        declared = registry.connector_class(connection.platform).settings
        plain = [each for each in declared if not each.secret and not each.app]
        values = [(e.label, connection.values.get(e.name)) for e in plain]
        said = [(label, value) for label, value in values if value]
        return format_html_join(mark_safe("<br>"), "{}: {}", said) or "nothing"

    def get_urls(self) -> list[URLPattern]:
        return [*urls.connection_urls(), *super().get_urls()]

    def get_form(
        self,
        request: HttpRequest,
        obj: Connection | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> type[ConnectionForm]:
        self_form = form_for(
            platform_of(request, obj), obj, with_app=shows_app(request, obj)
        )
        form: type[ConnectionForm] = super().get_form(
            request, obj, change=change, form=self_form, **kwargs
        )
        return form

    def get_fieldsets(
        self, request: HttpRequest, obj: Connection | None = None
    ) -> list[tuple[str, dict[str, Any]]]:
        declared = registry.connector_class(platform_of(request, obj)).settings
        connection = [each for each in declared if not each.app]
        own = [setting_fields.name_of(e) for e in connection if not e.advanced]
        rare = [setting_fields.name_of(e) for e in connection if e.advanced]
        app = [setting_fields.name_of(each) for each in declared if each.app]
        place = ["practice_url"] if settings.FINSYNC_PRACTICE else []
        if not settings.FINSYNC_PRACTICE and own:
            place = ["allow_private_hosts"]
        label = registry.label(platform_of(request, obj))
        told = own
        if obj is not None and not self.has_change_permission(request, obj):
            place, told, rare = [], ["told"], []
        kinds = "served" if told != own else "kinds"
        sets: list[tuple[str, dict[str, Any]]] = [
            ("Connection", {"fields": ["name", "environment", *place, kinds]}),
            (f"What {label} needs to be told", {"fields": told if own else []}),
            ("What goes, and when", {"fields": POLICIES}),
            ("Nominal codes", {"fields": LINES}),
            ("Rhythm", {"fields": SCHEDULE}),
            (f"Corrections for {label}", {"fields": rare, "classes": ["collapse"]}),
        ]
        if shows_app(request, obj):
            about = f"FinSync's registration with the makers of {label}; all share it."
            sets.insert(2, ("App", {"fields": app, "description": about}))
        return [each for each in sets if each[1]["fields"]]

    def get_readonly_fields(
        self, request: HttpRequest, obj: Connection | None = None
    ) -> tuple[str, ...]:
        # Another place means another company: that is a connection of its own.
        return ("environment",) if obj and obj.organisation_id else ()

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not platform_of(request, None, strict=True):
            return self.choose_platform(request)
        answer: HttpResponse = super().add_view(request, form_url, extra_context)
        return answer

    def choose_platform(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        context = self.admin_site.each_context(request) | {
            "title": "Which accounting platform?",
            "platforms": connection_page.platforms(),
        }
        return TemplateResponse(
            request, "accounting_links/choose_platform.html", context
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        extra = connection_page.context(request, object_id) | {"show_history": False}
        extra |= extra_context or {}
        answer: HttpResponse = super().change_view(request, object_id, form_url, extra)
        return answer

    def save_model(
        self, request: HttpRequest, obj: Connection, form: ConnectionForm, change: bool
    ) -> None:
        with transaction.atomic():
            obj.save()
            form.save_kinds(actor=person(request))
            if shows_app(request, obj):
                form.save_app()
            note(request, obj, form, change)
        if not change:
            messages.info(request, f"{obj} is kept. Connect it when you are ready.")

    def log_addition(self, *args: Any) -> None:
        """Events are the one history; Django's log would be a second one."""

    log_change = log_addition

    def has_delete_permission(
        self, request: HttpRequest, obj: Connection | None = None
    ) -> bool:
        """One that was ever connected is disconnected, and stays on the record."""
        if obj is not None and obj.organisation_id:
            return False
        allowed: bool = super().has_delete_permission(request, obj)
        return allowed

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}


def platform_of(
    request: HttpRequest, connection: Connection | None, *, strict: bool = False
) -> str:
    if connection is not None:
        return connection.platform
    asked = request.GET.get("platform", "")
    if asked in registry.slugs():
        return asked
    return "" if strict else registry.slugs()[0]


def shows_app(request: HttpRequest, connection: Connection | None) -> bool:
    """Practice ledgers know one client, the same everywhere."""
    if settings.FINSYNC_PRACTICE or not request.user.has_perm(may.CONNECT):
        return False
    declared = registry.connector_class(platform_of(request, connection)).settings
    return any(each.app for each in declared)


def note(
    request: HttpRequest, connection: Connection, form: ConnectionForm, change: bool
) -> None:
    """On the record: which settings changed, and never a secret's value."""
    verb = Verb.RECORD_CHANGED if change else Verb.RECORD_CREATED
    fields = ", ".join(form.changed_data)
    did = "changed" if change else "added"
    events.record(
        verb,
        connection,
        f"Connection {connection} was {did}"[:500],
        actor=request.user,
        connection_id=connection.pk,
        after={"fields": fields},
    )
