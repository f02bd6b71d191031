"""What a document's own page says of the books, and its Send button."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404

from accounting_links import offering, waiting_payments
from accounting_links import permissions as may
from accounting_links.actions import mark_for_sync
from accounting_links.engine import runs
from accounting_links.exports import permissions as may_file
from accounting_links.exports import service
from accounting_links.models import (
    Connection,
    DocumentLink,
    EditState,
    ExportItem,
    ItemState,
    Operation,
    RemoteEdit,
    RunKind,
    SyncItem,
)
from accounting_links.views import progress, sync_list, wording
from accounting_links.views.guard import person
from accounting_links.views.list_query import ListQuery
from connectors import registry
from connectors.files import Variant
from connectors.records import RemoteStatus
from invoicing.models import Document

NOT_YET_IN_A_FILE = (ItemState.WAITING, ItemState.BLOCKED, ItemState.FAILED)
STATUS_WORDS = {
    RemoteStatus.DRAFT: "draft",
    RemoteStatus.OPEN: "open",
    RemoteStatus.PART_PAID: "part paid",
    RemoteStatus.PAID: "paid",
    RemoteStatus.VOID: "void",
    RemoteStatus.DELETED: "deleted",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    document: Document
    connection: Connection
    platform: str
    link: DocumentLink | None
    status: str
    url: str
    item: SyncItem | None
    badge: wording.Badge | None
    sync_url: str
    not_offered: str
    can_send: bool
    by_files: bool
    can_export: bool
    export: ExportItem | None
    ways: list[Variant]
    beforehand: list[str]
    edit: RemoteEdit | None


def panel(document: Document, user: Any) -> Panel | None:
    """None where no platform takes this kind of document."""
    connection = sync_list.serving(document.kind)
    if connection is None:
        return None
    links = document.ledger_links.filter(connection=connection, ended_at=None)
    link = links.first()
    items = SyncItem.objects.open().filter(connection=connection, document=document)
    item = items.order_by("id").first()
    refusal = offering.refusal(document, connection, Operation.CREATE)
    free = link is None and (item is None or item.state in NOT_YET_IN_A_FILE)
    may_export = user.has_perm(may_file.EXPORT) and not refusal
    by_files = connection.by_files
    return Panel(
        document=document,
        connection=connection,
        platform=registry.label(connection.platform),
        link=link,
        status=STATUS_WORDS.get(RemoteStatus(link.status), "") if link else "",
        url=safe_url(link.url) if link else "",
        item=item,
        badge=wording.item_badge(item) if item else None,
        sync_url=ListQuery(kind=document.kind, search=document.number).url(),
        not_offered="" if link else refusal,
        can_send=user.has_perm(may.SYNC),
        by_files=by_files,
        can_export=by_files and free and may_export,
        export=latest_export(document, connection) if by_files else None,
        ways=service.variants(connection, document.kind) if by_files else [],
        beforehand=waiting_payments.beforehand(document, connection),
        edit=link.edits.filter(state=EditState.OPEN).first() if link else None,
    )


def latest_export(document: Document, connection: Connection) -> ExportItem | None:
    found = document.export_items.filter(batch__connection=connection, payment=None)
    latest: ExportItem | None = found.order_by("-pk").first()
    return latest


def safe_url(url: str) -> str:
    """What the platform gave as a link is one only when it leads to a web page."""
    return url if url.startswith(("https://", "http://")) else ""


def context(request: HttpRequest, document: Document | None) -> dict[str, Any]:
    if document is None:
        return {}
    found = panel(document, request.user)
    run = sync_list.running(found.connection) if found and found.item else None
    return {
        "books": found,
        "progress": progress.as_shown(run) if run else None,
    }


def send(request: HttpRequest, document_id: int) -> HttpResponse:
    """Marks it and sends it, by itself. What stands against it is then said on its
    page and on the Sync page."""
    document = get_object_or_404(Document, pk=document_id)
    connection = sync_list.serving(document.kind)
    problem = sync_list.cannot_start(connection)
    if connection is not None and not problem:
        marked = mark_for_sync.mark_for_sync([document.pk], actor=person(request))
        problem = marked.not_offered[0][1] if marked.not_offered else ""
    if connection is None or problem:
        messages.error(request, problem)
        return HttpResponseRedirect(wording.document_url(document))
    runs.start(
        connection,
        kind=RunKind.MANUAL,
        actor=person(request),
        document_kind=document.kind,
        only=[document.pk],
        limit=1,
    )
    label = registry.label(connection.platform)
    messages.info(request, f"{document} is on its way to {label}.")
    return HttpResponseRedirect(wording.document_url(document))


def mark(request: HttpRequest, document_id: int) -> HttpResponse:
    document = get_object_or_404(Document, pk=document_id)
    marked = mark_for_sync.mark_for_sync([document.pk], actor=person(request))
    if marked.not_offered:
        messages.error(request, marked.not_offered[0][1])
    else:
        messages.success(request, f"{document} is on the list of the Sync page.")
    return HttpResponseRedirect(wording.document_url(document))
