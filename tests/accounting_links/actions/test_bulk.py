"""Link all exact, Create all selected."""

import datetime as dt
from collections.abc import Callable

from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounting_links.actions import create_many, link_exact
from accounting_links.actions.outcomes import Outcome
from accounting_links.actions.proposals import unlinked
from accounting_links.models import Connection, ContactLink, LinkHow, RemoteRecord, Role
from accounting_links.names import name_key
from accounting_links.verbs import Verb
from connectors.errors import PlatformDown, Rejected
from connectors.records import Party
from invoicing.models import Contact, DocumentKind, Event
from tests import base, factories
from tests.accounting_links import factories as links
from tests.accounting_links.ledgerly import Ledgerly, able, customer
from tests.accounting_links.ledgerly_fixtures import Install


def contacts(*names: str) -> list[Contact]:
    return [factories.contact(name=name) for name in names]


def reasons(outcome: Outcome) -> dict[int, str]:
    return dict(outcome.left)


def test_the_plan_shows_what_it_would_do_and_does_nothing(
    connection: Connection,
) -> None:
    links.remote_record(connection, "Acme Ltd", external_id="58")
    chosen = contacts("Acme Ltd", "Else Ltd")
    plan = link_exact.plan(connection, "customer", contacts=chosen)
    assert [(each.contact.name, each.external_id, each.can_go) for each in plan] == [
        ("Acme Ltd", "58", True),
        ("Else Ltd", "", False),
    ]
    assert not ContactLink.objects.exists()


def test_all_exact_are_linked_and_the_rest_is_left(connection: Connection) -> None:
    links.remote_record(connection, "Acme Ltd", external_id="58")
    links.remote_record(connection, "ELSE Ltd")
    acme, other = contacts("Acme Ltd", "Else Ltd")
    actor = base.bookkeeper()
    outcome = link_exact.apply(
        connection, "customer", contacts=[acme, other], actor=actor
    )
    assert (outcome.done, list(reasons(outcome))) == (1, [other.pk])
    made = ContactLink.objects.get()
    assert (made.contact, made.external_id, made.how) == (
        acme,
        "58",
        LinkHow.EXACT_NAME,
    )
    assert Event.objects.get(verb=Verb.CONTACT_LINKED).actor == actor


def test_one_name_of_two_accounts_is_not_exact(connection: Connection) -> None:
    for external_id in ("58", "59"):
        links.remote_record(connection, "Acme Ltd", external_id=external_id)
    outcome = link_exact.apply(connection, "customer", contacts=contacts("Acme Ltd"))
    assert outcome.done == 0
    assert "or several" in next(iter(reasons(outcome).values()))


def test_two_contacts_of_one_name_are_left_to_a_person(connection: Connection) -> None:
    links.remote_record(connection, "Acme Ltd")
    outcome = link_exact.apply(
        connection, "customer", contacts=contacts("Acme Ltd", "Acme Ltd")
    )
    assert (outcome.done, len(outcome.left)) == (0, 2)
    assert "Several contacts have exactly that name" in outcome.left[0][1]


def test_an_account_that_is_anothers_is_left_to_a_person(
    connection: Connection,
) -> None:
    links.remote_record(connection, "Acme Ltd", external_id="58")
    links.contact_link(connection, factories.contact(name="Jo"), external_id="58")
    outcome = link_exact.apply(connection, "customer", contacts=contacts("Acme Ltd"))
    assert outcome.done == 0
    assert outcome.left[0][1].startswith("That account is Jo's already")


def test_who_is_linked_already_is_not_planned_for(connection: Connection) -> None:
    links.remote_record(connection, "Acme Ltd")
    [acme] = contacts("Acme Ltd")
    links.contact_link(connection, acme)
    assert link_exact.plan(connection, "customer", contacts=[acme]) == []


def test_left_out_all_who_are_billed_are_meant(connection: Connection) -> None:
    links.serve(connection, DocumentKind.SALES_INVOICE)
    connection.go_live = dt.date(2026, 11, 1)
    billed = factories.sent().contact
    factories.sent(date=dt.date(2026, 10, 31))  # before go-live
    factories.supplier_invoice()  # of a kind that goes elsewhere
    factories.contact()  # has no document
    links.contact_link(connection, factories.sent().contact)
    assert list(unlinked(connection, Role.CUSTOMER)) == [billed]
    assert list(unlinked(connection, Role.SUPPLIER)) == []


def test_where_care_of_is_billed_the_care_of_is_meant(
    connection: Connection, install: Install
) -> None:
    install(able(care_of=True))
    links.serve(connection, DocumentKind.SALES_INVOICE)
    payer = factories.contact()
    factories.sent(care_of=payer)
    assert list(unlinked(connection, Role.CUSTOMER)) == [payer]


