"""The contacts' own pages, with their accounts in the books."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounting_links import permissions as may
from accounting_links.models import Role
from accounting_links.views import bulk, contact_panel
from invoicing.admin import contacts as own
from invoicing.models import Contact, Customer, Supplier


def link_or_create(
    model_admin: Any, request: HttpRequest, contacts: QuerySet[Any]
) -> HttpResponse:
    """Leads on to the plan, which is confirmed there."""
    if not request.user.has_perm(may.LINK):
        raise PermissionDenied
    return bulk.plan_for_contacts(request, contacts, role=model_admin.role)


link_or_create.short_description = "Link or create selected"  # type: ignore[attr-defined]  # Django's way
link_or_create.allowed_permissions = ("link_parties",)  # type: ignore[attr-defined]  # Django's way


class WithAccounts:
    """A mixin over invoicing's `ContactAdmin`."""

    role: Role
    change_form_outer_after_template = "accounting_links/contact_accounts.html"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        contact: Contact | None = self.get_object(request, object_id)  # type: ignore[attr-defined]  # a mixin
        extra = {
            "accounts": contact_panel.accounts(contact, self.role) if contact else [],
            "may_unlock": request.user.has_perm(may.UNLOCK),
        }
        answer: HttpResponse = super().change_view(  # type: ignore[misc]  # a mixin
            request, object_id, form_url, extra | (extra_context or {})
        )
        return answer

    def has_link_parties_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(may.LINK)


class LinkedCustomerAdmin(WithAccounts, own.CustomerAdmin):
    role = Role.CUSTOMER
    actions = (*(own.CustomerAdmin.actions or ()), link_or_create)


class LinkedSupplierAdmin(WithAccounts, own.SupplierAdmin):
    role = Role.SUPPLIER
    actions = (*(own.SupplierAdmin.actions or ()), link_or_create)


for model, model_admin in (
    (Customer, LinkedCustomerAdmin),
    (Supplier, LinkedSupplierAdmin),
):
    admin.site.unregister(model)
    admin.site.register(model, model_admin)
