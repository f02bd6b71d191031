"""One round: a fault strikes an act, other workers take up what is left, and the books
are judged."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import requests
from django.db import connection as database
from django.utils import timezone

from accounting_links.connection_errors import ConnectingError
from accounting_links.engine import crash_points, lease
from accounting_links.engine.crash_points import Point
from accounting_links.faults.cases import LOST_FOR_GOOD, Act, Case
from accounting_links.faults.judge import Verdict, judge, settled, twice_here
from accounting_links.faults.office import Office, Scene
from accounting_links.models import Connection, ItemState, SyncItem
from connectors.errors import ConnectorError

# A round that is not settled by then is stuck.
LONGEST = 60.0
PASSES = 25


class Killed(BaseException):
    """As kill -9 within a process: nothing of ours catches it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """`hit`: whether the fault struck at all. `seconds`: from the fault to the moment
    at which all was done. `reconnected`: the vendor had spent the grant, and a person
    had to consent again."""

    case: Case
    how: str
    hit: bool
    verdict: Verdict
    seconds: float
    reconnected: bool = False


Strike = Callable[[Office, Case, Scene], bool]


def play(office: Office, case: Case, strike: Strike, *, how: str) -> Round:
    scene = office.scene(case.act)
    hit = strike(office, case, scene)
    office.server.dispatcher.faults.clear()
    began = time.monotonic()
    _take_up(office, scene)
    seconds = time.monotonic() - began
    reconnected = office.connect_again()
    if reconnected:
        _take_up(office, scene)
    verdict = judge(office, scene)
    verdict.duplicates += twice_here(scene)
    if reconnected and not office.grants_die:
        verdict.stuck.append("The connection had to be made again.")
    if verdict.clean:
        office.keep(scene)
    else:
        _set_aside(office)
    return Round(
        case=case,
        how=how,
        hit=hit,
        verdict=verdict,
        seconds=seconds,
        reconnected=reconnected,
    )


def _take_up(office: Office, scene: Scene) -> None:
    """As the sweep does it, except that nobody sits out the waits."""
    deadline = time.monotonic() + LONGEST
    for _ in range(PASSES):
        if settled(office, scene) or time.monotonic() > deadline:
            return
        skip_waits(office)
        attempt(office, scene.act)


def attempt(office: Office, act: Act) -> None:
    """What fails is left to the next attempt."""
    try:
        office.work(act)
    except (ConnectorError, ConnectingError):
        return


def skip_waits(office: Office) -> None:
    """Leases of this process run out, and what was put off is due. Those of processes
    that were killed are left: they have to be found out."""
    past = timezone.now()
    rows = SyncItem.objects.open().filter(connection=office.connection)
    rows.exclude(next_attempt_at=None).update(next_attempt_at=past)
    held = rows.exclude(lease_owner="")
    ended = lease.dead(held.values_list("lease_owner", flat=True))
    held.exclude(lease_owner__in=ended).update(lease_until=past)
    renewing = Connection.objects.filter(pk=office.connection.pk)
    renewing = renewing.exclude(refresh_lease_owner="")
    ended = lease.dead(renewing.values_list("refresh_lease_owner", flat=True))
    renewing.exclude(refresh_lease_owner__in=ended).update(refresh_lease_until=past)


def _set_aside(office: Office) -> None:
    """So that one failure is counted once, and later rounds begin afresh."""
    for item in office.open_items():
        SyncItem.objects.filter(pk=item.pk).update(
            state=ItemState.CANCELLED, lease_owner="", lease_until=None
        )


# Strikes within this process


def strike_here(office: Office, case: Case, scene: Scene) -> bool:
    lay_rules(office, case)
    if case.workers > 1:
        _together(office, scene.act, case.workers)
        return True
    if case.point is not None:
        return _die(office, case, scene)
    attempt(office, scene.act)
    return fired(office) or not case.rules


def _die(office: Office, case: Case, scene: Scene) -> bool:
    """In whichever pass the point is reached first."""
    crash_points.arm(bombs(case, office.server.url, _raise))
    try:
        for _ in range(PASSES):
            attempt(office, scene.act)
            if settled(office, scene):
                return False
            skip_waits(office)
    except Killed:
        return True
    finally:
        crash_points.disarm()
    return False


def _raise() -> None:
    raise Killed


class Bomb:
    """Goes off when a point is passed for the `time`-th time."""

    def __init__(
        self, point: Point | None, time: int, action: Callable[[], None]
    ) -> None:
        self.point, self.left, self.action = point, time, action

    def __call__(self, reached: Point) -> None:
        if reached is self.point:
            self.left -= 1
            if self.left == 0:
                self.action()


def bombs(case: Case, url: str, kill: Callable[[], None]) -> Callable[[Point], None]:
    """What goes off in a worker of this case."""
    deadly = Bomb(case.point, case.time, kill)
    if case.lost_at is None:
        return deadly
    losing = Bomb(case.lost_at, 1, lambda: _lose_answers(url))

    def both(reached: Point) -> None:
        losing(reached)
        deadly(reached)

    return both


def _lose_answers(url: str) -> None:
    answer = requests.post(f"{url}/__practice__/faults", json=LOST_FOR_GOOD, timeout=20)
    answer.raise_for_status()


def _together(office: Office, act: Act, count: int) -> None:
    def work() -> None:
        try:
            attempt(office, act)
        finally:
            database.close()

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def lay_rules(office: Office, case: Case) -> None:
    faults = office.server.dispatcher.faults
    faults.clear()
    for rule in case.rules:
        placed = dict(rule)
        if not rule.keys() & {"nth", "every"}:
            placed["skip"] = office.chance.randrange(office.requests[case.act])
            placed.setdefault("count", 1)
        faults.add(placed)


def fired(office: Office) -> bool:
    return any(rule["fired"] for rule in office.server.dispatcher.faults.as_json())
