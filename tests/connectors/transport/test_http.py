from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from connectors.errors import InDoubt, PlatformDown, Rejected, Retry, Unreadable
from connectors.services import MemoryLog, Services
from connectors.settings import ConnectionConfig
from connectors.transport.http import HttpTransport
from connectors.transport.limits import Limits
from connectors.transport.retries import Effect, RetryPolicy
from tests.connectors.clocks import StillClock
from tests.connectors.scripted_server import (
    ScriptedServer,
    Turn,
    answer,
    cut,
    half_a_body,
    silent,
    trickling_body,
    trickling_header,
)

API = "https://api.vendor.example"
QUICK = Limits(connect=1, read=0.2, wall=0.4, answer_bytes=1000)


class Bench:
    """A transport, the server that it talks to, its clock and log."""

    def __init__(self, server: ScriptedServer, **options: Any) -> None:
        self.server = server
        self.clock = StillClock()
        self.log = MemoryLog()
        self.transport = HttpTransport(
            ConnectionConfig(platform="vendor", practice_url=server.url),
            Services(clock=self.clock, log=self.log),
            platform="vendor",
            label="Vendor",
            limits=options.pop("limits", QUICK),
            **options,
        )

    def read(self, path: str = "/things") -> Any:
        return self.transport.call("read", "GET", API + path)

    def write(self, **more: Any) -> Any:
        return self.transport.call("write", "POST", f"{API}/things", **more)


@contextmanager
def bench(*turns: Turn, **options: Any) -> Iterator[Bench]:
    with ScriptedServer(*turns) as server:
        made = Bench(server, **options)
        yield made
        made.transport.close()


def test_it_sends_money_digit_by_digit() -> None:
    with bench(answer(200)) as at:
        at.write(json={"amount": Decimal("1234567.10"), "date": None})
        assert at.server.requests[0].body == b'{"amount":1234567.10,"date":null}'


def test_it_reads_money_as_decimal() -> None:
    with bench(answer(200, b'{"total": 162.60, "count": 3}')) as at:
        assert at.read().json() == {"total": Decimal("162.60"), "count": 3}


def test_a_practice_ledger_takes_the_place_of_the_vendor() -> None:
    with bench(answer(200)) as at:
        at.transport.call("x", "GET", f"{API}/a?b=1", params={"q": "it's"})
        assert at.server.requests[0].target == "/a?b=1&q=it%27s"


def test_it_answers_refusals_for_the_connector_to_read() -> None:
    with bench(answer(422, b'{"why": "no"}')) as at:
        assert at.write(json={}).status == 422


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_it_reads_again_after_a_passing_failure(status: int) -> None:
    with bench(answer(status), answer(200)) as at:
        assert at.read().ok
        assert len(at.clock.slept) == 1


def test_it_gives_up_reading_after_three_attempts() -> None:
    with bench(answer(500)) as at:
        with pytest.raises(PlatformDown):
            at.read()
        assert len(at.server.requests) == 3


def test_a_write_that_met_an_error_500_is_in_doubt_at_once() -> None:
    with bench(answer(500)) as at:
        with pytest.raises(InDoubt):
            at.write(json={})
        assert len(at.server.requests) == 1


def test_a_write_that_was_put_off_by_503_was_not_done() -> None:
    with bench(answer(503)) as at, pytest.raises(PlatformDown):
        at.write(json={})


def test_it_waits_as_told_when_that_is_short() -> None:
    with bench(answer(429, Retry_After="3"), answer(200)) as at:
        assert at.write(json={}).ok
        assert at.clock.slept == [3]


def test_it_hands_a_long_wait_to_the_engine() -> None:
    with bench(answer(429, Retry_After="90")) as at:
        with pytest.raises(Retry) as caught:
            at.read()
        assert caught.value.after == 90
        assert len(at.server.requests) == 1


def test_it_understands_a_wait_until_a_date() -> None:
    until = "Wed, 25 Nov 2026 12:05:00 GMT"
    with bench(answer(429, Retry_After=until)) as at:
        with pytest.raises(Retry) as caught:
            at.read()
        assert caught.value.after == 300


def test_it_stays_away_as_declared_when_nothing_is_told() -> None:
    with bench(answer(429), throttled_for=60) as at:
        with pytest.raises(Retry) as caught:
            at.read()
        assert caught.value.after == 60


def test_the_body_may_say_which_limit_it_was() -> None:
    def seconds(body: bytes) -> float:
        return 3600 if b"day" in body else 60

    with bench(answer(429, b"the day's limit"), throttled_for=seconds) as at:
        with pytest.raises(Retry) as caught:
            at.read()
        assert caught.value.after == 3600


def test_a_cut_write_is_in_doubt() -> None:
    with bench(cut) as at, pytest.raises(InDoubt):
        at.write(json={})


def test_a_cut_write_with_a_key_is_sent_again() -> None:
    with bench(cut, answer(200)) as at:
        answered = at.write(json={}, effect=Effect.REPEATABLE)
        assert answered.ok and answered.doubted


def test_a_doubt_outlives_the_refusals_that_follow_it() -> None:
    with bench(cut, answer(429, Retry_After="90")) as at, pytest.raises(InDoubt):
        at.write(json={}, effect=Effect.REPEATABLE)


def test_a_cut_read_is_read_again() -> None:
    with bench(cut, answer(200)) as at:
        assert at.read().ok


def test_a_silent_platform_leaves_a_write_in_doubt() -> None:
    with bench(silent) as at, pytest.raises(InDoubt):
        at.write(json={})


