"""One row of a reconciliation, both documents side by side, and what settles it."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from accounting_links.models import ReconciliationRow
from accounting_links.reconcile.remedies import Standing, remedies
from accounting_links.views.reconciliation_page import (
    company,
    page_context,
    shown_row,
)
from accounting_links.views.reconciliation_settle import row_of


def row_dialog(request: HttpRequest, pk: int, row_id: int) -> HttpResponse:
    """The part that goes into the page's dialog, or a page of its own."""
    row = row_of(pk, row_id)
    standing = Standing.of(row)
    in_dialog = request.headers.get("X-Requested-With") == "fetch"
    shown = shown_row(row)
    context = page_context(request, f"{row.get_kind_display()} {row.number}") | {
        "shown": shown,
        "row": row,
        "object": row.reconciliation,
        "company": company(row.reconciliation),
        "lines": list(side_by_side(row, shown)),
        "remedies": [
            each
            for each in remedies(standing)
            if request.user.has_perms(each.permissions)
        ],
        "namesake": standing.namesake,
        "in_dialog": in_dialog,
        "back": reverse("admin:accounting_links_reconciliation_change", args=(pk,)),
    }
    name = "body" if in_dialog else "page"
    return TemplateResponse(
        request, f"accounting_links/reconciliation_row_{name}.html", context
    )


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
        ("Status", words(row.our_status), words(row.their_status), "ended status paid"),
    )
    for label, ours, theirs, names in lines:
        yield label, ours, theirs, not differs.isdisjoint(names.split())


def words(status: str) -> str:
    return status.replace("_", " ").capitalize()
