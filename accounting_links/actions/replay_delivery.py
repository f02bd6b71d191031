"""Handle a platform's message once more."""

from django.contrib.auth.models import User
from django.db import transaction

from accounting_links.actions.base import Refused, require
from accounting_links.models import DeliveryState, WebhookDelivery
from accounting_links.permissions import REPLAY_DELIVERIES
from accounting_links.verbs import Verb
from invoicing.services import events

AGAIN = (DeliveryState.HANDLED, DeliveryState.ECHO, DeliveryState.FAILED)


def replay(delivery: WebhookDelivery, *, actor: User | None = None) -> None:
    """What it names is read again, whatever FinSync seems to know of it. Reading twice
    changes nothing. A refused one was not kept, and cannot be handled."""
    require(actor, REPLAY_DELIVERIES)
    with transaction.atomic():
        row = (
            WebhookDelivery.objects.select_for_update(of=("self",))
            .select_related("connection")
            .get(pk=delivery.pk)
        )
        if row.state not in AGAIN or not row.body:
            raise Refused("Only what was handled or failed can be handled again.")
        before, row.state = row.state, DeliveryState.RECEIVED
        row.forced, row.attempts = True, 0
        row.next_attempt_at = row.handled_at = None
        row.sentence = ""
        row.save(
            update_fields=(
                *("state", "forced", "attempts", "next_attempt_at", "handled_at"),
                "sentence",
            )
        )
        events.record(
            Verb.WEBHOOKS_REPLAYED,
            row,
            f"Webhook message {row.pk} of {row.connection} is handled again",
            actor=actor,
            connection_id=row.connection_id,
            before={"state": before},
        )
