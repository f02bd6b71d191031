"""What the endpoint takes, and what it turns away."""

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounting_links.models import Connection, DeliveryState, WebhookDelivery
from accounting_links.webhooks import receiving
from finsync_site.conf import logs
from tests.accounting_links.engine.conftest import Install
from tests.accounting_links.webhooks.platform import (
    Post,
    Repeating,
    Subscribing,
    handle,
    message,
    signed,
    states,
)

pytestmark = pytest.mark.django_db
BODY = message({"what": "document", "id": "D1"})


def test_a_signed_delivery_is_kept_as_it_came(post: Post) -> None:
    assert (post.send(BODY), post.said) == (200, b"")
    row = WebhookDelivery.objects.get()
    assert (bytes(row.body), row.size) == (BODY, len(BODY))
    assert (row.state, row.copies) == (DeliveryState.RECEIVED, 0)
    assert row.headers == {"content-type": "application/json"}


def test_taking_one_in_is_one_insert(post: Post) -> None:
    with CaptureQueriesContext(connection) as queries:
        post.send(BODY)
    said = [each["sql"].split()[0] for each in queries]
    assert [word for word in said if "SAVEPOINT" not in word and word != "RELEASE"] == [
        "SELECT",
        "INSERT",
    ]


def test_a_thousand_identical_deliveries_are_one(post: Post) -> None:
    assert {post.send(BODY) for _ in range(1000)} == {200}
    row = WebhookDelivery.objects.get()
    assert row.copies == 999


def test_the_database_itself_keeps_it_once(post: Post) -> None:
    post.send(BODY)
    row = WebhookDelivery.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_other_bytes_are_another_delivery(post: Post) -> None:
    post.send(BODY)
    post.send(BODY + b" ")
    assert WebhookDelivery.objects.count() == 2


@pytest.mark.parametrize("signature", ["", "nonsense", signed(BODY, "guessed")])
def test_a_false_signature_is_counted_and_not_kept(post: Post, signature: str) -> None:
    assert [post.send(BODY, signature=signature) for _ in range(3)] == [401] * 3
    assert post.said == b""
    row = WebhookDelivery.objects.get()
    assert (row.state, row.copies, bytes(row.body)) == (DeliveryState.REFUSED, 2, b"")


def test_a_flood_is_not_written_down(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "COUNTED", 3)
    assert {post.send(BODY, signature="") for _ in range(10)} == {401}
    row = WebhookDelivery.objects.latest("pk")
    assert row.copies == 3
    with CaptureQueriesContext(connection) as queries:
        post.send(BODY, signature="")
    assert {each["sql"].split()[0] for each in queries} == {"SELECT"}


def test_one_byte_more_breaks_the_signature(post: Post) -> None:
    assert post.send(BODY + b" ", signature=signed(BODY)) == 401


def test_without_a_secret_nothing_is_taken(post: Post) -> None:
    post.endpoint.secrets = {"key": post.endpoint.secrets["key"]}
    post.endpoint.save()
    assert post.send(BODY) == 401


@pytest.mark.parametrize("key", ["x", "A" * 43, "A" * 44, "..%2f"])
def test_an_address_that_nobody_has_is_nothing(db: None, key: str) -> None:
    answer = Client().post(f"/hooks/{key}/", data=b"{}", content_type="text/plain")
    assert answer.status_code == 404
    assert not WebhookDelivery.objects.exists()


def test_looking_at_the_address_does_nothing(post: Post) -> None:
    assert Client().get(post.path).status_code == 405


def test_what_is_too_large_is_not_read(post: Post) -> None:
    assert post.send(b"x" * (receiving.LARGEST + 1)) == 413
    assert not WebhookDelivery.objects.exists()


def test_a_handshake_is_answered_at_once(post: Post) -> None:
    assert post.send(b"", query="?token=abc%3Cb%3E") == 200
    assert post.said == b"abc<b>"
    assert not WebhookDelivery.objects.exists()


def test_what_nobody_can_read_is_refused(post: Post) -> None:
    assert post.send(b"<html>", signature="") == 401
    assert states() == ["refused"]


def test_the_same_bytes_may_be_news_later(
    post: Post, install: Install, connection: Connection
) -> None:
    """Where a platform's messages carry neither time nor number."""
    install(webhooks=True).webhooks = Repeating()
    post.send(BODY)
    post.send(BODY)
    assert WebhookDelivery.objects.count() == 1
    handle(connection)
    post.send(BODY)
    assert states() == ["handled", "received"]


def test_only_few_codes_may_wait(post: Post, install: Install) -> None:
    install(webhooks=True).webhooks = Subscribing()
    sent = [
        post.send(b'{"callback": "7", "code": "%d"}' % number, signature="")
        for number in range(receiving.CHALLENGES + 2)
    ]
    assert sent == [200] * receiving.CHALLENGES + [401] * 2


def test_the_address_stands_in_no_log(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    key = post.endpoint.secrets["key"]
    with caplog.at_level(logging.DEBUG):
        post.send(BODY, signature="")
    lines = [logs.RedactingFormatter().format(each) for each in caplog.records]
    assert any("/hooks/" in line for line in lines)
    assert not any(key in line for line in lines)


def test_the_database_does_not_tell_the_address(post: Post) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key_digest, secrets FROM accounting_links_webhookendpoint"
        )
        [(digest, secrets)] = cursor.fetchall()
    assert post.endpoint.secrets["key"] not in (digest, secrets)
    assert "secret" not in secrets


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_delivery_at_the_same_time_is_one_row(post: Post) -> None:
    def send(number: int) -> int:
        try:
            return (
                Client()
                .post(
                    post.path,
                    data=BODY,
                    content_type="application/json",
                    headers={"X-Fake-Signature": signed(BODY)},
                )
                .status_code
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(200))) == {200}
    assert WebhookDelivery.objects.get().copies == 199
