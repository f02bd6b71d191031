"""How states stand on the screen: a badge, its colour, and a sentence."""

from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from accounting_links.models import Connection, ConnectionState, ItemState, SyncItem
from connectors import registry
from invoicing.models import Contact, Document, DocumentKind, Payment

# Colours: good, busy, warn, bad, plain.
STATE_TONES = {
    ItemState.WAITING: "plain",
    ItemState.CHECKING: "busy",
    ItemState.SENDING: "busy",
    ItemState.EXPORTED: "busy",
    ItemState.BLOCKED: "warn",
    ItemState.IN_DOUBT: "warn",
    ItemState.FAILED: "bad",
    ItemState.DONE: "good",
    ItemState.CANCELLED: "plain",
}
STATE_SENTENCES = {
    ItemState.WAITING: "Goes with the next Sync, if nothing stands against it.",
    ItemState.CHECKING: "Being checked now.",
    ItemState.SENDING: "On its way.",
    ItemState.EXPORTED: "It stands in a file. Upload the report, or confirm it.",
    ItemState.BLOCKED: "Something has to be set right first.",
    ItemState.IN_DOUBT: "No answer came. It is looked up there before anything else.",
    ItemState.FAILED: "Tried several times without success.",
    ItemState.DONE: "It is there.",
    ItemState.CANCELLED: "It was taken off the list.",
}
CHANGE_PAGES = {
    DocumentKind.SALES_INVOICE: "admin:invoicing_salesinvoice_change",
    DocumentKind.CREDIT_NOTE: "admin:invoicing_salescreditnote_change",
    DocumentKind.SUPPLIER_INVOICE: "admin:invoicing_supplierinvoice_change",
    DocumentKind.SALES_ORDER: "admin:invoicing_salesorder_change",
}


@dataclass(frozen=True, slots=True)
class Badge:
    words: str
    tone: str
    sentence: str = ""


def item_badge(item: SyncItem) -> Badge:
    state = ItemState(item.state)
    words = item.status_code if item.state == ItemState.BLOCKED else state.label
    return Badge(
        words=code_words(words) if item.state == ItemState.BLOCKED else words,
        tone=STATE_TONES[state],
        sentence=item_sentence(item),
    )


def item_sentence(item: SyncItem) -> str:
    if item.state in (ItemState.WAITING, ItemState.IN_DOUBT) and waits_till_later(item):
        at = timezone.localtime(item.next_attempt_at)
        return f"{item.message or 'It did not go.'} Will try again at {at:%H:%M}."
    if item.state == ItemState.WAITING and item.checked_at is None:
        return "Not checked yet."
    if item.state == ItemState.BLOCKED and item.findings:
        return str(item.findings[0].get("sentence") or item.message)
    return item.message or STATE_SENTENCES[ItemState(item.state)]


def waits_till_later(item: SyncItem) -> bool:
    return item.next_attempt_at is not None and item.next_attempt_at > timezone.now()


def code_words(code: str) -> str:
    return code.replace("_", " ").capitalize() or "Blocked"


def connection_badge(connection: Connection) -> Badge:
    label = registry.label(connection.platform)
    company = connection.organisation_name
    if connection.state == ConnectionState.CONNECTED:
        return Badge("Connected", "good", f"Connected to {company or label}.")
    if connection.state == ConnectionState.ATTENTION:
        return Badge("Connect again", "bad", connection.state_reason)
    if connection.state == ConnectionState.DISCONNECTED:
        return Badge("Disconnected", "bad", connection.state_reason)
    return Badge("Not connected", "bad", f"{label} has not been connected yet.")


def document_url(document: Document) -> str:
    return reverse(CHANGE_PAGES[DocumentKind(document.kind)], args=(document.pk,))


def contact_url(contact: Contact, kind: str) -> str:
    model = "supplier" if kind == DocumentKind.SUPPLIER_INVOICE else "customer"
    return reverse(f"admin:invoicing_{model}_change", args=(contact.pk,))


def amount(document: Document, payment: Payment | None = None) -> str:
    """Credit notes are negative, as they count in totals."""
    if payment is not None:
        return f"{payment.amount:,.2f} {payment.currency}"
    gross: Decimal = document.gross
    if document.kind == DocumentKind.CREDIT_NOTE:
        gross = -gross
    return f"{gross:,.2f} {document.currency}"
