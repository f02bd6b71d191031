import datetime as dt

import pytest

from connectors.practice.sessions import NoSeat, Sessions

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


class Watch:
    now = NOON

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_no_more_sessions_than_seats(watch: Watch) -> None:
    sessions = Sessions(watch, seats=1, idle=60)
    first = sessions.open()
    with pytest.raises(NoSeat):
        sessions.open()
    sessions.close(first)
    assert sessions.open() != first


def test_a_session_lives_as_long_as_it_is_used(watch: Watch) -> None:
    sessions = Sessions(watch, seats=2, idle=60)
    used, idle = sessions.open(), sessions.open()
    watch.now += dt.timedelta(seconds=50)
    assert sessions.alive(used)
    watch.now += dt.timedelta(seconds=50)
    assert sessions.alive(used) and not sessions.alive(idle)
    assert len(sessions) == 1


def test_all_can_be_ended_at_once(watch: Watch) -> None:
    sessions = Sessions(watch, seats=2, idle=60)
    session = sessions.open()
    sessions.close_all()
    assert not sessions.alive(session)
