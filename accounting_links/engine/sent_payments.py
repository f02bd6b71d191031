"""Payments that are over there already, while something is done to them: what is about
to be told is on disk first, and safe to tell again."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from accounting_links.engine import lease, payload, retry
from accounting_links.engine.crash_points import Point, reached
from accounting_links.engine.sending import Fate
from accounting_links.models import Connection, ItemState, PaymentLink, SyncItem
from accounting_links.status_codes import StatusCode
from accounting_links.verbs import Verb
from connectors.errors import ConnectorError
from connectors.records import (
    Allocation,
    DocumentKind,
    PaymentDirection,
    RemotePayment,
)
from invoicing.models import Payment
from invoicing.services import events


@dataclass(slots=True, kw_only=True)
class SentPayment:
    item: SyncItem
    payment: Payment
    link: PaymentLink
    fate: Fate = Fate.SENT
    code: str = ""
    message: str = ""

    def remote(self) -> RemotePayment:
        """With what it settles there, as far as that is known."""
        return RemotePayment(
            direction=PaymentDirection(self.payment.direction),
            id=self.link.external_id,
            date=self.payment.date,
            amount=self.link.amount,
            currency=self.payment.currency,
            allocations=allocations_of(self.link),
            version=self.link.version,
        )


def allocations_of(link: PaymentLink) -> tuple[Allocation, ...]:
    return tuple(
        Allocation(document_id=id, kind=DocumentKind(kind), amount=amount)
        for (kind, id), amount in link.settles_there.items()
    )


def sent(connection: Connection, items: Sequence[SyncItem]) -> list[SentPayment]:
    """Those of them that stand over there. Two statements."""
    links = {
        link.payment_id: link
        for link in PaymentLink.objects.filter(
            connection=connection,
            payment__in=[item.payment_id for item in items],
            ended_at=None,
        ).select_related("payment__contact")
    }
    return [
        SentPayment(item=item, payment=links[pk].payment, link=links[pk])
        for item in items
        if (pk := item.payment_id) in links and pk is not None
    ]


def write_intent(sent: SentPayment, owner: str) -> bool:
    item = sent.item
    reached(Point.BEFORE_INTENT)
    item.key = item.key or uuid.uuid4().hex
    item.payload = payload.dump(sent.remote())
    held = SyncItem.objects.filter(
        pk=item.pk,
        lease_owner=owner,
        state__in=(ItemState.CHECKING, ItemState.IN_DOUBT),
    ).update(
        state=ItemState.SENDING,
        key=item.key,
        payload=item.payload,
        left_at=timezone.now(),
        lease_until=lease.until(),
    )
    reached(Point.AFTER_INTENT)
    return held == 1


def back(sent: SentPayment, owner: str, error: ConnectorError) -> None:
    """To be asked again: it may be done, or not, and both are found out."""
    SyncItem.objects.filter(pk=sent.item.pk, lease_owner=owner).update(
        state=ItemState.IN_DOUBT,
        message=str(error)[:500],
        lease_owner="",
        lease_until=None,
        next_attempt_at=retry.next_attempt(sent.item.attempts, error),
    )


def values(sent: SentPayment) -> dict[str, object]:
    """What the item becomes."""
    now = timezone.now()
    values: dict[str, object] = {
        "status_code": sent.code,
        "message": sent.message[:500],
        "lease_owner": "",
        "lease_until": None,
        "checked_at": now,
        "next_attempt_at": None,
    }
    if sent.fate is Fate.SENT:
        return values | {"state": ItemState.DONE, "finished_at": now}
    if sent.fate is Fate.BLOCKED:
        return values | {"state": ItemState.BLOCKED, "key": "", "payload": None}
    if sent.item.attempts >= retry.ATTEMPTS:
        return values | {"state": ItemState.FAILED, "status_code": StatusCode.FAILED}
    later = now + max(retry.quiet(), retry.backoff(sent.item.attempts))
    return values | {"state": ItemState.IN_DOUBT, "next_attempt_at": later}


def tell(connection: Connection, sent: SentPayment, verb: Verb, words: str) -> None:
    """On the payment's and its document's timeline."""
    event = events.build(
        verb,
        sent.payment,
        f"{sent.payment} {words} {connection}",
        contact=sent.payment.contact,
        connection_id=connection.pk,
        actor_name="engine",
        after={"id": sent.link.external_id},
        reason=sent.message,
    )
    event.document_id = sent.item.document_id
    event.save(force_insert=True)
