"""The first page: what waits, what is stuck and why, and whether the books agree.

Each part is one bounded query, and shown only to those who may see its list.
"""

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest
from django.utils import timezone

from accounting_links import keeper
from accounting_links.exports import reminding
from accounting_links.models import (
    ClusterHeartbeat,
    Connection,
    EditState,
    ExportBatch,
    ItemState,
    Reconciliation,
    RemoteEdit,
    SyncItem,
    SyncRun,
    Verdict,
)
from accounting_links.status_codes import StatusCode
from finsync_site.navigation import list_address, sync_address
from invoicing.models import DocumentKind

SHOWN = 5
WORDS = dict(StatusCode.choices)
KINDS = dict(DocumentKind.choices)
STANDING = {
    "waiting": (ItemState.WAITING, ItemState.CHECKING, ItemState.SENDING),
    "blocked": (ItemState.BLOCKED,),
    "in_doubt": (ItemState.IN_DOUBT,),
    "failed": (ItemState.FAILED,),
}


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    context["cluster"] = cluster_state()
    if request.user.has_perm("accounting_links.use_sync_page"):
        context["sync"] = sync_state()
    for name, model, find in (
        ("connections", "Connection", connections),
        ("reconciliations", "Reconciliation", reconciliations),
        ("runs", "SyncRun", runs),
        ("exports", "ExportBatch", exports),
        ("edits", "RemoteEdit", edits),
    ):
        # Empty where the list would be refused, although its permission is there.
        if address := list_address(request, f"accounting_links.{model}"):
            context[name] = {"address": address, "rows": find()}
    return context


def cluster_state() -> dict[str, Any]:
    """Nothing moves by itself while no task cluster beats."""
    beat = ClusterHeartbeat.objects.order_by("-beat_at").first()
    silence = dt.timedelta(seconds=settings.FINSYNC_CLUSTER_SILENCE)
    beats = beat is not None and timezone.now() - beat.beat_at <= silence
    return {"beats": beats, "beat_at": beat.beat_at if beat else None}


def sync_state() -> dict[str, Any]:
    counted = (
        SyncItem.objects.open()
        .order_by()
        .values_list("state", "status_code", "document__kind")
        .annotate(Count("pk"))
    )
    rows = list(counted)
    standing = {
        name: sum(count for state, *_, count in rows if state in states)
        for name, states in STANDING.items()
    }
    return {"address": sync_address(), "standing": standing, "codes": codes(rows)}


def codes(rows: list[tuple[str, str, str, int]]) -> list[dict[str, Any]]:
    """What blocks documents, by code and kind, the most frequent first."""
    blocked = [row for row in rows if row[0] == ItemState.BLOCKED]
    return [
        {
            "code": code,
            "words": WORDS.get(code, code),
            "kind": KINDS.get(kind, kind),
            "address": sync_address(kind, code),
            "count": count,
        }
        for _, code, kind, count in sorted(blocked, key=lambda row: (-row[3], row[1:3]))
    ]


def connections() -> list[Connection]:
    rows = list(Connection.objects.all()[: SHOWN * 2])
    for row in rows:
        # Shown, not saved.
        row.state_reason = keeper.warning(row) or row.state_reason
    return rows


def exports() -> list[ExportBatch]:
    """Files that nobody has confirmed for too long."""
    return reminding.overdue()[:SHOWN]


def edits() -> list[RemoteEdit]:
    """Documents edited over there, of which nobody has decided what holds."""
    found = RemoteEdit.objects.filter(state=EditState.OPEN, choice="")
    return list(found.select_related("document", "connection")[: SHOWN * 20])


def runs() -> list[SyncRun]:
    return list(SyncRun.objects.select_related("connection", "started_by")[:SHOWN])


def reconciliations() -> list[dict[str, Any]]:
    found = Reconciliation.objects.exclude(finished_at=None)
    return [
        {
            "record": record,
            "rows": sum(record.verdicts.values()),
            "matched": record.verdicts.get(Verdict.MATCHED, 0),
            "unexplained": unexplained(record.totals),
        }
        for record in found.select_related("connection")[:SHOWN]
    ]


def unexplained(totals: dict[str, Any]) -> list[tuple[str, Decimal]]:
    """Per currency, where it is not zero."""
    found = []
    for currency, amounts in totals.items():
        if not isinstance(amounts, dict):
            continue
        try:
            amount = Decimal(str(amounts.get("unexplained", "0")))
        except InvalidOperation:
            continue
        if amount:
            found.append((currency, amount))
    return found
