import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.utils import timezone

from accounting_links import keeper, tasks
from accounting_links.models import Connection
from accounting_links.verbs import Verb
from connectors.errors import PlatformDown
from finsync_site import dashboard
from invoicing.models import Event
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db


def ends(connection: Connection, *, days: int) -> None:
    end = timezone.now() + dt.timedelta(days=days)
    connection.credentials["refresh_expires_at"] = end.isoformat()
    connection.save()


@pytest.fixture
def chief(db: None) -> User:
    return User.objects.create_superuser("chief", "chief@example.com", "x")


def test_an_end_far_away_is_nobodys_worry(connection: Connection) -> None:
    ends(connection, days=60)
    assert (keeper.warn(), keeper.warning(connection)) == (0, "")


def test_a_grant_without_a_known_end_is_nobodys_worry(connection: Connection) -> None:
    assert keeper.warn() == 0


def test_people_who_may_connect_are_told_before_it_ends(
    connection: Connection, chief: User
) -> None:
    User.objects.create_user("clerk", "clerk@example.com", "x", is_staff=True)
    ends(connection, days=3)
    assert keeper.warn() == 1
    [message] = mail.outbox
    assert message.to == ["chief@example.com"]
    assert "Connect it again" in message.body


def test_it_stands_in_the_history_once_for_each_end(connection: Connection) -> None:
    ends(connection, days=3)
    assert (keeper.warn(), keeper.warn()) == (1, 0)
    ends(connection, days=5)
    assert keeper.warn() == 1
    told = Event.objects.filter(verb=Verb.CONNECTION_ENDS_SOON)
    assert told.count() == 2


def test_the_dashboard_shows_it(connection: Connection) -> None:
    ends(connection, days=3)
    [row] = dashboard.connections()
    assert "ends on" in row.state_reason
    connection.refresh_from_db()
    assert connection.state_reason == ""


def test_a_mail_server_out_of_order_does_not_hide_the_rest(
    connection: Connection, chief: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(keeper, "send_mail", refuse)
    ends(connection, days=3)
    assert keeper.warn() == 1
    assert Event.objects.filter(verb=Verb.CONNECTION_ENDS_SOON).exists()


def test_every_connection_is_looked_at_once_a_day(
    connection: Connection, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[Any] = []
    monkeypatch.setattr(tasks, "async_task", lambda *task: queued.append(task))
    tasks.keep_connections()
    assert queued == [("accounting_links.tasks.keep_connection", connection.pk)]
    tasks.keep_connection(connection.pk)
    assert books.asked["organisation"] == 1


def test_a_bad_day_of_the_platform_ends_no_connection(
    connection: Connection, books: Books
) -> None:
    books.before["organisation"] = [PlatformDown("Down.")]
    assert not keeper.keep(connection)
    connection.refresh_from_db()
    assert connection.is_connected
