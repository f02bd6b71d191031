"""Reconciliations: the list, the form that starts one, and the page of each."""

import tempfile
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from accounting_links import permissions as may
from accounting_links.admin.base import ListedAdmin, ReadOnlyAdmin, column
from accounting_links.forms.month_end import MonthEndForm
from accounting_links.forms.reconciliation import StartForm
from accounting_links.models import (
    SETTLED_VERDICTS,
    MonthEnd,
    Reconciliation,
    ReconciliationState,
)
from accounting_links.reconcile import export, heading, service, stored
from accounting_links.reconcile.accepted import left_over
from accounting_links.views import (
    cluster,
    first_day_documents,
    reconciliation_books,
    reconciliation_page,
    reconciliation_rows,
    reconciliation_settle,
)
from accounting_links.views.guard import acts, asks, person, reads

STATE_LABELS = {
    ReconciliationState.QUEUED: "info",
    ReconciliationState.RUNNING: "info",
    ReconciliationState.DONE: "success",
    ReconciliationState.FAILED: "danger",
}
CHANGE = "admin:accounting_links_reconciliation_change"


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnlyAdmin):
    list_display = (
        "period",
        "connection",
        "state_badge",
        "matched",
        "left",
        "started_by",
        "started_at",
    )
    list_filter = ("state", "connection")
    list_select_related = ("connection", "started_by")
    ordering = ("-id",)

    def get_urls(self) -> list[URLPattern]:
        return [*_page_urls(), *_document_urls(), *super().get_urls()]

    @column("Period", ordering="start")
    def period(self, reconciliation: Reconciliation) -> str:
        return heading.period(reconciliation)

    @column("State", ordering="state", label=STATE_LABELS)
    def state_badge(self, reconciliation: Reconciliation) -> tuple[str, str]:
        return reconciliation.state, reconciliation.get_state_display()

    @column("Matched")
    def matched(self, reconciliation: Reconciliation) -> str:
        if reconciliation.state != ReconciliationState.DONE:
            return ""
        settled = sum(reconciliation.verdicts.get(each, 0) for each in SETTLED_VERDICTS)
        return f"{settled:,} of {sum(reconciliation.verdicts.values()):,}"

    @column("To look into", label={"something": "warning", "nothing": "success"})
    def left(self, reconciliation: Reconciliation) -> tuple[str, str] | str:
        if reconciliation.state != ReconciliationState.DONE:
            return ""
        left = left_over(reconciliation)
        return ("something", f"{left:,}") if left else ("nothing", "Nothing")

    def has_view_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return request.user.has_perm(may.RECONCILE)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(may.RECONCILE)

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """GET shows the form; POST starts what it says."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = StartForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            return started(request, form.cleaned_data)
        context = reconciliation_page.page_context(request, "Run a reconciliation")
        context |= {"form": form, "cluster_beats": cluster.beats()}
        return TemplateResponse(
            request, "accounting_links/reconciliation_start.html", context
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "GET":
            return HttpResponse(status=405)
        return TemplateResponse(
            request,
            "accounting_links/reconciliation.html",
            reconciliation_page.context(request, found(object_id)),
        )


def found(pk: str | int) -> Reconciliation:
    if not str(pk).isdecimal():
        raise Http404
    records = Reconciliation.objects.select_related(
        "connection", "started_by", "sign_off__person", "sign_off__broken_by"
    )
    return get_object_or_404(records.defer("connection__credentials"), pk=pk)


def started(request: HttpRequest, values: dict[str, Any]) -> HttpResponse:
    reconciliation = service.start(
        values["connection"],
        start=values["start"],
        end=values["end"],
        kinds=values["kinds"],
        actor=person(request),
        balances=values["balances"],
    )
    return HttpResponseRedirect(reverse(CHANGE, args=(reconciliation.pk,)))


def progress(request: HttpRequest, pk: int) -> HttpResponse:
    response = JsonResponse(reconciliation_page.progress(found(pk)))
    response["Cache-Control"] = "no-store"
    return response


def download(request: HttpRequest, pk: int, ending: str) -> HttpResponse | FileResponse:
    reconciliation = found(pk)
    writer = export.WRITERS.get(f".{ending}")
    if writer is None:
        raise Http404
    if reconciliation.state != ReconciliationState.DONE:
        messages.error(request, "It is not finished, so there is nothing to download.")
        return HttpResponseRedirect(reverse(CHANGE, args=(pk,)))
    if stored.is_large(reconciliation):
        return large(request, reconciliation, f".{ending}")
    file = tempfile.TemporaryFile()  # the response closes it
    writer(reconciliation, file)
    file.seek(0)
    name = export.file_name(reconciliation, f".{ending}")
    return FileResponse(file, as_attachment=True, filename=name)


def large(
    request: HttpRequest, reconciliation: Reconciliation, ending: str
) -> HttpResponse | FileResponse:
    """The task cluster makes it; until then the page says so."""
    path = stored.path_of(reconciliation, ending)
    if path.exists():
        name = export.file_name(reconciliation, ending)
        return FileResponse(path.open("rb"), as_attachment=True, filename=name)
    ordered = stored.order(reconciliation, ending)
    sentence = "is being made" if ordered else "is still being made"
    kind = ending.removeprefix(".").upper()
    messages.info(request, f"The {kind} {sentence}. Press {kind} again in a minute.")
    return HttpResponseRedirect(reverse(CHANGE, args=(reconciliation.pk,)))


@admin.register(MonthEnd)
class MonthEndAdmin(ListedAdmin):
    form = MonthEndForm
    list_display = ("connection", "day", "active", "last_period")
    list_select_related = ("connection",)


def _page_urls() -> list[URLPattern]:
    return [
        path(
            "<int:pk>/progress/",
            reads(progress, may.RECONCILE),
            name="reconciliation_progress",
        ),
        path(
            "<int:pk>/file/<slug:ending>/",
            reads(download, may.RECONCILE),  # type: ignore[arg-type]  # streams
            name="reconciliation_file",
        ),
        path(
            "<int:pk>/row/<int:row_id>/",
            reads(reconciliation_rows.row_dialog, may.RECONCILE),
            name="reconciliation_row",
        ),
        path(
            "<int:pk>/row/<int:row_id>/<slug:verb>/",
            acts(reconciliation_settle.settle, may.RECONCILE),
            name="reconciliation_settle",
        ),
        path(
            "<int:pk>/settle/",
            acts(reconciliation_settle.settle_many, may.RECONCILE),
            name="reconciliation_settle_many",
        ),
        path(
            "<int:pk>/books/",
            reads(reconciliation_books.books, may.RECONCILE),
            name="reconciliation_books",
        ),
        path(
            "<int:pk>/sign/",
            acts(reconciliation_settle.sign, may.SIGN),
            name="reconciliation_sign",
        ),
        path(
            "<int:pk>/explain/",
            acts(reconciliation_settle.explain, may.SIGN),
            name="reconciliation_explain",
        ),
        path(
            "<int:pk>/check/",
            acts(reconciliation_settle.check, may.RECONCILE),
            name="reconciliation_check",
        ),
    ]


def _document_urls() -> list[URLPattern]:
    return [
        path(
            "<int:pk>/documents/",
            asks(first_day_documents.first_day_documents, may.ADOPT),
            name="reconciliation_documents",
        ),
        path(
            "<int:pk>/documents/file/",
            reads(first_day_documents.download, may.ADOPT),
            name="reconciliation_documents_file",
        ),
        path(
            "<int:pk>/documents/undo/<int:round_id>/",
            acts(first_day_documents.undo, may.ADOPT),
            name="reconciliation_documents_undo",
        ),
    ]
