"""What staff see of webhooks, and press."""

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounting_links.models import (
    Connection,
    DocumentLink,
    WebhookDelivery,
    WebhookEndpoint,
)
from tests import base
from tests.accounting_links.engine.conftest import Install
from tests.accounting_links.webhooks.platform import (
    SECRET,
    Post,
    Telling,
    handle,
    message,
    of,
)

pytestmark = pytest.mark.django_db
LIST = "admin:accounting_links_webhookdelivery_changelist"
ONE = "admin:accounting_links_webhookdelivery_change"


class MakingSecret(Telling):
    secret = None
    makes_secret = True


@pytest.fixture
def client(db: None) -> Client:
    return base.client_of(base.accountant())


def page_of(connection: Connection) -> str:
    return reverse("admin:connection_webhooks", args=(connection.pk,))


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def press(client: Client, connection: Connection, **fields: str) -> str:
    answer = client.post(page_of(connection), fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_is_switched_on_by_a_button(
    connection: Connection, install: Install, client: Client
) -> None:
    install(webhooks=True).webhooks = Telling()
    assert "Switch on" in text(client, page_of(connection))
    assert not WebhookEndpoint.objects.exists()
    shown = press(client, connection, act="on")
    key = WebhookEndpoint.objects.get().secrets["key"]
    assert f"/hooks/{key}/" in shown
    assert "Paste the address there." in shown


def test_the_secret_is_pasted_and_never_shown(
    connection: Connection, post: Post, client: Client
) -> None:
    shown = press(client, connection, act="secret", secret="another-secret")
    assert "another-secret" not in shown and SECRET not in shown
    assert "Stored" in shown
    endpoint = WebhookEndpoint.objects.get()
    assert endpoint.secrets["secret"] == "another-secret"


def test_a_bad_secret_is_answered_with_a_sentence(
    connection: Connection, post: Post, client: Client
) -> None:
    assert "That is no secret" in press(client, connection, act="secret", secret="x")


def test_a_secret_of_ours_is_shown_to_be_typed_there(
    connection: Connection, install: Install, client: Client
) -> None:
    install(webhooks=True).webhooks = MakingSecret()
    shown = press(client, connection, act="on")
    assert WebhookEndpoint.objects.get().secrets["secret"] in shown


def test_another_address_and_off_are_buttons(
    connection: Connection, post: Post, client: Client
) -> None:
    press(client, connection, act="address")
    assert post.send(message()) == 404
    assert "Not switched on" in press(client, connection, act="off")
    assert client.post(page_of(connection), {"act": "else"}).status_code == 404


def test_a_platform_without_webhooks_has_no_page(
    connection: Connection, client: Client
) -> None:
    assert client.get(page_of(connection)).status_code == 404


def test_the_connection_tells_how_they_fare(
    connection: Connection, post: Post, client: Client
) -> None:
    address = reverse("admin:accounting_links_connection_change", args=(connection.pk,))
    assert "none has come yet" in text(client, address)
    post.tell()
    assert "the last one came" in text(client, address)
    WebhookEndpoint.objects.update(problem="The scope is missing.")
    assert "could not be renewed: The scope is missing." in text(client, address)


def test_the_list_shows_states_and_its_queries_do_not_grow(
    connection: Connection, post: Post, link: DocumentLink, client: Client
) -> None:
    post.tell(of(link))
    handle(connection)
    post.send(message(), signature="false")
    with CaptureQueriesContext(database) as few:
        shown = text(client, reverse(LIST))
    assert "Handled" in shown and "Refused" in shown
    for number in range(20):
        post.tell(of(link), number=number)
    with CaptureQueriesContext(database) as many:
        text(client, reverse(LIST))
    assert len(many) <= len(few) + 1


def test_its_content_is_text_and_never_markup(post: Post, client: Client) -> None:
    delivery = post.tell(note="<script>alert(1)</script>", verifier="a-secret-code")
    shown = text(client, reverse(ONE, args=(delivery.pk,)))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert" not in shown and "a-secret-code" not in shown


def test_one_is_handled_again_by_post(
    connection: Connection, post: Post, link: DocumentLink, client: Client
) -> None:
    delivery = post.tell(of(link))
    handle(connection)
    again = reverse("admin:delivery_replay", args=(delivery.pk,))
    assert client.get(again).status_code == 405
    assert "handled again" in client.post(again, follow=True).content.decode()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.forced) == ("received", True)


def test_what_waits_has_no_such_button(post: Post, client: Client) -> None:
    delivery = post.tell()
    assert "Handle again" not in text(client, reverse(ONE, args=(delivery.pk,)))


def test_nobody_types_or_deletes_one(post: Post, client: Client) -> None:
    delivery = post.tell()
    assert client.post(reverse(ONE, args=(delivery.pk,)), {}).status_code == 403
    assert "Add webhook" not in text(client, reverse(LIST))


def test_roles_of_the_office_do_not_see_contents(post: Post) -> None:
    delivery = post.tell()
    stranger = base.client_of(base.stranger())
    assert stranger.get(reverse(LIST)).status_code == 403
    assert stranger.get(reverse(ONE, args=(delivery.pk,))).status_code == 403


def test_many_of_one_are_counted_on_the_page(
    connection: Connection, post: Post, client: Client
) -> None:
    body = message()
    for _ in range(30):
        post.send(body, signature="false")
    assert WebhookDelivery.objects.count() <= 2  # an hour may have ended
    assert "Refused" in text(client, page_of(connection))
