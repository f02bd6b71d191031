"""Switching webhooks on and off, what is arranged by calls, and handling again."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from accounting_links import keeper
from accounting_links.actions.base import NotAllowed, Refused
from accounting_links.actions.change_webhooks import keep_secret, new_address
from accounting_links.actions.replay_delivery import replay
from accounting_links.actions.switch_webhooks import switch_off, switch_on
from accounting_links.models import (
    Connection,
    DocumentLink,
    WebhookDelivery,
    WebhookEndpoint,
)
from accounting_links.webhooks import endpoints
from connectors.errors import PlatformDown, Rejected
from connectors.records import RemoteStatus
from connectors.webhooks import Challenge, Subscription
from invoicing.models import Event
from tests import base
from tests.accounting_links.engine.conftest import Install
from tests.accounting_links.fake_connector import Books, Fake
from tests.accounting_links.webhooks.platform import (
    Post,
    Subscribing,
    Telling,
    handle,
    message,
    of,
    signed,
    states,
)

pytestmark = pytest.mark.django_db
CODE = b'{"callback": "CB-1", "code": "the-code"}'


@pytest.fixture
def subscribing(install: Install, monkeypatch: pytest.MonkeyPatch) -> type[Fake]:
    """Subscriptions end after three days; codes have to be given back."""
    made = install(webhooks=True)
    made.webhooks = Subscribing()

    def renew(connector: Fake, asked: Subscription) -> Subscription:
        connector._ask("renew_webhooks")
        ends_at = timezone.now() + dt.timedelta(days=3)
        return Subscription(
            address=asked.address, ids={"documents": "CB-1"}, ends_at=ends_at
        )

    def answer(connector: Fake, challenge: Challenge) -> None:
        connector._ask("answer_challenge")
        if challenge.code != "the-code":
            raise Rejected("It knows no such code.")

    def end(connector: Fake, held: Subscription) -> None:
        connector._ask("end_webhooks")

    monkeypatch.setattr(made, "renew_webhooks", renew)
    monkeypatch.setattr(made, "answer_challenge", answer)
    monkeypatch.setattr(made, "end_webhooks", end)
    return made


def told(verb: str) -> int:
    return Event.objects.filter(verb=verb).count()


def test_switching_on_twice_makes_one_address(
    connection: Connection, install: Install
) -> None:
    install(webhooks=True).webhooks = Telling()
    first = switch_on(connection)
    assert switch_on(connection).pk == first.pk
    assert endpoints.address(first).startswith("http://127.0.0.1:8000/hooks/")
    assert told("webhooks.on") == 1


def test_a_platform_without_them_says_so(connection: Connection) -> None:
    with pytest.raises(Refused, match="cannot tell"):
        switch_on(connection)


def test_only_those_who_may_connect_switch_it(
    connection: Connection, install: Install, post: Post
) -> None:
    stranger = base.stranger()
    for act in (switch_on, switch_off, new_address):
        with pytest.raises(NotAllowed):
            act(connection, actor=stranger)
    with pytest.raises(NotAllowed):
        keep_secret(connection, "another-secret", actor=stranger)


def test_another_secret_counts_from_then_on(connection: Connection, post: Post) -> None:
    keep_secret(connection, "  another-secret ")
    body = message()
    assert post.send(body) == 401
    assert post.send(body, signature=signed(body, "another-secret")) == 200
    [event] = Event.objects.filter(verb="webhooks.changed")
    assert "another-secret" not in f"{event.before}{event.after}{event.sentence}"


def test_what_is_too_short_is_no_secret(connection: Connection, post: Post) -> None:
    with pytest.raises(Refused):
        keep_secret(connection, "short")


def test_another_address_ends_the_former(connection: Connection, post: Post) -> None:
    new_address(connection)
    assert post.send(message()) == 404
    post.endpoint.refresh_from_db()
    assert post.send(message()) == 200


def test_switched_off_nobody_is_there(connection: Connection, post: Post) -> None:
    post.send(message())
    assert switch_off(connection) and not switch_off(connection)
    assert post.send(message()) == 404
    assert WebhookDelivery.objects.count() == 1


def test_it_subscribes_when_it_is_switched_on(
    connection: Connection, books: Books, subscribing: type[Fake]
) -> None:
    switch_on(connection)
    endpoint = WebhookEndpoint.objects.get()
    assert endpoint.subscription == {"documents": "CB-1"}
    assert endpoint.renewed_at is not None and not endpoint.problem


def test_a_secret_that_the_vendor_made_is_kept(
    connection: Connection,
    subscribing: type[Fake],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def renew(connector: Fake, asked: Subscription) -> Subscription:
        return replace(asked, secret=asked.secret or "told once", ids={"all": "CB-9"})

    monkeypatch.setattr(subscribing, "renew_webhooks", renew)
    post = Post(switch_on(connection))
    post.endpoint.refresh_from_db()
    body = message()
    assert post.send(body, signature=signed(body, "told once")) == 200
    assert endpoints.subscription(post.endpoint).secret == "told once"


def test_the_keeper_renews_what_would_end(
    connection: Connection, books: Books, subscribing: type[Fake]
) -> None:
    switch_on(connection)
    keeper.keep(connection)
    assert books.asked["renew_webhooks"] == 1
    soon = timezone.now() + dt.timedelta(hours=50)
    WebhookEndpoint.objects.update(ends_at=soon)
    assert keeper.keep(connection)
    assert books.asked["renew_webhooks"] == 2


def test_a_bad_day_leaves_what_there_is(
    connection: Connection, books: Books, subscribing: type[Fake]
) -> None:
    switch_on(connection)
    WebhookEndpoint.objects.update(ends_at=timezone.now())
    books.before["renew_webhooks"] = [PlatformDown("Down today.")]
    assert not keeper.keep(connection)
    endpoint = WebhookEndpoint.objects.get()
    assert endpoint.problem == "Down today."
    assert endpoint.subscription == {"documents": "CB-1"}
    assert keeper.keep(connection)
    assert WebhookEndpoint.objects.get().problem == ""


def test_switching_off_ends_it_over_there(
    connection: Connection, books: Books, subscribing: type[Fake]
) -> None:
    switch_on(connection)
    switch_off(connection)
    assert books.asked["end_webhooks"] == 1


def test_a_code_signs_once_the_vendor_took_it(
    connection: Connection, subscribing: type[Fake]
) -> None:
    switch_on(connection)
    post = Post(WebhookEndpoint.objects.get())
    body = message()
    assert post.send(CODE, signature="") == 200
    assert post.send(body, signature=signed(body, "the-code")) == 401
    handle(connection)
    assert post.send(body, signature=signed(body, "the-code")) == 200
    first = WebhookDelivery.objects.earliest("pk")
    assert (first.state, bytes(first.body)) == ("handled", b"")


def test_a_false_code_never_signs(
    connection: Connection, subscribing: type[Fake]
) -> None:
    switch_on(connection)
    post = Post(WebhookEndpoint.objects.get())
    false, body = CODE.replace(b"the-code", b"my-own"), message()
    assert post.send(false, signature="") == 200
    handle(connection)
    assert states() == ["failed"]
    assert post.send(body, signature=signed(body, "my-own")) == 401


def test_a_code_that_was_not_asked_for_waits_in_vain(
    connection: Connection, books: Books, subscribing: type[Fake]
) -> None:
    switch_on(connection)
    post = Post(WebhookEndpoint.objects.get())
    post.send(CODE.replace(b"CB-1", b"CB-9"), signature="")
    handle(connection)
    assert books.asked["answer_challenge"] == 0
    assert states() == ["received"]


def test_handled_again_it_is_read_whatever_we_know(
    connection: Connection, books: Books, post: Post, link: DocumentLink
) -> None:
    past = timezone.now() - dt.timedelta(hours=1)
    DocumentLink.objects.update(changed_at=past)
    delivery = post.tell(of(link, at=past.isoformat()))
    handle(connection)
    books.edit(link.external_id, status=RemoteStatus.PAID, balance=Decimal(0))
    delivery.refresh_from_db()
    assert delivery.state == "echo"
    replay(delivery)
    handle(connection)
    link.refresh_from_db()
    assert (link.status, states()) == ("paid", ["handled"])
    [event] = Event.objects.filter(verb="webhooks.replayed")
    assert (event.connection_id, event.before) == (connection.pk, {"state": "echo"})


def test_what_was_refused_cannot_be_handled(connection: Connection, post: Post) -> None:
    post.send(message(), signature="false")
    with pytest.raises(Refused):
        replay(WebhookDelivery.objects.get())


def test_handling_again_needs_its_permission(
    connection: Connection, post: Post
) -> None:
    delivery = post.tell()
    user: User = base.stranger()
    with pytest.raises(NotAllowed):
        replay(delivery, actor=user)
