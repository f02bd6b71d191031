"""Actions of the documents' lists: each shows what it would do, then does it."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounting_links import outbox
from accounting_links import permissions as may
from accounting_links.actions import mark_for_sync as marking
from accounting_links.engine import runs
from accounting_links.models import RunKind
from accounting_links.views import bulk, sync_list
from accounting_links.views.guard import person
from connectors import registry

CONFIRMED = "_confirmed"
SHOWN = 20
MOST_SENT = 500  # longer lists are what Auto Sync is for


def may_sync(request: HttpRequest) -> bool:
    return request.user.has_perm(may.SYNC)


def may_link(request: HttpRequest) -> bool:
    return request.user.has_perm(may.LINK)


def mark_for_sync(
    model_admin: Any, request: HttpRequest, documents: QuerySet[Any]
) -> HttpResponse | None:
    if not may_sync(request):
        raise PermissionDenied
    if CONFIRMED not in request.POST:
        question = "They are put on the list of the Sync page. Nothing is sent yet."
        return confirm(model_admin, request, documents, question=question)
    result = marking.mark_for_sync(ids(documents), actor=person(request))
    tell_marked(request, result)
    return None


def sync_selected(
    model_admin: Any, request: HttpRequest, documents: QuerySet[Any]
) -> HttpResponse | None:
    if not may_sync(request):
        raise PermissionDenied
    connection = sync_list.serving(model_admin.kind)
    problem = sync_list.cannot_start(connection)
    if connection is None or problem:
        messages.error(request, problem)
        return None
    if CONFIRMED not in request.POST:
        label = registry.label(connection.platform)
        question = f"They are sent to {label}, as far as nothing stands against them."
        return confirm(model_admin, request, documents, question=question)
    chosen = ids(documents)[:MOST_SENT]
    tell_marked(request, marking.mark_for_sync(chosen, actor=person(request)))
    runs.start(
        connection,
        kind=RunKind.MANUAL,
        actor=person(request),
        document_kind=model_admin.kind,
        only=chosen,
    )
    messages.info(request, "They are being sent: the Sync page shows how far it is.")
    return None


def link_or_create(
    model_admin: Any, request: HttpRequest, documents: QuerySet[Any]
) -> HttpResponse:
    """Leads on to the plan, which is confirmed there."""
    if not may_link(request):
        raise PermissionDenied
    return bulk.plan_for_documents(request, documents, kind=model_admin.kind)


mark_for_sync.short_description = "Mark for sync"  # type: ignore[attr-defined]  # Django's way
mark_for_sync.allowed_permissions = ("sync_documents",)  # type: ignore[attr-defined]  # Django's way
sync_selected.short_description = "Sync selected"  # type: ignore[attr-defined]  # Django's way
sync_selected.allowed_permissions = ("sync_documents",)  # type: ignore[attr-defined]  # Django's way
link_or_create.short_description = "Link or create selected customers"  # type: ignore[attr-defined]  # Django's way
link_or_create.allowed_permissions = ("link_parties",)  # type: ignore[attr-defined]  # Django's way
LISTED = (mark_for_sync, sync_selected, link_or_create)


def ids(documents: QuerySet[Any]) -> list[int]:
    return list(documents.order_by("date", "pk").values_list("pk", flat=True))


def confirm(
    model_admin: Any, request: HttpRequest, records: QuerySet[Any], *, question: str
) -> HttpResponse:
    name = request.POST.get("action", "")
    context = model_admin.admin_site.each_context(request) | {
        "title": str(getattr(ACTIONS[name], "short_description", name)),
        "question": question,
        "opts": model_admin.opts,
        "records": records.order_by("date", "pk")[:SHOWN],
        "count": records.count(),
        "action": name,
        "selected": request.POST.getlist(helpers.ACTION_CHECKBOX_NAME),
        "across": request.POST.get("select_across", "0"),
        "checkbox": helpers.ACTION_CHECKBOX_NAME,
        "confirmed": CONFIRMED,
    }
    return TemplateResponse(request, "accounting_links/confirm_action.html", context)


ACTIONS = {action.__name__: action for action in LISTED}


def tell_marked(request: HttpRequest, result: outbox.MarkResult) -> None:
    if result.marked:
        messages.success(request, f"{result.marked} marked for sync.")
    if result.already:
        messages.info(request, f"{result.already} were on the list, or there, already.")
    for _, sentence in result.not_offered[:5]:
        messages.warning(request, sentence)
    if len(result.not_offered) > 5:
        messages.warning(
            request, f"{len(result.not_offered) - 5} more are not offered."
        )
