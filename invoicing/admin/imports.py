"""Importing documents: upload, look at what would happen, say yes, see what did."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.db.models import Model
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
)
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from invoicing.admin.base import PER_PAGE, user_of
from invoicing.admin.decorators import display
from invoicing.errors import Refused
from invoicing.importing import offers
from invoicing.importing.files import refuse_large
from invoicing.importing.layouts import LAYOUTS
from invoicing.importing.limits import MEGABYTE, ON_A_PAGE
from invoicing.importing.plan import Verdict
from invoicing.models import ImportRun, ImportState

PERMISSION = "invoicing.import_document"
# Besides the file, a form has a few small fields.
LARGEST_REQUEST = ON_A_PAGE.file_bytes + MEGABYTE
WORDS = {
    Verdict.NEW: ("New", "success"),
    Verdict.CHANGED: ("Changed", "warning"),
    Verdict.UNCHANGED: ("Unchanged", "info"),
    Verdict.REFUSED: ("Refused", "danger"),
}


class UploadForm(forms.Form):
    file = forms.FileField(
        widget=UnfoldAdminFileFieldWidget,
        help_text=f"CSV (also .csv.gz) or XLSX, at most"
        f" {ON_A_PAGE.file_bytes // MEGABYTE} MB.",
    )
    layout = forms.ChoiceField(
        choices=[(each.name, each.title) for each in LAYOUTS.values()],
        widget=UnfoldAdminSelectWidget,
    )
    walk_in = forms.CharField(
        label="Walk-in customer",
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text="The name of the contact for documents that name none. Left empty,"
        " these are refused.",
    )
    mark_sent = forms.BooleanField(
        label="Mark as sent",
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text="Sales invoices and credit notes have reached their customers.",
    )


class SkipLarge(FileUploadHandler):
    """Lets a file that is too large run past without keeping it."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any
    ) -> None:
        self.too_large = content_length > LARGEST_REQUEST

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.too_large:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


