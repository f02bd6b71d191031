"""Payments that do not go by themselves are listed, each with why and what to do."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounting_links import outbox, waiting_payments
from accounting_links.models import (
    Connection,
    ItemState,
    MethodLink,
    SyncItem,
)
from connectors.records import PaymentDirection
from invoicing.models import Document, DocumentKind
from invoicing.services import settling
from tests import base, factories
from tests.accounting_links.engine import office
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bank(connection: Connection) -> None:
    MethodLink.objects.create(connection=connection, account_id="BANK")


def why(connection: Connection) -> list[str]:
    return [each.why for each in waiting_payments.waiting(connection)]


def test_one_whose_document_was_not_sent(connection: Connection) -> None:
    invoice = office.invoice(connection)
    factories.payment(invoice)
    assert why(connection) == [f"{invoice} was not sent yet."]


def test_one_whose_document_was_taken_off_the_list(connection: Connection) -> None:
    [invoice] = office.marked(connection)
    factories.payment(invoice)
    outbox.unmark(SyncItem.objects.open())
    assert why(connection) == [f"{invoice} was taken off the list."]


def test_one_whose_document_is_blocked_says_what_blocks_it(
    connection: Connection,
) -> None:
    [invoice] = office.marked(connection)
    factories.payment(invoice)
    SyncItem.objects.update(state=ItemState.BLOCKED, message="A line has no tax.")
    assert why(connection) == [f"{invoice} cannot go yet: A line has no tax."]


def test_one_whose_document_is_from_before_the_go_live_date(
    connection: Connection,
) -> None:
    invoice = office.invoice(connection)
    factories.payment(invoice)
    connection.go_live = invoice.date + timedelta(days=1)
    connection.save(update_fields=("go_live",))
    assert "before the go-live date" in why(connection)[0]


def test_one_on_account(connection: Connection) -> None:
    factories.payment(contact=factories.customer(), amount="10.00")
    assert why(connection) == ["It is on account: it is laid on no document."]


def test_one_on_account_goes_where_it_can_be_laid_on_a_document_later(
    connection: Connection, books: Books
) -> None:
    first, second = office.marked(connection, 2)
    office.sync(connection)
    paid = factories.payment(contact=first.bill_to, amount=second.gross)
    office.sync(connection)
    [there] = books.payments.values()
    assert (there.amount, there.allocations) == (second.gross, ())
    settling.allocate(paid, Document.objects.get(pk=second.pk), second.gross)
    for _ in range(2):
        office.sync(connection)
    [there] = books.payments.values()
    [laid] = there.allocations
    assert laid.document_id == office.link(second).external_id
    assert why(connection) == []


def test_one_whose_document_is_gone_there(connection: Connection) -> None:
    [invoice] = office.marked(connection)
    office.sync(connection)
    link = office.link(invoice)
    link.missing_since = timezone.now()
    link.save(update_fields=("missing_since",))
    factories.payment(invoice)
    assert "is no longer in the books" in why(connection)[0]


def test_refunds_where_the_platform_takes_none(
    connection: Connection, install: Any
) -> None:
    install(refunds=False)
    note = office.finished(connection, DocumentKind.CREDIT_NOTE)
    outbox.mark([note.pk], connection=connection)
    office.sync(connection)
    factories.payment(note)
    office.sync(connection)
    assert "refunds" in why(connection)[0]
    assert not SyncItem.objects.open().exists()


def test_what_is_left_over_where_nothing_stands_on_account(
    connection: Connection, books: Books, install: Any
) -> None:
    install(on_account=False)
    [invoice] = office.marked(connection)
    office.sync(connection)
    more = factories.payment(contact=invoice.bill_to, amount=invoice.gross + 5)
    settling.allocate(more, invoice, invoice.gross)
    office.sync(connection)
    assert ("5.00 are left" in why(connection)[0], books.payments) == (True, {})


def test_payments_where_the_platform_takes_none(
    connection: Connection, install: Any
) -> None:
    install(payments=frozenset({PaymentDirection.MADE}))
    factories.payment(office.invoice(connection))
    assert "no such payments" in why(connection)[0]


def test_what_settles_something_else_since_it_was_sent(
    connection: Connection, install: Any
) -> None:
    install(move_payments=False)
    first, second = office.marked(connection, 2)
    paid = factories.payment(
        contact=first.bill_to, amount=first.gross * 2, currency=first.currency
    )
    settling.allocate(paid, first, first.gross)
    office.sync(connection)
    settling.allocate(paid, Document.objects.get(pk=second.pk), second.gross)
    office.sync(connection)
    [row] = waiting_payments.waiting(connection)
    assert "changed here after it was sent" in row.why
    assert not SyncItem.objects.open().exists()


def test_credit_notes_where_the_platform_is_not_told(
    connection: Connection, install: Any
) -> None:
    install(allocate_credit=False)
    contact = factories.customer()
    invoice = office.invoice(connection, contact=contact)
    note = office.finished(connection, DocumentKind.CREDIT_NOTE, contact=contact)
    assert "by hand" in waiting_payments.beforehand(note, connection)[0]
    outbox.mark([invoice.pk, note.pk], connection=connection)
    settling.apply_credit(note, invoice, invoice.gross)
    office.sync(connection)
    [row] = waiting_payments.waiting(connection)
    assert row.todo == f"Set it against {invoice} in Fake by hand."
    assert waiting_payments.count(connection) == 1


def test_what_goes_with_its_document_does_not_wait(connection: Connection) -> None:
    [invoice] = office.marked(connection)
    factories.payment(invoice)
    assert (why(connection), waiting_payments.count(connection)) == ([], 0)


def test_what_goes_with_the_next_sync_does_not_wait(connection: Connection) -> None:
    [invoice] = office.marked(connection)
    office.sync(connection)
    factories.payment(invoice)
    assert why(connection) == []


def test_the_sync_page_leads_to_the_list(connection: Connection) -> None:
    client: Client = base.client_of(base.bookkeeper())
    invoice = office.invoice(connection)
    factories.payment(invoice)
    address = reverse("admin:sync_waiting_payments", args=(connection.pk,))
    page = client.get(reverse("admin:sync_page")).content.decode()
    assert address in page
    shown = client.get(address).content.decode()
    assert invoice.number in shown and "was not sent yet" in shown


@pytest.mark.parametrize("count", [1, 12])
def test_statements_do_not_grow_with_the_list(
    connection: Connection, count: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(count):
        factories.payment(office.invoice(connection))
    with django_assert_max_num_queries(11):
        assert len(waiting_payments.waiting(connection)) == count
