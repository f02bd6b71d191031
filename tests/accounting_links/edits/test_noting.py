import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from accounting_links import outbox, polling
from accounting_links.models import (
    Connection,
    EditState,
    ItemState,
    Operation,
    RemoteEdit,
    SyncItem,
)
from connectors.records import RemoteLine, RemoteStatus
from invoicing.models import Document, Event
from invoicing.services import documents
from tests.accounting_links.edits.desk import edited, shown
from tests.accounting_links.engine import office
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db
D = Decimal


def test_an_edit_is_kept_field_by_field(
    connection: Connection, books: Books, sent: Document
) -> None:
    edit = edited(connection, books, sent, gross=D(126), net=D(105), tax=D(21))
    assert shown(edit) == {
        "net": ("100.00", "100.00", "105.00"),
        "tax": ("20.00", "20.00", "21.00"),
        "gross": ("120.00", "120.00", "126.00"),
    }
    assert (edit.version, edit.link) == ("1", office.link(sent))


def test_our_own_send_and_payments_are_no_edits(
    connection: Connection, books: Books, sent: Document
) -> None:
    books.edit(office.link(sent).external_id, status=RemoteStatus.PAID, balance=D(0))
    polling.poll(connection)
    assert not RemoteEdit.objects.exists()


def test_dates_and_lines_are_compared_too(
    connection: Connection, books: Books, sent: Document
) -> None:
    id = office.link(sent).external_id
    books.edit(
        id, due_date=dt.date(2026, 12, 1), lines=(RemoteLine(text="x", net=D(100)),)
    )
    polling.poll(connection)
    assert not RemoteEdit.objects.exists(), "told for the first time"
    edit = edited(
        connection,
        books,
        sent,
        date=dt.date(2026, 11, 5),
        due_date=dt.date(2026, 12, 24),
        lines=(RemoteLine(text="y", net=D(100)),),
    )
    told = {name: (agreed, theirs) for name, (agreed, _, theirs) in shown(edit).items()}
    assert told == {
        "date": ("2026-11-02", "2026-11-05"),
        "due_date": ("2026-12-01", "2026-12-24"),
        "lines": ("x; 100.00", "y; 100.00"),
    }


def test_a_second_edit_brings_the_first_up_to_date(
    connection: Connection, books: Books, sent: Document
) -> None:
    first = edited(connection, books, sent, gross=D(126))
    second = edited(connection, books, sent, gross=D(130))
    assert first.pk == second.pk
    assert shown(second) == {"gross": ("120.00", "120.00", "130.00")}
    told = Event.objects.filter(verb="books.edited")
    assert [event.after for event in told.order_by("pk")] == [
        {"gross": "126.00"},
        {"gross": "130.00"},
    ]


def test_the_same_edit_is_told_once(
    connection: Connection, books: Books, sent: Document
) -> None:
    edited(connection, books, sent, gross=D(126))
    Connection.objects.update(poll_cursor="0")
    polling.poll(connection)
    assert Event.objects.filter(verb="books.edited").count() == 1


def test_it_closes_by_itself_when_they_take_it_back(
    connection: Connection, books: Books, sent: Document
) -> None:
    edit = edited(connection, books, sent, gross=D(126))
    books.edit(office.link(sent).external_id, gross=D(120))
    polling.poll(connection)
    edit.refresh_from_db()
    assert (edit.state, edit.choice) == ("settled", "agreed")
    assert Event.objects.filter(verb="books.edit_gone").count() == 1
    assert office.link(sent).warning == ""


def test_it_closes_by_itself_when_ours_is_made_the_same(
    connection: Connection, books: Books, sent: Document
) -> None:
    edit = edited(connection, books, sent, date=dt.date(2026, 11, 5))
    documents.change(sent, {"date": dt.date(2026, 11, 5)})
    Connection.objects.update(poll_cursor="0")
    polling.poll(connection)
    edit.refresh_from_db()
    assert (edit.state, edit.choice) == ("settled", "agreed")


def test_a_void_over_there_is_no_edit(
    connection: Connection, books: Books, sent: Document
) -> None:
    books.edit(office.link(sent).external_id, status=RemoteStatus.VOID, gross=D(0))
    polling.poll(connection)
    assert not RemoteEdit.objects.exists()


def test_a_change_of_ours_that_just_arrived_is_no_edit(
    connection: Connection, books: Books, sent: Document
) -> None:
    outbox.mark(
        [sent.pk], connection=connection, operation=Operation.UPDATE, overwrite=True
    )
    SyncItem.objects.filter(operation=Operation.UPDATE).update(
        state=ItemState.SENDING, key="k"
    )
    books.edit(office.link(sent).external_id, gross=D(126))
    polling.poll(connection)
    assert not RemoteEdit.objects.exists()


def test_a_link_has_one_open_edit(
    connection: Connection, books: Books, sent: Document
) -> None:
    edit = edited(connection, books, sent, gross=D(126))
    with pytest.raises(IntegrityError), transaction.atomic():
        RemoteEdit.objects.create(
            connection=connection, link=edit.link, document=edit.document
        )


def test_a_settled_edit_says_how(
    connection: Connection, books: Books, sent: Document
) -> None:
    edit = edited(connection, books, sent, gross=D(126))
    with pytest.raises(IntegrityError), transaction.atomic():
        RemoteEdit.objects.filter(pk=edit.pk).update(state=EditState.SETTLED)


def test_statements_do_not_grow_with_edits(
    connection: Connection, books: Books
) -> None:
    def statements(count: int) -> int:
        made = office.marked(connection, count)
        office.sync(connection, batch=30)
        Connection.objects.update(poll_cursor=str(len(books.changes)))
        for document in made:
            books.edit(office.link(document).external_id, gross=D(500))
        with CaptureQueriesContext(database) as captured:
            polling.poll(connection)
        return len(captured)

    assert statements(2) == statements(9)
