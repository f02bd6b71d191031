"""Takes away old events, where a business may no longer keep them. Their seals stay, so
that the rest of the chain is proven as before; that it was done is an event itself."""

import datetime as dt

from django.contrib.auth.models import User
from django.db import transaction

from invoicing.audit import digests
from invoicing.models import Event, EventSeal, SealChain
from invoicing.services import events
from invoicing.verbs import Verb


@transaction.atomic
def retire(
    chain: int, *, before: dt.datetime, reason: str, actor: User | None = None
) -> int:
    """From the beginning of the chain up to the first sealed event that is not older.
    Answers how many went."""
    up_to = _last_before(chain, before)
    if up_to <= retired_to(chain):
        return 0
    seals = EventSeal.objects.filter(chain=chain, sequence__lte=up_to)
    events.record(
        Verb.HISTORY_RETIRED,
        SealChain.objects.select_for_update().get(chain=chain),
        f"The history before {before:%d %B %Y} was taken away; its seals are kept",
        actor=actor,
        connection_id=chain or None,
        after={"sequence": up_to},
        reason=reason,
    )
    gone = Event.objects.filter(pk__in=seals.values("event_id"))
    return gone.delete()[0]


def retired_to(chain: int) -> int:
    told = Event.objects.filter(
        verb=Verb.HISTORY_RETIRED, connection_id=chain or None
    ).values_list("after", flat=True)
    return max((int(after.get("sequence") or 0) for after in told), default=0)


def _last_before(chain: int, before: dt.datetime) -> int:
    number = None if chain == digests.NO_CHAIN else chain
    young = Event.objects.filter(connection_id=number, at__gte=before)
    first = EventSeal.objects.filter(chain=chain, event_id__in=young.values("pk"))
    sequence = first.order_by("sequence").values_list("sequence", flat=True).first()
    if sequence is not None:
        return sequence - 1
    last = EventSeal.objects.filter(chain=chain).order_by("sequence").last()
    return last.sequence if last else 0
