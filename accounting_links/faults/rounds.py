"""One round: a fault strikes an act, other workers take up what is left, and the books
are judged."""

import datetime as dt
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection as database
from django.utils import timezone

from accounting_links.engine import crash_points, lease
from accounting_links.faults import mishaps
from accounting_links.faults.cases import Act, Case
from accounting_links.faults.judge import Verdict, judge, settled, twice_here
from accounting_links.faults.office import Office, Scene
from accounting_links.models import (
    Connection,
    DeliveryState,
    ItemState,
    SyncItem,
    WebhookDelivery,
)

# A round that is not settled by then is stuck.
LONGEST = 60.0
PASSES = 25
PAUSE = 0.05


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
    if case.act is Act.POLL and case.mishaps:
        # What is changed after the mishap must not be missed either.
        scene.documents.append(office.pay_over_there())
    began = time.monotonic()
    _take_up(office, scene)
    seconds = time.monotonic() - began
    reconnected = office.connect_again()
    if reconnected:
        _take_up(office, scene)
    verdict = judge(office, scene)
    verdict.duplicates += twice_here(scene)
    if reconnected and not (office.grants_die or case.costs_grant):
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
        office.attempt(scene.act)


def skip_waits(office: Office) -> None:
    """Leases of this process run out, and what was put off is due. Those of processes
    that were killed are left: they have to be found out."""
    past = timezone.now()
    rows = SyncItem.objects.open().filter(connection=office.connection)
    rows.exclude(next_attempt_at=None).update(next_attempt_at=past)
    held = rows.exclude(lease_owner="")
    ended = lease.dead(held.values_list("lease_owner", flat=True))
    held.exclude(lease_owner__in=ended).update(lease_until=past)
    _free_leases(office, past)
    told = WebhookDelivery.objects.filter(
        connection=office.connection, state=DeliveryState.RECEIVED
    )
    told.update(next_attempt_at=None)
    ended = lease.dead(told.values_list("lease_owner", flat=True))
    told.exclude(lease_owner__in=ended).update(lease_until=None)


def _free_leases(office: Office, past: dt.datetime) -> None:
    rows = Connection.objects.filter(pk=office.connection.pk)
    for name in ("refresh", "poll"):
        owner = f"{name}_lease_owner"
        held = rows.exclude(**{owner: ""})
        ended = lease.dead(held.values_list(owner, flat=True))
        freed = {f"{name}_lease_until": past}
        held.exclude(**{f"{owner}__in": ended}).update(**freed)


def _set_aside(office: Office) -> None:
    """So that one failure is counted once, and later rounds begin afresh."""
    for item in office.open_items():
        SyncItem.objects.filter(pk=item.pk).update(
            state=ItemState.CANCELLED, lease_owner="", lease_until=None
        )
    for message in office.open_messages():
        message.delete()


# Strikes within this process


def strike_here(office: Office, case: Case, scene: Scene) -> bool:
    lay_rules(office, case)
    if case.workers > 1:
        _together(office, scene.act, case.workers)
        return True
    if case.copies > 1:
        return tell_often(office, case, scene)
    if case.point is not None or case.mishaps:
        return _at_moments(office, case, scene)
    office.attempt(scene.act)
    return fired(office) or not case.rules


def tell_often(office: Office, case: Case, scene: Scene) -> bool:
    """While they are handled. Each is answered as taken."""
    telling = threading.Thread(target=_tell, args=(office, case, scene))
    telling.start()
    while telling.is_alive():
        office.attempt(scene.act)
        telling.join(PAUSE)
    return True


def _tell(office: Office, case: Case, scene: Scene) -> None:
    answers = office.tell(scene, case.copies)
    if set(answers) != {200}:
        raise RuntimeError(f"Messages were answered with {set(answers)}.")


def _at_moments(office: Office, case: Case, scene: Scene) -> bool:
    """In whichever pass the moments are reached first."""
    armed = mishaps.arm(case, office.connection, _raise)
    try:
        for _ in range(PASSES):
            office.attempt(scene.act)
            mishaps.over()
            if settled(office, scene):
                break
            skip_waits(office)
    except Killed:
        return True
    finally:
        crash_points.disarm()
        mishaps.over()
    return armed.all_went_off


def _raise() -> None:
    raise Killed


def _together(office: Office, act: Act, count: int) -> None:
    def work() -> None:
        try:
            office.attempt(act)
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
