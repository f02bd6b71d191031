import datetime as dt
import subprocess
import sys
import time
from typing import Any

import pytest
from django.utils import timezone

from accounting_links.engine import claim, lease
from accounting_links.models import Connection, ItemState, Operation, SyncItem
from tests.accounting_links.engine import office
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db


def ended_owner() -> str:
    """As of a process of this machine that is gone."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    home, _, _ = lease.owner_name().rpartition(":")[0].rpartition(":")
    return f"{home}:{child.pid}:abc"


def held(connection: Connection, owner: str, state: ItemState) -> SyncItem:
    [document] = office.marked(connection)
    SyncItem.objects.filter(document=document).update(
        state=state,
        lease_owner=owner,
        lease_until=lease.until(),
        key="" if state == ItemState.CHECKING else "k",
        left_at=timezone.now(),
    )
    return office.item(document)


def test_what_a_killed_process_checked_waits_again_at_once(
    connection: Connection,
) -> None:
    item = held(connection, ended_owner(), ItemState.CHECKING)
    assert claim.recover() == 1
    item.refresh_from_db()
    assert (item.state, item.lease_owner) == (ItemState.WAITING, "")


def test_what_a_killed_process_sent_is_in_doubt_at_once(
    connection: Connection,
) -> None:
    item = held(connection, ended_owner(), ItemState.SENDING)
    assert claim.recover() == 1
    item.refresh_from_db()
    assert (item.state, item.key) == (ItemState.IN_DOUBT, "k")
    assert item.next_attempt_at is not None
    assert item.next_attempt_at <= timezone.now()


def test_the_quiet_time_begins_when_a_worker_is_missed(
    connection: Connection, settings: Any
) -> None:
    """By its own clock it may have sent long ago, or not yet."""
    settings.FINSYNC_IN_DOUBT_QUIET = 30
    item = held(connection, ended_owner(), ItemState.SENDING)
    SyncItem.objects.update(left_at=timezone.now() - dt.timedelta(hours=3))
    claim.recover()
    item.refresh_from_db()
    assert item.next_attempt_at is not None
    assert item.next_attempt_at > timezone.now() + dt.timedelta(seconds=20)


@pytest.mark.parametrize(
    "owner",
    [lease.owner_name(), "elsewhere:1:2:abc", "odd"],
    ids=["alive", "elsewhere", "odd"],
)
def test_living_workers_and_other_machines_keep_their_leases(
    connection: Connection, owner: str
) -> None:
    item = held(connection, owner, ItemState.SENDING)
    assert claim.recover() == 0
    item.refresh_from_db()
    assert item.lease_owner == owner


def test_a_lease_is_renewed_while_work_goes_on(connection: Connection) -> None:
    item = held(connection, "me", ItemState.CHECKING)
    SyncItem.objects.update(lease_until=timezone.now())
    lease.renew("me")
    item.refresh_from_db()
    assert item.lease_until is not None
    assert item.lease_until > timezone.now() + dt.timedelta(seconds=30)


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_renews_in_its_own_thread(
    connection: Connection, books: Books
) -> None:
    item = held(connection, "me", ItemState.CHECKING)
    SyncItem.objects.update(lease_until=timezone.now())
    before = timezone.now()
    with lease.Heartbeat("me", every=0.01):
        deadline = before + dt.timedelta(seconds=20)
        while timezone.now() < deadline:
            item.refresh_from_db()
            if item.lease_until and item.lease_until > before + lease.LENGTH / 2:
                break
    assert item.lease_until is not None and item.lease_until > before


@pytest.mark.django_db(transaction=True)
def test_a_step_that_hangs_renews_nothing(connection: Connection) -> None:
    held(connection, "me", ItemState.CHECKING)
    heart = lease.Heartbeat("me", every=0.01)
    heart._stepped_at = time.monotonic() - lease.LONGEST_STEP
    past = timezone.now() - dt.timedelta(seconds=1)
    SyncItem.objects.update(lease_until=past)
    with heart:
        heart._ended.wait(0.2)
    assert SyncItem.objects.get().lease_until == past


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_hold_one_row(connection: Connection) -> None:
    office.marked(connection, 4)
    due = claim.due(connection)
    first = claim.claim(due, owner="one", limit=4, operation=Operation.CREATE)
    stale = SyncItem.objects.filter(pk__in=[item.pk for item in first])
    assert len(first) == 4
    assert claim.claim(stale, owner="two", limit=4, operation=Operation.CREATE) == []
