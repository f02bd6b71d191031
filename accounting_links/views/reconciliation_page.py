"""One reconciliation: its tie-out, its rows, its files."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import admin
from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.urls import reverse

from accounting_links import permissions as may
from accounting_links.actions import sign_off
from accounting_links.counted import counted
from accounting_links.models import (
    Reconciliation,
    ReconciliationRow,
    ReconciliationState,
    Verdict,
)
from accounting_links.reconcile import heading, remedies
from accounting_links.reconcile.accepted import left_over
from accounting_links.reconcile.heading import company
from accounting_links.reconcile.since import since
from accounting_links.reconcile.totals import money
from accounting_links.views import cluster
from accounting_links.views import reconciliation_charts as charts
from accounting_links.views.row_query import ACCEPTED, ALL, OPEN, RowQuery
from invoicing.models import DocumentKind

PER_PAGE = 50
TONES = {
    Verdict.MATCHED: "good",
    Verdict.POSTED_OUTSIDE: "",
    Verdict.IN_DOUBT: "busy",
    Verdict.MISSING_IN_BOOKS: "warn",
}
PAGES = {
    DocumentKind.SALES_INVOICE: "salesinvoice",
    DocumentKind.CREDIT_NOTE: "salescreditnote",
    DocumentKind.SUPPLIER_INVOICE: "supplierinvoice",
    DocumentKind.SALES_ORDER: "salesorder",
}


def page_context(request: HttpRequest, title: str) -> dict[str, Any]:
    """What every page of the admin site needs."""
    return admin.site.each_context(request) | {
        "title": title,
        "opts": Reconciliation._meta,
    }


def context(request: HttpRequest, reconciliation: Reconciliation) -> dict[str, Any]:
    left = left_over(reconciliation)
    query = RowQuery.read(request.GET, default=OPEN if left else ALL)
    shown = page_context(request, heading.title(reconciliation)) | {
        "reconciliation": reconciliation,
        "object": reconciliation,
        "company": heading.company(reconciliation),
        "period": heading.period(reconciliation),
        "facts": heading.facts(reconciliation),
        "progress": progress(reconciliation),
        "cluster_beats": not reconciliation.is_open or cluster.beats(),
        "may_run": request.user.has_perm(may.RECONCILE),
        "may_match": request.user.has_perm(may.ADOPT)
        and not reconciliation.connection.by_files,
        "may_sign": request.user.has_perm(may.SIGN),
        "sign_off": getattr(reconciliation, "sign_off", None),
        "query": query,
    }
    if reconciliation.state != ReconciliationState.DONE:
        return shown
    page = Paginator(query.rows(reconciliation), PER_PAGE).get_page(query.page)
    return shown | {
        "left": left,
        "since": since(reconciliation),
        "why_not_signed": sign_off.why_not(reconciliation),
        "count": sum(reconciliation.verdicts.values()),
        "ties": [
            {
                **tie_out(*each),
                "over_time": charts.over_time(reconciliation, each[0]),
            }
            for each in heading.by_currency(reconciliation)
        ],
        "unexplained": any(
            Decimal(whole["unexplained"]) for whole in reconciliation.totals.values()
        ),
        "chips": list(chips(reconciliation, query, left)),
        "kinds": kinds(reconciliation, query),
        "page": page,
        "rows": [shown_row(each) for each in page],
        "pages": list(pages(page, query)),
        "for_many": [
            each
            for each in remedies.FOR_MANY.values()
            if request.user.has_perms(each.permissions)
        ],
        "files": ("xlsx", "csv", "pdf"),
    }


def progress(reconciliation: Reconciliation) -> dict[str, Any]:
    """As the page's script reads it. How many the books hold is not known before the
    end, so that there is no percentage to tell."""
    running = reconciliation.is_open
    handled = reconciliation.handled
    done = counted(handled, "document") if handled else ""
    stage = reconciliation.stage or "Waits for a worker"
    return {
        "running": running,
        "percent": 50 if running else 100,
        "state_words": reconciliation.get_state_display(),
        "sentence": ": ".join(filter(None, (stage, done))) if running else "",
        "message": reconciliation.message,
    }


def tie_out(currency: str, whole: Mapping[str, Any]) -> dict[str, Any]:
    parts = [
        {
            "label": verdict.label,
            "count": share["count"],
            "amount": share["difference"],
            "address": f"?verdict={verdict}",
        }
        for verdict, share in heading.by_verdict(whole)
        if share["count"]
    ]
    return {
        "currency": currency,
        "whole": whole,
        "parts": parts,
        "kinds": [(kind.label, tally) for kind, tally in heading.by_kind(whole)],
        "nominals": heading.by_nominal(whole),
        "chart": charts.by_verdict(currency, parts),
    }


def chips(
    reconciliation: Reconciliation, query: RowQuery, left: int
) -> Iterator[dict[str, Any]]:
    whole = sum(reconciliation.verdicts.values())
    groups = [(OPEN, "To look into", left, "bad"), (ALL, "All", whole, "")]
    groups.append((ACCEPTED, "Accepted", reconciliation.accepted, "good"))
    for verdict in Verdict:
        count = reconciliation.verdicts.get(verdict, 0)
        groups.append((verdict, verdict.label, count, TONES.get(verdict, "bad")))
    for value, label, count, tone in groups:
        chosen = query.verdict == value
        if count or chosen or value == ALL:
            yield {
                "label": label,
                "count": count,
                "tone": tone if count else "",
                "chosen": chosen,
                "address": query.address(verdict=value, page=""),
            }


def kinds(reconciliation: Reconciliation, query: RowQuery) -> list[dict[str, Any]]:
    """Nothing to choose where there is one."""
    if len(reconciliation.kinds) < 2:
        return []
    labels = [("", "All kinds")]
    labels += [(kind, f"{DocumentKind(kind).label}s") for kind in reconciliation.kinds]
    return [
        {
            "label": label,
            "chosen": query.kind == kind,
            "address": query.address(kind=kind, page=""),
        }
        for kind, label in labels
    ]


def pages(page: Page[ReconciliationRow], query: RowQuery) -> Iterator[tuple[str, str]]:
    if page.has_previous():
        yield "Previous", query.address(page=page.previous_page_number())
    if page.has_next():
        yield "Next", query.address(page=page.next_page_number())


def shown_row(row: ReconciliationRow) -> dict[str, Any]:
    return {
        "row": row,
        "is_ours": row.ours is not None,
        "accepted": row.accepted_id is not None,
        "tone": TONES.get(Verdict(row.verdict), "bad"),
        "ours": amount(row.ours, row.currency),
        "theirs": amount(row.theirs, row.their_currency),
        "our_tax": amount(row.our_tax, row.currency),
        "their_tax": amount(row.their_tax, row.their_currency),
        "document_url": document_url(row),
        "their_url": their_url(row),
        "dialog_url": reverse(
            "admin:reconciliation_row", args=(row.reconciliation_id, row.pk)
        ),
        "sync_url": sync_url(row),
    }


def amount(value: Decimal | None, currency: str) -> str:
    return "" if value is None else f"{money(value, currency)} {currency}"


def document_url(row: ReconciliationRow) -> str:
    if row.document_id is None:
        return ""
    name = f"admin:invoicing_{PAGES[DocumentKind(row.kind)]}_change"
    return reverse(name, args=(row.document_id,))


def their_url(row: ReconciliationRow) -> str:
    """What a platform told us is not trusted to be an address of a page."""
    is_page = urlsplit(row.url).scheme in ("https", "http")
    return row.url if is_page else ""


def sync_url(row: ReconciliationRow) -> str:
    """Where staff settle what keeps it from being there."""
    if not row.status_code and row.verdict != Verdict.IN_DOUBT:
        return ""
    values = urlencode({"kind": row.kind, "q": row.number})
    return f"{reverse('admin:sync_page')}?{values}"


__all__ = [
    "company",
    "context",
    "page_context",
    "progress",
    "shown_row",
]
