"""Sets credit notes against invoices over there, and takes them off again.

What is open on both documents there is read before anything leaves, and kept with the
intent. By it is found out what became of an allocation whose answer never came: none is
laid on twice.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounting_links.engine import lease, payload, push
from accounting_links.engine.allocation_outcome import back, record
from accounting_links.engine.allocation_sending import (
    Act,
    Setting,
    build,
    record_of,
    standing_there,
)
from accounting_links.engine.crash_points import Point, reached
from accounting_links.engine.push import NothingSent
from accounting_links.engine.sending import Fate
from accounting_links.models import Connection, DocumentLink, ItemState, SyncItem
from accounting_links.status_codes import StatusCode
from connectors import records
from connectors.base import Connector, PaymentResult
from connectors.capabilities import Idempotency
from connectors.errors import (
    ConnectorError,
    NotFound,
    Reauthorise,
    Rejected,
    Retry,
    Unreadable,
    Unsupported,
)
from connectors.records import DocumentKind


@dataclass(frozen=True, slots=True)
class Left:
    """What is open there. None: the platform does not say."""

    credit: Decimal | None
    invoice: Decimal | None

    def as_json(self) -> dict[str, str | None]:
        told = {"credit": self.credit, "invoice": self.invoice}
        return {k: None if v is None else str(v) for k, v in told.items()}

    @classmethod
    def load(cls, data: dict[str, str | None]) -> "Left":
        found = {k: None if v is None else Decimal(v) for k, v in data.items()}
        return cls(found["credit"], found["invoice"])

    def fell(self, since: "Left", amount: Decimal) -> bool | None:
        """Whether both fell by the amount; None where that cannot be told."""
        pairs = ((since.credit, self.credit), (since.invoice, self.invoice))
        known = [(a, b) for a, b in pairs if a is not None and b is not None]
        if known and all(before - now >= amount for before, now in known):
            return True
        if known and any(before <= now for before, now in known):
            return False
        return None

    def holds(self, amount: Decimal) -> bool:
        return all(
            each is None or each >= amount for each in (self.credit, self.invoice)
        )


def send(
    connection: Connection,
    connector: Connector,
    items: Sequence[SyncItem],
    *,
    owner: str,
) -> int:
    """Claimed or doubtful items, one at a time. Answers how many arrived; raises
    `NothingSent`. Items that were not reached are the caller's to give back."""
    done = 0
    for setting in build(connection, items):
        if setting.item.state == ItemState.IN_DOUBT:
            reached(Point.BEFORE_DOUBT)
        if _attempt(connector, setting, owner=owner):
            done += record(connection, setting, owner=owner)
        if setting.item.state == ItemState.IN_DOUBT:
            reached(Point.AFTER_DOUBT)
    return done


def _attempt(connector: Connector, setting: Setting, *, owner: str) -> bool:
    """Whether there is an outcome to write; not where another worker took it."""
    credit, invoice = setting.credit, setting.invoice
    if setting.act is Act.NOTHING:
        return True
    if credit is None or invoice is None:
        sentence = "One of the two documents is not in the platform any more."
        setting.stop(StatusCode.NOT_FOUND, sentence)
        return True
    if setting.act is Act.RELEASE:
        there = standing_there(setting, credit, invoice)
        intent = {"act": Act.RELEASE.value, "record": payload.dump(_sent(there))}
        if not _write_intent(setting, intent, owner=owner):
            return False
        _release(connector, setting, there, owner=owner)
        return True
    return _allocate(connector, setting, credit, invoice, owner=owner)


def _sent(there: records.RemotePayment) -> records.Payment:
    """What the intent keeps of a release: the pair and its amount."""
    return records.Payment(
        direction=there.direction,
        key="",
        party_id=there.party_id,
        date=timezone.localdate(),
        amount=there.amount,
        currency=there.currency,
        allocations=there.allocations,
    )


def _allocate(
    connector: Connector,
    setting: Setting,
    credit: DocumentLink,
    invoice: DocumentLink,
    *,
    owner: str,
) -> bool:
    left = _left(connector, setting, credit, invoice, owner=owner)
    if left is None:
        return True
    if setting.kept and not _must_go_again(connector, setting, left):
        return True
    if not setting.kept and not left.holds(setting.amount):
        _too_little(setting, left)
        return True
    told = (
        payload.load(records.Payment, setting.kept["record"])
        if setting.kept
        else record_of(setting, credit, invoice)
    )
    told = replace(told, key=setting.item.key or uuid.uuid4().hex)
    intent = {
        "act": Act.ALLOCATE.value,
        "record": payload.dump(told),
        "left": left.as_json(),
    }
    if not _write_intent(setting, intent, owner=owner, key=told.key):
        return False
    reached(Point.BEFORE_ALLOCATE)
    _judge(setting, _told(connector, setting, told, owner=owner))
    reached(Point.AFTER_ALLOCATE)
    return True


