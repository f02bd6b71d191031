"""The whole life of a document, as it stands in its history for a bookkeeper."""

import datetime as dt
from decimal import Decimal

import pytest
from django.contrib.auth.models import User

from accounting_links import outbox, polling
from accounting_links.actions.link_contact import link
from accounting_links.models import Connection, RecordType, Role, SyncItem
from connectors.errors import InDoubt, PlatformDown
from connectors.records import Allocation, PaymentDirection, RemotePayment
from connectors.records import DocumentKind as Kind
from invoicing.models import Document, Event, SentHow
from invoicing.services import documents, lifecycle, sending
from invoicing.services.drafts import DocumentDraft
from tests import base, factories
from tests.accounting_links import factories as links
from tests.accounting_links.engine import office
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db


def test_its_history_reads_like_a_story(connection: Connection, books: Books) -> None:
    bea = base.bookkeeper()
    Connection.objects.update(poll_cursor="0", name="Our books")
    connection.refresh_from_db()
    document = entered(connection, bea)
    documents.change(document, {"due_date": dt.date(2026, 12, 9)}, actor=bea)
    lifecycle.approve(document, actor=bea)
    sending.mark_sent(document, SentHow.EMAILED, actor=bea)
    outbox.mark([document.pk], connection=connection, actor=bea)
    attempt(connection)  # nobody is linked
    links.remote_record(
        connection, document.contact.name, type=RecordType.CUSTOMER, external_id="P9"
    )
    link(connection, document.contact, Role.CUSTOMER, external_id="P9", actor=bea)
    books.before["push"] = [PlatformDown("Fake does not answer.")]
    attempt(connection)
    books.before["push"] = []
    books.after["push"] = [InDoubt("Fake was told, but its answer never came.")]
    books.before["find_sent"] = [PlatformDown("Fake does not answer.")] * 2
    attempt(connection)
    books.before["find_sent"] = []
    attempt(connection)
    id = office.link(document).external_id
    books.edit(id, gross=Decimal(130), net=Decimal(110))
    polling.poll(connection)
    books.edit(id, gross=Decimal(120), net=Decimal(100))
    polling.poll(connection)
    books.pay(paid(id, 50, "R1"))
    polling.poll(connection)
    books.pay(paid(id, 70, "R2"))
    polling.poll(connection)
    assert told(document) == STORY


STORY = """\
{ours} for Harbour Café Ltd was created (bea.bookkeeper)
{ours} was changed: due date (bea.bookkeeper)
{ours} was approved (bea.bookkeeper)
{ours} was marked as sent: e-mailed (bea.bookkeeper)
{ours} waits to go to Our books (bea.bookkeeper)
{ours} cannot go to Our books yet: Harbour Café Ltd has no account in Fakebooks. \
(FinSync, sending)
{ours} did not go to Fakebooks; it is tried again by itself: \
Fake does not answer. (FinSync, sending)
Nobody knows whether {ours} arrived in Fakebooks; it is looked up: \
Fake was told, but its answer never came. (FinSync, sending)
{ours} had arrived in Fakebooks (id D1) (FinSync, sending)
{ours} was edited in the books: net is 110.00 there, gross is 130.00 there \
(FinSync, reading the books)
{ours} stands in the books again as it was sent (FinSync, reading the books)
50.00 GBP was allocated to {ours} (FinSync, reading the books)
{ours} is part paid now (FinSync, reading the books)
70.00 GBP was allocated to {ours} (FinSync, reading the books)
{ours} is paid now (FinSync, reading the books)
""".format(ours="Sales invoice INV-00042").splitlines()


def told(document: Document) -> list[str]:
    """As the page shows it, the oldest first."""
    return [line(each) for each in document.events.order_by("pk")]


def line(event: Event) -> str:
    because = f": {event.reason}" if event.reason else ""
    return f"{event.sentence}{because} ({event.by})"


def entered(connection: Connection, actor: User) -> Document:
    nominal, rate = factories.nominal(), factories.tax_rate()
    links.nominal_link(connection, nominal, item_id="I1")
    links.tax_link(connection, rate, external_id="T1")
    contact = factories.customer(name="Harbour Café Ltd")
    drafted = DocumentDraft(
        kind=Kind.SALES_INVOICE,
        number="INV-00042",
        contact=contact,
        date=factories.DATE,
        lines=[factories.line()],
    )
    return documents.create(drafted, actor=actor)


def attempt(connection: Connection) -> None:
    """The next pass, whatever waits for its time."""
    SyncItem.objects.update(next_attempt_at=None)
    office.sync(connection)


def paid(document_id: str, amount: int, id: str) -> RemotePayment:
    allocation = Allocation(
        document_id=document_id, kind=Kind.SALES_INVOICE, amount=Decimal(amount)
    )
    return RemotePayment(
        direction=PaymentDirection.RECEIVED,
        id=id,
        date=dt.date(2026, 11, 20),
        amount=Decimal(amount),
        currency="GBP",
        allocations=(allocation,),
        version="0",
    )
