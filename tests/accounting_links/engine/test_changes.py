from decimal import Decimal
from typing import Any

import pytest

from accounting_links import outbox
from accounting_links.models import (
    Connection,
    ItemState,
    MethodLink,
    Operation,
    PaymentLink,
    SyncItem,
)
from connectors.errors import PlatformDown, Rejected, StaleVersion
from connectors.records import RemoteStatus
from invoicing.models import Document, Origin
from tests import factories
from tests.accounting_links.engine import office
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db


def sent(connection: Connection) -> Document:
    [document] = office.marked(connection)
    office.sync(connection)
    return document


def changed(connection: Connection) -> Document:
    """Sent, changed here, and marked again."""
    document = sent(connection)
    document.number = f"{document.number}-B"
    document.revision += 1
    document.save()
    update(connection, document)
    return document


def update(connection: Connection, document: Document) -> None:
    outbox.mark([document.pk], connection=connection, operation=Operation.UPDATE)


def overwrite(connection: Connection, document: Document) -> None:
    outbox.mark(
        [document.pk],
        connection=connection,
        operation=Operation.UPDATE,
        overwrite=True,
    )


def test_a_change_follows(connection: Connection, books: Books) -> None:
    document = changed(connection)
    result = office.sync(connection)
    assert (result.updated, result.sent) == (1, 0)
    assert books.numbers() == [document.number]
    assert office.link(document).revision == document.revision
    assert office.link(document).version == "1"


def test_a_payment_over_there_is_no_reason_to_stop(
    connection: Connection, books: Books
) -> None:
    document = changed(connection)
    books.edit(office.link(document).external_id, balance=Decimal(0))
    result = office.sync(connection)
    assert (result.updated, books.asked["update"]) == (1, 2)
    assert office.link(document).version == "2"


def test_what_a_person_edited_over_there_is_not_overwritten(
    connection: Connection, books: Books
) -> None:
    document = changed(connection)
    books.edit(office.link(document).external_id, gross=Decimal(999))
    result = office.sync(connection)
    assert result.by_status_code == {"STALE": 1}
    assert next(iter(books.documents.values())).gross == 999


def test_what_was_edited_over_there_is_overwritten_where_that_was_chosen(
    connection: Connection, books: Books
) -> None:
    document = sent(connection)
    books.edit(office.link(document).external_id, gross=Decimal(999))
    overwrite(connection, document)
    result = office.sync(connection)
    assert result.updated == 1
    assert next(iter(books.documents.values())).gross == document.gross
    assert office.link(document).gross == document.gross


def test_choosing_ours_lets_a_refused_change_go(
    connection: Connection, books: Books
) -> None:
    document = changed(connection)
    books.edit(office.link(document).external_id, gross=Decimal(999))
    office.sync(connection)
    overwrite(connection, document)
    assert office.sync(connection).updated == 1
    assert next(iter(books.documents.values())).gross == document.gross
    assert SyncItem.objects.filter(operation=Operation.UPDATE).count() == 1


def test_a_change_that_broke_off_in_the_middle_is_finished(
    connection: Connection, books: Books
) -> None:
    document = changed(connection)
    link = office.link(document)
    type(link).objects.filter(pk=link.pk).update(gross=Decimal(7))
    books.edit(link.external_id, number="half")
    assert office.sync(connection).updated == 1
    assert books.numbers() == [document.number]


def test_a_document_that_is_gone_is_not_made_again(
    connection: Connection, books: Books
) -> None:
    document = changed(connection)
    books.documents.clear()
    result = office.sync(connection)
    assert result.by_status_code == {"NOT_FOUND": 1}
    assert office.link(document).missing_since is not None
    assert not books.documents


def test_a_platform_that_cannot_update_says_so(
    connection: Connection, books: Books, install: Any
) -> None:
    document = changed(connection)
    install(update=False)
    assert office.sync(connection).by_status_code == {"UNSUPPORTED": 1}
    assert "Credit it" in office.item(document).message
    [finding] = office.item(document).findings
    assert finding["fix"] == "take_off"
    assert finding["data"] == {"credit_and_reissue": True}


def test_a_change_that_cannot_follow_is_put_on_the_list_all_the_same(
    connection: Connection, books: Books, install: Any
) -> None:
    document = sent(connection)
    install(update=False)
    Document.objects.filter(pk=document.pk).update(revision=document.revision + 1)
    assert outbox.mark_eligible(connection).marked == 1
    assert office.sync(connection).by_status_code == {"UNSUPPORTED": 1}
    assert (outbox.mark_eligible(connection).marked, books.asked["update"]) == (0, 0)


def test_an_update_that_was_not_answered_is_read_and_told_again(
    connection: Connection, books: Books
) -> None:
    document = changed(connection)
    books.after["update"] = [office.lost()]
    result = office.sync(connection)
    assert (result.updated, result.in_doubt) == (1, 0)
    assert books.asked["get_document"] == 1
    assert books.numbers() == [document.number]


def test_an_update_waits_while_the_platform_is_down(
    connection: Connection, books: Books
) -> None:
    document = changed(connection)
    books.before["update"] = [PlatformDown("Down.")]
    result = office.sync(connection)
    assert (result.waiting, office.item(document).state) == (1, ItemState.WAITING)


