"""The vendor's quota, shared by all workers through rows of the database.

Windows slide: a call counts for as long as the quota lasts from when it was made, for
vendors that count so refuse the second burst of two that are each allowed. Quotas on
calls at the same time are places that are leased, so that one that a killed worker held
becomes free by itself.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounting_links.models import RateWindow
from connectors.capabilities import Quota
from connectors.errors import Retry
from connectors.services import Clock, SystemClock

# A task lives half a minute: what is further away waits in the outbox.
LONGEST_WAIT = 15.0
PLACE_LEASE = dt.timedelta(seconds=60)
PAUSE = 0.2
# A twentieth of each quota is left to people who wait in front of a screen.
RESERVE = 20
# From a tenth of a quota on the vendor's own count is minded.
LOW = 10
# In these parts of a window time is measured: a second of a minute.
SLOTS = 60
INTERACTIVE = "interactive"


class SharedBudget:
    """`scope` names the organisation, for the quotas are counted there."""

    def __init__(
        self,
        scope: str,
        quotas: Sequence[Quota],
        *,
        lane: str = "batch",
        clock: Clock | None = None,
    ) -> None:
        self.scope = scope
        self.lane = lane
        self.clock = clock or SystemClock()
        self.windows = [quota for quota in quotas if quota.seconds]
        self.concurrent = [quota for quota in quotas if not quota.seconds]
        self.places = min((quota.limit for quota in self.concurrent), default=0)
        self._blocked_known = False

    @contextmanager
    def spend(self, *, cost: int = 1) -> Iterator[None]:
        self._wait_for_vendor()
        for quota in self.windows:
            self._wait(partial(self._spend, quota, cost))
        place = self._wait_for_place()
        try:
            yield
        finally:
            if place:
                RateWindow.objects.filter(scope=place).update(blocked_until=None)

    def observe(self, *, status: int, headers: Mapping[str, str]) -> None:
        for quota in self.windows:
            self._learn(quota, headers)
        if status != 429:
            return
        after = retry_after(headers) or 1.0
        until = timezone.now() + dt.timedelta(seconds=after)
        RateWindow.objects.update_or_create(
            scope=self.word, defaults={"blocked_until": until}
        )
        self._blocked_known = True

    def _learn(self, quota: Quota, headers: Mapping[str, str]) -> None:
        """Others may use up the same quota: once it runs low by the vendor's own count,
        that count is ours. Before that it would cost a statement for nothing."""
        left = headers.get(quota.left_header, "") if quota.left_header else ""
        if not left.isdecimal() or int(left) > quota.limit // LOW:
            return
        with transaction.atomic():
            row = self._locked(quota)
            calls = counted(row, quota)
            more = quota.limit - int(left) - total(calls)
            if more > 0:
                _add(row, calls, quota, more)

    def window(self, quota: Quota) -> str:
        """The name of the quota's row."""
        return f"{self.scope[:180]}:{quota.limit}/{quota.seconds}"

    def place(self, number: int) -> str:
        return f"{self.scope[:180]}:place {number}"

    @property
    def word(self) -> str:
        """The name of the row that keeps the vendor's word to wait."""
        return self.scope[:200]

    def _wait_for_vendor(self) -> None:
        """What another worker was told is seen with the quota's own row, where there is
        one; without quotas only a word that this worker heard is looked up."""
        if self.windows or self._blocked_known:
            self._wait(self._vendor_wait)

    def _vendor_wait(self) -> float:
        row = RateWindow.objects.filter(scope=self.word).first()
        if row is None or row.blocked_until is None:
            self._blocked_known = False
            return 0.0
        return max(0.0, (row.blocked_until - timezone.now()).total_seconds())

    def _wait(self, attempt: Callable[[], float]) -> None:
        """`attempt` answers how long to wait before it is worth another try."""
        waited = 0.0
        while (seconds := attempt()) > 0:
            if waited + seconds > LONGEST_WAIT:
                raise Retry("The platform's quota is used up for now.", after=seconds)
            self.clock.sleep(seconds)
            waited += seconds

    def _spend(self, quota: Quota, cost: int) -> float:
        with transaction.atomic():
            row = self._locked(quota)
            calls = counted(row, quota)
            over = total(calls) + cost - self._limit(quota)
            if over <= 0 or not calls:
                _add(row, calls, quota, cost)
                return 0.0
        return max(PAUSE, _free_at(calls, quota, over) - timezone.now().timestamp())

    def _locked(self, quota: Quota) -> RateWindow:
        scope = self.window(quota)
        RateWindow.objects.get_or_create(scope=scope)
        return RateWindow.objects.select_for_update().get(scope=scope)

    def _limit(self, quota: Quota) -> int:
        if self.lane == INTERACTIVE:
            return quota.limit
        return max(1, quota.limit - reserve(quota))

    def _wait_for_place(self) -> str:
        if not self.places:
            return ""
        taken: list[str] = []
        self._wait(lambda: 0.0 if self._take_place(taken) else PAUSE)
        return taken[0]

    def _take_place(self, taken: list[str]) -> bool:
        now = timezone.now()
        # Any order will do, but all in the same order would meet at the first place.
        for number in random.sample(range(self.places), self.places):
            scope = self.place(number)
            RateWindow.objects.get_or_create(scope=scope)
            free = Q(blocked_until=None) | Q(blocked_until__lt=now)
            if RateWindow.objects.filter(free, scope=scope).update(
                blocked_until=now + PLACE_LEASE
            ):
                taken.append(scope)
                return True
        return False


def counted(
    row: RateWindow, quota: Quota, now: dt.datetime | None = None
) -> list[list[float]]:
    """The calls that still count."""
    began = (now or timezone.now()).timestamp() - lasts(quota)
    return [call for call in row.calls if call[0] > began]


def total(calls: Sequence[Sequence[float]]) -> int:
    return round(sum(cost for _, cost in calls))


def lasts(quota: Quota) -> float:
    """How long a call counts: a little longer than the vendor says, for it takes some
    time to arrive there, and not always the same."""
    return quota.seconds * (1 + 0.5 / SLOTS)


def _add(row: RateWindow, calls: list[list[float]], quota: Quota, cost: float) -> None:
    """Calls of nearly the same time are kept as one, of the later time."""
    now = timezone.now().timestamp()
    if calls and now - calls[-1][0] < quota.seconds / SLOTS / 10:
        cost += calls.pop()[1]
    row.calls = [*calls, [now, cost]]
    row.save(update_fields=("calls",))


def _free_at(calls: Sequence[Sequence[float]], quota: Quota, over: float) -> float:
    """When so many of them count no longer."""
    for moment, cost in calls:
        over -= cost
        if over <= 0:
            return moment + lasts(quota)
    return calls[-1][0] + lasts(quota)


def reserve(quota: Quota) -> int:
    """What batches leave to people who wait in front of a screen."""
    return quota.limit // RESERVE


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, from either form of the header."""
    text = next((v for k, v in headers.items() if k.lower() == "retry-after"), "")
    if text.isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return max(0.0, (moment - timezone.now()).total_seconds())
