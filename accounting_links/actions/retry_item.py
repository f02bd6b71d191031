"""Try again what failed or stands still. What may have arrived is looked up first."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from accounting_links import outbox
from accounting_links.actions.base import require
from accounting_links.models import ItemState, SyncItem
from accounting_links.permissions import SYNC
from accounting_links.verbs import Verb
from invoicing.models import Event
from invoicing.services import events

STUCK = (ItemState.BLOCKED, ItemState.FAILED)


def retry(items: QuerySet[SyncItem], *, actor: User | None = None) -> int:
    """Four statements, however many there are."""
    require(actor, SYNC)
    with transaction.atomic():
        stuck = list(
            items.filter(state__in=STUCK)
            .select_for_update(of=("self",))
            .select_related("document", "connection")
        )
        chosen = SyncItem.objects.filter(pk__in=[item.pk for item in stuck])
        Event.objects.bulk_create(_tried_again(item, actor) for item in stuck)
        return outbox.retry(chosen)


def _tried_again(item: SyncItem, actor: User | None) -> Event:
    return events.build(
        Verb.ITEM_RETRIED,
        item.document,
        f"{item.document} is tried again for {item.connection}",
        actor=actor,
        connection_id=item.connection_id,
        before={"state": item.state, "status_code": item.status_code},
    )
