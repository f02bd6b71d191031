"""The page of one file: what stands in it, and what can be done about it."""

from typing import Any

from django.http import HttpRequest

from accounting_links.exports import permissions as may
from accounting_links.exports.reporting import connector_of
from accounting_links.models import (
    ExportBatch,
    ExportItemState,
    ExportState,
    Role,
)
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


SOLD_OR_BOUGHT = {
    Role.CUSTOMER.value: DocumentKind.SALES_INVOICE,
    Role.SUPPLIER.value: DocumentKind.SUPPLIER_INVOICE,
}


def context(request: HttpRequest, batch: ExportBatch) -> dict[str, Any]:
    items = list(
        batch.items.select_related("document", "payment", "decided_by", "sync_item")
    )
    people = list(batch.contacts.select_related("contact", "decided_by"))
    connector = connector_of(batch)
    rows = [*map(person_row, people), *map(row, items)]
    return {
        "batch": batch,
        "platform": registry.label(batch.connection.platform),
        "tone": TONES[ExportState(batch.state)],
        "variant": connector.variant_named(batch.variant) if batch.variant else None,
        "rows": rows,
        "open": sum(1 for each in rows if each["can_cancel"]),
        "report_label": connector.report_label,
        "asks_numbers": connector.asks_numbers and bool(items),
        "steps": connector.import_steps,
        "notices": connector.notices,
        "may_file": allowed(request),
    }


def person_row(entry: Any) -> dict[str, Any]:
    is_open = entry.state == ExportItemState.EXPORTED
    return {
        "item": entry,
        "field": "contacts",
        "name": entry.name,
        "kind": entry.get_role_display(),
        "url": wording.contact_url(entry.contact, SOLD_OR_BOUGHT[entry.role]),
        "tone": ITEM_TONES[ExportItemState(entry.state)],
        "can_confirm": is_open,
        "can_cancel": is_open,
    }


def row(item: Any) -> dict[str, Any]:
    gross = item.gross
    if item.payment is None:
        gross = signed(DocumentKind(item.kind), gross)
    is_refused = item.state == ExportItemState.REFUSED
    return {
        "item": item,
        "field": "items",
        "name": item.number or item.reference,
        "kind": "Payment" if item.payment_id else item.get_kind_display(),
        "takes_number": item.payment is None,
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
