"""Writes what became of payments: items, links and events, in one transaction."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounting_links.engine import retry
from accounting_links.engine.crash_points import Point, reached
from accounting_links.engine.payment_sending import PaymentOutcome
from accounting_links.engine.sending import Fate
from accounting_links.models import Connection, ItemState, PaymentLink, SyncItem
from accounting_links.status_codes import StatusCode
from accounting_links.verbs import Verb
from invoicing.models import Event
from invoicing.services import events


def record(
    connection: Connection, outcomes: Sequence[PaymentOutcome], *, owner: str
) -> list[PaymentOutcome]:
    """Commits items, links and events together."""
    if not outcomes:
        return []
    reached(Point.BEFORE_RECORD)
    with transaction.atomic():
        held = set(
            SyncItem.objects.select_for_update()
            .filter(
                pk__in=[each.sending.item.pk for each in outcomes], lease_owner=owner
            )
            .values_list("pk", flat=True)
        )
        ours = [each for each in outcomes if each.sending.item.pk in held]
        PaymentLink.objects.bulk_create(
            _link(connection, each) for each in ours if each.remote is not None
        )
        for each in ours:
            _lay_on(each)
        SyncItem.objects.bulk_update([each.sending.item for each in ours], _FIELDS)
        Event.objects.bulk_create(_event(connection, each) for each in ours)
    reached(Point.AFTER_RECORD)
    return ours


_FIELDS = (
    *("state", "status_code", "message", "attempts", "next_attempt_at", "key"),
    *("payload", "lease_owner", "lease_until", "finished_at", "checked_at"),
)


def _link(connection: Connection, outcome: PaymentOutcome) -> PaymentLink:
    remote = outcome.remote
    if remote is None:
        raise ValueError("An outcome that arrived has a remote payment.")
    link = PaymentLink(
        connection=connection,
        payment=outcome.sending.payment,
        external_id=remote.id,
        version=remote.version[:60],
        changed_at=remote.changed_at,
        amount=remote.amount,
        key=outcome.sending.item.key,
    )
    link.told(outcome.sending.record.allocations)
    return link


def _lay_on(outcome: PaymentOutcome) -> None:
    item, now = outcome.sending.item, timezone.now()
    item.state = {
        Fate.SENT: ItemState.DONE,
        Fate.ADOPTED: ItemState.DONE,
        Fate.BLOCKED: ItemState.BLOCKED,
        Fate.IN_DOUBT: ItemState.IN_DOUBT,
        Fate.WAITING: ItemState.WAITING,
    }[outcome.fate]
    item.status_code = outcome.code
    item.message = outcome.message[:500]
    item.lease_owner, item.lease_until = "", None
    item.checked_at = now
    item.next_attempt_at = None
    if outcome.remote is not None:
        item.finished_at = now
    if outcome.fate in (Fate.BLOCKED, Fate.WAITING):
        item.key, item.payload = "", None
    if outcome.fate is Fate.WAITING:
        item.next_attempt_at = now + retry.backoff(item.attempts, after=outcome.after)
    if outcome.fate is Fate.IN_DOUBT:
        again = outcome.sending.again
        wait = retry.backoff(item.attempts) if again else retry.quiet()
        item.next_attempt_at = now + wait
    if outcome.fate in (Fate.WAITING, Fate.IN_DOUBT) and (
        item.attempts >= retry.ATTEMPTS
    ):
        item.state, item.status_code = ItemState.FAILED, StatusCode.FAILED


def _event(connection: Connection, outcome: PaymentOutcome) -> Event:
    payment = outcome.sending.payment
    verb, words = {
        Fate.SENT: (Verb.PAYMENT_PUSHED, f"was sent to {connection}"),
        Fate.ADOPTED: (Verb.PAYMENT_PUSHED, f"had arrived in {connection}"),
        Fate.BLOCKED: (Verb.ITEM_BLOCKED, f"cannot go to {connection} yet"),
        Fate.IN_DOUBT: (Verb.ITEM_IN_DOUBT, f"may have arrived in {connection}"),
        Fate.WAITING: (Verb.ITEM_WAITS, f"waits for {connection}"),
    }[outcome.fate]
    amount = outcome.remote.amount if outcome.remote else Decimal(0)
    event = events.build(
        verb,
        payment,
        f"{payment} {words}",
        contact=payment.contact,
        connection_id=connection.pk,
        actor_name="engine",
        after={
            "id": outcome.remote.id if outcome.remote else "",
            "amount": str(amount),
        },
        reason=outcome.message,
    )
    if outcome.sending.record.allocations:
        # By its id: loading it would cost a statement for each.
        event.document_id = outcome.sending.item.document_id
    return event
