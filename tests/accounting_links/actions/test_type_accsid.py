import pytest

from accounting_links.actions.base import Refused
from accounting_links.actions.type_accsid import clear_accsid, set_accsid
from accounting_links.models import Connection, ContactLink, ItemState, LinkHow
from accounting_links.verbs import Verb
from connectors.errors import PlatformDown
from connectors.records import Party
from invoicing.models import Contact, Event
from tests import base, factories
from tests.accounting_links import factories as links
from tests.accounting_links.ledgerly import Ledgerly, able, customer
from tests.accounting_links.ledgerly_fixtures import Install


@pytest.fixture
def acme(db: None) -> Contact:
    return factories.contact(name="Acme Ltd")


@pytest.fixture
def books() -> Ledgerly:
    known = Ledgerly()
    known.parties = [
        customer("58", "Acme Trading"),
        customer("59", "Old Acme", active=False),
    ]
    return known


def put(
    connection: Connection,
    contact: Contact,
    books: Ledgerly,
    external_id: str,
    *,
    unlock: bool = False,
) -> ContactLink:
    return set_accsid(
        connection,
        contact,
        "customer",
        external_id=external_id,
        actor=base.bookkeeper(),
        unlock=unlock,
        connector=books,
    )


def test_a_typed_accsid_is_looked_up(
    connection: Connection, acme: Contact, books: Ledgerly
) -> None:
    made = put(connection, acme, books, " 58 ")
    assert (made.external_id, made.external_name) == ("58", "Acme Trading")
    assert made.how == LinkHow.TYPED
    assert Event.objects.get(verb=Verb.CONTACT_LINKED).actor == base.bookkeeper()


REFUSED = [
    ("404", r"AccountsID \(404\) is not known in Ledgerly. Nothing was changed."),
    ("59", r"AccountsID \(59\) is not active in Ledgerly. Nothing was changed."),
    ("", "Give the account's id as Ledgerly shows it"),
    ("5\x008", "Give the account's id"),
    ("5" * 101, "at most 100 characters"),
]


@pytest.mark.parametrize(("typed", "sentence"), REFUSED)
def test_what_is_not_there_changes_nothing(
    connection: Connection, acme: Contact, books: Ledgerly, typed: str, sentence: str
) -> None:
    links.contact_link(connection, acme, external_id="57")
    with pytest.raises(Refused, match=sentence):
        put(connection, acme, books, typed, unlock=True)
    assert ContactLink.objects.get().external_id == "57"
    assert not Event.objects.filter(verb=Verb.CONTACT_LINKED).exists()


def test_an_accsid_is_read_only_until_it_is_unlocked(
    connection: Connection, acme: Contact, books: Ledgerly
) -> None:
    links.contact_link(connection, acme, external_id="57")
    with pytest.raises(Refused, match="Unlock it first"):
        put(connection, acme, books, "58")
    assert books.asked == []
    put(connection, acme, books, "58", unlock=True)
    assert ContactLink.objects.get(ended_at=None).external_id == "58"
    event = Event.objects.get(verb=Verb.CONTACT_LINKED)
    assert event.before == {"external_id": "57"}


def test_a_platform_that_does_not_answer_changes_nothing(
    connection: Connection, acme: Contact
) -> None:
    class Down(Ledgerly):
        def get_parties(self, *args: object) -> list[Party]:
            raise PlatformDown("Ledgerly does not answer.")

    with pytest.raises(PlatformDown):
        put(connection, acme, Down(), "58")
    assert not ContactLink.objects.exists()


def test_a_platform_that_shows_no_ids_takes_none(
    connection: Connection, install: Install, acme: Contact
) -> None:
    reason = "Ledgerly never shows its ids."
    typed = able(typed_account_id=False, reasons={"typed_account_id": reason})
    with pytest.raises(Refused, match=reason):
        put(connection, acme, install(typed)(), "58")


def test_clearing_brings_the_match_by_name_back(
    connection: Connection, acme: Contact
) -> None:
    held = links.contact_link(connection, acme, external_id="57")
    item = links.sync_item(
        connection, factories.sent(contact=acme), state=ItemState.BLOCKED
    )
    actor = base.bookkeeper()
    assert clear_accsid(connection, acme, "customer", actor=actor, reason="merged")
    held.refresh_from_db()
    item.refresh_from_db()
    assert held.ended_at is not None
    assert item.state == ItemState.WAITING
    event = Event.objects.get(verb=Verb.CONTACT_UNLINKED)
    assert (event.before["external_id"], event.reason) == ("57", "merged")


def test_clearing_what_is_not_set_does_nothing(
    connection: Connection, acme: Contact
) -> None:
    assert not clear_accsid(connection, acme, "customer", actor=None)
    assert not Event.objects.filter(verb=Verb.CONTACT_UNLINKED).exists()
