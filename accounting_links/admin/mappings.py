"""Lists of what is mapped, over all connections. It is changed on the mapping pages of
a connection, where there is something to choose from."""

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html

from accounting_links.admin.base import ReadOnlyAdmin, column
from accounting_links.models import MethodLink, NominalLink, ProductLink, TaxLink


class MappingAdmin(ReadOnlyAdmin):
    page = ""
    list_filter = ("connection",)

    @column("Change")
    def change(self, link: Model) -> str:
        connection_id: int = link.connection_id  # type: ignore[attr-defined]  # all have it
        url = reverse("admin:connection_mapping", args=(connection_id, self.page))
        return format_html('<a href="{}">Mapping page</a>', url)


@admin.register(NominalLink)
class NominalLinkAdmin(MappingAdmin):
    page = "nominals"
    list_display = ("nominal", "connection", "account_name", "item_name", "change")
    list_select_related = ("nominal", "connection")


@admin.register(TaxLink)
class TaxLinkAdmin(MappingAdmin):
    page = "taxes"
    list_display = ("tax_rate", "role", "connection", "external_name", "change")
    list_select_related = ("tax_rate", "connection")


@admin.register(MethodLink)
class MethodLinkAdmin(MappingAdmin):
    page = "methods"
    list_display = ("method", "connection", "account_name", "change")
    list_select_related = ("method", "connection")


@admin.register(ProductLink)
class ProductLinkAdmin(ReadOnlyAdmin):
    list_display = ("product", "connection", "external_name")
    list_filter = ("connection",)
    list_select_related = ("product", "connection")
