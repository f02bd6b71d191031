"""The page of one file: what stands in it, and what can be done about it."""

from typing import Any

from django.http import HttpRequest

from accounting_links.exports import permissions as may
from accounting_links.exports.reporting import connector_of
from accounting_links.models import ExportBatch, ExportItemState, ExportState
from accounting_links.views import wording
from connectors import registry
from connectors.records import DocumentKind, signed

TONES = {
    ExportState.EXPORTED: "busy",
    ExportState.PARTLY: "warn",
    ExportState.CONFIRMED: "good",
    ExportState.REFUSED: "bad",
    ExportState.CANCELLED: "plain",
}
ITEM_TONES = {
    ExportItemState.EXPORTED: "busy",
    ExportItemState.CONFIRMED: "good",
    ExportItemState.REFUSED: "bad",
    ExportItemState.CANCELLED: "plain",
}


def context(request: HttpRequest, batch: ExportBatch) -> dict[str, Any]:
    items = list(
        batch.items.select_related("document", "payment", "decided_by", "sync_item")
    )
    connector = connector_of(batch)
    return {
        "batch": batch,
        "platform": registry.label(batch.connection.platform),
        "tone": TONES[ExportState(batch.state)],
        "variant": connector.variant_named(batch.variant) if batch.variant else None,
        "rows": [row(item) for item in items],
        "open": sum(1 for item in items if item.state == ExportItemState.EXPORTED),
        "steps": connector.import_steps,
        "notices": connector.notices,
        "may_file": allowed(request),
    }


def row(item: Any) -> dict[str, Any]:
    gross = item.gross
    if item.payment is None:
        gross = signed(DocumentKind(item.kind), gross)
    is_refused = item.state == ExportItemState.REFUSED
    return {
        "item": item,
        "url": wording.document_url(item.document),
        "amount": f"{gross:,.2f} {item.currency}",
        "tone": ITEM_TONES[ExportItemState(item.state)],
        "can_confirm": item.state == ExportItemState.EXPORTED
        or (is_refused and item.sync_item.state == "blocked"),
        "can_cancel": item.state == ExportItemState.EXPORTED,
    }


def allowed(request: HttpRequest) -> dict[str, bool]:
    names = {
        "export": may.EXPORT,
        "confirm": may.CONFIRM,
        "cancel": may.CANCEL,
        "mail": may.MAIL,
    }
    return {name: request.user.has_perm(code) for name, code in names.items()}
