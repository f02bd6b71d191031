from decimal import Decimal

import pytest
from django.utils import timezone

from accounting_links.actions.adopt import adopt
from accounting_links.actions.base import Refused
from accounting_links.models import (
    Connection,
    DocumentLink,
    DocumentLinkHow,
    ItemState,
    SyncItem,
)
from accounting_links.verbs import Verb
from connectors.records import RemoteStatus
from invoicing.models import Document, Event
from tests import base, factories
from tests.accounting_links import factories as links
from tests.accounting_links.ledgerly import Ledgerly, in_books


@pytest.fixture
def invoice(db: None) -> Document:
    return factories.sent(number="INV-1")


@pytest.fixture
def item(connection: Connection, invoice: Document) -> SyncItem:
    return links.sync_item(
        connection, invoice, state=ItemState.BLOCKED, status_code="DUPLICATE_NUMBER"
    )


def test_an_adopted_document_is_linked_and_leaves_the_list(
    connection: Connection, invoice: Document, item: SyncItem, books: Ledgerly
) -> None:
    books.documents = [in_books(invoice, party_id="58", version="7")]
    adopt(connection, invoice, external_id="B1", connector=books)
    link = DocumentLink.objects.get()
    assert (link.external_id, link.how) == ("B1", DocumentLinkHow.ADOPTED)
    assert (link.number, link.version, link.party_id) == ("INV-1", "7", "58")
    item.refresh_from_db()
    assert (item.state, item.status_code) == (ItemState.DONE, "")


def test_how_the_two_differ_is_on_the_record(
    connection: Connection, invoice: Document, books: Ledgerly
) -> None:
    books.documents = [in_books(invoice, gross=Decimal("119.99"))]
    actor = base.bookkeeper()
    adopt(
        connection,
        invoice,
        external_id="B1",
        actor=actor,
        reason="Rounded there",
        connector=books,
    )
    event = Event.objects.get(verb=Verb.DOCUMENT_ADOPTED)
    assert (event.actor, event.reason) == (actor, "Rounded there")
    assert event.before == {"gross": "120.00"}
    assert event.after == {"external_id": "B1", "gross": "119.99"}


def test_a_document_that_is_linked_is_not_adopted_again(
    connection: Connection, invoice: Document, books: Ledgerly
) -> None:
    books.documents = [in_books(invoice)]
    links.document_link(connection, invoice, external_id="B7")
    with pytest.raises(Refused, match="is B7 in Ledgerly already"):
        adopt(connection, invoice, external_id="B1", connector=books)
    assert DocumentLink.objects.get().external_id == "B7"


def test_what_stands_for_another_of_ours_is_not_adopted(
    connection: Connection, invoice: Document, books: Ledgerly
) -> None:
    books.documents = [in_books(invoice)]
    other = links.document_link(connection, factories.sent(), external_id="B1")
    with pytest.raises(Refused, match=f"is .*{other.number} of ours already"):
        adopt(connection, invoice, external_id="B1", connector=books)


def test_an_ended_link_stands_in_nobodys_way(
    connection: Connection, invoice: Document, books: Ledgerly
) -> None:
    books.documents = [in_books(invoice)]
    links.document_link(connection, invoice, external_id="B1", ended_at=timezone.now())
    adopt(connection, invoice, external_id="B1", connector=books)
    assert DocumentLink.objects.filter(ended_at=None).count() == 1


@pytest.mark.parametrize("state", [ItemState.CHECKING, ItemState.SENDING])
def test_what_is_on_its_way_is_not_adopted(
    connection: Connection,
    invoice: Document,
    item: SyncItem,
    books: Ledgerly,
    state: str,
) -> None:
    books.documents = [in_books(invoice)]
    SyncItem.objects.update(state=state, key="k")
    with pytest.raises(Refused, match="is being sent just now"):
        adopt(connection, invoice, external_id="B1", connector=books)
    assert not DocumentLink.objects.exists()


def test_a_person_may_settle_what_is_in_doubt(
    connection: Connection, invoice: Document, item: SyncItem, books: Ledgerly
) -> None:
    books.documents = [in_books(invoice)]
    SyncItem.objects.update(state=ItemState.IN_DOUBT, key="k", lease_owner="worker")
    adopt(connection, invoice, external_id="B1", connector=books)
    item.refresh_from_db()
    assert (item.state, item.lease_owner) == (ItemState.DONE, "")


def test_what_is_void_stands_for_nothing(
    connection: Connection, invoice: Document, books: Ledgerly
) -> None:
    books.documents = [in_books(invoice, status=RemoteStatus.VOID)]
    with pytest.raises(Refused, match="is void in Ledgerly"):
        adopt(connection, invoice, external_id="B1", connector=books)


def test_what_is_gone_is_said_to_be_gone(
    connection: Connection, invoice: Document, books: Ledgerly
) -> None:
    with pytest.raises(Refused, match="no such document any more"):
        adopt(connection, invoice, external_id="B1", connector=books)
