"""What deliveries bring about: a look at what they name, and no more."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from accounting_links import sweeping
from accounting_links.models import (
    Connection,
    ConnectionState,
    DocumentLink,
    PaymentLink,
    RemoteRecord,
    WebhookDelivery,
)
from accounting_links.webhooks import claiming, endpoints, keeping
from connectors.errors import PlatformDown, Retry
from connectors.records import (
    Allocation,
    DocumentKind,
    PaymentDirection,
    RemotePayment,
    RemoteStatus,
)
from invoicing.models import Event, Payment
from tests.accounting_links import factories
from tests.accounting_links.engine.test_lease import ended_owner
from tests.accounting_links.fake_connector import Books
from tests.accounting_links.webhooks.platform import (
    Post,
    handle,
    message,
    of,
    states,
)

pytestmark = pytest.mark.django_db
PAST = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def told(verb: str) -> list[str]:
    rows = Event.objects.filter(verb=verb).order_by("pk")
    return list(rows.values_list("sentence", flat=True))


def paid_there(books: Books, link: DocumentLink) -> None:
    books.edit(link.external_id, status=RemoteStatus.PAID, balance=Decimal(0))


def pay(books: Books, link: DocumentLink) -> RemotePayment:
    payment = RemotePayment(
        direction=PaymentDirection.RECEIVED,
        id="PAY",
        date=dt.date(2026, 11, 20),
        amount=link.gross,
        currency="GBP",
        allocations=(
            Allocation(
                document_id=link.external_id,
                kind=DocumentKind.SALES_INVOICE,
                amount=link.gross,
            ),
        ),
        version="0",
    )
    books.pay(payment)
    return payment


def test_what_it_names_is_read(
    connection: Connection, books: Books, post: Post, link: DocumentLink
) -> None:
    paid_there(books, link)
    post.tell(of(link, kind="sales_invoice"))
    assert handle(connection) == 1
    link.refresh_from_db()
    assert (link.status, states()) == ("paid", ["handled"])
    assert told("books.status") == [f"{link.document} is paid in the books"]


def test_a_thousand_identical_deliveries_have_one_effect(
    connection: Connection, books: Books, post: Post, link: DocumentLink
) -> None:
    paid_there(books, link)
    body = message(of(link))
    assert {post.send(body) for _ in range(1000)} == {200}
    asked = books.asked.copy()
    handle(connection)
    assert {post.send(body) for _ in range(10)} == {200}
    assert handle(connection) == 0
    assert (books.asked - asked)["get_document"] == 1
    assert len(told("books.status")) == 1
    assert WebhookDelivery.objects.get().copies == 1009


def test_many_messages_of_one_record_are_one_look(
    connection: Connection, books: Books, post: Post, link: DocumentLink
) -> None:
    for number in range(50):
        post.tell(of(link), number=number)
    before = books.asked["get_document"]
    assert handle(connection) == 50
    assert books.asked["get_document"] - before == 1
    assert set(states()) == {"handled"}


def test_no_figure_of_a_delivery_is_believed(
    connection: Connection, post: Post, link: DocumentLink
) -> None:
    post.tell(of(link) | {"status": "paid", "balance": "0.00"})
    handle(connection)
    link.refresh_from_db()
    assert (link.status, told("books.status")) == ("open", [])


def test_an_echo_of_our_own_write_is_no_work(
    connection: Connection, books: Books, post: Post, link: DocumentLink
) -> None:
    DocumentLink.objects.update(changed_at=PAST)
    asked = books.asked.copy()
    delivery = post.tell(of(link, at=PAST.isoformat()))
    handle(connection)
    delivery.refresh_from_db()
    assert (delivery.state, books.asked - asked) == ("echo", {})
    assert "nothing was read" in delivery.sentence


def test_a_later_change_is_no_echo(
    connection: Connection, books: Books, post: Post, link: DocumentLink
) -> None:
    DocumentLink.objects.update(changed_at=PAST)
    paid_there(books, link)
    post.tell(of(link, at=(PAST + dt.timedelta(milliseconds=1)).isoformat()))
    handle(connection)
    assert (states(), len(told("books.status"))) == (["handled"], 1)


def test_reading_it_again_learns_its_time(
    connection: Connection, books: Books, post: Post, link: DocumentLink
) -> None:
    held = books.documents[link.external_id]
    books.documents[link.external_id] = replace(held, changed_at=PAST)
    post.tell(of(link, at=PAST.isoformat()))
    handle(connection)
    link.refresh_from_db()
    assert link.changed_at == PAST
    post.tell(of(link, at=PAST.isoformat()), number=2)
    handle(connection)
    assert states() == ["handled", "echo"]


def test_what_was_never_ours_is_not_asked_for(
    connection: Connection, books: Books, post: Post, link: DocumentLink
) -> None:
    asked = books.asked.copy()
    delivery = post.tell(
        {"what": "document", "id": "D999"}, of(link, kind="credit_note")
    )
    handle(connection)
    delivery.refresh_from_db()
    assert (delivery.state, books.asked - asked) == ("handled", {})
    assert delivery.sentence == "It names nothing that FinSync holds."


def test_a_payment_that_we_do_not_know_is_fetched(
    connection: Connection, books: Books, post: Post, link: DocumentLink
) -> None:
    pay(books, link)
    post.tell({"what": "payment", "id": "PAY"})
    handle(connection)
    assert Payment.objects.get().amount == link.gross
    post.tell({"what": "payment", "id": "PAY"}, number=2)
    handle(connection)
    assert Payment.objects.count() == 1


def test_a_payment_that_we_hold_as_new_is_an_echo(
    connection: Connection, books: Books, post: Post, link: DocumentLink
) -> None:
    pay(books, link)
    post.tell({"what": "payment", "id": "PAY"})
    handle(connection)
    PaymentLink.objects.update(changed_at=PAST)
    asked = books.asked.copy()
    post.tell({"what": "payment", "id": "PAY", "at": PAST.isoformat()})
    handle(connection)
    assert (states()[-1], books.asked - asked) == ("echo", {})


def test_a_settled_document_brings_its_payment(
    connection: Connection, books: Books, post: Post, link: DocumentLink
) -> None:
    """Some platforms tell of payments as changes of the invoice alone."""
    pay(books, link)
    paid_there(books, link)
    post.tell(of(link))
    handle(connection)
    assert Payment.objects.count() == 1


def test_what_is_gone_is_told_as_missing(
    connection: Connection, books: Books, post: Post, link: DocumentLink
) -> None:
    del books.documents[link.external_id]
    books.changes.clear()
    Connection.objects.update(poll_cursor="0")
    post.tell(of(link))
    handle(connection)
    link.refresh_from_db()
    assert link.missing_since is not None
    assert len(told("books.missing")) == 1


def test_a_customer_that_we_keep_is_read_anew(
    connection: Connection, post: Post
) -> None:
    factories.remote_record(connection, "Old name", external_id="C1")
    post.tell({"what": "party", "id": "C1"}, {"what": "party", "id": "C2"})
    handle(connection)
    assert RemoteRecord.objects.get().name == "C1"


def test_a_knock_asks_for_what_changed(
    connection: Connection, books: Books, post: Post, link: DocumentLink
) -> None:
    paid_there(books, link)
    post.tell(anything=True)
    handle(connection)
    link.refresh_from_db()
    assert link.status == "paid"


def test_a_message_may_speak_of_another_organisation(
    connection: Connection, books: Books, post: Post, link: DocumentLink
) -> None:
    other = factories.connection(
        platform="fake", organisation_id="ORG-2", poll_cursor="0"
    )
    DocumentLink.objects.update(connection=other)
    paid_there(books, link)
    mine = post.tell(of(link, organisation="ORG-2"), of(link, organisation="ORG-3"))
    handle(connection)
    link.refresh_from_db()
    mine.refresh_from_db()
    assert (link.status, mine.state) == ("paid", "handled")


def test_a_platform_that_is_down_is_asked_later(
    connection: Connection, books: Books, post: Post, link: DocumentLink
) -> None:
    paid_there(books, link)
    books.before["get_document"] = [Retry("Not now.", after=600)]
    delivery = post.tell(of(link))
    handle(connection)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.sentence) == ("received", "Not now.")
    assert delivery.next_attempt_at is not None
    assert delivery.next_attempt_at > timezone.now() + dt.timedelta(seconds=590)
    assert handle(connection) == 0
    WebhookDelivery.objects.update(next_attempt_at=None)
    handle(connection)
    assert states() == ["handled"]


def test_after_many_attempts_people_are_told(
    connection: Connection, books: Books, post: Post, link: DocumentLink
) -> None:
    books.before["get_document"] = [PlatformDown("Down.")] * claiming.ATTEMPTS
    post.tell(of(link))
    for _ in range(claiming.ATTEMPTS):
        WebhookDelivery.objects.update(next_attempt_at=None)
        handle(connection)
    assert states() == ["failed"]
    pk = WebhookDelivery.objects.get().pk
    said = f"Webhook message {pk} of {connection} could not be handled"
    assert told("webhooks.failed") == [said]


def test_what_is_unreadable_fails_by_itself(
    connection: Connection, books: Books, post: Post, link: DocumentLink
) -> None:
    paid_there(books, link)
    post.send(b'{"other": 1}')
    post.tell(of(link))
    handle(connection)
    assert states() == ["failed", "handled"]


def test_a_poll_under_way_is_waited_for(
    connection: Connection, post: Post, link: DocumentLink
) -> None:
    Connection.objects.update(
        poll_lease_owner="other",
        poll_lease_until=timezone.now() + dt.timedelta(hours=1),
    )
    post.tell(of(link))
    handle(connection)
    assert states() == ["received"]


def test_a_worker_that_died_is_followed_by_another(
    connection: Connection, post: Post, link: DocumentLink
) -> None:
    post.tell(of(link))
    claiming.claim(connection.pk)
    assert handle(connection) == 0
    WebhookDelivery.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert handle(connection) == 1
    assert states() == ["handled"]


def test_nobody_sits_out_the_lease_of_a_worker_that_was_killed(
    connection: Connection, post: Post, link: DocumentLink
) -> None:
    post.tell(of(link))
    claiming.claim(connection.pk)
    WebhookDelivery.objects.update(lease_owner=ended_owner())
    assert handle(connection) == 1
    assert states() == ["handled"]


def test_what_ends_its_workers_is_set_aside(
    connection: Connection, post: Post, link: DocumentLink
) -> None:
    post.tell(of(link))
    for _ in range(claiming.ATTEMPTS):
        claiming.claim(connection.pk)
        WebhookDelivery.objects.update(lease_until=timezone.now())
    handle(connection)
    assert (states(), told("webhooks.failed") != []) == (["failed"], True)


def test_nothing_is_handled_while_disconnected(
    connection: Connection, post: Post, link: DocumentLink
) -> None:
    post.tell(of(link))
    Connection.objects.update(state=ConnectionState.DISCONNECTED)
    assert (sweeping._sweep_deliveries(), handle(connection)) == (0, 0)
    Connection.objects.update(state=ConnectionState.CONNECTED)
    assert sweeping._sweep_deliveries() == 1


def test_a_task_is_enqueued_once_for_all(
    connection: Connection, post: Post, link: DocumentLink
) -> None:
    for number in range(3):
        post.tell(of(link), number=number)
    assert sweeping._sweep_deliveries() == 1


def test_old_ones_are_taken_away(
    connection: Connection, post: Post, link: DocumentLink
) -> None:
    post.tell(of(link))
    post.tell(of(link), number=2)
    handle(connection)
    later = timezone.now() + keeping.KEPT + dt.timedelta(days=1)
    post.tell(of(link), number=3)
    assert keeping.prune(now=later) == 2
    assert states() == ["received"]


def test_the_address_is_made_of_chance(connection: Connection) -> None:
    made = {endpoints.make(connection).secrets["key"] for _ in range(20)}
    assert len(made) == 20
    assert {len(key) for key in made} == {endpoints.KEY_LENGTH}
