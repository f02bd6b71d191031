"""What goes wrong on the wire (behaviour 6)."""

from typing import Any

import pytest

from connectors.errors import InDoubt, PlatformDown, Retry, Unreadable
from connectors.transport.limits import Limits
from tests.connectors.contract_parts.bench import Bench

SHORT = Limits(connect=2, read=1, wall=1.5, answer_bytes=1_000_000)
ON_WRITE: list[tuple[str, dict[str, Any]]] = [
    ("status", {"status": 500}),
    ("status", {"status": 502}),
    ("cut_before", {}),
    ("cut_after", {}),
    ("cut_body", {}),
    ("html", {}),
    ("truncated", {}),
    ("huge", {"bytes": 2_000_000}),
    ("trickle", {"chunk": 1, "seconds": 0.5}),
    ("latency", {"seconds": 2}),
]
NAMES = [f"{kind}{rule.get('status', '')}" for kind, rule in ON_WRITE]


# What spoils a body alone: an answer without one stays whole.
OF_THE_BODY = {"cut_body", "truncated", "huge", "trickle"}


class FailuresContract:
    # Whether a document that was written is answered by a status and headers alone.
    bodiless_writes = False

    @pytest.fixture
    def short_limits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """So that no test waits for long."""
        monkeypatch.setattr("connectors.transport.http.usual_limits", lambda: SHORT)

    def test_it_waits_as_long_as_it_is_told(self, at: Bench) -> None:
        document = at.document("WAIT-1")
        at.fault("status", status=429, retry_after=120)
        with pytest.raises(Retry) as caught:
            at.connector.push([document])
        assert caught.value.after == 120
        assert not at.books(document.number)

    def test_it_waits_when_it_is_not_told_how_long(self, at: Bench) -> None:
        document = at.document("WAIT-2")
        at.fault("status", status=429)
        with pytest.raises(Retry):
            at.connector.push([document])

    def test_a_short_wait_is_waited_for(self, at: Bench) -> None:
        document = at.document("WAIT-3")
        at.fault("status", status=429, retry_after=2, nth=1)
        [result] = at.connector.push([document])
        assert result.remote and at.clock.slept == [2]

    def test_out_of_order_means_later(self, at: Bench) -> None:
        document = at.document("DOWN-1")
        at.fault("status", status=503)
        with pytest.raises(PlatformDown):
            at.connector.push([document])

    def test_a_refused_connection_means_later(self, at: Bench) -> None:
        document = at.document("DOWN-2")
        at.server.stop()
        with pytest.raises(PlatformDown):
            at.connector.push([document])

    @pytest.mark.parametrize(
        ("kind", "rule"),
        [
            ("status", {"status": 500}),
            ("cut_before", {}),
            ("trickle", {"seconds": 0.1}),
        ],
    )
    def test_a_read_that_never_ends_well(
        self, at: Bench, kind: str, rule: dict[str, Any]
    ) -> None:
        at.fault(kind, **rule)
        with pytest.raises(PlatformDown):
            at.connector.organisation()

    @pytest.mark.parametrize(
        ("kind", "rule"), [("html", {}), ("huge", {"bytes": 2_000_000})]
    )
    def test_a_read_that_is_not_understood(
        self, at: Bench, kind: str, rule: dict[str, Any]
    ) -> None:
        at.fault(kind, **rule)
        with pytest.raises(Unreadable) as caught:
            at.connector.organisation()
        assert caught.value.where.exchange

    @pytest.mark.parametrize(("kind", "rule"), ON_WRITE, ids=NAMES)
    def test_a_write_without_answer_is_in_doubt(
        self, at: Bench, kind: str, rule: dict[str, Any]
    ) -> None:
        document = at.document("DOUBT-1")
        at.fault(kind, body=document.number, **rule)
        [result] = at.connector.push([document])
        if self.bodiless_writes and kind in OF_THE_BODY:
            assert result.remote and len(at.books(document.number)) == 1
            return
        assert isinstance(result.error, InDoubt), result

    @pytest.mark.parametrize(("kind", "rule"), ON_WRITE, ids=NAMES)
    def test_looking_up_and_sending_again_leaves_one(
        self, at: Bench, kind: str, rule: dict[str, Any]
    ) -> None:
        document = at.document("AGAIN-1")
        at.fault(kind, body=document.number, nth=1, **rule)
        [result] = at.connector.push([document])
        at.clear_faults()
        if result.error:
            assert isinstance(result.error, InDoubt)
            [found] = at.connector.find_sent([document])
            assert (found is not None) == bool(at.books(document.number))
            if found is None:
                [result] = at.connector.push([document])
                assert result.remote
        assert len(at.books(document.number)) == 1

    def test_a_batch_that_is_cut_inside_loses_and_doubles_none(self, at: Bench) -> None:
        documents = [at.document(f"INSIDE-{n}") for n in range(4)]
        at.fault("cut_inside", items=2, body=documents[0].number, nth=1)
        results = at.connector.push(documents)
        at.clear_faults()
        doubtful = [
            d for d, r in zip(documents, results, strict=True) if r.remote is None
        ]
        found = at.connector.find_sent(doubtful)
        left = [d for d, f in zip(doubtful, found, strict=True) if f is None]
        again = at.connector.push(left) if left else []
        assert all(result.remote for result in again)
        assert [len(at.books(d.number)) for d in documents] == [1, 1, 1, 1]
