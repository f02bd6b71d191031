"""What a reconciliation says of balances, taxes and payments, down to documents."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from accounting_links import permissions as may
from accounting_links.models import (
    Bucket,
    OpenItem,
    PaymentVerdict,
    Reconciliation,
    Role,
)
from accounting_links.reconcile import ageing, digest, heading
from accounting_links.reconcile.totals import money
from accounting_links.reconcile.wording import LINE_WORDS, ROLE_WORDS
from accounting_links.views.reconciliation_page import (
    PAGES,
    page_context,
)

MOST_PAYMENTS = 500
MOST_PARTIES = 500


def books(request: HttpRequest, pk: int) -> HttpResponse:
    reconciliation = get_object_or_404(
        Reconciliation.objects.select_related("connection", "sign_off"), pk=pk
    )
    chosen = {name: request.GET.get(name, "") for name in ("role", "currency", "party")}
    context = page_context(request, heading.title(reconciliation)) | {
        "reconciliation": reconciliation,
        "object": reconciliation,
        "company": heading.company(reconciliation),
        "period": heading.period(reconciliation),
        "notes": reconciliation.control.get("notes", []),
        "may_explain": request.user.has_perm(may.SIGN)
        and not hasattr(reconciliation, "sign_off"),
        "ties": [_tie(each) for each in reconciliation.control.get("ties", [])],
        "buckets": [bucket.label for bucket in Bucket],
        "grids": [_grid(grid) for grid in ageing.grids(reconciliation)],
        "chosen": chosen,
        "items": _items(reconciliation, chosen),
        "taxes": reconciliation.tax,
        "moved": digest.moved(reconciliation),
        "payments": _payments(reconciliation),
        "back": reverse("admin:accounting_links_reconciliation_change", args=(pk,)),
    }
    return TemplateResponse(
        request, "accounting_links/reconciliation_books.html", context
    )


def _tie(tie: dict[str, Any]) -> dict[str, Any]:
    return tie | {
        "title": f"{ROLE_WORDS[Role(tie['role'])]}, {tie['currency']}",
        "told": tie["control"] is not None,
        "left": Decimal(tie["unexplained"] or 0),
        "parts": [
            (words, tie["lines"][standing.value])
            for standing, words in LINE_WORDS.items()
        ],
    }


def _grid(grid: ageing.Grid) -> dict[str, Any]:
    return {
        "title": f"{ROLE_WORDS[grid.role]}, {grid.currency}",
        "rows": [_age(age, grid) for age in [grid.whole, *grid.parties[:MOST_PARTIES]]],
        "left_off": max(len(grid.parties) - MOST_PARTIES, 0),
    }


def _age(age: ageing.PartyAge, grid: ageing.Grid) -> dict[str, Any]:
    def told(amount: Decimal) -> str:
        return money(amount, grid.currency) if amount else ""

    pairs = [*age.buckets.values(), age.whole]
    query = {"role": grid.role.value, "currency": grid.currency, "party": age.party}
    return {
        "party": age.party,
        "address": "" if age is grid.whole else f"?{urlencode(query)}#items",
        "cells": [(told(each.ours), told(each.theirs)) for each in pairs],
        "difference": told(age.whole.difference),
        "differs": any(pair.difference for pair in pairs),
    }


def _items(
    reconciliation: Reconciliation, chosen: dict[str, str]
) -> list[dict[str, Any]]:
    if not chosen["party"]:
        return []
    found = ageing.items_of(reconciliation, **chosen)
    return [
        {
            "item": each,
            "ours": money(each.ours, each.currency) if each.ours else "",
            "theirs": money(each.theirs, each.currency) if each.theirs else "",
            "address": _address(each),
        }
        for each in found
    ]


def _address(item: OpenItem) -> str:
    if item.document_id is None:
        return ""
    name = {kind.value: page for kind, page in PAGES.items()}[item.kind]
    return reverse(f"admin:invoicing_{name}_change", args=(item.document_id,))


def _payments(reconciliation: Reconciliation) -> dict[str, Any]:
    rows = reconciliation.payment_rows.all()
    differ = rows.exclude(verdict=PaymentVerdict.MATCHED)
    return {
        "count": rows.count(),
        "matched": rows.filter(verdict=PaymentVerdict.MATCHED).count(),
        "rows": differ[:MOST_PAYMENTS],
    }