def test_a_void_follows(connection: Connection, books: Books) -> None:
    document = sent(connection)
    outbox.mark([document.pk], connection=connection, operation=Operation.VOID)
    assert office.sync(connection).voided == 1
    assert office.link(document).status == RemoteStatus.VOID


# Payments


def paid(connection: Connection) -> Any:
    MethodLink.objects.get_or_create(connection=connection, account_id="BANK")
    return factories.payment(sent(connection), amount="50")


def test_a_payment_follows_its_document(connection: Connection, books: Books) -> None:
    payment = paid(connection)
    assert office.sync(connection).payments == 1
    [there] = books.payments.values()
    assert (there.amount, there.bank_account_id) == (payment.amount, "BANK")
    assert [each.amount for each in there.allocations] == [50]
    assert PaymentLink.objects.get(payment=payment).external_id == there.id


def test_a_payment_goes_once(connection: Connection, books: Books) -> None:
    paid(connection)
    office.sync(connection)
    assert office.sync(connection).payments == 0
    assert len(books.payments) == 1


def test_a_payment_goes_in_the_same_pass_as_its_document(
    connection: Connection, books: Books
) -> None:
    MethodLink.objects.create(connection=connection, account_id="BANK")
    [document] = office.marked(connection)
    factories.payment(document)
    result = office.sync(connection)
    assert (result.sent, result.payments) == (1, 1)


def test_a_payment_waits_for_all_its_documents(
    connection: Connection, books: Books
) -> None:
    MethodLink.objects.create(connection=connection, account_id="BANK")
    first = sent(connection)
    second = office.invoice(connection, contact=first.contact)
    factories.payment(first, second)
    assert office.sync(connection).payments == 0
    outbox.mark([second.pk], connection=connection)
    assert office.sync(connection).payments == 1


def test_a_payment_seen_in_the_books_never_travels_back(
    connection: Connection, books: Books
) -> None:
    MethodLink.objects.create(connection=connection, account_id="BANK")
    factories.payment(sent(connection), origin=Origin.BOOKS)
    assert office.sync(connection).payments == 0
    assert not books.payments


def test_a_payment_without_a_bank_account_is_blocked(
    connection: Connection, books: Books
) -> None:
    factories.payment(sent(connection))
    assert office.sync(connection).by_status_code == {"NO_METHOD": 1}


@pytest.mark.parametrize("knows_keys", [True, False])
def test_a_payment_that_was_not_answered_is_there_once(
    connection: Connection, books: Books, knows_keys: bool
) -> None:
    books.knows_keys = knows_keys
    paid(connection)
    books.after["record_payments"] = [office.lost()]
    assert office.sync(connection).payments == 1
    assert len(books.payments) == 1


def test_a_payment_that_is_refused_is_blocked(
    connection: Connection, books: Books
) -> None:
    paid(connection)
    books.before["record_payments"] = [Rejected("Not so.")]
    office.sync(connection)
    item = SyncItem.objects.get(operation=Operation.PAYMENT)
    assert (item.state, item.message, item.key) == (ItemState.BLOCKED, "Not so.", "")


def test_payments_stay_here_where_the_connection_says_so(
    connection: Connection, books: Books
) -> None:
    Connection.objects.filter(pk=connection.pk).update(send_payments=False)
    paid(connection)
    assert office.sync(connection).payments == 0


@pytest.mark.parametrize(
    "refusal", [Rejected("It is void already."), StaleVersion("It has changed.")]
)
def test_a_void_that_worked_unseen_is_seen(
    connection: Connection, books: Books, refusal: Rejected
) -> None:
    document = sent(connection)
    outbox.mark([document.pk], connection=connection, operation=Operation.VOID)
    books.edit(office.link(document).external_id, status=RemoteStatus.VOID)
    books.before["void"] = [refusal]
    result = office.sync(connection)
    assert (result.voided, result.blocked) == (1, 0)
    assert office.link(document).status == RemoteStatus.VOID


def test_a_void_in_doubt_that_worked_is_not_told_again(
    connection: Connection, books: Books
) -> None:
    document = sent(connection)
    outbox.mark([document.pk], connection=connection, operation=Operation.VOID)
    books.after["void"] = [office.lost()]
    office.sync(connection)
    SyncItem.objects.open().update(next_attempt_at=None)
    office.sync(connection)
    assert books.asked["void"] == 1
    assert office.item(document).state == ItemState.DONE


def test_a_change_in_doubt_goes_again_under_a_key_of_its_own(
    connection: Connection, books: Books
) -> None:
    document = changed(connection)
    books.before["update"] = [office.lost()]
    books.before["get_document"] = [PlatformDown("Down.")]
    office.sync(connection)
    first = office.item(document, operation=Operation.UPDATE).key
    SyncItem.objects.open().update(next_attempt_at=None)
    office.sync(connection)
    again = office.item(document, operation=Operation.UPDATE)
    assert again.state == ItemState.DONE
    assert first and again.key != first


def test_a_void_that_is_refused_is_said(connection: Connection, books: Books) -> None:
    document = sent(connection)
    outbox.mark([document.pk], connection=connection, operation=Operation.VOID)
    books.before["void"] = [Rejected("It is paid.")]
    assert office.sync(connection).by_status_code == {"REJECTED": 1}