@admin.register(ImportRun)
class ImportRunAdmin(ModelAdmin):  # type: ignore[misc]  # untyped base
    list_display = (
        *("started_at", "file_name", "layout", "state_shown", "created", "updated"),
        *("unchanged", "refused", "started_by"),
    )
    list_select_related = ("started_by",)
    list_per_page = PER_PAGE
    show_full_result_count = False
    actions = None

    @display(
        description="State",
        label={
            "Waiting for your word": "warning",
            "Finished": "success",
            "Failed": "danger",
        },
    )
    def state_shown(self, run: ImportRun) -> str:
        return ImportState(run.state).label

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)

    def has_view_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return request.user.has_perm(PERMISSION)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        prefix = "invoicing_importrun"
        return (
            ("add/", f"{prefix}_add", self._upload_view()),
            ("<int:pk>/take-in/", f"{prefix}_take_in", self.take_in_view),
            ("<int:pk>/cancel/", f"{prefix}_cancel", self.cancel_view),
            ("<int:pk>/refused.csv", f"{prefix}_refused", self.refused_view),
        )

    def _upload_view(self) -> Any:
        """Not protected until the upload handlers are set: looking for the token reads
        the whole upload."""

        def view(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            request.upload_handlers.insert(0, SkipLarge(request))
            return csrf_protect(self.upload_view)(request)

        view.csrf_exempt = True  # type: ignore[attr-defined]  # Django's way
        return view

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        _require_permission(request)
        form = UploadForm(request.POST or None, request.FILES or None)
        too_large = _too_large(request)
        if too_large:
            form = UploadForm()
            messages.error(request, too_large)
        elif request.method == "POST" and form.is_valid():
            run = _run_of(form, request)
            try:
                offers.offer(form.cleaned_data["file"], run)
                return redirect("admin:invoicing_importrun_change", run.pk)
            except Refused as refusal:
                form.add_error("file", refusal.message)
        context = {
            "form": form,
            "title": "Import documents",
            "layouts": LAYOUTS.values(),
        }
        return self._page(request, "admin/invoicing/import_upload.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Before the word: what would happen. After it: what did."""
        _require_permission(request)
        run = get_object_or_404(ImportRun, pk=object_id)
        verdict = request.GET.get("verdict", "")
        page = _page_number(request)
        rows = offers.previewed(
            run, verdict=verdict, start=(page - 1) * PER_PAGE, count=PER_PAGE + 1
        )
        context = {
            "title": str(run),
            "run": run,
            "rows": [_shown(row) for row in rows[:PER_PAGE]],
            "tabs": _tabs(run),
            "verdict": verdict,
            "page": page,
            "has_next": len(rows) > PER_PAGE,
            "is_open": run.state == ImportState.CHECKED,
            "has_findings": offers.findings(run) is not None and run.refused,
        }
        return self._page(request, "admin/invoicing/import_run.html", context)

    def take_in_view(
        self, request: HttpRequest, pk: int, **kwargs: Any
    ) -> HttpResponse:
        return require_POST(self._take_in)(request, pk)

    def _take_in(self, request: HttpRequest, pk: int) -> HttpResponse:
        _require_permission(request)
        run = get_object_or_404(ImportRun, pk=pk)
        if not offers.claim(run):
            messages.error(request, "It has been taken in or cancelled already.")
            return redirect("admin:invoicing_importrun_change", pk)
        try:
            report = offers.take_in(run, actor=user_of(request))
        except Refused as refusal:
            run.state, run.message = ImportState.FAILED, refusal.message[:500]
            run.save(update_fields=("state", "message"))
            messages.error(request, refusal.message)
        else:
            messages.success(
                request,
                f"{report.created} created, {report.updated} updated,"
                f" {report.unchanged} unchanged, {report.refused} refused.",
            )
        return redirect("admin:invoicing_importrun_change", pk)

    def cancel_view(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        return require_POST(self._cancel)(request, pk)

    def _cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        _require_permission(request)
        if offers.cancel(get_object_or_404(ImportRun, pk=pk)):
            messages.success(request, "Nothing was imported, and the file is removed.")
        return redirect("admin:invoicing_importrun_changelist")

    def refused_view(
        self, request: HttpRequest, pk: int, **kwargs: Any
    ) -> HttpResponseBase:
        _require_permission(request)
        path = offers.findings(get_object_or_404(ImportRun, pk=pk))
        if path is None:
            raise Http404
        return FileResponse(
            path.open("rb"),
            as_attachment=True,
            filename=f"refused-{pk}.csv",
            content_type="text/csv",
        )

    def _page(
        self, request: HttpRequest, template: str, context: dict[str, Any]
    ) -> HttpResponse:
        shared = {"opts": self.model._meta, "media": self.media}
        return TemplateResponse(
            request,
            template,
            {**self.admin_site.each_context(request), **shared, **context},
        )


def _require_permission(request: HttpRequest) -> None:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied


def _too_large(request: HttpRequest) -> str:
    length = request.headers.get("Content-Length", "")
    if not length.isdigit() or int(length) <= LARGEST_REQUEST:
        return ""
    try:
        refuse_large(int(length), ON_A_PAGE)
    except Refused as refusal:
        return f"{refusal.message} Or let an administrator run import_documents."
    return ""


def _run_of(form: UploadForm, request: HttpRequest) -> ImportRun:
    data = form.cleaned_data
    return ImportRun(
        layout=data["layout"],
        file_name=str(data["file"].name)[:200],
        options={"walk_in": data["walk_in"], "mark_sent": data["mark_sent"]},
        started_by=user_of(request),
    )


def _page_number(request: HttpRequest) -> int:
    given = request.GET.get("page", "1")
    return min(max(int(given), 1), 100_000) if given.isdecimal() else 1


def _tabs(run: ImportRun) -> list[tuple[str, str, int]]:
    counts = (run.created, run.updated, run.unchanged, run.refused)
    tabs = [("", "All", sum(counts))]
    for verdict, count in zip(WORDS, counts, strict=True):
        tabs.append((verdict.value, WORDS[verdict][0], count))
    return tabs


def _shown(row: dict[str, str]) -> dict[str, str]:
    label, colour = WORDS[Verdict(row["verdict"])]
    return {**row, "label": label, "colour": colour}
