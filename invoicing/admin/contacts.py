from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from import_export.admin import ImportExportModelAdmin
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from invoicing.admin.base import WithTimeline, record_save
from invoicing.admin.decorators import display
from invoicing.admin.files import FilePermissions
from invoicing.models import Contact, Customer, Supplier
from invoicing.resources import ContactResource, CustomerResource, SupplierResource
from invoicing.services import search
from invoicing.verbs import Verb


class ContactAdmin(FilePermissions, WithTimeline, ImportExportModelAdmin):  # type: ignore[misc]  # untyped base
    resource_classes: ClassVar[Any] = (ContactResource,)
    import_form_class = ImportForm
    export_form_class = ExportForm
    list_display: tuple[str, ...] = (
        *("name", "code", "city", "email", "parent_shown", "active"),
    )
    list_filter: tuple[Any, ...] = (("active", BooleanRadioFilter),)
    list_select_related = ("parent",)
    search_fields = ("name", "code", "email", "postcode", "company_number")
    autocomplete_fields = ("parent",)
    readonly_fields = ("created_at", "updated_at")
    fieldsets: Any = (
        (
            None,
            {
                "fields": (
                    ("code", "name", "parent"),
                    ("is_customer", "is_supplier", "active"),
                )
            },
        ),
        (
            "Address",
            {
                "fields": (
                    ("street", "city", "region"),
                    ("postcode", "country"),
                    ("email", "phone"),
                )
            },
        ),
        (
            "For the books",
            {
                "fields": (
                    ("tax_number", "company_number", "currency"),
                    ("created_at", "updated_at"),
                )
            },
        ),
    )

    @display(description="Site of", ordering="parent__name")
    def parent_shown(self, contact: Contact) -> str:
        return contact.parent.name if contact.parent else ""

    def save_model(
        self, request: HttpRequest, obj: Contact, form: Any, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        verb = Verb.CONTACT_CHANGED if change else Verb.CONTACT_CREATED
        record_save(request, obj, form, verb=verb, change=change)
        if change and {"name", "code"} & set(form.changed_data):
            search.refresh_contact(obj)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Other pages look up those who can play the part there."""
        asking = request.GET.get("model_name", "")
        if request.GET.get("field_name") == "contact":
            role = "is_supplier" if asking == "supplierinvoice" else "is_customer"
            if asking in ROLES:
                queryset = queryset.filter(**{role: True})
        found: tuple[QuerySet[Any], bool] = super().get_search_results(
            request, queryset, search_term
        )
        return found


ROLES = (*("supplierinvoice", "salesinvoice", "salescreditnote", "salesorder", "job"),)


@admin.register(Contact)
class AnyContactAdmin(ContactAdmin):
    """For looking contacts up from other pages."""

    list_display = (*ContactAdmin.list_display, "is_customer", "is_supplier")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False


@admin.register(Customer)
class CustomerAdmin(ContactAdmin):
    resource_classes = (CustomerResource,)


@admin.register(Supplier)
class SupplierAdmin(ContactAdmin):
    resource_classes = (SupplierResource,)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial = super().get_changeform_initial_data(request)
        return {"is_customer": False, "is_supplier": True, **initial}
