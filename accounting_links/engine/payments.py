"""Sends payments with what they settle, once their documents are over there."""

import uuid
from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from accounting_links.engine import lease, payload, push, retry
from accounting_links.engine.crash_points import Point, reached
from accounting_links.engine.payment_outcome import record
from accounting_links.engine.payment_sending import (
    PaymentOutcome,
    PaymentSending,
    build,
    check,
)
from accounting_links.engine.push import NothingSent
from accounting_links.engine.sending import Fate
from accounting_links.models import (
    Connection,
    ItemState,
    PaymentLink,
    SyncItem,
)
from accounting_links.status_codes import StatusCode
from connectors import records
from connectors.base import Connector, PaymentResult
from connectors.errors import (
    ConnectorError,
    InDoubt,
    Reauthorise,
    Rejected,
    Retry,
    Unreadable,
    Unsupported,
)
from connectors.records import RemotePayment
from invoicing.models import Payment


def send(
    connection: Connection,
    connector: Connector,
    items: Sequence[SyncItem],
    *,
    owner: str,
) -> list[PaymentOutcome]:
    """Claimed items, from check to record. Raises `NothingSent`."""
    sendings = build(connection, items)
    stopped = [outcome for each in sendings if (outcome := check(each))]
    written = record(connection, stopped, owner=owner)
    names = {id(each.sending) for each in stopped}
    passing = [each for each in sendings if id(each) not in names]
    ready = write_intents(passing, owner=owner)
    try:
        outcomes = _push(connector, ready)
    except NothingSent as error:
        _back_to_waiting(ready, owner=owner, error=error.cause)
        raise
    return written + record(connection, outcomes, owner=owner)


def resolve(
    connection: Connection,
    connector: Connector,
    items: Sequence[SyncItem],
    *,
    owner: str,
) -> list[PaymentOutcome]:
    """Payments that were sent without an answer: what is there already is adopted, the
    rest goes again under the same key."""
    payments = Payment.objects.in_bulk([item.payment_id for item in items])
    asked = [
        PaymentSending(
            item=item,
            payment=payments[item.payment_id],
            record=payload.load(records.Payment, item.payload or {}),
            again=True,
        )
        for item in items
        if item.payment_id is not None
    ]
    reached(Point.BEFORE_DOUBT)
    try:
        found = _find(connection, connector, asked)
        reached(Point.AFTER_DOUBT)
        there = [
            PaymentOutcome(sending=each, fate=Fate.ADOPTED, remote=found[each.item.pk])
            for each in asked
            if each.item.pk in found
        ]
        written = record(connection, there, owner=owner)
        missing = [each for each in asked if each.item.pk not in found]
        missing = _write_again(missing, owner=owner)
        return written + record(connection, _push(connector, missing), owner=owner)
    except (NothingSent, ConnectorError) as error:
        cause = error.cause if isinstance(error, NothingSent) else error
        _postpone(asked, owner=owner, error=cause)
        raise NothingSent(cause) from error


def _find(
    connection: Connection, connector: Connector, asked: Sequence[PaymentSending]
) -> dict[int, RemotePayment]:
    """By our reference, or by party, date, amount and what it settles, as long as no
    other payment of ours stands for it. By item."""
    if not asked:
        return {}
    days = [each.record.date for each in asked]
    try:
        rows = list(connector.list_payments(min(days), max(days)))
    except Unsupported:
        return {}
    taken = set(
        PaymentLink.objects.filter(
            connection=connection,
            external_id__in=[row.id for row in rows],
            ended_at=None,
        ).values_list("external_id", flat=True)
    )
    found: dict[int, RemotePayment] = {}
    for each in asked:
        for row in rows:
            if row.id not in taken and _is_it(row, each.record):
                found[each.item.pk] = row
                taken.add(row.id)
                break
    return found


def _is_it(row: RemotePayment, record: records.Payment) -> bool:
    if row.deleted or row.amount != record.amount:
        return False
    if row.reference and row.reference == record.reference:
        return row.date == record.date
    settled = {(a.document_id, a.amount) for a in row.allocations}
    ours = {(a.document_id, a.amount) for a in record.allocations}
    same_party = row.party_id in ("", record.party_id)
    return row.date == record.date and same_party and settled == ours


