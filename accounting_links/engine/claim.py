"""Who works on which item. A claim is one conditional UPDATE, so that two workers never
hold one row; attempts are counted here, so that a row that kills its worker is found
out."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone

from accounting_links.engine import lease, retry
from accounting_links.models import (
    Connection,
    ItemState,
    Operation,
    SyncItem,
)
from accounting_links.status_codes import StatusCode
from accounting_links.verbs import Verb
from invoicing.models import Event
from invoicing.services import events

OLDEST_FIRST = ("document__date", "document_id", "pk")
GIVEN_UP = (
    "Given up: several workers ended while they worked on it. Look at it, then try it"
    " again."
)


def due(
    connection: Connection,
    *,
    only: Sequence[int] = (),
    kind: str = "",
    resumed: bool = False,
    now: dt.datetime | None = None,
) -> QuerySet[SyncItem]:
    """What waits and may go now. `resumed`: only what was tried before."""
    now = now or timezone.now()
    again = Q(next_attempt_at__lte=now)
    ready = again if resumed else again | Q(next_attempt_at=None)
    found = SyncItem.objects.filter(
        ready, connection=connection, state=ItemState.WAITING
    )
    return _narrowed(found, only, kind)


def doubts(
    connection: Connection, *, only: Sequence[int] = (), kind: str = ""
) -> QuerySet[SyncItem]:
    """What is in doubt for long enough to be asked about, and nobody asks already."""
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    quiet = Q(next_attempt_at=None) | Q(next_attempt_at__lte=now)
    found = SyncItem.objects.filter(
        free & quiet, connection=connection, state=ItemState.IN_DOUBT
    )
    return _narrowed(found, only, kind)


def _narrowed(
    found: QuerySet[SyncItem], only: Sequence[int], kind: str
) -> QuerySet[SyncItem]:
    """By the document, or by the invoice that a credit note is set against."""
    if only:
        ids = list(only)
        found = found.filter(Q(document__in=ids) | Q(settles__in=ids))
    if kind:
        found = found.filter(Q(document__kind=kind) | Q(settles__kind=kind))
    return found


def claim(
    found: QuerySet[SyncItem], *, owner: str, limit: int, operation: Operation
) -> list[SyncItem]:
    """Takes up to `limit` of `due`, oldest first, to check them."""
    chosen = found.filter(operation=operation).order_by(*OLDEST_FIRST)
    ids = list(chosen.values_list("pk", flat=True)[:limit])
    if not ids:
        return []
    taken = SyncItem.objects.filter(pk__in=ids, state=ItemState.WAITING).update(
        state=ItemState.CHECKING,
        lease_owner=owner,
        lease_until=lease.until(),
        attempts=F("attempts") + 1,
    )
    return _held(ids, owner, ItemState.CHECKING) if taken else []


def claim_doubts(
    found: QuerySet[SyncItem], *, owner: str, limit: int
) -> list[SyncItem]:
    """Takes up to `limit` of `doubts`. They stay so while they are asked about."""
    ids = list(found.order_by(*OLDEST_FIRST).values_list("pk", flat=True)[:limit])
    if not ids:
        return []
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    SyncItem.objects.filter(free, pk__in=ids, state=ItemState.IN_DOUBT).update(
        lease_owner=owner,
        lease_until=lease.until(now),
        attempts=F("attempts") + 1,
    )
    return _held(ids, owner, ItemState.IN_DOUBT)


def _held(ids: list[int], owner: str, state: ItemState) -> list[SyncItem]:
    held = SyncItem.objects.filter(pk__in=ids, lease_owner=owner, state=state)
    return list(held.order_by(*OLDEST_FIRST))


def give_back(
    items: Iterable[SyncItem], *, owner: str, when: dt.datetime | None = None
) -> None:
    """Nothing happened to them: they wait again, and the claim does not count. `when`:
    not before."""
    SyncItem.objects.filter(
        pk__in=[item.pk for item in items],
        lease_owner=owner,
        state=ItemState.CHECKING,
    ).update(
        state=ItemState.WAITING,
        lease_owner="",
        lease_until=None,
        attempts=Greatest(F("attempts") - 1, 0),
        next_attempt_at=when,
    )


def let_go(
    items: Iterable[SyncItem], *, owner: str, when: dt.datetime | None = None
) -> None:
    """Doubts that were not asked about after all."""
    SyncItem.objects.filter(
        pk__in=[item.pk for item in items],
        lease_owner=owner,
        state=ItemState.IN_DOUBT,
    ).update(
        lease_owner="",
        lease_until=None,
        attempts=Greatest(F("attempts") - 1, 0),
        next_attempt_at=when,
    )


def recover(connection: Connection | None = None) -> int:
    """Takes up what workers left that are gone. While it was checked, nothing had left:
    it waits again. While it was sent, it may have arrived: it is in doubt."""
    now = timezone.now()
    held = SyncItem.objects.filter(state__in=lease.HELD).exclude(lease_owner="")
    if connection is not None:
        held = held.filter(connection=connection)
    owners = held.order_by().values_list("lease_owner", flat=True).distinct()
    ended = lease.dead(owners)
    lost = held.filter(Q(lease_until__lt=now) | Q(lease_owner__in=ended))
    count = _give_up(lost.filter(state__in=lease.HELD, attempts__gte=retry.CRASHES))
    count += lost.filter(state=ItemState.CHECKING).update(
        state=ItemState.WAITING, lease_owner="", lease_until=None, next_attempt_at=now
    )
    count += lost.filter(state=ItemState.IN_DOUBT).update(
        lease_owner="", lease_until=None
    )
    return count + _into_doubt(lost.filter(state=ItemState.SENDING))


def _into_doubt(lost: QuerySet[SyncItem]) -> int:
    """How long ago they left only the worker's clock knew, and that may have been set
    since: the quiet time begins now."""
    if not lost.exists():
        return 0
    with transaction.atomic():
        rows = list(lost.select_for_update(of=("self",)).select_related("document"))
        SyncItem.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=ItemState.IN_DOUBT,
            status_code=StatusCode.IN_DOUBT,
            message="The worker that sent it ended before the answer was kept.",
            lease_owner="",
            lease_until=None,
            next_attempt_at=timezone.now() + retry.quiet(),
        )
        Event.objects.bulk_create(
            events.build(
                Verb.ITEM_IN_DOUBT,
                row.document,
                f"Nobody knows whether {row.document} arrived; it is being looked up",
                connection_id=row.connection_id,
                actor_name="engine",
                reason="The worker that sent it ended.",
            )
            for row in rows
        )
    return len(rows)


def _give_up(crashed: QuerySet[SyncItem]) -> int:
    if not crashed.exists():
        return 0
    with transaction.atomic():
        rows = list(crashed.select_for_update(of=("self",)).select_related("document"))
        SyncItem.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=ItemState.FAILED,
            status_code=StatusCode.FAILED,
            message=GIVEN_UP,
            lease_owner="",
            lease_until=None,
        )
        Event.objects.bulk_create(
            events.build(
                Verb.ITEM_FAILED,
                row.document,
                f"{row.document} was set aside after {row.attempts} attempts",
                connection_id=row.connection_id,
                actor_name="engine",
                reason=GIVEN_UP,
            )
            for row in rows
        )
    return len(rows)
