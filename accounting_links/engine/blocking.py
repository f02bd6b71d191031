"""Writes what the checks found: items that cannot go yet, all in a few statements."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from accounting_links.engine.sending import Sending
from accounting_links.models import Connection, ItemState, SyncItem
from accounting_links.preflight.base import Finding
from accounting_links.verbs import Verb
from invoicing.models import Event
from invoicing.services import events

FIELDS = (
    *("state", "status_code", "message", "findings", "attempts", "checked_at"),
    *("lease_owner", "lease_until", "next_attempt_at", "revision"),
)


@transaction.atomic
def block(
    connection: Connection,
    sendings: Sequence[Sending],
    findings: Mapping[int, Sequence[Finding]],
    *,
    owner: str,
) -> int:
    """Only what is still ours. The first finding names the status code."""
    if not sendings:
        return 0
    held = set(
        SyncItem.objects.select_for_update()
        .filter(
            pk__in=[each.item.pk for each in sendings],
            lease_owner=owner,
            state=ItemState.CHECKING,
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    ours = [each for each in sendings if each.item.pk in held]
    history = []
    for each in ours:
        first = findings[each.document.pk][0]
        # Said once, not at each look.
        if each.item.status_code != first.code.value:
            history.append(_event(connection, each, first))
        _lay_on(each, findings[each.document.pk])
    SyncItem.objects.bulk_update([each.item for each in ours], FIELDS)
    Event.objects.bulk_create(history)
    return len(ours)


def _lay_on(sending: Sending, found: Sequence[Finding]) -> None:
    item = sending.item
    item.state = ItemState.BLOCKED
    item.status_code = found[0].code.value
    item.message = found[0].sentence[:500]
    item.findings = [each.as_dict() for each in found]
    item.revision = sending.document.revision
    item.attempts = 0
    item.checked_at = timezone.now()
    item.next_attempt_at = None
    item.lease_owner, item.lease_until = "", None


def _event(connection: Connection, sending: Sending, finding: Finding) -> Event:
    return events.build(
        Verb.ITEM_BLOCKED,
        sending.document,
        f"{sending.document} cannot go to {connection} yet: {finding.sentence}",
        connection_id=connection.pk,
        actor_name="engine",
        after={"code": finding.code.value},
    )