def write_intents(
    sendings: Sequence[PaymentSending], *, owner: str
) -> list[PaymentSending]:
    reached(Point.BEFORE_INTENT)
    with transaction.atomic():
        sure = _held(sendings, owner, ItemState.CHECKING)
        batch_key = uuid.uuid4().hex
        for each in sure:
            key = uuid.uuid4().hex
            each.record = replace(each.record, key=key)
            each.item.state = ItemState.SENDING
            each.item.key, each.item.batch_key = key, batch_key
            each.item.payload = payload.dump(each.record)
            each.item.left_at = timezone.now()
            each.item.lease_until = lease.until()
        SyncItem.objects.bulk_update(
            [each.item for each in sure],
            ("state", "key", "batch_key", "payload", "left_at", "lease_until"),
        )
    reached(Point.AFTER_INTENT)
    return sure


def _write_again(
    sendings: Sequence[PaymentSending], *, owner: str
) -> list[PaymentSending]:
    """Left out are those that another worker took up meanwhile."""
    with transaction.atomic():
        sure = _held(sendings, owner, ItemState.IN_DOUBT)
        SyncItem.objects.filter(pk__in=[each.item.pk for each in sure]).update(
            state=ItemState.SENDING,
            left_at=timezone.now(),
            lease_until=lease.until(),
        )
    return sure


def _held(
    sendings: Sequence[PaymentSending], owner: str, state: ItemState
) -> list[PaymentSending]:
    held = set(
        SyncItem.objects.select_for_update()
        .filter(
            pk__in=[each.item.pk for each in sendings], lease_owner=owner, state=state
        )
        .values_list("pk", flat=True)
    )
    return [each for each in sendings if each.item.pk in held]


def _push(
    connector: Connector, sendings: Sequence[PaymentSending]
) -> list[PaymentOutcome]:
    if not sendings:
        return []
    push.refuse_transaction()
    reached(Point.BEFORE_PAYMENT)
    try:
        results = connector.record_payments([each.record for each in sendings])
    except (Retry, Reauthorise) as error:
        raise NothingSent(error) from error
    except ConnectorError as error:
        results = [PaymentResult(error=error)] * len(sendings)
    if len(results) != len(sendings):
        lost = InDoubt("The platform's answer does not fit what was sent.")
        results = [PaymentResult(error=lost)] * len(sendings)
    reached(Point.AFTER_PAYMENT)
    return [
        _judge(sending, result)
        for sending, result in zip(sendings, results, strict=True)
    ]


def _judge(sending: PaymentSending, result: PaymentResult) -> PaymentOutcome:
    if result.remote is not None:
        return PaymentOutcome(sending=sending, fate=Fate.SENT, remote=result.remote)
    error = result.error or Unreadable("The platform did not say what became of it.")
    message = str(error)
    if isinstance(error, Retry | Reauthorise) and not sending.again:
        after = error.after if isinstance(error, Retry) else None
        return PaymentOutcome(
            sending=sending, fate=Fate.WAITING, message=message, after=after
        )
    if isinstance(error, Rejected):
        return _blocked_by(sending, error)
    return PaymentOutcome(
        sending=sending,
        fate=Fate.IN_DOUBT,
        code=StatusCode.IN_DOUBT,
        message=message,
    )


def _blocked_by(sending: PaymentSending, error: Rejected) -> PaymentOutcome:
    return PaymentOutcome(
        sending=sending,
        fate=Fate.BLOCKED,
        code=error.status_code,
        message=str(error),
    )


def _back_to_waiting(
    sendings: Sequence[PaymentSending], *, owner: str, error: ConnectorError
) -> None:
    SyncItem.objects.filter(
        pk__in=[each.item.pk for each in sendings],
        lease_owner=owner,
        state=ItemState.SENDING,
    ).update(
        state=ItemState.WAITING,
        key="",
        payload=None,
        message=str(error)[:500],
        lease_owner="",
        lease_until=None,
        next_attempt_at=retry.next_attempt(1, error),
    )


def _postpone(
    asked: Sequence[PaymentSending], *, owner: str, error: ConnectorError
) -> None:
    SyncItem.objects.filter(
        pk__in=[each.item.pk for each in asked],
        lease_owner=owner,
        state__in=(ItemState.IN_DOUBT, ItemState.SENDING),
    ).update(
        state=ItemState.IN_DOUBT,
        message=str(error)[:500],
        lease_owner="",
        lease_until=None,
        next_attempt_at=retry.next_attempt(1, error),
    )
