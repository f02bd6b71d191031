"""Export, from the Sync page and from a document's own page."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from accounting_links.actions import mark_for_sync
from accounting_links.actions.base import NotAllowed
from accounting_links.connection_errors import ConnectingError
from accounting_links.engine import runs
from accounting_links.exports import service
from accounting_links.models import Connection, ItemState, RunKind
from accounting_links.views import sync_list, wording
from accounting_links.views.guard import person
from accounting_links.views.list_query import ListQuery
from connectors import registry
from connectors.files import FileConnector
from invoicing.errors import Refused
from invoicing.models import Document


def start(request: HttpRequest) -> HttpResponse:
    """All of a kind that can go, by the task cluster; the page follows it."""
    query = ListQuery.read(request.POST.dict())
    connection = sync_list.serving(query.kind)
    problem = sync_list.cannot_start(connection)
    if connection is None or problem:
        messages.error(request, problem)
        return HttpResponseRedirect(query.url())
    runs.start(
        connection,
        kind=RunKind.MANUAL,
        actor=person(request),
        document_kind=query.kind,
    )
    return HttpResponseRedirect(query.url(page=0))


def document(request: HttpRequest, document_id: int) -> HttpResponse:
    """GET says what the platform will do with it, POST exports it at once: writing a
    file calls nobody."""
    chosen = get_object_or_404(Document, pk=document_id)
    connection = sync_list.serving(chosen.kind)
    if connection is None or not connection.by_files:
        messages.error(request, "No platform takes such documents by files.")
        return HttpResponseRedirect(wording.document_url(chosen))
    names = [each.name for each in service.variants(connection, chosen.kind)]
    asked = (request.POST or request.GET).get("variant", "")
    variant = asked if asked in names else next(iter(names), "")
    if request.method != "POST":
        return ask(request, chosen, connection, variant)
    try:
        return export(request, chosen, connection, variant)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except (Refused, ConnectingError) as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(wording.document_url(chosen))


def ask(
    request: HttpRequest, chosen: Document, connection: Connection, variant: str
) -> HttpResponse:
    platform = registry.connector_class(connection.platform)
    if not issubclass(platform, FileConnector):
        raise TypeError(f"{connection.platform} is no file platform.")
    ways = service.variants(connection, chosen.kind)
    context = admin.site.each_context(request) | {
        "title": f"Export {chosen}",
        "document": chosen,
        "document_url": wording.document_url(chosen),
        "platform": platform.label,
        "way": next((each for each in ways if each.name == variant), None),
        "notices": platform.notices,
        "steps": platform.import_steps,
    }
    return TemplateResponse(request, "accounting_links/export_document.html", context)


def export(
    request: HttpRequest, chosen: Document, connection: Connection, variant: str
) -> HttpResponse:
    marked = mark_for_sync.mark_for_sync([chosen.pk], actor=person(request))
    if marked.not_offered:
        raise Refused(marked.not_offered[0][1])
    made = service.export(
        connection, only=[chosen.pk], variant=variant, actor=person(request)
    )
    if made.batches:
        messages.success(request, f"{chosen} stands in {made.batches[0]}.")
        name = "admin:accounting_links_exportbatch_change"
        return HttpResponseRedirect(reverse(name, args=(made.batches[0].pk,)))
    messages.error(request, why_not(chosen, connection))
    return HttpResponseRedirect(wording.document_url(chosen))


def why_not(chosen: Document, connection: Connection) -> str:
    item = connection.sync_items.open().filter(document=chosen, payment=None).first()
    if item is None:
        return f"{chosen} was exported and confirmed already."
    if item.state == ItemState.EXPORTED:
        return f"{chosen} was exported already. {item.message}"
    return f"{chosen} was not exported. {wording.item_sentence(item)}"
