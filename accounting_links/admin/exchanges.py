from django.contrib import admin

from accounting_links.admin.base import ReadOnlyAdmin, column
from accounting_links.models import ExchangeRecord, PlatformApp
from connectors import registry


@admin.register(ExchangeRecord)
class ExchangeRecordAdmin(ReadOnlyAdmin):
    """What was said to a platform and what it answered, redacted before it was kept."""

    list_display = (
        "at",
        "connection",
        "operation",
        "method",
        "status",
        "took",
        "failure",
    )
    list_filter = ("connection", "operation", "status")
    list_select_related = ("connection",)
    search_fields = ("operation__startswith",)

    @column("Took")
    def took(self, exchange: ExchangeRecord) -> str:
        return f"{exchange.seconds:.2f} s"


@admin.register(PlatformApp)
class PlatformAppAdmin(ReadOnlyAdmin):
    """Set on a connection's page. No value is shown, only which are there."""

    list_display = ("platform_label", "environment", "held")
    fields = ("platform", "environment", "held")
    readonly_fields = ("held",)

    @column("Platform", ordering="platform")
    def platform_label(self, app: PlatformApp) -> str:
        return registry.label(app.platform)

    @column("Stored")
    def held(self, app: PlatformApp) -> str:
        names = sorted(name for name, value in app.values.items() if value)
        return ", ".join(names) or "nothing"
