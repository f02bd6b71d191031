"""The sidebar. What is not registered, or not permitted, is left out."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounting_links import permissions as may
from accounting_links.models import Connection
from invoicing.models import DocumentKind

Item = dict[str, Any]

# (title, [(model, title, icon), ...])
GROUPS = (
    (
        "Documents",
        (
            ("invoicing.SalesInvoice", "Sales invoices", "receipt_long"),
            ("invoicing.SalesCreditNote", "Credit notes", "undo"),
            ("invoicing.SupplierInvoice", "Supplier invoices", "shopping_cart"),
            ("invoicing.SalesOrder", "Sales orders", "assignment"),
            ("invoicing.Payment", "Payments", "payments"),
            ("invoicing.Job", "Jobs", "handyman"),
            ("invoicing.ImportRun", "Imports", "upload_file"),
        ),
    ),
    (
        "Contacts",
        (
            ("invoicing.Customer", "Customers", "person"),
            ("invoicing.Supplier", "Suppliers", "local_shipping"),
        ),
    ),
    (
        "Books",
        (
            ("accounting_links.Connection", "Connections", "cable"),
            ("accounting_links.ExportBatch", "Export files", "file_save"),
            ("accounting_links.Reconciliation", "Reconciliation", "balance"),
            ("accounting_links.MonthEnd", "Month-end packs", "event_repeat"),
            ("accounting_links.RemoteEdit", "Edits in the books", "edit_note"),
            ("accounting_links.SyncRun", "Sync runs", "sync"),
            ("accounting_links.NominalLink", "Nominal codes there", "link"),
            ("accounting_links.TaxLink", "Taxes there", "percent"),
            ("accounting_links.ProductLink", "Products there", "inventory_2"),
            ("accounting_links.MethodLink", "Bank accounts there", "account_balance"),
            ("accounting_links.ExchangeRecord", "Exchanges", "swap_horiz"),
            ("accounting_links.WebhookDelivery", "Webhook messages", "webhook"),
        ),
    ),
    (
        "Set-up",
        (
            ("invoicing.NominalCode", "Nominal codes", "tag"),
            ("invoicing.TaxRate", "Tax rates", "percent"),
            ("invoicing.Product", "Products", "inventory_2"),
            ("invoicing.PaymentMethod", "Payment methods", "credit_card"),
            ("invoicing.IncrementorGroup", "Numbering", "123"),
            ("accounting_links.PlatformApp", "Platform apps", "key"),
        ),
    ),
    (
        "Administration",
        (
            ("invoicing.Event", "History", "history"),
            ("auth.User", "Staff", "badge"),
            ("auth.Group", "Roles", "groups"),
            ("django_q.Schedule", "Schedules", "schedule"),
            ("django_q.Failure", "Failed tasks", "error"),
            ("django_q.Success", "Finished tasks", "task_alt"),
            ("django_q.OrmQ", "Queued tasks", "pending"),
        ),
    ),
)
# Group's title -> (page of ours, permission, title, icon).
PAGES = {
    "Books": (("admin:platforms", may.VIEW_CONNECTION, "Platforms", "fact_check"),),
}
SYNC_ICONS = {
    DocumentKind.SALES_INVOICE: "receipt_long",
    DocumentKind.CREDIT_NOTE: "undo",
    DocumentKind.SUPPLIER_INVOICE: "shopping_cart",
    DocumentKind.SALES_ORDER: "assignment",
}


def sidebar(request: HttpRequest) -> list[Item]:
    home = {"title": "Dashboard", "icon": "home", "link": reverse("admin:index")}
    groups: list[Item] = [
        {"items": [home]},
        {"title": "Sync", "separator": True, "items": list(sync_pages(request))},
        *(
            {
                "title": title,
                "separator": True,
                "items": alone([*lists(request, models), *pages(request, title)]),
            }
            for title, models in GROUPS
        ),
    ]
    return [group for group in groups if group["items"]]


def pages(request: HttpRequest, group: str) -> Iterable[Item]:
    for name, permission, title, icon in PAGES.get(group, ()):
        if request.user.has_perm(permission):
            link = reverse(name)
            here = request.path.startswith(link)
            yield {"title": title, "icon": icon, "link": link, "active": here}


def alone(items: list[Item]) -> list[Item]:
    """A page of ours lies below a list, which is not lit as well."""
    if any(item.get("active") for item in items):
        return [{"active": False, **item} for item in items]
    return items


def sync_pages(request: HttpRequest) -> Iterable[Item]:
    address = sync_address()
    label = Connection._meta.app_label
    if not address or not request.user.has_perm(f"{label}.use_sync_page"):
        return
    here = request.path.startswith(address)
    for kind in DocumentKind:
        yield {
            "title": f"{kind.label}s",
            "icon": SYNC_ICONS[kind],
            "link": sync_address(kind),
            "active": here and request.GET.get("kind") == kind,
        }


def sync_address(kind: str = "", code: str = "") -> str:
    try:
        address = reverse("admin:sync_page")
    except NoReverseMatch:
        return ""
    asked = {"kind": kind, "code": code}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{address}?{query}" if query else address


def lists(
    request: HttpRequest, models: Iterable[tuple[str, str, str]]
) -> Iterable[Item]:
    for name, title, icon in models:
        link = list_address(request, name)
        if link:
            yield {"title": title, "icon": icon, "link": link}


def list_address(request: HttpRequest, name: str) -> str:
    """Of a model's changelist; empty where this user has no business there."""
    model = apps.get_model(name)
    try:
        model_admin = admin.site.get_model_admin(model)
    except NotRegistered:
        return ""
    if not model_admin.has_view_or_change_permission(request):
        return ""
    options = model._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_changelist")


def account(request: HttpRequest) -> list[Item]:
    return [
        {"title": "Two-factor log-in", "link": reverse("mfa_index")},
        {"title": "Where I am logged in", "link": reverse("usersessions_list")},
    ]
