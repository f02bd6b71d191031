"""Documents that were in both places before: proposals out, decisions in, a look, and a
way back. Their side is a reconciliation's."""

import tempfile
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from accounting_links.actions.base import NotAllowed, Refused
from accounting_links.connection_errors import ConnectingError
from accounting_links.counted import counted
from accounting_links.first_day import document_rounds as rounds
from accounting_links.first_day import document_sheet as sheet
from accounting_links.first_day import documents
from accounting_links.first_day.sheet import Decision
from accounting_links.models import MatchRound, Reconciliation, ReconciliationState
from accounting_links.reconcile import heading
from accounting_links.views.first_day import HOLDS, SHOWN, uploaded
from accounting_links.views.guard import person
from accounting_links.views.reconciliation_page import page_context
from connectors import registry
from connectors.errors import ConnectorError

SALT = "finsync.first-day.documents"
PROBLEMS = (Refused, ConnectingError, ConnectorError)


def first_day_documents(request: HttpRequest, pk: int) -> HttpResponse:
    reconciliation = _asked(pk)
    try:
        if "plan" in request.POST:
            return _confirmed(request, reconciliation)
        if "decisions" in request.FILES:
            return _looked_at(request, reconciliation)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except PROBLEMS as refusal:
        messages.error(request, str(refusal))
        return _back(pk)
    matches = documents.plan(reconciliation)
    context = _context(request, reconciliation) | {
        "counts": [
            (grade.label, count) for grade, count in documents.counts(matches).items()
        ],
        "whole": len(matches),
        "unclaimed": documents.unclaimed(reconciliation).count(),
        "shown": [each for each in matches if each.row is not None][:SHOWN],
        "rounds": MatchRound.objects.filter(
            connection=reconciliation.connection, role=""
        ).select_related("person", "undone_by"),
    }
    return TemplateResponse(
        request, "accounting_links/first_day_documents.html", context
    )


def download(request: HttpRequest, pk: int) -> HttpResponse:
    file = tempfile.TemporaryFile()  # the response closes it
    sheet.write(documents.plan(_asked(pk)), file)
    file.seek(0)
    answer: Any = FileResponse(
        file, as_attachment=True, filename=f"documents-{pk}.xlsx"
    )
    response: HttpResponse = answer
    return response


def undo(request: HttpRequest, pk: int, round_id: int) -> HttpResponse:
    made = get_object_or_404(
        MatchRound.objects.select_related("connection"),
        pk=round_id,
        connection=_asked(pk).connection,
        role="",
    )
    try:
        count = rounds.undo(made, actor=person(request))
        messages.success(request, f"{made} is undone: {count:,} links were ended.")
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _back(pk)


def _looked_at(request: HttpRequest, reconciliation: Reconciliation) -> HttpResponse:
    """What is confirmed is signed, so that it is what was shown."""
    with uploaded(request) as path:
        decisions = sheet.read(path)
    if not decisions:
        raise Refused("No row of the spreadsheet says yes in the column Link.")
    checked = rounds.check(reconciliation, decisions)
    kept = [(each.row, each.code, each.external_id) for each in decisions]
    context = _context(request, reconciliation) | {
        "new": checked.new[:SHOWN],
        "count": len(checked.new),
        "refused": checked.refused[:SHOWN],
        "left": len(checked.refused),
        "plan": signing.dumps(kept, salt=SALT, compress=True),
    }
    return TemplateResponse(
        request, "accounting_links/first_day_documents_plan.html", context
    )


def _confirmed(request: HttpRequest, reconciliation: Reconciliation) -> HttpResponse:
    try:
        kept = signing.loads(request.POST["plan"], salt=SALT, max_age=HOLDS)
    except signing.BadSignature as error:
        raise Refused("The plan is too old. Upload the spreadsheet again.") from error
    decisions = [Decision(*each) for each in kept]
    made, left_out = rounds.apply(reconciliation, decisions, actor=person(request))
    count = made.documents.count()
    linked = counted(count, "document is", "documents are")
    messages.success(request, f"{linked} linked. Nothing was sent.")
    if left_out:
        shown = " ".join(left_out[:5])
        messages.warning(request, f"{len(left_out):,} were left out. {shown}")
    return _back(reconciliation.pk)


def _asked(pk: int) -> Reconciliation:
    found = Reconciliation.objects.select_related("connection")
    return get_object_or_404(found, pk=pk, state=ReconciliationState.DONE)


def _context(request: HttpRequest, reconciliation: Reconciliation) -> dict[str, Any]:
    platform = registry.label(reconciliation.connection.platform)
    return page_context(request, f"Match documents with {platform}") | {
        "reconciliation": reconciliation,
        "object": reconciliation,
        "period": heading.period(reconciliation),
        "platform": platform,
        "here": reverse("admin:reconciliation_documents", args=(reconciliation.pk,)),
        "back": reverse(
            "admin:accounting_links_reconciliation_change", args=(reconciliation.pk,)
        ),
    }


def _back(pk: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:reconciliation_documents", args=(pk,)))
