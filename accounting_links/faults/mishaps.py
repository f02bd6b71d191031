"""What goes off in a worker of a case, at the moments that the engine names."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import requests
from django.db import connection as database

from accounting_links.engine import crash_points
from accounting_links.engine.crash_points import Point
from accounting_links.faults import clock
from accounting_links.faults import database as databases
from accounting_links.faults.cases import Act, Case, Mishap
from accounting_links.faults.working import attempt
from accounting_links.models import Connection

# More often than a call is repeated within itself.
ANSWERS_LOST = {"kind": "cut_after", "count": 3}
# Of calls that are not repeated within themselves.
REQUEST_LOST = {"kind": "cut_before", "method": "POST", "count": 1}
Action = Callable[[], None]


class Bomb:
    """Goes off when a point is passed for the `time`-th time."""

    def __init__(self, point: Point, time: int, action: Action) -> None:
        self.point, self.left, self.action = point, time, action
        self.went_off = False

    def __call__(self, reached: Point) -> None:
        if reached is not self.point:
            return
        self.left -= 1
        if self.left == 0:
            self.went_off = True
            self.action()


@dataclass(slots=True)
class Armed:
    bombs: list[Bomb] = field(default_factory=list)

    @property
    def all_went_off(self) -> bool:
        return all(bomb.went_off for bomb in self.bombs)

    def __call__(self, reached: Point) -> None:
        for bomb in self.bombs:
            bomb(reached)


def arm(case: Case, connection: Connection, kill: Action) -> Armed:
    """For all workers of this process, until `over` and `crash_points.disarm`."""
    armed = Armed(
        [
            Bomb(point, 1, _action(mishap, connection, case.act))
            for point, mishap in case.mishaps
        ]
    )
    if case.point is not None:
        armed.bombs.append(Bomb(case.point, case.time, kill))
    crash_points.arm(armed)
    return armed


def over() -> None:
    """The clocks are right again, and the database answers."""
    clock.put_right()
    databases.release()


def _action(mishap: Mishap, connection: Connection, act: Act) -> Action:
    return {
        Mishap.ANSWERS_LOST: lambda: _spoil(connection, ANSWERS_LOST),
        Mishap.REQUEST_LOST: lambda: _spoil(connection, REQUEST_LOST),
        Mishap.CLOCK_FORWARD: clock.forward,
        Mishap.CLOCK_BACK: clock.back,
        Mishap.DATABASE_LOCKED: databases.lock,
        Mishap.DATABASE_RESTARTED: databases.restart,
        Mishap.RIVAL: lambda: _rival(connection.pk, act),
    }[mishap]


def _spoil(connection: Connection, rule: Mapping[str, object]) -> None:
    address = f"{connection.practice_url}/__practice__/faults"
    requests.post(address, json=dict(rule), timeout=20).raise_for_status()


def _rival(connection_id: int, act: Act) -> None:
    def work() -> None:
        try:
            attempt(connection_id, act)
        finally:
            database.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
