"""Nothing leaves before this is on disk: which documents, under which keys, and with
which content. Sent again, it is the same."""

import uuid
from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from accounting_links.engine import lease, payload
from accounting_links.engine.crash_points import Point, reached
from accounting_links.engine.sending import Sending
from accounting_links.models import DocumentLink, ItemState, SyncItem
from invoicing.models import Document

FIELDS = (
    *("state", "key", "batch_key", "payload", "revision", "left_at", "lease_until"),
    *("status_code", "message", "findings"),
)


def write(sendings: Sequence[Sending], *, owner: str) -> list[Sending]:
    """Commits the intent to create these. Left out are those that another worker holds
    by now, that changed since they were checked, or that are linked already: they wait
    again. Constant number of statements."""
    reached(Point.BEFORE_INTENT)
    batch_key = uuid.uuid4().hex
    with transaction.atomic():
        sure = _still_ours(sendings, owner, ItemState.CHECKING)
        sure = _unchanged(sure)
        for sending in sure:
            key = uuid.uuid4().hex
            sending.record = replace(sending.record, key=key)
            _lay_on(sending, key=key, batch_key=batch_key)
        SyncItem.objects.bulk_update([each.item for each in sure], FIELDS)
        _give_back([each for each in sendings if each not in sure], owner)
    reached(Point.AFTER_INTENT)
    return sure


def write_again(sendings: Sequence[Sending], *, owner: str) -> list[Sending]:
    """Commits that these leave once more, as they left before."""
    reached(Point.BEFORE_INTENT)
    with transaction.atomic():
        sure = _still_ours(sendings, owner, ItemState.IN_DOUBT)
        for sending in sure:
            sending.item.state = ItemState.SENDING
            sending.item.left_at = timezone.now()
            sending.item.lease_until = lease.until()
        SyncItem.objects.bulk_update(
            [each.item for each in sure], ("state", "left_at", "lease_until")
        )
    reached(Point.AFTER_INTENT)
    return sure


def _lay_on(sending: Sending, *, key: str, batch_key: str) -> None:
    item = sending.item
    item.state = ItemState.SENDING
    item.key = key
    item.batch_key = batch_key
    item.payload = payload.dump(sending.record)
    item.revision = sending.document.revision
    item.left_at = timezone.now()
    item.lease_until = lease.until()
    item.status_code = ""
    item.message = ""
    item.findings = []


def _still_ours(
    sendings: Sequence[Sending], owner: str, state: ItemState
) -> list[Sending]:
    held = set(
        SyncItem.objects.select_for_update()
        .filter(
            pk__in=[each.item.pk for each in sendings], lease_owner=owner, state=state
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    return [each for each in sendings if each.item.pk in held]


def _unchanged(sendings: Sequence[Sending]) -> list[Sending]:
    ids = [each.document.pk for each in sendings]
    revisions = dict(Document.objects.filter(pk__in=ids).values_list("pk", "revision"))
    linked = set(
        DocumentLink.objects.filter(
            connection=sendings[0].item.connection_id,
            document__in=ids,
            ended_at=None,
        ).values_list("document", flat=True)
        if sendings
        else ()
    )
    return [
        each
        for each in sendings
        if revisions.get(each.document.pk) == each.document.revision
        and each.document.pk not in linked
    ]


def _give_back(sendings: Sequence[Sending], owner: str) -> None:
    if sendings:
        SyncItem.objects.filter(
            pk__in=[each.item.pk for each in sendings],
            lease_owner=owner,
            state=ItemState.CHECKING,
        ).update(state=ItemState.WAITING, lease_owner="", lease_until=None)
