"""A small month: what tests of signing, settling and balances start from."""

import datetime as dt
from typing import Any

from accounting_links.models import Connection, Reconciliation, ReconciliationRow
from accounting_links.reconcile import service
from connectors.records import RemoteDocument
from invoicing.models import Document
from tests import factories
from tests.accounting_links.factories import document_link
from tests.accounting_links.reconcile.books import Books, booked

START, END = dt.date(2026, 11, 1), dt.date(2026, 11, 30)


def sent(
    link: Connection, books: Books, number: str, /, **there: Any
) -> tuple[Document, RemoteDocument]:
    """A document of ours, linked, and what the books hold of it."""
    kind = there.pop("of_kind", "sales_invoice")
    fields = there.pop("here", {})
    document = factories.approved(kind, number=number, **fields)
    remote = booked(document, **there)
    document_link(link, document, external_id=remote.id)
    books.documents.append(remote)
    return document, remote


def november(link: Connection) -> Reconciliation:
    done = service.run(link, start=START, end=END)
    assert done.state == "done", done.message
    return done


def row(done: Reconciliation, number: str) -> ReconciliationRow:
    return done.rows.get(number=number)
