"""A practice ledger with many open invoices, all of them ours, made long ago."""

import datetime as dt
import itertools
from decimal import Decimal

from accounting_links.models import (
    Connection,
    ConnectionKind,
    DocumentLink,
    DocumentLinkHow,
)
from benchmarks.our_year import save
from connectors.practice.books import Document as Entry
from connectors.practice.books import Kind, Line
from connectors.practice.ledger import Ledger
from connectors.practice.runner import serve
from connectors.practice.server import PracticeServer
from connectors.practice.store import utc_now
from invoicing.models import Contact, Document, DocumentKind, Lifecycle

MADE = dt.timedelta(days=3)
NET = Decimal(100)
INVOICE = DocumentKind.SALES_INVOICE


class Books:
    """`with Books(platform) as server:`; the clock over there stands three days back
    until `age` is called."""

    def __init__(self, platform: str) -> None:
        self.set_back()
        self.server = serve(platform, empty=True, clock=lambda: utc_now() - self.back)

    def set_back(self) -> None:
        self.back = MADE

    def age(self) -> None:
        self.back = dt.timedelta()

    def __enter__(self) -> PracticeServer:
        return self.server.__enter__()

    def __exit__(self, *failure: object) -> None:
        self.server.stop()


def fill(connection: Connection, ledger: Ledger, count: int) -> None:
    """As many open invoices on both sides, linked."""
    ConnectionKind.objects.get_or_create(connection=connection, kind=INVOICE)
    entries = [enter(ledger, number) for number in range(count)]
    contact, _ = Contact.objects.get_or_create(code="OPEN", name="Open Ltd")
    documents = save(ours(contact, entry) for entry in entries)
    save(
        link(connection, document, entry)
        for document, entry in zip(documents, entries, strict=True)
    )


_numbers = itertools.count(1)


def enter(ledger: Ledger, number: int) -> Entry:
    sample = ledger.recall("sample")
    return ledger.documents.create(
        Entry(
            kind=Kind.SALES_INVOICE,
            party=sample["customer"],
            date=ledger.today(),
            due=ledger.today(),
            number=f"OPEN-{next(_numbers):06}",
            lines=(
                Line(
                    description="Repair",
                    unit_price=NET,
                    account=sample["account"],
                    item=sample["item"],
                    tax_code=sample["tax_code"],
                ),
            ),
            sent=True,
        )
    )


def ours(contact: Contact, entry: Entry) -> Document:
    return Document(
        kind=INVOICE,
        number=entry.number,
        contact=contact,
        date=entry.date,
        currency="GBP",
        net=NET,
        gross=NET,
        lifecycle=Lifecycle.APPROVED,
    )


def link(connection: Connection, document: Document, entry: Entry) -> DocumentLink:
    return DocumentLink(
        connection=connection,
        document=document,
        kind=INVOICE,
        external_id=entry.id,
        number=entry.number,
        how=DocumentLinkHow.SENT,
        gross=NET,
        balance=NET,
        status="open",
        party_id=entry.party,
    )
