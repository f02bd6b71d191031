import pytest
from django.utils import timezone

from accounting_links.actions.base import Refused
from accounting_links.actions.create_contact import AlreadyThere, create
from accounting_links.models import Connection, ContactLink, LinkHow, RemoteRecord
from accounting_links.verbs import Verb
from connectors.errors import DuplicateParty, InDoubt
from connectors.records import Party
from invoicing.models import Contact, Event
from tests import base, factories
from tests.accounting_links import factories as links
from tests.accounting_links.ledgerly import Ledgerly, able, customer
from tests.accounting_links.ledgerly_fixtures import Install


@pytest.fixture
def acme(db: None) -> Contact:
    return factories.contact(name="Acme Ltd", code="C7", email="jo@acme.example")


def test_the_account_is_made_and_linked(
    connection: Connection, acme: Contact, books: Ledgerly
) -> None:
    made = create(connection, acme, "customer", actor=None, connector=books)
    [party] = books.parties
    assert (party.name, party.email, party.code) == ("Acme Ltd", acme.email, "C7")
    assert (made.external_id, made.how) == (party.id, LinkHow.CREATED)
    assert RemoteRecord.objects.get().external_id == party.id


def test_the_intent_is_on_the_record_before_it_leaves(
    connection: Connection, acme: Contact
) -> None:
    class Watching(Ledgerly):
        def create_party(self, party: Party) -> Party:
            event = Event.objects.get(verb=Verb.ACCOUNT_REQUESTED)
            assert event.after["key"] == party.key
            return super().create_party(party)

    actor = base.bookkeeper()
    create(connection, acme, "customer", actor=actor, connector=Watching())
    verbs = [Verb.ACCOUNT_REQUESTED, Verb.ACCOUNT_CREATED, Verb.CONTACT_LINKED]
    found = Event.objects.filter(contact=acme, actor=actor).order_by("id")
    assert sorted(found.values_list("verb", flat=True)) == sorted(verbs)


def test_an_account_of_that_name_is_offered_instead(
    connection: Connection, acme: Contact, books: Ledgerly
) -> None:
    books.parties = [customer("58", "Acme Ltd")]
    with pytest.raises(AlreadyThere, match=r"“Acme Ltd” already \(58\)") as caught:
        create(connection, acme, "customer", actor=None, connector=books)
    assert [record.external_id for record in caught.value.records] == ["58"]
    assert books.count("create_party") == 0
    assert not ContactLink.objects.exists()


def test_a_repeat_after_a_lost_answer_makes_no_second_one(
    connection: Connection, acme: Contact
) -> None:
    class Forgetful(Ledgerly):
        def create_party(self, party: Party) -> Party:
            super().create_party(party)
            raise InDoubt("The answer was lost.")

    books = Forgetful()
    with pytest.raises(InDoubt):
        create(connection, acme, "customer", actor=None, connector=books)
    with pytest.raises(AlreadyThere):
        create(connection, acme, "customer", actor=None, connector=books)
    assert len(books.parties) == 1


def test_the_same_contact_has_the_same_key(
    connection: Connection, acme: Contact
) -> None:
    class Hiding(Ledgerly):
        def find_parties(self, *args: object) -> list[Party]:
            return []

        def create_party(self, party: Party) -> Party:
            super().create_party(party)
            raise InDoubt("The answer was lost.")

    books = Hiding()
    for _ in range(2):
        with pytest.raises(InDoubt):
            create(connection, acme, "customer", actor=None, connector=books)
    assert len({asked[1] for asked in books.asked}) == 1


def test_after_an_account_is_gone_the_key_is_another(
    connection: Connection, acme: Contact, books: Ledgerly
) -> None:
    create(connection, acme, "customer", actor=None, connector=books)
    [first] = books.parties
    books.parties = []
    ContactLink.objects.update(missing_since=timezone.now())
    create(connection, acme, "customer", actor=None, connector=books)
    assert books.parties[0].key != first.key
    assert ContactLink.objects.filter(ended_at=None).count() == 1


def test_a_name_that_somebody_else_has_is_explained(
    connection: Connection, acme: Contact
) -> None:
    class Unique(Ledgerly):
        def create_party(self, party: Party) -> Party:
            raise DuplicateParty("Taken.", vendor_message="Another vendor has it.")

    with pytest.raises(AlreadyThere, match="perhaps of a supplier.*Another vendor"):
        create(connection, acme, "customer", actor=None, connector=Unique())
    assert not ContactLink.objects.exists()


def test_who_has_an_account_gets_no_second_one(
    connection: Connection, acme: Contact, books: Ledgerly
) -> None:
    links.contact_link(connection, acme)
    with pytest.raises(Refused, match="already. Unlock it first"):
        create(connection, acme, "customer", actor=None, connector=books)
    assert books.asked == []


def test_a_platform_that_makes_none_says_so(
    connection: Connection, install: Install, acme: Contact
) -> None:
    books = install(able(create_parties=False))()
    with pytest.raises(Refused, match="cannot be created in Ledgerly from here"):
        create(connection, acme, "customer", actor=None, connector=books)
