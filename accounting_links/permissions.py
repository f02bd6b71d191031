"""Who may do what: names of the permissions, and the three roles of an office."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

USE_SYNC_PAGE = "accounting_links.use_sync_page"
CONNECT = "accounting_links.connect_connection"
CHECK_UP = "accounting_links.check_up_connection"
SYNC = "accounting_links.sync_document"
LINK = "accounting_links.link_contact"
UNLOCK = "accounting_links.unlock_accsid"
ADOPT = "accounting_links.adopt_document"
VIEW_CONNECTION = "accounting_links.view_connection"
CHANGE_CONNECTION = "accounting_links.change_connection"
MAP_NOMINALS = "accounting_links.change_nominallink"
MAP_TAXES = "accounting_links.change_taxlink"
MAP_METHODS = "accounting_links.change_methodlink"
RECONCILE = "accounting_links.run_reconciliation"
SIGN = "accounting_links.sign_reconciliation"
VIEW_DELIVERIES = "accounting_links.view_webhookdelivery"
REPLAY_DELIVERIES = "accounting_links.replay_delivery"
VIEW_RUNS = "accounting_links.view_syncrun"
MARK_SENT = "invoicing.mark_document_sent"
CHANGE_DOCUMENT = "invoicing.change_document"
CHANGE_NUMBERING = "invoicing.change_incrementorgroup"

# Kinds of record that office staff work on; proxies have permissions of their own.
DOCUMENTS = ("document", "salesinvoice", "salescreditnote", "supplierinvoice")
RECORDS = (
    *DOCUMENTS,
    "salesorder",
    "documentline",
    "contact",
    "customer",
    "supplier",
    "payment",
    "paymentallocation",
    "job",
)
FILE_VERBS = ("export_document", "confirm_export", "mail_export")
BOOKKEEPER_VERBS = (
    *FILE_VERBS,
    "use_sync_page",
    "sync_document",
    "link_contact",
    "mark_document_sent",
    "import_document",
    "approve_document",
)
ACCOUNTANT_VERBS = (
    *BOOKKEEPER_VERBS,
    "cancel_export",
    "unlock_accsid",
    "adopt_document",
    "void_document",
    "run_reconciliation",
    "sign_reconciliation",
)
MAPPINGS = ("nominallink", "taxlink", "productlink", "methodlink")
CODES = ("nominalcode", "taxrate", "product", "paymentmethod")


def _codenames(actions: Iterable[str], models: Iterable[str]) -> list[str]:
    models = tuple(models)
    return [f"{action}_{model}" for action in actions for model in models]


def _ours() -> Q:
    return Q(content_type__app_label__in=("invoicing", "accounting_links"))


def _viewing() -> Q:
    # Exchanges and deliveries may hold what customers were billed, apps hold secrets.
    kept = (
        *("view_exchangerecord", "view_platformapp"),
        *("view_webhookdelivery", "view_webhookendpoint"),
    )
    return _ours() & Q(codename__startswith="view_") & ~Q(codename__in=kept)


def bookkeeper() -> Q:
    own = [*_codenames(("add", "change"), RECORDS), *BOOKKEEPER_VERBS]
    return _viewing() | _ours() & Q(codename__in=own)


def accountant() -> Q:
    own = [
        *_codenames(("add", "change"), (*RECORDS, *CODES, *MAPPINGS)),
        *_codenames(("change",), ("incrementorgroup",)),
        *_codenames(("delete",), MAPPINGS),
        *_codenames(("add", "change"), ("monthend",)),
        *ACCOUNTANT_VERBS,
    ]
    return _viewing() | _ours() & Q(codename__in=own)


def administrator() -> Q:
    staff = Q(content_type__app_label="auth", content_type__model__in=("user", "group"))
    tasks = Q(content_type__app_label="django_q", codename__startswith="view_")
    return _ours() | staff | tasks


ROLES = {
    "Bookkeeper": bookkeeper,
    "Accountant": accountant,
    "Administrator": administrator,
}


def make_roles(**signal: object) -> None:
    """Makes the roles that are missing. One that exists is left as the administrator
    has set it."""
    if not Permission.objects.filter(codename="use_sync_page").exists():
        return  # migrated backwards, or only in part
    for name, allowed in ROLES.items():
        group, is_new = Group.objects.get_or_create(name=name)
        if is_new:
            group.permissions.set(Permission.objects.filter(allowed()))
