"""The Actions dialog: all that stands against one document, each with its remedy."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.dateparse import parse_date

from accounting_links import matching, redating
from accounting_links.models import (
    Connection,
    ContactLink,
    RecordType,
    RemoteRecord,
    Role,
    SyncItem,
)
from accounting_links.preflight.base import Fix
from accounting_links.views import edits, sync_list, wording
from accounting_links.views.connection_page import capabilities_of
from accounting_links.views.list_query import ListQuery
from accounting_links.views.sync_page import allowed
from connectors import registry
from invoicing.models import (
    Contact,
    DocumentKind,
    IncrementorGroup,
    NominalCode,
    SentHow,
    TaxRate,
)

MOST_CHOICES = 500
CONTACT_FIXES = {Fix.LINK_CONTACT, Fix.CREATE_CONTACT, Fix.TYPE_ACCSID}


@dataclass(frozen=True, slots=True)
class ContactPanel:
    contact: Contact
    role: str
    url: str
    link: ContactLink | None
    suggestion: matching.Suggestion
    can_create: bool
    can_type: bool


@dataclass(frozen=True, slots=True)
class Remedy:
    """One finding and what its buttons need."""

    finding: Mapping[str, Any]
    title: str
    fixes: frozenset[str]
    contact: ContactPanel | None = None
    record: NominalCode | TaxRate | None = None
    choices: list[RemoteRecord] = field(default_factory=list)

    @property
    def their_date(self) -> dt.date | None:
        """Of the document that has the number already; findings hold it as text."""
        return parse_date(str(self.finding.get("data", {}).get("date", "")))


def item_dialog(request: HttpRequest, item_id: int) -> HttpResponse:
    related = (
        *("connection", "document__contact", "document__care_of"),
        *("marked_by", "payment"),
    )
    item = get_object_or_404(SyncItem.objects.select_related(*related), pk=item_id)
    query = ListQuery.read(request.GET.dict(), default=item.document.kind)
    context = item_context(item) | {"query": query, "may": allowed(request)}
    if request.headers.get("X-Requested-With") == "fetch":
        return TemplateResponse(request, "accounting_links/item_dialog.html", context)
    context = admin.site.each_context(request) | context
    context["title"] = str(item.document)
    return TemplateResponse(request, "accounting_links/item_page.html", context)


def item_context(item: SyncItem) -> dict[str, Any]:
    return {
        "item": item,
        "notice": redating.notice(item.connection, item.document),
        "edit": edits.open_of(item.document, item.connection),
        "row": sync_list.row(item),
        "platform": registry.label(item.connection.platform),
        "connection": item.connection,
        "remedies": [remedy(item, finding) for finding in item.findings],
        "hows": [choice for choice in SentHow.choices if choice[0] != SentHow.PLATFORM],
        "default_nominal": item.connection.default_nominal,
        "nominals": NominalCode.objects.filter(active=True)[:MOST_CHOICES],
        "series": IncrementorGroup.objects.filter(
            kind=item.document.kind, is_default=True
        ).first(),
    }


def remedy(item: SyncItem, finding: Mapping[str, Any]) -> Remedy:
    fixes = frozenset(finding.get("fixes") or filter(None, [finding.get("fix")]))
    title = wording.code_words(str(finding.get("code", "")))
    contact = contact_panel(item, finding) if fixes & CONTACT_FIXES else None
    record = subject_of(finding)
    return Remedy(
        finding=finding,
        title=title,
        fixes=fixes,
        contact=contact,
        record=record if isinstance(record, NominalCode | TaxRate) else None,
        choices=choices(item.connection, fixes),
    )


def subject_of(finding: Mapping[str, Any]) -> Contact | NominalCode | TaxRate | None:
    """The record that a fix works on; None when it is gone or was never named."""
    name, _, key = str(finding.get("subject", "")).partition(":")
    if name == "contact" and key.isdecimal():
        return Contact.objects.filter(pk=key).first()
    if name == "nominal":
        return NominalCode.objects.filter(code=key).first()
    if name == "tax":
        return TaxRate.objects.filter(code=key).first()
    return None


def contact_panel(item: SyncItem, finding: Mapping[str, Any]) -> ContactPanel:
    found = subject_of(finding)
    contact = found if isinstance(found, Contact) else item.document.bill_to
    role = role_of(item.document.kind)
    links = ContactLink.objects.filter(connection=item.connection, contact=contact)
    capabilities = capabilities_of(item.connection.platform)
    return ContactPanel(
        contact=contact,
        role=role,
        url=wording.contact_url(contact, item.document.kind),
        link=links.filter(role=role, ended_at=None).first(),
        suggestion=matching.suggest(item.connection, contact, role),
        can_create=capabilities.create_parties,
        can_type=capabilities.typed_account_id,
    )


def role_of(kind: str) -> Role:
    return Role.SUPPLIER if kind == DocumentKind.SUPPLIER_INVOICE else Role.CUSTOMER


def choices(connection: Connection, fixes: frozenset[str]) -> list[RemoteRecord]:
    """What can be mapped to, as it was last seen there."""
    wanted = {Fix.MAP_NOMINAL: RecordType.ACCOUNT, Fix.MAP_TAX: RecordType.TAX_CODE}
    types = [type_ for fix, type_ in wanted.items() if fix in fixes]
    if not types:
        return []
    records = connection.remote_records.filter(type__in=types, active=True)
    return list(records[:MOST_CHOICES])
