"""Customers and suppliers in files of their own, and lists of what is there, on the
platform that has both."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounting_links.engine.crash_points import Point
from accounting_links.exports import (
    contacts,
    deciding,
    reminding,
    reporting,
    writing,
)
from accounting_links.models import (
    Connection,
    ContactLink,
    ExportBatch,
    ExportedContact,
    ExportItemState,
    ExportState,
    LinkHow,
    Role,
)
from connectors.practice.runner import serve
from connectors.practice.server import PracticeServer
from invoicing.models import Document, Event
from tests import base, factories
from tests.accounting_links.exports.office import (
    batches,
    export,
    imported,
    listed,
    with_lists,
)

pytestmark = pytest.mark.django_db
EDGE = "accountedge"
CONFIRMED = ExportItemState.CONFIRMED


@pytest.fixture
def importer() -> Iterator[PracticeServer]:
    with serve(EDGE, empty=True) as running:
        yield running


@pytest.fixture
def books(db: None, importer: PracticeServer) -> Connection:
    return with_lists(importer.url)


def settled(importer: PracticeServer, batch: ExportBatch) -> None:
    imported(importer.url, batch)
    reporting.take(batch, listed(importer.url, batch), actor=None)


# Newcomers


def test_a_newcomer_goes_before_the_first_document(books: Connection) -> None:
    document = factories.sent()
    cards, sales = batches(books, document)
    entry = cards.contacts.get()
    assert (entry.contact, entry.role) == (document.contact, Role.CUSTOMER)
    assert cards.items.count() == 0 and sales.contacts.count() == 0
    assert sales.items.get().document == document


def test_nobody_is_written_twice(books: Connection) -> None:
    first = factories.sent()
    batches(books, first)
    (sales,) = batches(books, factories.sent(contact=first.contact))
    assert sales.contacts.count() == 0
    assert ExportedContact.objects.count() == 1


def test_two_documents_of_one_customer_bring_one_card(books: Connection) -> None:
    contact = factories.customer()
    made = batches(books, *(factories.sent(contact=contact) for _ in range(2)))
    assert [batch.contacts.count() for batch in made] == [1, 0]


def test_one_who_is_linked_is_no_newcomer(books: Connection) -> None:
    document = factories.sent()
    ContactLink.objects.create(
        connection=books,
        contact=document.contact,
        role=Role.CUSTOMER,
        external_id="As it is there",
        how=LinkHow.TYPED,
    )
    (sales,) = batches(books, document)
    assert b"\r\nAs it is there\t" in bytes(sales.content)


def test_a_list_confirms_and_links(books: Connection, importer: PracticeServer) -> None:
    document = factories.sent()
    cards, sales = batches(books, document)
    settled(importer, cards)
    settled(importer, sales)
    link = ContactLink.objects.get(contact=document.contact, ended_at=None)
    assert (link.external_id, link.how) == (document.contact.name, LinkHow.CREATED)
    cards.refresh_from_db()
    assert cards.state == ExportState.CONFIRMED
    found = document.ledger_links.get()
    assert (found.gross, found.party_id) == (document.gross, document.contact.name)


def test_a_person_ticks_customers_off(books: Connection) -> None:
    cards, _ = batches(books, factories.sent(), factories.sent())
    first, second = cards.contacts.all()
    assert deciding.confirm(cards, contact_ids=[first.pk], actor=None) == 1
    cards.refresh_from_db()
    assert cards.state == ExportState.PARTLY
    assert deciding.unconfirmed(cards) == 1
    assert deciding.confirm(cards, actor=None) == 1
    told = Event.objects.filter(verb="export.confirmed")
    assert {each.subject for each in told} >= {f"contact:{second.contact_id}"}


def test_one_that_was_refused_goes_again_with_the_next_document(
    books: Connection, importer: PracticeServer
) -> None:
    first = factories.sent()
    cards, _ = batches(books, first)
    imported(importer.url, cards)
    taken = reporting.take(cards, imported(importer.url, cards), actor=None)
    assert taken.refused == 1
    assert "Duplicate" in cards.contacts.get().message
    again, _ = batches(books, factories.sent(contact=first.contact))
    assert again.contacts.get().contact == first.contact


def test_one_that_was_taken_back_goes_again(books: Connection) -> None:
    first = factories.sent()
    cards, _ = batches(books, first)
    entry = cards.contacts.get()
    ids = [entry.pk]
    assert deciding.cancel(cards, reason="Lost", contact_ids=ids, actor=None) == 1
    entry.refresh_from_db()
    assert (entry.state, entry.message) == (ExportItemState.CANCELLED, "Lost")
    again, _ = batches(books, factories.sent(contact=first.contact))
    assert again.contacts.count() == 1


def test_a_link_that_came_meanwhile_is_kept(books: Connection) -> None:
    document = factories.sent()
    cards, _ = batches(books, document)
    link = ContactLink.objects.create(
        connection=books,
        contact=document.contact,
        role=Role.CUSTOMER,
        external_id="Typed",
        how=LinkHow.TYPED,
    )
    assert contacts.confirm_linked(books, actor=None) == 1
    assert ContactLink.objects.get(ended_at=None) == link
    assert cards.contacts.get().state == CONFIRMED


def test_a_file_of_customers_alone_is_brought_up(books: Connection) -> None:
    cards, sales = batches(books, factories.sent())
    deciding.confirm(sales, actor=None)
    assert list(reminding.unconfirmed()) == [cards]


def test_files_that_leave_a_newcomer_out_are_not_kept(
    monkeypatch: pytest.MonkeyPatch, books: Connection
) -> None:
    monkeypatch.setattr(
        "connectors.accountedge.connector._Writer.cards", lambda *_: iter(())
    )
    with pytest.raises(ValueError, match="each party exactly once"):
        export(books, factories.sent())
    assert not ExportBatch.objects.exists()


def test_statements_do_not_grow_with_newcomers(
    books: Connection, importer: PracticeServer
) -> None:
    """Writing them, and taking in a list of them."""
    counts = []
    for many in (2, 12):
        documents = [factories.sent() for _ in range(many)]
        with CaptureQueriesContext(connection) as written:
            cards, _ = batches(books, *documents)
        imported(importer.url, cards)
        content = listed(importer.url, cards)
        with CaptureQueriesContext(connection) as taken:
            reporting.take(cards, content, actor=None)
        assert cards.contacts.filter(state=CONFIRMED).count() == many
        counts.append((len(written), len(taken)))
    assert counts[1][0] <= counts[0][0] + 1
    assert counts[1][1] <= counts[0][1] + 1


def test_a_crash_after_the_commit_writes_nobody_twice(
    monkeypatch: pytest.MonkeyPatch, books: Connection
) -> None:
    document = factories.sent()

    def die(point: Point) -> None:
        if point is Point.AFTER_RECORD:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(writing, "reached", die)
        with pytest.raises(KeyboardInterrupt):
            export(books, document)
    assert ExportedContact.objects.count() == 1
    (sales,) = batches(books, factories.sent(contact=document.contact))
    assert sales.contacts.count() == 0


# What a list tells of documents


def confirmed_sale(
    books: Connection, importer: PracticeServer
) -> tuple[Document, ExportBatch]:
    document = factories.sent()
    cards, sales = batches(books, document)
    settled(importer, cards)
    settled(importer, sales)
    return document, sales


def test_another_total_there_stands_on_the_link(
    books: Connection, importer: PracticeServer
) -> None:
    document = factories.sent()
    cards, sales = batches(books, document)
    imported(importer.url, cards)
    imported(importer.url, sales)
    (there,) = importer.face.ledger.documents.table
    lines = list(there.lines)
    total = f"${there.gross:,.2f}".encode()
    other = f"${there.gross + 1:,.2f}".encode()
    assert len(lines) == 1
    told = listed(importer.url, sales).replace(total, other, 1)
    reporting.take(sales, told, actor=None)
    link = document.ledger_links.get()
    assert link.gross == document.gross + 1
    assert (link.net, link.tax) == (None, None)
    assert "there" in link.warning


def test_a_later_list_brings_what_was_paid(
    books: Connection, importer: PracticeServer
) -> None:
    document, sales = confirmed_sale(books, importer)
    paid = listed(importer.url, sales).replace(b"$0.00\t*None", b"$5.00\t*None")
    reporting.take(sales, paid.replace(b"$0.00\t", b"$5.00\t"), actor=None)
    link = document.ledger_links.get()
    assert (link.status, link.balance) == ("part_paid", document.gross - 5)


def test_a_list_leaves_alone_what_has_a_payment_under_way(
    books: Connection, importer: PracticeServer
) -> None:
    document, sales = confirmed_sale(books, importer)
    factories.payment(document, amount="5")
    (money,) = batches(books)
    assert money.items.get().payment is not None
    paid = listed(importer.url, sales).replace(b"$0.00\t", b"$5.00\t")
    reporting.take(sales, paid, actor=None)
    assert document.ledger_links.get().balance == document.gross
    settled(importer, money)
    assert document.ledger_links.get().balance == document.gross - 5
    reporting.take(sales, listed(importer.url, sales), actor=None)
    assert document.ledger_links.get().balance == document.gross - 5


# Screens


def test_the_page_of_a_file_of_customers(books: Connection) -> None:
    cards, _ = batches(books, factories.sent())
    entry = cards.contacts.get()
    client = base.client_of(base.accountant())
    page = reverse("admin:accounting_links_exportbatch_change", args=(cards.pk,))
    shown = client.get(page).content.decode()
    assert entry.name in shown and f'name="contacts" value="{entry.pk}"' in shown
    assert "Import log or export of AccountEdge" in shown
    asked = reverse("admin:export_cancel", args=(cards.pk,))
    assert entry.name in client.post(asked, {"contacts": entry.pk}).content.decode()
    ticked = reverse("admin:export_confirm", args=(cards.pk,))
    client.post(ticked, {"contacts": entry.pk})
    entry.refresh_from_db()
    assert entry.state == CONFIRMED


def test_a_number_may_be_typed_where_the_platform_numbers(books: Connection) -> None:
    document = factories.sent()
    _, sales = batches(books, document)
    item = sales.items.get()
    told = {item.pk: " 00000042 "}
    deciding.confirm(sales, item_ids=[item.pk], numbers=told, actor=None)
    assert document.ledger_links.get().number == "00000042"
