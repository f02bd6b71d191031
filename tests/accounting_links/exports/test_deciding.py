from decimal import Decimal

import pytest

from accounting_links.actions.base import NotAllowed, Refused
from accounting_links.exports import deciding, reporting
from accounting_links.models import (
    Connection,
    DocumentLink,
    DocumentLinkHow,
    ExportItemState,
    ExportState,
    ItemState,
    PaymentLink,
)
from connectors.errors import Unreadable
from connectors.practice.server import PracticeServer
from invoicing.models import Event
from tests import base, factories
from tests.accounting_links.exports.office import (
    export,
    exported,
    imported,
    item_of,
)

pytestmark = pytest.mark.django_db
REFUSED = b"""<MoneyReport><Status>FatalError</Status><ErrorInfo>
<ErrorTypeCoded>SystemError</ErrorTypeCoded><ErrorTypeOther/>
<ErrorDescription>No such series.</ErrorDescription></ErrorInfo></MoneyReport>"""


def test_a_report_closes_the_loop(books: Connection, importer: PracticeServer) -> None:
    document = factories.sent()
    batch = exported(books, document)
    taken = reporting.take(batch, imported(importer.url, batch), actor=None)
    assert (taken.confirmed, taken.refused) == (1, 0)
    link = DocumentLink.objects.get(document=document, ended_at=None)
    assert link.how == DocumentLinkHow.CONFIRMED
    assert (link.number, link.gross) == (document.number, document.gross)
    assert item_of(document).state == ItemState.DONE
    batch.refresh_from_db()
    assert batch.state == ExportState.CONFIRMED


def test_the_same_report_again_changes_nothing(
    books: Connection, importer: PracticeServer
) -> None:
    batch = exported(books, factories.sent())
    report = imported(importer.url, batch)
    reporting.take(batch, report, actor=None)
    assert reporting.take(batch, report, actor=None).confirmed == 0
    assert DocumentLink.objects.count() == 1


def test_a_refused_document_is_blocked_and_may_go_into_another_file(
    books: Connection,
) -> None:
    document = factories.sent()
    batch = exported(books, document)
    assert reporting.take(batch, REFUSED, actor=None).refused == 1
    item = item_of(document)
    assert (item.state, item.status_code) == (ItemState.BLOCKED, "REJECTED")
    assert "No such series." in item.message
    assert batch.items.get().state == ExportItemState.REFUSED
    item.state = ItemState.WAITING
    item.save()
    assert exported(books, document).pk != batch.pk


def test_one_that_was_there_already_is_confirmed_by_hand(books: Connection) -> None:
    document = factories.sent()
    batch = exported(books, document)
    reporting.take(batch, REFUSED, actor=None)
    assert deciding.confirm(batch, actor=None) == 0
    entry = batch.items.get()
    assert deciding.confirm(batch, item_ids=[entry.pk], actor=None) == 1
    assert item_of(document).state == ItemState.DONE
    assert document.ledger_links.count() == 1


def test_what_is_no_report_changes_nothing(books: Connection) -> None:
    document = factories.sent()
    batch = exported(books, document)
    with pytest.raises(Unreadable):
        reporting.take(batch, b"<html/>", actor=None)
    with pytest.raises(Refused, match="no larger"):
        reporting.take(batch, b" " * (reporting.LARGEST + 1), actor=None)
    assert item_of(document).state == ItemState.EXPORTED


def test_a_person_confirms_one_or_all(books: Connection) -> None:
    first, second = factories.sent(), factories.sent()
    batch = exported(books, first, second)
    person = base.bookkeeper()
    entry = batch.items.get(document=first)
    assert deciding.confirm(batch, item_ids=[entry.pk], actor=person) == 1
    batch.refresh_from_db()
    assert batch.state == ExportState.PARTLY
    assert deciding.confirm(batch, actor=person) == 1
    batch.refresh_from_db()
    assert batch.state == ExportState.CONFIRMED
    told = Event.objects.filter(verb="export.confirmed", document=second).get()
    assert told.actor == person


def test_confirming_twice_links_once(books: Connection) -> None:
    batch = exported(books, factories.sent())
    assert deciding.confirm(batch, actor=None) == 1
    assert deciding.confirm(batch, actor=None) == 0
    assert DocumentLink.objects.count() == 1


def test_cancelling_lets_it_wait_again_with_a_reason(books: Connection) -> None:
    document = factories.sent()
    batch = exported(books, document)
    with pytest.raises(Refused, match="Say why"):
        deciding.cancel(batch, reason="  ", actor=None)
    assert deciding.cancel(batch, reason="The file was lost.", actor=None) == 1
    batch.refresh_from_db()
    assert batch.state == ExportState.CANCELLED
    assert item_of(document).state == ItemState.WAITING
    told = Event.objects.get(verb="export.cancelled")
    assert told.reason == "The file was lost."
    assert exported(books, document).pk != batch.pk


def test_what_is_confirmed_cannot_be_cancelled(books: Connection) -> None:
    batch = exported(books, factories.sent())
    deciding.confirm(batch, actor=None)
    assert deciding.cancel(batch, reason="Too late", actor=None) == 0


def test_each_decision_needs_its_own_permission(books: Connection) -> None:
    batch = exported(books, factories.sent())
    may_confirm = base.grant(base.stranger(), "accounting_links.confirm_export")
    with pytest.raises(NotAllowed):
        deciding.cancel(batch, reason="Why not", actor=may_confirm)
    stranger = base.grant(base.stranger())
    stranger.user_permissions.clear()
    with pytest.raises(NotAllowed):
        deciding.confirm(batch, actor=type(stranger).objects.get(pk=stranger.pk))


def test_a_payment_goes_after_its_invoice_and_settles_it(
    books: Connection, importer: PracticeServer
) -> None:
    document = factories.sent()
    payment = factories.payment(document, amount="50")
    first = exported(books, document)
    reporting.take(first, imported(importer.url, first), actor=None)
    (second,) = export(books).batches
    assert second.items.get().payment == payment
    reporting.take(second, imported(importer.url, second), actor=None)
    assert PaymentLink.objects.get(payment=payment).amount == Decimal(50)
    link = document.ledger_links.get()
    assert (link.status, link.balance) == ("part_paid", document.gross - 50)
    assert export(books).batches == []


def test_suppliers_may_use_the_same_number(books: Connection) -> None:
    for _ in range(2):
        factories.supplier_invoice(number="77")
    (batch,) = export(books).batches
    assert deciding.confirm(batch, actor=None) == 2
    assert DocumentLink.objects.values("external_id").distinct().count() == 2


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({"exported"}, ExportState.EXPORTED),
        ({"confirmed"}, ExportState.CONFIRMED),
        ({"confirmed", "cancelled"}, ExportState.CONFIRMED),
        ({"cancelled"}, ExportState.CANCELLED),
        ({"refused"}, ExportState.REFUSED),
        ({"confirmed", "refused"}, ExportState.PARTLY),
        ({"confirmed", "exported"}, ExportState.PARTLY),
        ({"exported", "refused"}, ExportState.EXPORTED),
    ],
)
def test_a_file_is_what_its_documents_are(
    states: set[str], expected: ExportState
) -> None:
    assert deciding.summed(states) == expected