def test_accounts_are_read_anew_with_a_connector(
    connection: Connection, books: Ledgerly
) -> None:
    links.remote_record(connection, "Gone Ltd", external_id="57")
    RemoteRecord.objects.update(seen_at=timezone.now() - dt.timedelta(days=1))
    books.parties = [customer("58", "Acme Ltd")]
    outcome = link_exact.apply(
        connection,
        "customer",
        contacts=contacts("Acme Ltd", "Gone Ltd"),
        connector=books,
    )
    assert (outcome.done, len(outcome.left)) == (1, 1)
    assert [asked[0] for asked in books.asked] == ["list_parties"]


def test_missing_ones_are_created_and_linked(
    connection: Connection, books: Ledgerly
) -> None:
    books.parties = [customer("58", "Acme Ltd")]
    acme, new = contacts("Acme Ltd", "New Ltd")
    outcome = create_many.apply(
        connection, "customer", contacts=[acme, new], connector=books
    )
    assert outcome.done == 1
    assert reasons(outcome) == {
        acme.pk: "Ledgerly has that name already: link it instead."
    }
    made = ContactLink.objects.get()
    assert (made.contact, made.how) == (new, LinkHow.CREATED)
    assert made.external_id == books.parties[-1].id


def test_a_near_name_is_a_warning_alone(
    connection: Connection, books: Ledgerly
) -> None:
    books.parties = [customer("58", "ACME LIMITED")]
    [plan] = create_many.plan(
        connection, "customer", contacts=contacts("Acme Ltd"), connector=books
    )
    assert plan.can_go
    assert plan.warning == "Ledgerly has “ACME LIMITED”, nearly the same."


def test_two_of_one_name_are_not_created(
    connection: Connection, books: Ledgerly
) -> None:
    outcome = create_many.apply(
        connection,
        "customer",
        contacts=contacts("Acme Ltd", "Acme Ltd"),
        connector=books,
    )
    assert (outcome.done, len(outcome.left), len(books.parties)) == (0, 2, 0)


def test_one_refusal_holds_no_other_up(connection: Connection) -> None:
    class Picky(Ledgerly):
        def create_party(self, party: Party) -> Party:
            if ":" in party.name:
                raise Rejected("Names may not hold a colon.")
            return super().create_party(party)

    one, bad, two = contacts("One", "Bad: name", "Two")
    outcome = create_many.apply(
        connection, "customer", contacts=[one, bad, two], connector=Picky()
    )
    assert outcome.done == 2
    assert reasons(outcome) == {bad.pk: "Names may not hold a colon."}


def test_what_was_made_before_a_fault_is_kept(connection: Connection) -> None:
    class Falling(Ledgerly):
        def create_party(self, party: Party) -> Party:
            if self.count("create_party") == 2:
                raise PlatformDown("Ledgerly does not answer.")
            return super().create_party(party)

    books = Falling()
    chosen = contacts("One", "Two", "Three", "Four")
    outcome = create_many.apply(
        connection, "customer", contacts=chosen, connector=books
    )
    assert outcome.done == ContactLink.objects.count() == 2
    assert set(reasons(outcome).values()) == {"Ledgerly does not answer."}


def test_a_repeat_after_a_fault_creates_only_the_rest(
    connection: Connection, books: Ledgerly
) -> None:
    chosen = contacts("One", "Two")
    create_many.apply(connection, "customer", contacts=chosen[:1], connector=books)
    outcome = create_many.apply(
        connection, "customer", contacts=chosen, connector=books
    )
    assert (outcome.done, outcome.left) == (1, [])
    assert len(books.parties) == 2


MANY = 2_000


def crowd() -> list[Contact]:
    Contact.objects.bulk_create(
        Contact(code=f"B{number}", name=f"Bulk {number}") for number in range(MANY)
    )
    return list(Contact.objects.all())


def statements(act: Callable[[], Outcome]) -> int:
    with CaptureQueriesContext(database) as captured:
        assert act().done == MANY
    return len(captured)


def test_linking_two_thousand_takes_few_statements(connection: Connection) -> None:
    chosen = crowd()
    RemoteRecord.objects.bulk_create(
        RemoteRecord(
            connection=connection,
            type="customer",
            external_id=str(contact.pk),
            name=contact.name,
            name_key=name_key(contact.name),
            seen_at=timezone.now(),
        )
        for contact in chosen
    )
    taken = statements(
        lambda: link_exact.apply(connection, "customer", contacts=chosen)
    )
    assert taken <= 100


def test_creating_two_thousand_takes_few_statements(
    connection: Connection, books: Ledgerly
) -> None:
    chosen = crowd()
    taken = statements(
        lambda: create_many.apply(
            connection, "customer", contacts=chosen, connector=books
        )
    )
    assert taken <= 400
    assert books.count("list_parties") == 1
