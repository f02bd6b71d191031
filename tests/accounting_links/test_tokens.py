import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection as database
from django.utils import timezone

from accounting_links.models import Connection, ConnectionState
from accounting_links.tokens import StoredTokens, needs_attention
from connectors.errors import PlatformDown, Reauthorise
from connectors.services import Tokens
from invoicing.models import Event
from tests.accounting_links import factories

OLD = Tokens(access="old", refresh="r1")


@pytest.fixture
def connection(db: None) -> Connection:
    return connected()


def connected(**credentials: str) -> Connection:
    values = {"access": "old", "refresh": "r1", "values": {"secret": "s"}}
    return factories.connection(credentials=values | credentials)


def brings(number: int) -> Callable[[Tokens], Tokens]:
    return lambda stale: Tokens(access=f"new {number}", refresh=f"r{number}")


def stored(connection: Connection) -> dict[str, Any]:
    return dict(Connection.objects.get(pk=connection.pk).credentials)


def test_it_keeps_what_a_refresh_brought(connection: Connection) -> None:
    fresh = StoredTokens(connection.pk).renew(OLD, brings(2))
    assert fresh == StoredTokens(connection.pk).read()
    assert stored(connection)["previous_refresh"] == "r1"
    assert stored(connection)["values"] == {"secret": "s"}


def test_a_worker_that_comes_late_takes_what_another_brought(
    connection: Connection,
) -> None:
    StoredTokens(connection.pk).renew(OLD, brings(2))
    fresh = StoredTokens(connection.pk).renew(OLD, brings(3))
    assert fresh.access == "new 2"


@pytest.mark.django_db(transaction=True)
def test_twenty_workers_make_one_token_request() -> None:
    connection = connected()
    calls: list[str] = []
    together = threading.Barrier(20)

    def fetch(stale: Tokens) -> Tokens:
        calls.append(stale.refresh)
        return brings(2)(stale)

    def work(number: int) -> str:
        try:
            together.wait()
            return StoredTokens(connection.pk).renew(OLD, fetch).access
        finally:
            database.close()

    with ThreadPoolExecutor(20) as pool:
        results = list(pool.map(work, range(20)))
    assert calls == ["r1"]
    assert results == ["new 2"] * 20


def test_a_passing_fault_leaves_the_connection_as_it_is(
    connection: Connection,
) -> None:
    def fails(stale: Tokens) -> Tokens:
        raise PlatformDown("503")

    for _ in range(50):
        with pytest.raises(PlatformDown):
            StoredTokens(connection.pk).renew(OLD, fails)
    connection.refresh_from_db()
    assert connection.state == ConnectionState.CONNECTED
    assert (stored(connection)["access"], connection.refresh_lease_owner) == ("old", "")


def test_a_refused_grant_is_told_once(connection: Connection) -> None:
    def refused(stale: Tokens) -> Tokens:
        raise Reauthorise("Sign in again.")

    for _ in range(3):
        with pytest.raises(Reauthorise, match="Sign in again"):
            StoredTokens(connection.pk).renew(OLD, refused)
    connection.refresh_from_db()
    assert connection.state == ConnectionState.ATTENTION
    assert Event.objects.filter(verb="connection.needs_attention").count() == 1


def test_the_refresh_token_of_before_is_tried_when_the_new_one_is_refused(
    db: None,
) -> None:
    connection = connected(refresh="r2", previous_refresh="r1")

    def only_the_first(stale: Tokens) -> Tokens:
        if stale.refresh != "r1":
            raise Reauthorise("invalid_grant")
        return brings(3)(stale)

    stale = Tokens(access="old", refresh="r2")
    fresh = StoredTokens(connection.pk).renew(stale, only_the_first)
    assert fresh.refresh == "r3"
    connection.refresh_from_db()
    assert connection.state == ConnectionState.CONNECTED


def test_a_lease_that_ran_out_is_taken_over(connection: Connection) -> None:
    past = timezone.now() - dt.timedelta(seconds=1)
    Connection.objects.update(refresh_lease_owner="gone", refresh_lease_until=past)
    assert StoredTokens(connection.pk).renew(OLD, brings(2)).access == "new 2"


def test_it_does_not_wait_for_ever_for_a_worker_that_hangs(
    connection: Connection,
) -> None:
    class Clock:
        slept = 0.0

        def now(self) -> dt.datetime:
            return timezone.now()

        def sleep(self, seconds: float) -> None:
            self.slept += seconds

    later = timezone.now() + dt.timedelta(hours=1)
    Connection.objects.update(refresh_lease_owner="slow", refresh_lease_until=later)
    clock = Clock()
    with pytest.raises(PlatformDown):
        StoredTokens(connection.pk, clock).renew(OLD, brings(2))
    assert 59 < clock.slept < 62


def test_newer_tokens_are_not_blamed_for_older_ones(connection: Connection) -> None:
    version = connection.token_version
    StoredTokens(connection.pk).renew(OLD, brings(2))
    assert not needs_attention(connection.pk, "refused", version=version)
