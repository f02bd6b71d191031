"""Looks through the chains, and names the first row of each that is not as it was
sealed."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from invoicing.audit import digests, retiring, sealing
from invoicing.models import Event, EventSeal, SealChain

AT_ONCE = 500


class What(StrEnum):
    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "reordered"
    SEAL_CHANGED = "seal_changed"
    SEAL_REMOVED = "seal_removed"


WORDS = {
    What.CHANGED: "Event {event_id} was changed after it was sealed.",
    What.REMOVED: "Event {event_id} was removed.",
    What.INSERTED: "Event {event_id} was put in later.",
    What.REORDERED: "Event {event_id} does not stand where it was sealed.",
    What.SEAL_CHANGED: "The seal of event {event_id} was changed.",
    What.SEAL_REMOVED: "The seal in place {sequence} is missing.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The first row of a chain that is wrong; all that comes after it is not proven."""

    chain: int
    what: What
    sequence: int
    event_id: int

    @property
    def sentence(self) -> str:
        return WORDS[self.what].format(event_id=self.event_id, sequence=self.sequence)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"sentence": self.sentence}


@dataclass(slots=True, kw_only=True)
class Checked:
    """`sequence` is how far the look has come; `done`: to the end of the chain."""

    chain: int
    sequence: int = 0
    events: int = 0
    finding: Finding | None = None
    done: bool = False


def chains() -> list[int]:
    """Those that have seals, or events that would belong to them."""
    of_events = Event.objects.filter(pk__lte=sealing.where().sealed_to).order_by()
    told = of_events.values_list("connection_id", flat=True).distinct()
    found = {number or digests.NO_CHAIN for number in told}
    for model in (SealChain, EventSeal):
        rows = model.objects.order_by().values_list("chain", flat=True)
        found |= set(rows.distinct())
    return sorted(found)


def verify(
    chain: int, *, after: int = 0, deadline: dt.datetime | None = None
) -> Checked:
    """From the place `after` on, as far as the deadline allows; what lies before must
    have been looked through already."""
    return _Look(chain, after).run(deadline)


class _Look:
    def __init__(self, chain: int, after: int) -> None:
        self.chain = chain
        self.sealed_to = sealing.where().sealed_to
        self.checked = Checked(chain=chain, sequence=after)
        former = EventSeal.objects.filter(chain=chain, sequence=after).first()
        self.link = former.link if former else ""
        self.event_id = former.event_id if former else 0
        self.retired_to = retiring.retired_to(chain)

    def run(self, deadline: dt.datetime | None) -> Checked:
        while deadline is None or timezone.now() < deadline:
            # Before the seals: what it tells of has been written by then.
            head = self._head()
            seals = self._portion()
            if not seals:
                self.checked.finding = self._at_the_end(head)
                self.checked.done = True
                break
            if finding := self._first(seals):
                self.checked.finding, self.checked.done = finding, True
                break
        return self.checked

    def _head(self) -> tuple[int, str]:
        head = SealChain.objects.filter(chain=self.chain).first()
        return (head.sequence, head.link) if head else (0, "")

    def _portion(self) -> list[EventSeal]:
        rows = EventSeal.objects.filter(
            chain=self.chain, sequence__gt=self.checked.sequence
        )
        return list(rows.order_by("sequence")[:AT_ONCE])

    def _first(self, seals: Sequence[EventSeal]) -> Finding | None:
        """In the order of the chain, events that nobody sealed among them. Three
        statements, however many seals there are."""
        events = Event.objects.in_bulk([seal.event_id for seal in seals])
        unsealed = self._unsealed(max(seal.event_id for seal in seals))
        for seal in seals:
            place = self.checked.sequence + 1
            is_next = seal.sequence == place
            if is_next and unsealed and unsealed < seal.event_id:
                return self._finding(What.INSERTED, place, unsealed)
            if what := self._judge(seal, events.get(seal.event_id)):
                return self._finding(what, place, seal.event_id)
            self.link, self.event_id = seal.link, seal.event_id
            self.checked.sequence = seal.sequence
            self.checked.events += 1
        return None

    def _judge(self, seal: EventSeal, event: Event | None) -> What | None:
        if seal.sequence != self.checked.sequence + 1:
            return What.SEAL_REMOVED
        if seal.event_id <= self.event_id:
            return What.REORDERED
        made = digests.link(
            self.link,
            chain=self.chain,
            sequence=seal.sequence,
            event_id=seal.event_id,
            content=seal.content,
        )
        if made != seal.link:
            return What.SEAL_CHANGED
        if event is None:
            return None if seal.sequence <= self.retired_to else What.REMOVED
        if digests.content(event) != seal.content:
            return What.REORDERED if self._is_of_another(event) else What.CHANGED
        return None

    def _is_of_another(self, event: Event) -> bool:
        """What stands here was sealed, in another place."""
        content = digests.content(event)
        return EventSeal.objects.filter(chain=self.chain, content=content).exists()

    def _at_the_end(self, head: tuple[int, str]) -> Finding | None:
        place = self.checked.sequence
        unsealed = self._unsealed(self.sealed_to)
        if head[0] > place:
            return self._finding(What.SEAL_REMOVED, place + 1, unsealed)
        if unsealed:
            return self._finding(What.INSERTED, place + 1, unsealed)
        # The sealer may have gone on meanwhile: then it wrote another end.
        if head != (place, self.link) and self._head() != (place, self.link):
            return self._finding(What.SEAL_CHANGED, place, self.event_id)
        return None

    def _unsealed(self, up_to: int) -> int:
        """The first event after the last seal that has none."""
        sealed = EventSeal.objects.filter(event_id=OuterRef("pk"))
        rows = Event.objects.filter(
            ~Exists(sealed),
            connection_id=self.chain or None,
            pk__gt=self.event_id,
            pk__lte=up_to,
        )
        return rows.order_by("pk").values_list("pk", flat=True).first() or 0

    def _finding(self, what: What, sequence: int, event_id: int) -> Finding:
        return Finding(
            chain=self.chain, what=what, sequence=sequence, event_id=event_id
        )


def heads() -> Iterator[dict[str, Any]]:
    """To be kept elsewhere: who can change the whole database cannot change these."""
    for each in SealChain.objects.all():
        yield {"chain": each.chain, "sequence": each.sequence, "link": each.link}


def against(noted: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    """Heads that were noted earlier and are no longer in their places."""
    for head in noted:
        chain, sequence = int(head["chain"]), int(head["sequence"])
        seal = EventSeal.objects.filter(chain=chain, sequence=sequence).first()
        if seal is None:
            yield Finding(
                chain=chain, what=What.SEAL_REMOVED, sequence=sequence, event_id=0
            )
        elif seal.link != head["link"]:
            yield Finding(
                chain=chain,
                what=What.SEAL_CHANGED,
                sequence=sequence,
                event_id=seal.event_id,
            )
