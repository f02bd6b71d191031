"""One row of a reconciliation, both documents side by side, and what settles it."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from accounting_links import outbox
from accounting_links import permissions as may
from accounting_links.models import ReconciliationRow
from accounting_links.views.guard import person
from accounting_links.views.reconciliation_page import (
    can_be_marked,
    company,
    page_context,
    shown_row,
)


def row_dialog(request: HttpRequest, pk: int, row_id: int) -> HttpResponse:
    """The part that goes into the page's dialog, or a page of its own."""
    row = _row(pk, row_id)
    in_dialog = request.headers.get("X-Requested-With") == "fetch"
    shown = shown_row(row)
    context = page_context(request, f"{row.get_kind_display()} {row.number}") | {
        "shown": shown,
        "row": row,
        "company": company(row.reconciliation),
        "lines": list(side_by_side(row, shown)),
        "can_mark": request.user.has_perm(may.SYNC) and can_be_marked(row),
        "in_dialog": in_dialog,
        "back": reverse("admin:accounting_links_reconciliation_change", args=(pk,)),
    }
    name = "body" if in_dialog else "page"
    return TemplateResponse(
        request, f"accounting_links/reconciliation_row_{name}.html", context
    )


def mark(request: HttpRequest, pk: int, row_id: int) -> HttpResponse:
    """Puts our document on the Sync page's list."""
    row = _row(pk, row_id)
    if row.document is None:
        messages.error(request, "There is no document of ours to send.")
    else:
        result = outbox.mark(
            [row.document.pk],
            connection=row.reconciliation.connection,
            actor=person(request),
            why="reconciliation",
        )
        for _, sentence in result.not_offered:
            messages.error(request, sentence)
        if result.marked:
            messages.success(request, f"{row.document} is marked for sync.")
        elif result.already:
            messages.info(request, f"{row.document} was marked already.")
    return HttpResponseRedirect(
        reverse("admin:accounting_links_reconciliation_change", args=(pk,))
    )


def _row(pk: int, row_id: int) -> ReconciliationRow:
    rows = ReconciliationRow.objects.select_related(
        "document", "reconciliation__connection"
    )
    return get_object_or_404(rows, pk=row_id, reconciliation=pk)


def side_by_side(
    row: ReconciliationRow, shown: dict[str, Any]
) -> Iterator[tuple[str, object, object, bool]]:
    """What, ours, theirs, and whether that differs."""
    differs = set(row.differs.split())
    lines = (
        ("Number", row.number if shown["is_ours"] else "", row.remote_number, "number"),
        ("Date", row.our_date, row.their_date, "date"),
        ("Contact", row.our_party, row.their_party, "customer"),
        ("Total", shown["ours"], shown["theirs"], "amount currency"),
        ("Tax in it", shown["our_tax"], shown["their_tax"], "tax"),
        ("Status", words(row.our_status), words(row.their_status), "status paid"),
    )
    for label, ours, theirs, names in lines:
        yield label, ours, theirs, not differs.isdisjoint(names.split())


def words(status: str) -> str:
    return status.replace("_", " ").capitalize()
