from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounting_links import polling
from accounting_links.engine import lease
from accounting_links.models import Connection, PaymentLink
from connectors.errors import PlatformDown, Reauthorise
from connectors.records import (
    Allocation,
    DocumentKind,
    PaymentDirection,
    RemotePayment,
    RemoteStatus,
)
from invoicing.models import Document, Event, Origin, Payment, Settlement
from tests.accounting_links.engine import office
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(connection: Connection) -> Document:
    """There already, and polled once."""
    [document] = office.marked(connection)
    office.sync(connection)
    Connection.objects.filter(pk=connection.pk).update(poll_cursor="0")
    polling.poll(connection)
    return document


def remote_id(document: Document) -> str:
    return office.link(document).external_id


def paid(document: Document, amount: int, **fields: Any) -> RemotePayment:
    allocation = Allocation(
        document_id=remote_id(document),
        kind=DocumentKind.SALES_INVOICE,
        amount=Decimal(amount),
    )
    values: dict[str, Any] = {
        "direction": PaymentDirection.RECEIVED,
        "id": "PAY",
        "date": date(2026, 11, 20),
        "amount": Decimal(amount),
        "currency": "GBP",
        "allocations": (allocation,),
        "version": "0",
    }
    return RemotePayment(**(values | fields))


def told(verb: str) -> list[str]:
    rows = Event.objects.filter(verb=verb).order_by("pk")
    return list(rows.values_list("sentence", flat=True))


def test_our_own_send_is_no_change(connection: Connection, sent: Document) -> None:
    assert polling.poll(connection).changed == 0
    assert told("books.status") == [] and told("books.edited") == []


def test_a_status_comes_back(
    connection: Connection, books: Books, sent: Document
) -> None:
    books.edit(remote_id(sent), status=RemoteStatus.PAID, balance=Decimal(0))
    result = polling.poll(connection)
    assert (result.changed, result.http_requests) == (1, 1)
    assert office.link(sent).status == RemoteStatus.PAID
    assert told("books.status") == [f"{sent} is paid in the books"]


def test_polling_twice_tells_it_once(
    connection: Connection, books: Books, sent: Document
) -> None:
    books.edit(remote_id(sent), status=RemoteStatus.PAID, balance=Decimal(0))
    polling.poll(connection)
    Connection.objects.filter(pk=connection.pk).update(poll_cursor="0")
    assert polling.poll(connection).changed == 0
    assert len(told("books.status")) == 1


def test_an_edit_over_there_is_noticed(
    connection: Connection, books: Books, sent: Document
) -> None:
    books.edit(remote_id(sent), gross=Decimal(500), net=Decimal(380))
    assert polling.poll(connection).changed == 1
    assert "gross is 500.00 there" in office.link(sent).warning
    [event] = Event.objects.filter(verb="books.edited")
    assert event.before == {"net": "100.00", "gross": "120.00"}
    assert event.after == {"net": "380.00", "gross": "500.00"}


def test_a_deletion_is_noticed_and_never_made_good(
    connection: Connection, books: Books, sent: Document
) -> None:
    books.edit(remote_id(sent), status=RemoteStatus.DELETED, gross=Decimal(0))
    polling.poll(connection)
    link = office.link(sent)
    assert link.missing_since is not None
    assert link.gross == sent.gross
    books.documents.clear()
    assert office.sync(connection).sent == 0
    assert not books.documents


def test_what_comes_back_is_no_longer_missing(
    connection: Connection, books: Books, sent: Document
) -> None:
    books.edit(remote_id(sent), status=RemoteStatus.DELETED)
    polling.poll(connection)
    books.edit(remote_id(sent), status=RemoteStatus.OPEN)
    polling.poll(connection)
    assert office.link(sent).missing_since is None
    assert told("books.returned") == [f"{sent} is in the books again"]


def test_a_payment_comes_back_with_its_allocation(
    connection: Connection, books: Books, sent: Document
) -> None:
    books.pay(paid(sent, 50))
    assert polling.poll(connection).payments == 1
    payment = Payment.objects.get()
    assert payment.origin == Origin.BOOKS
    assert payment.amount == 50
    assert PaymentLink.objects.get(payment=payment).external_id == "PAY"
    sent.refresh_from_db()
    assert sent.settlement == Settlement.PART_PAID
    assert sent.settled == 50


