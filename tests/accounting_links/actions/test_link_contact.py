import pytest
from django.utils import timezone

from accounting_links.actions.base import Refused
from accounting_links.actions.link_contact import link
from accounting_links.models import Connection, ContactLink, ItemState, LinkHow
from accounting_links.verbs import Verb
from invoicing.models import Contact, Event
from tests import base, factories
from tests.accounting_links import factories as links


@pytest.fixture
def acme(connection: Connection) -> Contact:
    """There is one account of that name, and one of nearly that name."""
    links.remote_record(connection, "Acme Ltd", external_id="58")
    links.remote_record(connection, "ACME Limited", external_id="59")
    return factories.contact(name="Acme Ltd")


def test_linking_is_on_the_record(connection: Connection, acme: Contact) -> None:
    actor = base.bookkeeper()
    made = link(connection, acme, "customer", external_id="58", actor=actor)
    assert (made.external_id, made.external_name) == ("58", "Acme Ltd")
    event = Event.objects.get(verb=Verb.CONTACT_LINKED)
    assert (event.actor, event.contact) == (actor, acme)
    assert event.connection_id == connection.pk
    assert event.after == {"external_id": "58", "role": "customer"}


def test_what_waited_for_the_contact_is_checked_again(
    connection: Connection, acme: Contact
) -> None:
    items = [
        links.sync_item(
            connection,
            factories.sent(contact=contact),
            state=ItemState.BLOCKED,
            status_code="NO_ACCOUNT",
        )
        for contact in (acme, factories.customer())
    ]
    link(connection, acme, "customer", external_id="58")
    for item in items:
        item.refresh_from_db()
    assert [item.state for item in items] == [ItemState.WAITING, ItemState.BLOCKED]


def test_linking_the_same_again_changes_nothing(
    connection: Connection, acme: Contact
) -> None:
    first = link(connection, acme, "customer", external_id="58")
    assert link(connection, acme, "customer", external_id="58") == first
    assert Event.objects.filter(verb=Verb.CONTACT_LINKED).count() == 1


def test_an_accsid_that_holds_is_locked(connection: Connection, acme: Contact) -> None:
    link(connection, acme, "customer", external_id="58")
    with pytest.raises(Refused, match="has the AccsID 58 .* Unlock it first"):
        link(connection, acme, "customer", external_id="59")
    assert ContactLink.objects.get().external_id == "58"


def test_one_whose_account_is_gone_is_replaced(
    connection: Connection, acme: Contact
) -> None:
    gone = links.contact_link(
        connection, acme, external_id="57", missing_since=timezone.now()
    )
    link(connection, acme, "customer", external_id="58")
    gone.refresh_from_db()
    assert gone.ended_at is not None
    event = Event.objects.get(verb=Verb.CONTACT_LINKED)
    assert event.before == {"external_id": "57"}


def test_several_contacts_may_share_an_account(
    connection: Connection, acme: Contact
) -> None:
    site = factories.contact(name="Acme Ltd, Leeds", parent=acme)
    for contact in (acme, site):
        link(connection, contact, "customer", external_id="58")
    assert ContactLink.objects.filter(external_id="58").count() == 2


@pytest.mark.parametrize("external_id", ["404", ""])
def test_an_account_that_was_not_seen_there_is_refused(
    connection: Connection, acme: Contact, external_id: str
) -> None:
    with pytest.raises(Refused, match="is not known in Ledgerly. Nothing was changed"):
        link(connection, acme, "customer", external_id=external_id)
    assert not ContactLink.objects.exists()


def test_a_suppliers_account_is_no_customers(
    connection: Connection, acme: Contact
) -> None:
    with pytest.raises(Refused, match="is not known"):
        link(connection, acme, "supplier", external_id="58")


def test_a_near_name_is_never_said_to_be_exact(
    connection: Connection, acme: Contact
) -> None:
    how = LinkHow.EXACT_NAME
    with pytest.raises(Refused, match="is not exactly “Acme Ltd”"):
        link(connection, acme, "customer", external_id="59", how=how)
    made = link(connection, acme, "customer", external_id="59")
    assert made.how == LinkHow.SUGGESTED


def test_an_imported_link_is_taken_on_trust(
    connection: Connection, acme: Contact
) -> None:
    made = link(
        connection,
        acme,
        "customer",
        external_id="900",
        external_name="Acme",
        how=LinkHow.IMPORTED,
    )
    assert (made.external_id, made.external_name) == ("900", "Acme")
