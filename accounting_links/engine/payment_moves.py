"""Makes what sent payments settle over there the same as here, where that changed after
they had left. Safe to repeat: it names the whole of what is settled."""

from collections.abc import Sequence

from django.db import transaction

from accounting_links.engine import payment_sending, push
from accounting_links.engine.crash_points import Point, reached
from accounting_links.engine.push import NothingSent
from accounting_links.engine.sending import Fate
from accounting_links.engine.sent_payments import (
    SentPayment,
    back,
    sent,
    tell,
    values,
    write_intent,
)
from accounting_links.models import SHARES, Connection, SyncItem
from accounting_links.status_codes import StatusCode
from accounting_links.verbs import Verb
from connectors import records
from connectors.base import Connector
from connectors.errors import ConnectorError, Reauthorise, Rejected, Retry


def are_meant(items: Sequence[SyncItem]) -> set[int]:
    """Of items of payments, those that move: the payment is there already, and was not
    cancelled."""
    rows = SyncItem.objects.filter(
        pk__in=[item.pk for item in items],
        payment__cancelled_at=None,
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
    """Claimed or doubtful items. Answers how many were moved; raises `NothingSent`."""
    built = {each.item.pk: each for each in payment_sending.build(connection, items)}
    done = 0
    for moving in sent(connection, items):
        sending = built[moving.item.pk]
        stopped = payment_sending.check(sending)
        if stopped is not None:
            moving.fate, moving.code = Fate.BLOCKED, stopped.code
            moving.message = stopped.message
        elif write_intent(moving, owner):
            reached(Point.BEFORE_PAYMENT)
            _move(connector, moving, sending.record, owner)
            reached(Point.AFTER_PAYMENT)
        else:
            continue
        done += _record(connection, moving, sending.record, owner)
    return done


def _move(
    connector: Connector, moving: SentPayment, record: records.Payment, owner: str
) -> None:
    push.refuse_transaction()
    try:
        there = connector.move_payment(record, moving.remote())
    except (Retry, Reauthorise) as error:
        back(moving, owner, error)
        raise NothingSent(error) from error
    except Rejected as error:
        moving.fate = Fate.BLOCKED
        moving.code, moving.message = error.status_code, str(error)
    except ConnectorError as error:
        moving.fate = Fate.IN_DOUBT
        moving.code, moving.message = StatusCode.IN_DOUBT.value, str(error)
    else:
        moving.link.version = there.version[:60]
        moving.link.changed_at = there.changed_at


def _record(
    connection: Connection, moving: SentPayment, record: records.Payment, owner: str
) -> bool:
    reached(Point.BEFORE_RECORD)
    moved = moving.fate is Fate.SENT
    with transaction.atomic():
        held = SyncItem.objects.select_for_update().filter(
            pk=moving.item.pk, lease_owner=owner
        )
        if not held.exists():
            return False
        held.update(**values(moving))
        if moved:
            moving.link.told(record.allocations)
            moving.link.save(update_fields=(*SHARES, "version", "changed_at"))
        _tell_people(connection, moving)
    reached(Point.AFTER_RECORD)
    return moved


def _tell_people(connection: Connection, moving: SentPayment) -> None:
    verb, words = {
        Fate.SENT: (Verb.PAYMENT_MOVED, "settles the same now in"),
        Fate.BLOCKED: (Verb.ITEM_BLOCKED, "settles something else in"),
        Fate.IN_DOUBT: (Verb.ITEM_IN_DOUBT, "may have been changed in"),
    }[moving.fate]
    tell(connection, moving, verb, words)
