"""What is sealed, when, and by whom."""

import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from invoicing.audit import digests, horizon, retiring, sealing, verifying, watching
from invoicing.models import Event, EventSeal, SealChain, SealPosition
from tests.invoicing.audit.history import (
    OF_CONNECTION,
    found,
    happened,
    seal_all,
    sealed,
    tamper,
)


def soon() -> dt.datetime:
    return timezone.now() + dt.timedelta(seconds=20)


@pytest.mark.django_db
def test_each_event_is_sealed_once_in_its_chain() -> None:
    history = sealed(4)
    seals = EventSeal.objects.filter(chain=OF_CONNECTION).order_by("sequence")
    assert [(s.sequence, s.event_id) for s in seals] == [
        (place, event.pk) for place, event in enumerate(history, start=1)
    ]
    assert seal_all() == 0


@pytest.mark.django_db
def test_a_chain_goes_on_where_it_ended() -> None:
    sealed(2)
    happened(3)
    assert seal_all() == 3
    head = SealChain.objects.get(chain=OF_CONNECTION)
    last = EventSeal.objects.get(chain=OF_CONNECTION, sequence=5)
    assert (head.sequence, head.link) == (5, last.link)
    assert found() is None


@pytest.mark.django_db
def test_the_slower_of_two_sealers_seals_nothing() -> None:
    happened(3)
    slow = sealing.where()
    events = list(Event.objects.order_by("pk"))
    assert seal_all() == len(events)
    contents = [digests.content(event) for event in events]
    assert not sealing._seal(slow, events, contents)
    assert EventSeal.objects.count() == len(events)


@pytest.mark.django_db
def test_statements_do_not_grow_with_the_events() -> None:
    def cost(count: int) -> int:
        happened(count)
        with CaptureQueriesContext(connection) as queries:
            seal_all()
        return len(queries)

    cost(1)
    assert cost(100) == cost(2)


@pytest.mark.django_db
def test_a_lost_end_is_found_from_the_last_seal() -> None:
    sealed(3)
    SealChain.objects.all().delete()
    happened(1)
    seal_all()
    assert found() is None


@pytest.mark.django_db
def test_old_events_may_go_and_their_seals_stay() -> None:
    history = sealed(6)
    cut = history[3].at
    assert retiring.retire(OF_CONNECTION, before=cut, reason="Ten years are over") == 3
    assert found() is None
    assert retiring.retire(OF_CONNECTION, before=cut, reason="Once more") == 0
    seal_all()
    assert found() is None
    told = Event.objects.get(verb="history.retired")
    assert (told.connection_id, told.after) == (OF_CONNECTION, {"sequence": 3})
    history[4].delete()
    finding = found()
    assert finding is not None and finding.what == "removed"


@pytest.mark.django_db
def test_looking_through_stops_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "AT_ONCE", 2)
    history = sealed(6)
    tamper(history[5], sentence="x")
    checked = verifying.verify(OF_CONNECTION, after=2)
    assert checked.finding is not None and checked.events == 3
    chain = SealChain.objects.get(chain=OF_CONNECTION)
    chain.checked_sequence = 4
    chain.save()
    watching.look_through(deadline=soon())
    chain.refresh_from_db()
    assert chain.finding["event_id"] == history[5].pk
    assert (chain.checked_sequence, chain.verified_sequence) == (0, 5)


@pytest.mark.django_db
def test_without_time_nothing_is_looked_at() -> None:
    sealed(3)
    assert watching.look_through(deadline=timezone.now()) == 0
    assert not SealChain.objects.exclude(verified_at=None).exists()


@pytest.mark.django_db
def test_a_broken_chain_is_told_once() -> None:
    history = sealed(3)
    tamper(history[1], sentence="x")
    for _ in range(2):
        SealChain.objects.update(verified_at=None)
        watching.look_through(deadline=soon())
    [told] = Event.objects.filter(verb="history.broken")
    assert told.connection_id == OF_CONNECTION
    assert f"Event {history[1].pk} was changed" in told.sentence


@pytest.mark.django_db
def test_what_was_looked_through_today_is_left_alone() -> None:
    sealed(3)
    assert watching.look_through(deadline=soon()) > 0
    assert watching.look_through(deadline=soon()) == 0


# Transactions that commit late


def sealed_in_time(wanted: int) -> bool:
    """Other tests' transactions on the same server are waited for like any."""
    pause, count = threading.Event(), 0
    for _ in range(1200):
        count += sealing.seal()
        if count >= wanted:
            return count == wanted
        pause.wait(0.05)
    return False


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """Rows of theirs really stand there."""
    yield


@pytest.mark.postgres
def test_a_transaction_that_commits_late_is_waited_for(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(horizon, "SETTLES", dt.timedelta(seconds=-1))
    wrote, go_on = threading.Event(), threading.Event()
    late = threading.Thread(target=_write_late, args=(wrote, go_on))
    late.start()
    assert wrote.wait(30)
    happened(2)
    try:
        assert [sealing.seal() for _ in range(4)] == [0, 0, 0, 0]
    finally:
        go_on.set()
        late.join(30)
    assert sealed_in_time(3)
    sequence = EventSeal.objects.order_by("sequence").values_list("event_id", flat=True)
    assert list(sequence) == sorted(sequence)
    assert found() is None


def _write_late(wrote: threading.Event, go_on: threading.Event) -> None:
    try:
        with transaction.atomic():
            happened(1)
            wrote.set()
            go_on.wait(30)
    finally:
        connection.close()


@pytest.mark.postgres
def test_a_number_that_was_taken_back_is_no_gap(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(horizon, "SETTLES", dt.timedelta(seconds=-1))
    happened(1)
    with pytest.raises(RuntimeError), transaction.atomic():
        happened(1)
        raise RuntimeError("rolled back")
    happened(1)
    assert sealed_in_time(2)
    assert found() is None


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_mark_has_to_settle_first(settings: Any) -> None:
    happened(1)
    for _ in range(3):
        assert sealing.seal() == 0
    position = SealPosition.objects.get()
    assert position.mark_transaction == 0 and position.mark_to > 0


@pytest.mark.django_db
def test_writing_an_event_costs_what_it_did() -> None:
    """Sealing adds nothing to a writer."""
    with CaptureQueriesContext(connection) as queries:
        happened(1)
    said = [q["sql"] for q in queries if "invoicing_event" in q["sql"]]
    assert len(said) == 1 and "invoicing_eventseal" not in said[0]


@pytest.mark.postgres
def test_a_writer_does_not_wait_for_a_sealer(committed: None) -> None:
    """The sealer's transaction stays open until the other has written."""
    happened(3)
    wrote, go_on = threading.Event(), threading.Event()
    go_on.set()
    writer = threading.Thread(target=_write_late, args=(wrote, go_on))
    with transaction.atomic():
        assert seal_all() == 3
        writer.start()
        writer.join(30)
        assert not writer.is_alive()
    assert wrote.is_set()
    assert Event.objects.count() == 4
