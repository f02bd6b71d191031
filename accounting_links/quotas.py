"""What is left of a platform's quotas, and when a run will be over: read from the rows
that all workers count in, by one statement."""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils import timezone

from accounting_links import gateway
from accounting_links.budget import counted, reserve, total
from accounting_links.models import Connection, RateWindow, SyncRun
from connectors.capabilities import Quota

# Of quotas on shorter times the pace itself tells, for it waits for them.
LONG = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowLeft:
    """`began` is None while nothing is counted against it."""

    quota: Quota
    spent: int = 0
    began: dt.datetime | None = None

    @property
    def left(self) -> int:
        return max(0, self.quota.limit - self.spent)

    @property
    def reserve(self) -> int:
        return reserve(self.quota)

    @property
    def ends_at(self) -> dt.datetime | None:
        seconds = dt.timedelta(seconds=self.quota.seconds)
        return self.began + seconds if self.began else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`places`: how many calls may go on at the same time (0: no such quota), `taken`
    how many do. `wait_until`: the vendor's own word to stay away, while it holds."""

    windows: list[WindowLeft] = field(default_factory=list)
    places: Quota | None = None
    taken: int = 0
    wait_until: dt.datetime | None = None


def standing(connection: Connection, *, now: dt.datetime | None = None) -> Standing:
    now = now or timezone.now()
    budget = gateway.budget_of(connection)
    places = [budget.place(number) for number in range(budget.places)]
    windows = {budget.window(quota): quota for quota in budget.windows}
    found = RateWindow.objects.filter(scope__in=[*places, *windows, budget.word])
    rows = {row.scope: row for row in found}
    return Standing(
        windows=[
            _window(quota, rows.get(name), now) for name, quota in windows.items()
        ],
        places=_smallest(budget.concurrent),
        taken=sum(_blocked(rows, name, now) is not None for name in places),
        wait_until=_blocked(rows, budget.word, now),
    )


def _window(quota: Quota, row: RateWindow | None, now: dt.datetime) -> WindowLeft:
    calls = counted(row, quota, now) if row else []
    if not calls:
        return WindowLeft(quota=quota)
    began = dt.datetime.fromtimestamp(calls[0][0], dt.UTC)
    return WindowLeft(quota=quota, spent=total(calls), began=began)


def _smallest(quotas: list[Quota]) -> Quota | None:
    return min(quotas, key=lambda quota: quota.limit, default=None)


def _blocked(
    rows: Mapping[str, RateWindow], name: str, now: dt.datetime
) -> dt.datetime | None:
    row = rows.get(name)
    until = row.blocked_until if row else None
    return until if until and until > now else None


def expected_end(
    run: SyncRun, held: Standing, *, now: dt.datetime | None = None
) -> dt.datetime | None:
    """At the pace up to now; later where what is left of an hour's or a day's quota is
    too little for the rest. None until there is a pace, and when nothing is left."""
    now = now or timezone.now()
    rest = run.planned - run.handled
    if run.handled <= 0 or rest <= 0:
        return None
    seconds = (now - run.started_at).total_seconds() / run.handled * rest
    calls = int(run.counts.get("requests", 0)) / run.handled * rest
    ends = [now + dt.timedelta(seconds=seconds)]
    ends += [_after(window, calls) for window in held.windows if window.began]
    ends += [held.wait_until] if held.wait_until else []
    return max(ends)


def _after(window: WindowLeft, calls: float) -> dt.datetime:
    """When the window that the last of so many calls falls into begins."""
    began = window.began or timezone.now()
    room = max(0, window.left - window.reserve)
    if window.quota.seconds < LONG or calls <= room:
        return began
    each = max(1, window.quota.limit - window.reserve)
    windows = math.ceil((calls - room) / each)
    return began + dt.timedelta(seconds=windows * window.quota.seconds)
