"""Nominal codes, tax rates, products, payment methods, numbering."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from import_export.admin import ImportExportModelAdmin
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from invoicing.admin.base import WithTimeline, record_save
from invoicing.admin.files import FilePermissions
from invoicing.errors import Refused
from invoicing.models import (
    IncrementorGroup,
    NominalCode,
    PaymentMethod,
    Product,
    TaxRate,
)
from invoicing.resources import NominalResource, ProductResource, TaxRateResource
from invoicing.verbs import Verb


class CodeAdmin(WithTimeline):
    list_filter: tuple[Any, ...] = (("active", BooleanRadioFilter),)
    search_fields: tuple[str, ...] = ("code", "name")

    def save_model(
        self, request: HttpRequest, obj: Model, form: Any, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        verb = Verb.RECORD_CHANGED if change else Verb.RECORD_CREATED
        record_save(request, obj, form, verb=verb, change=change)


class FiledCodeAdmin(FilePermissions, CodeAdmin, ImportExportModelAdmin):  # type: ignore[misc]  # untyped base
    import_form_class = ImportForm
    export_form_class = ExportForm


@admin.register(NominalCode)
class NominalCodeAdmin(FiledCodeAdmin):
    resource_classes = (NominalResource,)
    list_display = ("code", "name", "active")


@admin.register(TaxRate)
class TaxRateAdmin(FiledCodeAdmin):
    resource_classes = (TaxRateResource,)
    list_display = ("code", "name", "percent", "active")

    @admin.display(description="Rate", ordering="rate")
    def percent(self, tax_rate: TaxRate) -> str:
        return f"{tax_rate.rate.normalize():f} %"


@admin.register(Product)
class ProductAdmin(FiledCodeAdmin):
    resource_classes = (ProductResource,)
    list_display = ("code", "name", "price", "nominal", "tax_rate", "active")
    list_select_related = ("nominal", "tax_rate")

    @admin.display(description="Price", ordering="unit_price")
    def price(self, product: Product) -> str:
        return f"{product.unit_price:,.2f}"


@admin.register(PaymentMethod)
class PaymentMethodAdmin(CodeAdmin):
    list_display = ("code", "name", "active")


@admin.register(IncrementorGroup)
class IncrementorGroupAdmin(CodeAdmin):
    list_display = ("name", "kind", "preview", "is_default")
    list_filter = ()
    search_fields = ()

    def save_model(
        self, request: HttpRequest, obj: Model, form: Any, change: bool
    ) -> None:
        before = form.initial.get("next_number", 0)
        if change and form.cleaned_data["next_number"] < before:
            raise Refused(
                f"The next number cannot go back from {before}: those behind may be in"
                f" somebody's hands. Give {before} or more.",
                field="next_number",
            )
        super().save_model(request, obj, form, change)
