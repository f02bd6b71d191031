import datetime as dt

import pytest

from accounting_links import outbox
from accounting_links.models import Connection, ItemState, Operation, Role, SyncItem
from invoicing.models import DocumentKind, Event
from invoicing.services import lifecycle
from tests import factories
from tests.accounting_links import factories as links

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(db: None) -> Connection:
    return links.connection(DocumentKind.SALES_INVOICE)


def mark(*documents: object, **options: object) -> outbox.MarkResult:
    ids = [document.pk for document in documents]  # type: ignore[attr-defined]  # documents
    return outbox.mark(ids, **options)  # type: ignore[arg-type]  # passed on


def test_marking_goes_to_the_connection_that_serves_the_kind(
    connection: Connection,
) -> None:
    document = factories.approved()
    assert mark(document).marked == 1
    item = SyncItem.objects.get()
    assert (item.connection, item.document) == (connection, document)
    assert Event.objects.filter(verb="item.marked", document=document).count() == 1


def test_marking_twice_changes_nothing(connection: Connection) -> None:
    document = factories.approved()
    mark(document)
    assert mark(document) == outbox.MarkResult(already=1)
    assert SyncItem.objects.count() == 1


def test_what_is_linked_is_not_marked_again(connection: Connection) -> None:
    document = factories.approved()
    links.document_link(connection, document)
    assert mark(document).already == 1


def test_a_kind_that_nobody_serves_is_not_offered(connection: Connection) -> None:
    note = factories.credit_note()
    [(pk, sentence)] = mark(note).not_offered
    assert pk == note.pk
    assert "No connection takes a credit note" in sentence


def test_documents_before_the_go_live_date_are_not_offered(
    connection: Connection,
) -> None:
    connection.go_live = factories.DATE + dt.timedelta(days=1)
    connection.save()
    [(_, sentence)] = mark(factories.approved()).not_offered
    assert "go-live date" in sentence


def test_a_draft_is_not_offered(connection: Connection) -> None:
    [(_, sentence)] = mark(factories.draft()).not_offered
    assert "Approve it first" in sentence


def test_an_update_of_what_was_not_sent_is_not_offered(connection: Connection) -> None:
    document = factories.approved()
    [(_, sentence)] = mark(document, operation=Operation.UPDATE).not_offered
    assert "was not sent yet" in sentence


def test_a_document_that_waits_needs_no_update(connection: Connection) -> None:
    document = factories.approved()
    mark(document)
    assert mark(document, operation=Operation.UPDATE).already == 1


def test_a_document_that_is_gone_over_there_is_not_updated(
    connection: Connection,
) -> None:
    document = factories.approved()
    gone = links.document_link(connection, document, revision=0)
    gone.missing_since = document.created_at
    gone.save()
    [(_, sentence)] = mark(document, operation=Operation.UPDATE).not_offered
    assert "no longer" in sentence


def test_all_eligible_are_marked_once(connection: Connection) -> None:
    factories.draft()
    lifecycle.void(factories.approved())
    links.document_link(connection, factories.approved())
    document = factories.approved()
    assert outbox.mark_eligible(connection).marked == 1
    assert SyncItem.objects.get().document == document
    assert outbox.mark_eligible(connection).marked == 0


def test_kinds_that_the_platform_lacks_are_marked_too(connection: Connection) -> None:
    factories.won_order()
    factories.supplier_invoice()
    assert outbox.mark_eligible(connection).marked == 1
    assert SyncItem.objects.get().document.kind == DocumentKind.SALES_ORDER


def test_changed_documents_are_marked_as_updates(connection: Connection) -> None:
    links.document_link(connection, factories.approved(), revision=0)
    assert outbox.mark_eligible(connection).marked == 1
    assert SyncItem.objects.get().operation == Operation.UPDATE


def test_what_staff_took_off_the_list_stays_off(connection: Connection) -> None:
    mark(factories.approved())
    assert outbox.unmark(SyncItem.objects.all()) == 1
    assert outbox.mark_eligible(connection).marked == 0
    assert SyncItem.objects.get().state == ItemState.CANCELLED


def test_it_can_be_marked_by_hand_again(connection: Connection) -> None:
    document = factories.approved()
    mark(document)
    outbox.unmark(SyncItem.objects.all())
    assert mark(document).marked == 1


def test_what_is_on_its_way_is_not_taken_off(connection: Connection) -> None:
    mark(factories.approved())
    SyncItem.objects.update(state=ItemState.SENDING, key="k")
    assert outbox.unmark(SyncItem.objects.all()) == 0


def blocked(connection: Connection, code: str) -> SyncItem:
    document = factories.approved()
    return links.sync_item(
        connection, document, state=ItemState.BLOCKED, status_code=code, attempts=3
    )


def test_released_items_wait_with_a_clean_slate(connection: Connection) -> None:
    item = blocked(connection, "NO_NOMINAL")
    other = blocked(connection, "NO_TAX")
    assert outbox.release(connection, codes=["NO_NOMINAL"]) == 1
    item.refresh_from_db()
    other.refresh_from_db()
    assert (item.state, item.status_code, item.attempts) == ("waiting", "", 0)
    assert other.state == ItemState.BLOCKED


def test_a_contact_releases_its_own_documents(connection: Connection) -> None:
    item = blocked(connection, "NO_ACCOUNT")
    blocked(connection, "NO_ACCOUNT")
    assert outbox.release(connection, contact_ids=[item.document.contact_id]) == 1


def test_a_nominal_code_releases_documents_that_use_it(connection: Connection) -> None:
    item = blocked(connection, "NO_NOMINAL")
    nominal_id = item.document.lines.get().nominal_id
    assert outbox.release(connection, nominal_ids=[nominal_id or 0]) == 1
    assert outbox.release(connection, nominal_ids=[nominal_id or 0]) == 0


def test_a_tax_rate_releases_the_documents_of_its_side(connection: Connection) -> None:
    sale, purchase = blocked(connection, "NO_TAX"), factories.supplier_invoice()
    links.sync_item(connection, purchase, state=ItemState.BLOCKED, status_code="NO_TAX")
    standard = factories.tax_rate().pk
    zero = factories.tax_rate(zero=True).pk
    sales = [(standard, Role.CUSTOMER)]
    assert outbox.release(connection, taxes=[(zero, Role.CUSTOMER)]) == 0
    assert outbox.release(connection, taxes=sales) == 1
    sale.refresh_from_db()
    assert sale.state == ItemState.WAITING
    assert outbox.release(connection, taxes=[(standard, Role.SUPPLIER)]) == 1
