from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from unfold.admin import TabularInline

from invoicing.models import Document, DocumentLine

# In rem.
WIDTHS = {
    "text": 15,
    "quantity": 4,
    "unit": 4,
    "unit_price": 5,
    "discount_percent": 4,
    "tax_rate": 8,
    "nominal": 8,
    "product_code": 6,
}


class LineForm(ModelForm):  # type: ignore[type-arg]  # of lines
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in self.initial.items():
            if isinstance(value, Decimal):
                self.initial[name] = without_zeros(value)
        for name, width in WIDTHS.items():
            if name in self.fields:
                self.fields[name].widget.attrs["style"] = f"min-width: {width}rem"
        if "discount_percent" in self.fields:
            self.fields["discount_percent"].label = "Off %"


def without_zeros(value: Decimal) -> Decimal:
    """5.0000 as 5, and 100 not as 1E+2."""
    return Decimal(f"{value.normalize():f}")


# Shown in their place where nothing can be changed.
SHOWN = {
    "quantity": "quantity_shown",
    "unit_price": "price_shown",
    "discount_percent": "discount_shown",
}


class LineInline(TabularInline):  # type: ignore[misc]  # untyped base
    model = DocumentLine
    form = LineForm
    fields = (
        *("text", "quantity", "unit", "unit_price", "discount_percent"),
        *("tax_rate", "nominal", "product_code", "line_net"),
    )
    readonly_fields = ("line_net", *SHOWN.values())
    ordering = ("position",)
    extra = 1
    per_page = 100
    hide_title = True
    verbose_name = "line"
    verbose_name_plural = "lines"

    @admin.display(description="Net")
    def line_net(self, line: DocumentLine) -> str:
        return f"{line.net:,.2f}" if line.pk else ""

    @admin.display(description="Quantity")
    def quantity_shown(self, line: DocumentLine) -> str:
        return f"{without_zeros(line.quantity):f}"

    @admin.display(description="Unit price")
    def price_shown(self, line: DocumentLine) -> str:
        return f"{without_zeros(line.unit_price):f}"

    @admin.display(description="Off %")
    def discount_shown(self, line: DocumentLine) -> str:
        return f"{without_zeros(line.discount_percent):f}"

    def get_fields(
        self, request: HttpRequest, obj: Document | None = None
    ) -> tuple[str, ...]:
        if self._is_open(request, obj):
            return self.fields
        return tuple(SHOWN.get(name, name) for name in self.fields)

    def has_add_permission(
        self, request: HttpRequest, obj: Document | None = None
    ) -> bool:
        """No empty line below a document that cannot be saved."""
        allowed: bool = super().has_add_permission(request, obj)
        return allowed and self._is_open(request, obj)

    def has_change_permission(
        self, request: HttpRequest, obj: Document | None = None
    ) -> bool:
        allowed: bool = super().has_change_permission(request, obj)
        return allowed and self._is_open(request, obj)

    def has_delete_permission(
        self, request: HttpRequest, obj: Document | None = None
    ) -> bool:
        allowed: bool = super().has_delete_permission(request, obj)
        return allowed and self._is_open(request, obj)

    def _is_open(self, request: HttpRequest, obj: Document | None) -> bool:
        page = self.admin_site.get_model_admin(self.parent_model)
        return obj is None or page.has_change_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[DocumentLine]:
        found: QuerySet[DocumentLine] = super().get_queryset(request)
        return found.select_related("nominal", "tax_rate")

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Its choices are read once for all lines."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.choices = list(field.choices)
        return field

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Codes are not made from within a line: there is no room for the buttons."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        for name in ("add", "change", "delete", "view"):
            if hasattr(field.widget, f"can_{name}_related"):
                setattr(field.widget, f"can_{name}_related", False)
        return field
