"""Our side of the planted books, straight into the tables."""

from collections.abc import Iterator
from itertools import islice
from typing import TypeVar

from django.db.models import Model

from accounting_links.models import (
    Connection,
    ConnectionKind,
    ConnectionState,
    ContactLink,
    DocumentLink,
    DocumentLinkHow,
    Environment,
    ItemState,
    LinkHow,
    NominalLink,
    Role,
    SyncItem,
)
from benchmarks.planted_books import INVOICE, Plan, day, net, sent, tax, uid
from invoicing.models import (
    Contact,
    Document,
    DocumentLine,
    Lifecycle,
    NominalCode,
)

M = TypeVar("M", bound=Model)
CUSTOMERS = 500
NEVER_LEFT = ("never sent", "unanswered")


def make(plan: Plan) -> None:
    connection = Connection.objects.create(
        name="Planned",
        platform="quickbooks_online",
        environment=Environment.PRACTICE,
        state=ConnectionState.CONNECTED,
        organisation={"home_currency": "GBP"},
    )
    ConnectionKind.objects.create(connection=connection, kind=INVOICE)
    nominal = NominalCode.objects.create(code="4000", name="Repairs")
    NominalLink.objects.create(
        connection=connection, nominal=nominal, account_id="A4000"
    )
    contacts = save(
        Contact(code=f"C{n}", name=f"Customer {n}") for n in range(CUSTOMERS)
    )
    save(contact_link(connection, contact) for contact in contacts)
    documents = save(document(n, contacts) for n in range(plan.documents))
    save(line(each, nominal, n) for n, each in enumerate(documents))
    save(
        document_link(connection, each, n)
        for n, each in enumerate(documents)
        if plan.fault(n) not in NEVER_LEFT
    )
    save(
        in_doubt(connection, each)
        for n, each in enumerate(documents)
        if plan.fault(n) == "unanswered"
    )


def save(records: Iterator[M]) -> list[M]:
    saved: list[M] = []
    while some := list(islice(records, 1000)):
        saved += type(some[0])._default_manager.bulk_create(some)
    return saved


def contact_link(connection: Connection, contact: Contact) -> ContactLink:
    return ContactLink(
        connection=connection,
        contact=contact,
        role=Role.CUSTOMER,
        external_id=f"P{contact.code[1:]}",
        external_name=contact.name,
        how=LinkHow.EXACT_NAME,
    )


def document(n: int, contacts: list[Contact]) -> Document:
    return Document(
        uid=uid(n),
        kind=INVOICE,
        number=f"INV-{n:07}",
        contact=contacts[n % CUSTOMERS],
        date=day(n),
        currency="GBP",
        net=net(n),
        tax=tax(n),
        gross=net(n) + tax(n),
        lifecycle=Lifecycle.APPROVED,
    )


def line(document: Document, nominal: NominalCode, n: int) -> DocumentLine:
    return DocumentLine(
        document=document, position=1, text="Repair", nominal=nominal, net=net(n)
    )


def document_link(connection: Connection, document: Document, n: int) -> DocumentLink:
    remote = sent(n)
    return DocumentLink(
        connection=connection,
        document=document,
        kind=INVOICE,
        external_id=remote.id,
        number=remote.number,
        how=DocumentLinkHow.SENT,
        gross=remote.gross,
        party_id=remote.party_id,
    )


def in_doubt(connection: Connection, document: Document) -> SyncItem:
    return SyncItem(
        connection=connection,
        document=document,
        state=ItemState.IN_DOUBT,
        key=document.uid.hex,
    )
