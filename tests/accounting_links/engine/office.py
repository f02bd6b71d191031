"""Documents that are ready to go, and what became of them."""

from typing import Any

from accounting_links import outbox
from accounting_links.engine import passes
from accounting_links.engine.tally import PassResult
from accounting_links.models import Connection, DocumentLink, ItemState, SyncItem
from connectors.errors import InDoubt, PlatformDown
from invoicing.models import Document, DocumentKind, SentHow
from invoicing.services import sending
from tests import factories
from tests.accounting_links.fake_connector import Books
from tests.accounting_links.ledgerly import ready


def lost() -> InDoubt:
    return InDoubt("The answer never came.")


def invoice(connection: Connection, **fields: Any) -> Document:
    """Approved, marked as sent, with all its links."""
    return finished(connection, DocumentKind.SALES_INVOICE, **fields)


def finished(connection: Connection, kind: str, **fields: Any) -> Document:
    document = factories.approved(kind, **fields)
    if kind == DocumentKind.SALES_INVOICE:
        sending.mark_sent(document, SentHow.EMAILED)
    return ready(connection, document)


def marked(connection: Connection, count: int = 1, **fields: Any) -> list[Document]:
    """Invoices of one customer that wait to go."""
    contact = fields.pop("contact", None) or factories.customer()
    made = [invoice(connection, contact=contact, **fields) for _ in range(count)]
    outbox.mark([document.pk for document in made], connection=connection)
    return made


def sync(connection: Connection, **options: Any) -> PassResult:
    options.setdefault("batch", 5)
    connection.refresh_from_db()
    return passes.run_pass(connection, **options)


def in_doubt(connection: Connection, books: Books, *, arrived: bool) -> Document:
    """An invoice whose answer was lost, and that nobody could ask about yet."""
    [document] = marked(connection)
    books.after["push" if arrived else "inside"] = [lost()]
    books.before["find_sent"] = [PlatformDown("Down."), PlatformDown("Down.")]
    sync(connection)
    books.before["find_sent"] = []
    SyncItem.objects.filter(document=document).update(next_attempt_at=None)
    assert item(document).state == ItemState.IN_DOUBT
    return document


def item(document: Document, **filters: Any) -> SyncItem:
    return SyncItem.objects.filter(document=document, **filters).latest("pk")


def link(document: Document) -> DocumentLink:
    return DocumentLink.objects.get(document=document, ended_at=None)
