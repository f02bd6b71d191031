"""How the state of a document is put into words and colours."""

from typing import Any

from django.utils import timezone
from django.utils.html import format_html

from invoicing.models import Document, DocumentKind, Lifecycle, Settlement

LIFECYCLE_LABELS = {
    "Draft": "info",
    "Approved": "success",
    "Won": "success",
    "Void": "danger",
    "Lost": "danger",
}
SETTLEMENT_LABELS = {
    "Paid": "success",
    "Part paid": "warning",
    "Overdue": "danger",
    "Unpaid": "info",
}


def together(text: str) -> str:
    """On one line."""
    return format_html('<span class="whitespace-nowrap">{}</span>', text)


def settlement_words(document: Document) -> str | None:
    """Overdue where it is; nothing for what is never settled."""
    if document.kind == DocumentKind.SALES_ORDER:
        return None
    if document.lifecycle != Lifecycle.APPROVED:
        return None
    if document.is_overdue(timezone.localdate()):
        return "Overdue"
    return str(Settlement(document.settlement).label)


def state_of(document: Document | None) -> dict[str, Any]:
    """For the panel above the form: words, colours and amounts."""
    if document is None:
        return {}
    lifecycle = document.get_lifecycle_display()
    settled = settlement_words(document)
    sent = document.get_sent_how_display() if document.sent_at else ""
    return {
        "document": document,
        "lifecycle": (lifecycle, LIFECYCLE_LABELS.get(lifecycle, "info")),
        "settlement": (settled, SETTLEMENT_LABELS.get(settled or "", "info")),
        "sent": sent,
        "can_be_sent": document.kind != DocumentKind.SUPPLIER_INVOICE,
        "amounts": [
            ("Net", document.net),
            ("Tax", document.tax),
            ("Total", document.gross),
            *(
                [("Settled", document.settled), ("Open", document.outstanding)]
                if settled
                else []
            ),
        ],
    }