def test_a_payment_comes_back_once_and_never_travels(
    connection: Connection, books: Books, sent: Document
) -> None:
    books.pay(paid(sent, 50))
    polling.poll(connection)
    Connection.objects.filter(pk=connection.pk).update(poll_cursor="0")
    assert polling.poll(connection).payments == 0
    assert office.sync(connection).payments == 0
    assert Payment.objects.count() == 1


def test_a_payment_that_is_changed_over_there_is_changed_here(
    connection: Connection, books: Books, sent: Document
) -> None:
    books.pay(paid(sent, 50))
    polling.poll(connection)
    books.pay(paid(sent, 120, version="1"))
    assert polling.poll(connection).payments == 1
    sent.refresh_from_db()
    assert sent.settlement == Settlement.PAID
    assert Payment.objects.get().amount == 120


def test_a_payment_that_is_removed_over_there_opens_the_document_again(
    connection: Connection, books: Books, sent: Document
) -> None:
    books.pay(paid(sent, 50))
    polling.poll(connection)
    books.pay(replace(paid(sent, 50), deleted=True, version="1"))
    assert polling.poll(connection).payments == 1
    sent.refresh_from_db()
    assert sent.settlement == Settlement.UNPAID
    assert Payment.objects.get().cancelled_at is not None


def test_a_payment_that_does_not_fit_is_told_and_kept(
    connection: Connection, books: Books, sent: Document
) -> None:
    books.pay(paid(sent, 500))
    assert polling.poll(connection).payments == 1
    assert "but not here" in told("books.payment")[-1]


def test_payments_of_others_are_no_business_of_ours(
    connection: Connection, books: Books, sent: Document
) -> None:
    other = Allocation(
        document_id="X", kind=DocumentKind.SALES_INVOICE, amount=Decimal(5)
    )
    books.pay(paid(sent, 5, allocations=(other,)))
    assert polling.poll(connection).payments == 0


def test_it_marks_as_sent_what_was_sent_over_there(
    connection: Connection, books: Books, sent: Document
) -> None:
    Document.objects.update(sent_at=None, sent_how="")
    books.edit(remote_id(sent), sent=True)
    polling.poll(connection)
    sent.refresh_from_db()
    assert sent.sent_how == "platform"


def test_a_second_poller_leaves_at_once(
    connection: Connection, books: Books, sent: Document
) -> None:
    later = timezone.now() + lease.LENGTH
    Connection.objects.update(poll_lease_owner="other", poll_lease_until=later)
    asked = books.asked.copy()
    assert polling.poll(connection).busy
    assert books.asked == asked


def test_a_poll_that_fails_begins_again_where_it_was(
    connection: Connection, books: Books, sent: Document
) -> None:
    books.edit(remote_id(sent), status=RemoteStatus.PAID)
    books.before["changed_since"] = [PlatformDown("Down.")]
    with pytest.raises(PlatformDown):
        polling.poll(connection)
    assert polling.poll(connection).changed == 1


def test_a_grant_that_is_over_pauses_the_connection(
    connection: Connection, books: Books, sent: Document
) -> None:
    books.before["changed_since"] = [Reauthorise("The key is not accepted.")]
    with pytest.raises(Reauthorise):
        polling.poll(connection)
    connection.refresh_from_db()
    assert not connection.is_connected
    assert connection.state_reason == "The key is not accepted."


def test_a_gap_in_the_feed_is_closed_by_comparing_all(
    connection: Connection, books: Books, sent: Document
) -> None:
    books.complete = False
    books.documents.clear()
    books.changes.clear()
    assert polling.poll(connection).changed == 1
    assert office.link(sent).missing_since is not None


def test_a_cursor_of_a_clock_that_was_ahead_is_not_believed(
    connection: Connection, books: Books, sent: Document
) -> None:
    ahead = timezone.now() + timedelta(hours=3)
    Connection.objects.update(polled_at=ahead, poll_cursor="99")
    books.edit(remote_id(sent), status=RemoteStatus.VOID)
    assert polling.poll(connection).changed == 1
    connection.refresh_from_db()
    assert connection.poll_cursor == str(len(books.changes))
    assert connection.polled_at is not None and connection.polled_at < ahead


def test_a_platform_without_a_feed_is_compared(
    connection: Connection, books: Books, sent: Document, install: Any
) -> None:
    install(change_feed=False)
    books.edit(remote_id(sent), status=RemoteStatus.VOID)
    assert polling.poll(connection).changed == 1
    assert office.link(sent).status == RemoteStatus.VOID
