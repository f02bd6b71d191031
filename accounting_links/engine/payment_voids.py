"""Voids payments over there that were cancelled here. Safe to repeat: what is gone over
there is done, whoever did it."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounting_links.engine import push
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
from accounting_links.models import Connection, SyncItem
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
from connectors.records import RemotePayment


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
    for voiding in sent(connection, items):
        if not write_intent(voiding, owner):
            continue
        reached(Point.BEFORE_PAYMENT)
        _void(connector, voiding, owner)
        reached(Point.AFTER_PAYMENT)
        done += _record(connection, voiding, owner)
    return done


def _void(connector: Connector, voiding: SentPayment, owner: str) -> None:
    push.refuse_transaction()
    try:
        _tell(connector, voiding)
    except (Retry, Reauthorise) as error:
        back(voiding, owner, error)
        raise NothingSent(error) from error
    except Rejected as error:
        voiding.fate = Fate.BLOCKED
        voiding.code, voiding.message = error.status_code, str(error)
    except ConnectorError as error:
        voiding.fate = Fate.IN_DOUBT
        voiding.code, voiding.message = StatusCode.IN_DOUBT, str(error)


def _tell(connector: Connector, voiding: SentPayment) -> None:
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


def _found(connector: Connector, voiding: SentPayment) -> RemotePayment | None:
    day = voiding.payment.date
    for row in connector.list_payments(day, day):
        if row.id == voiding.link.external_id and not row.deleted:
            return row
    return None


def _record(connection: Connection, voiding: SentPayment, owner: str) -> bool:
    reached(Point.BEFORE_RECORD)
    item, now = voiding.item, timezone.now()
    gone = voiding.fate is Fate.SENT
    with transaction.atomic():
        held = SyncItem.objects.select_for_update().filter(
            pk=item.pk, lease_owner=owner
        )
        if not held.exists():
            return False
        held.update(**values(voiding))
        if gone:
            voiding.link.ended_at = now
            voiding.link.save(update_fields=("ended_at", "version"))
        _tell_people(connection, voiding)
    reached(Point.AFTER_RECORD)
    return gone


def _tell_people(connection: Connection, voiding: SentPayment) -> None:
    verb, words = {
        Fate.SENT: (Verb.PAYMENT_VOIDED, "was voided in"),
        Fate.BLOCKED: (Verb.ITEM_BLOCKED, "was cancelled here and stands in"),
        Fate.IN_DOUBT: (Verb.ITEM_IN_DOUBT, "may have been voided in"),
    }[voiding.fate]
    tell(connection, voiding, verb, words)
