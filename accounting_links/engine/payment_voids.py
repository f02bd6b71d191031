"""Voids payments over there that were cancelled here. Safe to repeat: what is gone over
there is done, whoever did it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounting_links.engine import lease, payload, push, retry
from accounting_links.engine.crash_points import Point, reached
from accounting_links.engine.push import NothingSent
from accounting_links.engine.sending import Fate
from accounting_links.models import Connection, ItemState, PaymentLink, SyncItem
from accounting_links.status_codes import StatusCode
from accounting_links.verbs import Verb
from connectors.base import Connector
from connectors.errors import (
    ConnectorError,
    Reauthorise,
    Rejected,
    Retry,
    Unsupported,
)
from connectors.records import PaymentDirection, RemotePayment
from invoicing.models import Payment
from invoicing.services import events


@dataclass(slots=True, kw_only=True)
class _Voiding:
    item: SyncItem
    payment: Payment
    link: PaymentLink
    fate: Fate = Fate.SENT
    code: str = ""
    message: str = ""

    def remote(self) -> RemotePayment:
        return RemotePayment(
            direction=PaymentDirection(self.payment.direction),
            id=self.link.external_id,
            date=self.payment.date,
            amount=self.link.amount,
            currency=self.payment.currency,
            version=self.link.version,
        )


def are_meant(items: Sequence[SyncItem]) -> set[int]:
    """Of items of payments, those that void: the payment was cancelled after it had
    been sent."""
    rows = SyncItem.objects.filter(
        pk__in=[item.pk for item in items],
        payment__cancelled_at__isnull=False,
        payment__ledger_links__ended_at=None,
        payment__ledger_links__isnull=False,
    )
    return set(rows.values_list("pk", flat=True))


def send(
    connection: Connection,
    connector: Connector,
    items: Sequence[SyncItem],
    *,
    owner: str,
) -> int:
    """Claimed or doubtful items. Answers how many are void now; raises
    `NothingSent`."""
    done = 0
    for voiding in _voidings(connection, items):
        if not _write_intent(voiding, owner):
            continue
        reached(Point.BEFORE_PAYMENT)
        _void(connector, voiding, owner)
        reached(Point.AFTER_PAYMENT)
        done += _record(connection, voiding, owner)
    return done


def _voidings(connection: Connection, items: Sequence[SyncItem]) -> list[_Voiding]:
    links = {
        link.payment_id: link
        for link in PaymentLink.objects.filter(
            connection=connection,
            payment__in=[item.payment_id for item in items],
            ended_at=None,
        ).select_related("payment__contact")
    }
    return [
        _Voiding(item=item, payment=links[pk].payment, link=links[pk])
        for item in items
        if (pk := item.payment_id) in links and pk is not None
    ]


def _write_intent(voiding: _Voiding, owner: str) -> bool:
    item = voiding.item
    item.key = item.key or uuid.uuid4().hex
    item.payload = payload.dump(voiding.remote())
    held = SyncItem.objects.filter(
        pk=item.pk,
        lease_owner=owner,
        state__in=(ItemState.CHECKING, ItemState.IN_DOUBT),
    )
    return 1 == held.update(
        state=ItemState.SENDING,
        key=item.key,
        payload=item.payload,
        left_at=timezone.now(),
        lease_until=lease.until(),
    )


def _void(connector: Connector, voiding: _Voiding, owner: str) -> None:
    push.refuse_transaction()
    try:
        _tell(connector, voiding)
    except (Retry, Reauthorise) as error:
        _back(voiding, owner, error)
        raise NothingSent(error) from error
    except Rejected as error:
        voiding.fate = Fate.BLOCKED
        voiding.code, voiding.message = error.status_code, str(error)
    except ConnectorError as error:
        voiding.fate = Fate.IN_DOUBT
        voiding.code, voiding.message = StatusCode.IN_DOUBT, str(error)


def _tell(connector: Connector, voiding: _Voiding) -> None:
    try:
        connector.void_payment(voiding.remote())
    except Unsupported:
        raise
    except Rejected:
        # It may be gone already, or only its version may have moved on.
        found = _found(connector, voiding)
        if found is None:
            return
        if found.version == voiding.link.version:
            raise
        voiding.link.version = found.version[:60]
        connector.void_payment(voiding.remote())


def _found(connector: Connector, voiding: _Voiding) -> RemotePayment | None:
    day = voiding.payment.date
    for row in connector.list_payments(day, day):
        if row.id == voiding.link.external_id and not row.deleted:
            return row
    return None


def _back(voiding: _Voiding, owner: str, error: ConnectorError) -> None:
    """To be asked again: it may be gone, or not, and both are found out."""
    SyncItem.objects.filter(pk=voiding.item.pk, lease_owner=owner).update(
        state=ItemState.IN_DOUBT,
        message=str(error)[:500],
        lease_owner="",
        lease_until=None,
        next_attempt_at=retry.next_attempt(voiding.item.attempts, error),
    )


def _record(connection: Connection, voiding: _Voiding, owner: str) -> bool:
    reached(Point.BEFORE_RECORD)
    item, now = voiding.item, timezone.now()
    gone = voiding.fate is Fate.SENT
    with transaction.atomic():
        held = SyncItem.objects.select_for_update().filter(
            pk=item.pk, lease_owner=owner
        )
        if not held.exists():
            return False
        held.update(**_values(voiding))
        if gone:
            voiding.link.ended_at = now
            voiding.link.save(update_fields=("ended_at", "version"))
        _tell_people(connection, voiding)
    reached(Point.AFTER_RECORD)
    return gone


def _values(voiding: _Voiding) -> dict[str, object]:
    now = timezone.now()
    values: dict[str, object] = {
        "status_code": voiding.code,
        "message": voiding.message[:500],
        "lease_owner": "",
        "lease_until": None,
        "checked_at": now,
        "next_attempt_at": None,
    }
    if voiding.fate is Fate.SENT:
        return values | {"state": ItemState.DONE, "finished_at": now}
    if voiding.fate is Fate.BLOCKED:
        return values | {"state": ItemState.BLOCKED, "key": "", "payload": None}
    if voiding.item.attempts >= retry.ATTEMPTS:
        return values | {"state": ItemState.FAILED, "status_code": StatusCode.FAILED}
    later = now + max(retry.quiet(), retry.backoff(voiding.item.attempts))
    return values | {"state": ItemState.IN_DOUBT, "next_attempt_at": later}


def _tell_people(connection: Connection, voiding: _Voiding) -> None:
    verb, words = {
        Fate.SENT: (Verb.PAYMENT_VOIDED, "was voided in"),
        Fate.BLOCKED: (Verb.ITEM_BLOCKED, "was cancelled here and stands in"),
        Fate.IN_DOUBT: (Verb.ITEM_IN_DOUBT, "may have been voided in"),
    }[voiding.fate]
    event = events.build(
        verb,
        voiding.payment,
        f"{voiding.payment} {words} {connection}",
        contact=voiding.payment.contact,
        connection_id=connection.pk,
        actor_name="engine",
        after={"id": voiding.link.external_id},
        reason=voiding.message,
    )
    event.document_id = voiding.item.document_id
    event.save(force_insert=True)