def _left(
    connector: Connector,
    setting: Setting,
    credit: DocumentLink,
    invoice: DocumentLink,
    *,
    owner: str,
) -> Left | None:
    """Read now. None: one of them is gone, and that is said."""
    push.refuse_transaction()
    try:
        balances = [
            connector.get_document(DocumentKind(link.kind), link.external_id).balance
            for link in (credit, invoice)
        ]
    except NotFound as error:
        setting.stop(StatusCode.NOT_FOUND, str(error))
        return None
    except ConnectorError as error:
        back(setting, owner=owner, error=error)
        raise NothingSent(error) from error
    return Left(*(None if each is None else abs(each) for each in balances))


def _must_go_again(connector: Connector, setting: Setting, left: Left) -> bool:
    """Of what left before: whether it is surely not there, and still meant."""
    kept = setting.kept or {}
    fell = left.fell(Left.load(kept["left"]), setting.amount)
    if fell is None and setting.item.key and _knows_keys(connector):
        fell = False
    if fell:
        setting.fate = Fate.ADOPTED
        return False
    if fell is None:
        setting.unclear = True
        setting.stop(
            StatusCode.IN_DOUBT,
            "The answer never came, and what is open there changed in another way"
            " meanwhile. Look at both documents there, and set the one against the"
            " other if it is not; then take this off the list.",
        )
        return False
    if setting.here is None or setting.here.amount != setting.amount:
        setting.fate = Fate.WAITING
        return False
    return True


def _knows_keys(connector: Connector) -> bool:
    return connector.capabilities.idempotency is Idempotency.REQUEST_KEY


def _too_little(setting: Setting, left: Left) -> None:
    """Somebody may have set it against there already: then both sides say the same."""
    note, document = setting.item.document, setting.item.settles
    if document is not None and left == Left(note.outstanding, document.outstanding):
        setting.fate = Fate.ADOPTED
        return
    setting.stop(
        StatusCode.REJECTED,
        f"Less is open there than the {setting.amount:.2f} that are set against"
        f" {document} here. Look at both there: if it is done already, take this off"
        " the list.",
    )


def _write_intent(
    setting: Setting, intent: dict[str, Any], *, owner: str, key: str = ""
) -> bool:
    item = setting.item
    reached(Point.BEFORE_INTENT)
    item.key = key or item.key or uuid.uuid4().hex
    held = SyncItem.objects.filter(
        pk=item.pk,
        lease_owner=owner,
        state__in=(ItemState.CHECKING, ItemState.IN_DOUBT),
    ).update(
        state=ItemState.SENDING,
        key=item.key,
        payload=intent,
        left_at=timezone.now(),
        lease_until=lease.until(),
    )
    reached(Point.AFTER_INTENT)
    return held == 1


def _told(
    connector: Connector, setting: Setting, told: records.Payment, *, owner: str
) -> PaymentResult:
    push.refuse_transaction()
    try:
        result = connector.allocate_credit(told)
    except ConnectorError as error:
        result = PaymentResult(error=error)
    if isinstance(result.error, Retry | Reauthorise):
        back(setting, owner=owner, error=result.error)
        raise NothingSent(result.error) from result.error
    return result


def _judge(setting: Setting, result: PaymentResult) -> None:
    if result.remote is not None:
        setting.remote_id = result.remote.id
        return
    error = result.error or Unreadable("The platform did not say what became of it.")
    if isinstance(error, Rejected):
        setting.fate, setting.code = Fate.BLOCKED, error.status_code
    else:
        setting.fate, setting.code = Fate.IN_DOUBT, StatusCode.IN_DOUBT.value
    setting.message = str(error)


def _release(
    connector: Connector,
    setting: Setting,
    there: records.RemotePayment,
    *,
    owner: str,
) -> None:
    """Safe to repeat: what is off already is off."""
    push.refuse_transaction()
    reached(Point.BEFORE_ALLOCATE)
    try:
        connector.release_credit(there)
    except NotFound:
        pass
    except (Retry, Reauthorise) as error:
        setting.kept = setting.kept or {"act": Act.RELEASE.value}
        back(setting, owner=owner, error=error)
        raise NothingSent(error) from error
    except (Rejected, Unsupported) as error:
        setting.fate, setting.code = Fate.BLOCKED, error.status_code
        setting.message = str(error)
    except ConnectorError as error:
        setting.fate, setting.code = Fate.IN_DOUBT, StatusCode.IN_DOUBT.value
        setting.message = str(error)
    reached(Point.AFTER_ALLOCATE)
