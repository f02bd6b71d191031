"""Seals what has settled, a portion at a time. Writers are not waited for, and do not
wait: an event is written as ever, and sealed minutes later."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from invoicing.audit import digests, horizon
from invoicing.models import Event, EventSeal, SealChain, SealPosition

NAME = "events"
# On SQLite others wait while a portion is written: hundredths of a second.
AT_ONCE = 200


def seal(*, deadline: dt.datetime | None = None) -> int:
    """How many were sealed. Two sealers at once seal each event once."""
    position = where()
    settled = horizon.settled(position)
    sealed = 0
    while deadline is None or timezone.now() < deadline:
        events = _unsealed(position.sealed_to, settled)
        if not events:
            _move_on(position, settled)
            break
        contents = [digests.content(event) for event in events]
        if not _seal(position, events, contents):
            break
        sealed += len(events)
    return sealed


def where() -> SealPosition:
    return SealPosition.objects.get_or_create(name=NAME)[0]


def _unsealed(after: int, up_to: int) -> list[Event]:
    rows = Event.objects.filter(pk__gt=after, pk__lte=up_to).order_by("pk")
    return list(rows[:AT_ONCE])


@transaction.atomic
def _seal(
    position: SealPosition, events: Sequence[Event], contents: Sequence[str]
) -> bool:
    """False: another sealer was faster. The statements do not grow with the events."""
    if not _move_on(position, events[-1].pk):
        return False
    named = {digests.chain_of(event) for event in events}
    chains = {each.chain: each for each in SealChain.objects.filter(chain__in=named)}
    for number in named - set(chains):
        chains[number] = _new(number)
    now = timezone.now()
    seals = [
        _next(chains[digests.chain_of(event)], event.pk, content, now)
        for event, content in zip(events, contents, strict=True)
    ]
    EventSeal.objects.bulk_create(seals)
    SealChain.objects.bulk_create(
        chains.values(),
        update_conflicts=True,
        unique_fields=("chain",),
        update_fields=("sequence", "link"),
    )
    return True


def _new(number: int) -> SealChain:
    """Of a chain whose end was lost, from its last seal on."""
    last = EventSeal.objects.filter(chain=number).order_by("sequence").last()
    if last is None:
        return SealChain(chain=number)
    return SealChain(chain=number, sequence=last.sequence, link=last.link)


def _next(chain: SealChain, event_id: int, content: str, now: dt.datetime) -> EventSeal:
    chain.sequence += 1
    chain.link = digests.link(
        chain.link,
        chain=chain.chain,
        sequence=chain.sequence,
        event_id=event_id,
        content=content,
    )
    return EventSeal(
        chain=chain.chain,
        sequence=chain.sequence,
        event_id=event_id,
        content=content,
        link=chain.link,
        sealed_at=now,
    )


def _move_on(position: SealPosition, to: int) -> bool:
    """By a conditional UPDATE: of two sealers one goes on."""
    if to <= position.sealed_to:
        return False
    moved = SealPosition.objects.filter(
        pk=position.pk, sealed_to=position.sealed_to
    ).update(sealed_to=to)
    if moved:
        position.sealed_to = to
    return moved == 1