def test_half_a_body_leaves_a_write_in_doubt() -> None:
    with bench(half_a_body) as at, pytest.raises(InDoubt):
        at.write(json={})


@pytest.mark.parametrize("turn", [trickling_body, trickling_header])
def test_a_trickle_ends_at_the_wall(turn: Turn) -> None:
    retries = RetryPolicy(attempts=1)
    with bench(turn, retries=retries) as at, pytest.raises(PlatformDown):
        at.read()


@pytest.mark.parametrize("turn", [trickling_body, trickling_header])
def test_a_trickle_leaves_a_write_in_doubt(turn: Turn) -> None:
    with bench(turn) as at, pytest.raises(InDoubt):
        at.write(json={})


def test_a_refused_connection_means_nothing_was_done() -> None:
    with bench(answer(200)) as at:
        port = at.server.port
    nowhere = ConnectionConfig(platform="v", practice_url=f"http://127.0.0.1:{port}")
    clock = StillClock()
    transport = HttpTransport(nowhere, Services(clock=clock), platform="v")
    with pytest.raises(PlatformDown):
        transport.call("write", "POST", f"{API}/things", json={})
    assert len(clock.slept) == 2


def test_it_does_not_swallow_an_oversized_answer() -> None:
    with bench(answer(200, b"x" * 1001)) as at, pytest.raises(Unreadable):
        at.read()


def test_a_page_in_place_of_json_is_unreadable() -> None:
    with bench(answer(200, b"<html>Maintenance</html>")) as at:
        with pytest.raises(Unreadable) as caught:
            at.read().json()
        assert caught.value.where.exchange == "1"


def test_a_page_in_place_of_json_leaves_a_write_in_doubt() -> None:
    with bench(answer(200, b"<html>Maintenance</html>")) as at:
        with pytest.raises(InDoubt):
            at.write(json={}).json()


@pytest.mark.parametrize("page", [b"<html>Lost</html>", b"\n <!DOCTYPE html><p>Lost"])
@pytest.mark.parametrize("status", [404, 410])
def test_a_page_never_says_that_a_record_is_gone(status: int, page: bytes) -> None:
    with bench(answer(status, page)) as at, pytest.raises(Unreadable, match="page"):
        at.read()


def test_a_platform_may_say_that_a_record_is_gone() -> None:
    with bench(answer(404, b'{"why": "gone"}'), answer(404)) as at:
        assert [at.read().status, at.read().status] == [404, 404]


def test_it_follows_a_read_on_the_same_host() -> None:
    with bench(answer(302, Location="/there"), answer(200)) as at:
        assert at.read().ok
        assert at.server.requests[1].target == "/there"


def test_it_follows_no_read_to_another_host() -> None:
    elsewhere = answer(302, Location="http://127.0.0.1:1/there")
    with bench(elsewhere) as at, pytest.raises(Unreadable):
        at.read()


def test_it_follows_no_write() -> None:
    with bench(answer(307, Location="/there")) as at:
        with pytest.raises(Unreadable):
            at.write(json={})
        assert len(at.server.requests) == 1


def test_it_does_not_turn_in_circles() -> None:
    with bench(answer(302, Location="/things")) as at:
        with pytest.raises(Unreadable):
            at.read()
        assert len(at.server.requests) == 4


def test_it_builds_a_signed_body_anew_for_each_attempt() -> None:
    bodies = iter([b"one", b"two"])
    with bench(answer(503), answer(200)) as at:
        at.write(content=lambda: next(bodies))
        assert [seen.body for seen in at.server.requests] == [b"one", b"two"]


def test_each_attempt_spends_from_the_budget() -> None:
    budget = CountingBudget()
    with bench(answer(503), answer(200, X_Left="7")) as at:
        at.transport.services = Services(budget=budget, clock=at.clock)
        at.transport._caller.services = at.transport.services
        at.transport.call("write", "POST", API, json={}, cost=30)
    assert budget.spent == [30, 30]
    assert budget.seen == [503, 200]


def test_it_calls_no_other_host_than_declared() -> None:
    live = ConnectionConfig(platform="v")
    transport = HttpTransport(
        live, Services(), platform="v", hosts=["api.vendor.example", ".vendor.test"]
    )
    with pytest.raises(Rejected) as caught:
        transport.call("read", "GET", "https://evil.example/")
    assert caught.value.status_code == "ADDRESS_REFUSED"


def test_an_error_knows_its_exchange_but_no_body() -> None:
    with bench(answer(503, b"secret page")) as at:
        with pytest.raises(PlatformDown) as caught:
            at.write(json={})
        where = caught.value.where
        assert (where.operation, where.http_status, where.exchange) == (
            "write",
            503,
            "3",
        )
        assert "secret page" not in str(caught.value)


class CountingBudget:
    def __init__(self) -> None:
        self.spent: list[int] = []
        self.seen: list[int] = []

    @contextmanager
    def spend(self, *, cost: int = 1) -> Iterator[None]:
        self.spent.append(cost)
        yield

    def observe(self, *, status: int, headers: object) -> None:
        self.seen.append(status)


def test_an_answer_that_is_a_secret_as_a_whole_is_not_logged() -> None:
    with bench(answer(200, b"0f1e2d3c-token")) as at:
        told = at.write(confidential=True)
        [exchange] = at.log.exchanges
    assert told.text == "0f1e2d3c-token"
    assert "0f1e2d3c" not in exchange.answer and "***" in exchange.answer
