import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User

from accounting_links import outbox
from accounting_links.actions.base import NotAllowed
from accounting_links.actions.redate_document import redate_document
from accounting_links.models import (
    Connection,
    ItemState,
    Operation,
    PeriodPolicy,
    SyncItem,
)
from connectors.base import PushResult
from connectors.errors import Locked
from connectors.records import Organisation
from invoicing.errors import Refused
from invoicing.models import Document, Event
from invoicing.services import documents
from tests import base
from tests.accounting_links.engine import office
from tests.accounting_links.fake_connector import Books, Fake

pytestmark = pytest.mark.django_db
FIRST, OPEN = dt.date(2026, 11, 2), dt.date(2026, 11, 15)
KINDS = ["sales_invoice", "credit_note", "supplier_invoice"]


def close(policy: PeriodPolicy) -> None:
    Connection.objects.update(books_locked_before=OPEN, period_policy=policy)


def waiting(connection: Connection, kind: str = "sales_invoice") -> Document:
    document = office.finished(connection, kind)
    outbox.mark([document.pk], connection=connection)
    return document


def there(books: Books, document: Document) -> Any:
    return books.documents[office.link(document).external_id]


@pytest.mark.parametrize("kind", KINDS)
def test_by_policy_it_goes_with_the_first_open_day(
    connection: Connection, books: Books, kind: str
) -> None:
    close(PeriodPolicy.REDATE)
    document = waiting(connection, kind)
    assert office.sync(connection).sent == 1
    document.refresh_from_db()
    assert (document.date, document.original_date) == (OPEN, FIRST)
    assert there(books, document).date == OPEN
    assert office.link(document).revision == document.revision


def test_the_event_names_both_dates_the_tax_point_and_who_chose(
    connection: Connection,
) -> None:
    close(PeriodPolicy.REDATE)
    document = waiting(connection)
    office.sync(connection)
    [event] = Event.objects.filter(verb="document.redated")
    assert event.sentence == (
        f"{document} is dated 2026-11-15 in place of 2026-11-02, since {connection} is"
        " closed before 2026-11-15. Its tax point is 2026-11-02. The customer has it"
        " with the former date."
    )
    assert event.before == {"date": "2026-11-02"}
    assert event.after == {"date": "2026-11-15", "tax_point": "2026-11-02"}
    assert event.reason == "By the connection's policy for closed periods"


def test_what_is_open_keeps_its_date(connection: Connection, books: Books) -> None:
    close(PeriodPolicy.REDATE)
    Connection.objects.update(books_locked_before=FIRST)
    document = waiting(connection)
    office.sync(connection)
    assert there(books, document).date == FIRST
    assert Document.objects.get(pk=document.pk).original_date is None


def test_a_look_alone_changes_no_date(connection: Connection) -> None:
    close(PeriodPolicy.REDATE)
    document = waiting(connection)
    result = office.sync(connection, check_only=True)
    assert (result.blocked, office.item(document).state) == (0, ItemState.WAITING)
    assert Document.objects.get(pk=document.pk).date == FIRST


def test_what_something_else_stops_keeps_its_date(
    connection: Connection, books: Books
) -> None:
    close(PeriodPolicy.REDATE)
    document = waiting(connection)
    connection.nominal_links.all().delete()
    assert office.sync(connection).by_status_code == {"NO_NOMINAL": 1}
    assert Document.objects.get(pk=document.pk).date == FIRST


def test_what_is_in_the_books_already_is_never_re_dated(
    connection: Connection, books: Books
) -> None:
    document = waiting(connection)
    office.sync(connection)
    close(PeriodPolicy.REDATE)
    documents.change(document, {"due_date": dt.date(2027, 1, 31)})
    outbox.mark([document.pk], connection=connection, operation=Operation.UPDATE)
    assert office.sync(connection).by_status_code == {"PERIOD_LOCKED": 1}
    [item] = SyncItem.objects.filter(operation=Operation.UPDATE)
    assert "is in the books already" in item.findings[0]["hint"]
    assert Document.objects.get(pk=document.pk).date == FIRST


def test_no_document_is_due_before_its_date(connection: Connection) -> None:
    close(PeriodPolicy.REDATE)
    document = waiting(connection)
    documents.change(document, {"due_date": dt.date(2026, 11, 9)})
    office.sync(connection)
    assert Document.objects.get(pk=document.pk).due_date == OPEN


@pytest.mark.parametrize(
    ("policy", "offered"), [(PeriodPolicy.HOLD, False), (PeriodPolicy.ASK, True)]
)
def test_asking_offers_it_with_one_click(
    connection: Connection, policy: PeriodPolicy, offered: bool
) -> None:
    close(policy)
    document = waiting(connection)
    assert office.sync(connection).by_status_code == {"PERIOD_LOCKED": 1}
    item = office.item(document)
    assert ("redate" in item.findings[0]["fixes"]) is offered
    client = base.client_of(base.bookkeeper())
    page = client.get(f"/admin/accounting_links/syncitem/page/item/{item.pk}/")
    assert (b"Re-date to 2026-11-15" in page.content) is offered


def test_one_click_re_dates_and_lets_it_go(
    connection: Connection, books: Books
) -> None:
    close(PeriodPolicy.ASK)
    document = waiting(connection)
    office.sync(connection)
    item = office.item(document)
    client = base.client_of(base.bookkeeper())
    client.post(f"/admin/accounting_links/syncitem/page/item/{item.pk}/redate/")
    [event] = Event.objects.filter(verb="document.redated")
    assert event.actor is not None
    assert office.sync(connection).sent == 1
    assert there(books, document).date == OPEN


def test_it_is_known_before_it_goes(connection: Connection) -> None:
    close(PeriodPolicy.REDATE)
    item = office.item(waiting(connection))
    client = base.client_of(base.bookkeeper())
    page = client.get(f"/admin/accounting_links/syncitem/page/item/{item.pk}/")
    assert b"It will be dated 2026-11-15 when it goes" in page.content


def test_a_period_closed_there_meanwhile_is_learned(
    connection: Connection, books: Books, install: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The platform refuses it once, is asked, and takes it with the day it names."""

    def organisation(self: Fake) -> Organisation:
        return replace(self._organisation(), locked_before=OPEN)

    Connection.objects.update(period_policy=PeriodPolicy.REDATE)
    monkeypatch.setattr(Fake, "organisation", organisation)
    document = waiting(connection)
    books.before["inside"] = []
    created = Fake._create

    def refusing(self: Fake, record: Any) -> Any:
        if record.date < OPEN:
            return PushResult(error=Locked("That period is closed."))
        return created(self, record)

    monkeypatch.setattr(Fake, "_create", refusing)
    result = office.sync(connection)
    assert result.sent == 1
    assert there(books, document).date == OPEN
    assert Decimal(there(books, document).gross) == document.gross


def test_the_action_needs_its_permission(connection: Connection) -> None:
    close(PeriodPolicy.ASK)
    bob = User.objects.create_user("Bob")
    with pytest.raises(NotAllowed):
        redate_document(connection, waiting(connection), actor=bob)


def test_the_action_refuses_what_is_open_or_there(connection: Connection) -> None:
    document = waiting(connection)
    with pytest.raises(Refused, match="no closed period"):
        redate_document(connection, document)
    office.sync(connection)
    close(PeriodPolicy.ASK)
    connection.refresh_from_db()
    with pytest.raises(Refused, match="already"):
        redate_document(connection, document)
