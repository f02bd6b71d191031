"""Whatever another hand does to the history, the first row of it is named."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from invoicing.audit import digests, verifying
from invoicing.audit.verifying import What
from invoicing.models import Event, SealChain
from tests import base, factories
from tests.invoicing.audit.history import (
    OF_CONNECTION,
    found,
    happened,
    seal_all,
    seal_of,
    sealed,
    tamper,
    whats,
)

pytestmark = pytest.mark.django_db


def named() -> tuple[str, int] | None:
    finding = found()
    return (finding.what.value, finding.event_id) if finding else None


def other_values() -> dict[str, Any]:
    document = factories.draft()
    return {
        "at": timezone.now() - dt.timedelta(microseconds=1),
        "verb": "test.other",
        "subject": "document:1",
        "actor_id": base.stranger().pk,
        "actor_name": "somebody else",
        "document_id": document.pk,
        "contact_id": document.contact_id,
        "connection_id": OF_CONNECTION + 1,
        "sentence": "Something happened: 2 ",
        "before": {"gross": "2.01"},
        "after": {"gross": "2.50", "lines": [2, 1], "sent": None},
        "reason": "",
    }


COLUMNS = [
    field.attname for field in Event._meta.concrete_fields if not field.primary_key
]


def test_an_untouched_history_is_whole() -> None:
    sealed()
    assert whats() == {}


@pytest.mark.parametrize("column", COLUMNS)
def test_each_column_is_part_of_the_seal(column: str) -> None:
    history = sealed()
    tamper(history[2], **{column: other_values()[column]})
    assert named() == ("changed", history[2].pk)


def test_another_number_is_a_removal() -> None:
    history = sealed()
    tamper(history[2], id=10**9)
    assert named() == ("removed", history[2].pk)


def test_the_first_of_several_is_named() -> None:
    history = sealed()
    tamper(history[4], sentence="x")
    tamper(history[1], sentence="x")
    assert named() == ("changed", history[1].pk)


@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_removed_event_is_named(place: int) -> None:
    history = sealed()
    pk = history[place].pk
    Event.objects.filter(pk=pk).delete()
    assert named() == ("removed", pk)


def test_all_events_removed_are_found_by_their_seals() -> None:
    history = sealed()
    Event.objects.all().delete()
    assert named() == ("removed", history[0].pk)
    assert len(whats()) >= 2


@pytest.mark.parametrize("place", [0, 2, 4])
def test_an_inserted_event_is_named(place: int) -> None:
    """Numbers that were rolled back leave gaps, and nobody may fill them."""
    history = happened(5)
    pk = history[place].pk
    history[place].delete()
    happened(1, chain=OF_CONNECTION + 1)
    seal_all()
    assert named() is None
    forged = Event(verb="test.forged", subject="x:1", sentence="Never happened")
    forged.pk, forged.connection_id = pk, OF_CONNECTION
    forged.save(force_insert=True)
    assert named() == ("inserted", pk)
    assert seal_all() == 0
    assert named() == ("inserted", pk)


@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_removed_seal_is_named(place: int) -> None:
    history = sealed()
    seal_of(history[place]).delete()
    finding = found()
    assert finding is not None
    assert (finding.what, finding.sequence) == (What.SEAL_REMOVED, place + 1)


def test_two_events_that_changed_places_are_named() -> None:
    history = sealed()
    one, other = history[1], history[3]
    tamper(one, id=10**9)
    tamper(other, id=one.pk)
    Event.objects.filter(pk=10**9).update(id=other.pk)
    assert named() == ("reordered", one.pk)


def test_seals_that_changed_places_are_named() -> None:
    history = sealed()
    one, other = seal_of(history[1]), seal_of(history[3])
    tamper(one, sequence=10**9)
    tamper(other, sequence=one.sequence)
    tamper(one, sequence=other.sequence)
    assert named() == ("seal_changed", history[3].pk)


@pytest.mark.parametrize("column", ["content", "link"])
def test_a_changed_seal_is_named(column: str) -> None:
    history = sealed()
    tamper(seal_of(history[2]), **{column: "0" * 64})
    assert named() == ("seal_changed", history[2].pk)


def test_a_change_with_a_seal_made_to_fit_is_named() -> None:
    """The content fits again, and the chain does not."""
    history = sealed()
    tamper(history[2], sentence="Nothing happened")
    history[2].refresh_from_db()
    tamper(seal_of(history[2]), content=digests.content(history[2]))
    assert named() == ("seal_changed", history[2].pk)


def test_an_event_removed_with_its_seal_is_named() -> None:
    history = sealed()
    seal_of(history[2]).delete()
    history[2].delete()
    finding = found()
    assert finding is not None
    assert (finding.what, finding.sequence) == (What.SEAL_REMOVED, 3)


def test_a_tail_removed_with_its_seals_is_named() -> None:
    history = sealed()
    for event in history[3:]:
        seal_of(event).delete()
        event.delete()
    finding = found()
    assert finding is not None
    assert (finding.what, finding.sequence) == (What.SEAL_REMOVED, 4)


def test_a_forger_of_the_whole_database_is_caught_by_a_noted_end() -> None:
    history = sealed()
    noted = list(verifying.heads())
    seal_of(history[4]).delete()
    history[4].delete()
    last = seal_of(history[3])
    SealChain.objects.filter(chain=OF_CONNECTION).update(
        sequence=last.sequence, link=last.link
    )
    assert named() is None
    [finding] = verifying.against(noted)
    assert (finding.chain, finding.sequence) == (OF_CONNECTION, 5)


def test_noted_ends_of_a_longer_chain_still_hold() -> None:
    sealed()
    noted = list(verifying.heads())
    happened(3)
    seal_all()
    assert list(verifying.against(noted)) == []


def test_an_event_moved_to_another_connection_is_told_of_its_own() -> None:
    history = sealed()
    tamper(history[0], connection_id=OF_CONNECTION + 1)
    assert whats() == {OF_CONNECTION: "changed"}


def test_events_of_no_connection_have_a_chain_too() -> None:
    history = sealed(chain=0)
    tamper(history[3], reason="another")
    finding = found(0)
    assert finding is not None and finding.event_id == history[3].pk


def test_long_chains_are_looked_through_in_portions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(verifying, "AT_ONCE", 3)
    history = sealed(10)
    assert named() is None
    tamper(history[7], sentence="x")
    assert named() == ("changed", history[7].pk)


def test_what_is_written_differently_by_databases_is_the_same() -> None:
    """Keys of JSON come back in another order from PostgreSQL."""
    [event] = happened()
    seal_all()
    fresh = Event.objects.get(pk=event.pk)
    assert fresh.after == {"gross": "0.50", "lines": [1, 2], "sent": None}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM invoicing_eventseal")
        assert cursor.fetchone()[0] >= 1
    assert named() is None
