"""Sends payments with what they settle, once their documents are over there."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounting_links.engine import lease, payload, push, retry
from accounting_links.engine.crash_points import Point, reached
from accounting_links.engine.push import NothingSent
from accounting_links.engine.sending import Fate
from accounting_links.models import (
    Connection,
    ContactLink,
    DocumentLink,
    ItemState,
    MethodLink,
    PaymentLink,
    Role,
    SyncItem,
)
from accounting_links.status_codes import StatusCode
from accounting_links.verbs import Verb
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
from connectors.records import DocumentKind, PaymentDirection, RemotePayment
from invoicing.models import Direction, Event, Payment
from invoicing.services import events


@dataclass(slots=True, kw_only=True)
class PaymentSending:
    item: SyncItem
    payment: Payment
    record: records.Payment
    again: bool = False


@dataclass(slots=True, kw_only=True)
class PaymentOutcome:
    sending: PaymentSending
    fate: Fate
    remote: RemotePayment | None = None
    code: str = ""
    message: str = ""
    after: float | None = None


def send(
    connection: Connection,
    connector: Connector,
    items: Sequence[SyncItem],
    *,
    owner: str,
) -> list[PaymentOutcome]:
    """Claimed items, from check to record. Raises `NothingSent`."""
    sendings = _build(connection, items)
    stopped = [outcome for each in sendings if (outcome := _check(connection, each))]
    written = record(connection, stopped, owner=owner)
    names = {id(each.sending) for each in stopped}
    passing = [each for each in sendings if id(each) not in names]
    ready = _write_intents(passing, owner=owner)
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
    try:
        found = _find(connection, connector, asked)
        there = [
            PaymentOutcome(sending=each, fate=Fate.ADOPTED, remote=found[each.item.pk])
            for each in asked
            if each.item.pk in found
        ]
        written = record(connection, there, owner=owner)
        missing = [each for each in asked if each.item.pk not in found]
        _write_again(missing, owner=owner)
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


def _build(connection: Connection, items: Sequence[SyncItem]) -> list[PaymentSending]:
    payments = (
        Payment.objects.select_related("contact", "method")
        .prefetch_related("allocations")
        .in_bulk([item.payment_id for item in items])
    )
    maps = _Maps.of(connection, list(payments.values()))
    return [
        PaymentSending(
            item=item,
            payment=payments[item.payment_id],
            record=maps.record(payments[item.payment_id]),
        )
        for item in items
        if item.payment_id is not None
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maps:
    parties: Mapping[tuple[int, str], str]
    banks: Mapping[int | None, str]
    links: Mapping[int, DocumentLink]

    @classmethod
    def of(cls, connection: Connection, payments: Sequence[Payment]) -> "_Maps":
        contacts = ContactLink.objects.filter(
            connection=connection,
            contact__in={payment.contact_id for payment in payments},
            ended_at=None,
        ).values_list("contact", "role", "external_id")
        banks = MethodLink.objects.filter(connection=connection)
        documents = {a.document_id for p in payments for a in p.allocations.all()}
        links = DocumentLink.objects.filter(
            connection=connection, document__in=documents, ended_at=None
        )
        return cls(
            parties={(pk, role): external for pk, role, external in contacts},
            banks=dict(banks.values_list("method", "account_id")),
            links={link.document_id: link for link in links},
        )

    def record(self, payment: Payment) -> records.Payment:
        """The party is the one that the documents are billed to over there."""
        allocations = tuple(
            records.Allocation(
                document_id=self.links[each.document_id].external_id,
                kind=DocumentKind(self.links[each.document_id].kind),
                amount=each.amount,
            )
            for each in payment.allocations.all()
            if each.document_id in self.links
        )
        made = payment.direction == Direction.MADE
        role = Role.SUPPLIER if made else Role.CUSTOMER
        billed = {
            self.links[each.document_id].party_id
            for each in payment.allocations.all()
            if each.document_id in self.links
        } - {""}
        own = self.parties.get((payment.contact_id, role.value), "")
        return records.Payment(
            direction=PaymentDirection(payment.direction),
            key="",
            party_id=billed.pop() if len(billed) == 1 else own,
            date=payment.date,
            amount=payment.amount,
            currency=payment.currency,
            rate=payment.rate,
            allocations=allocations,
            bank_account_id=self.banks.get(payment.method_id)
            or self.banks.get(None, ""),
            reference=payment.reference or f"FinSync-P{payment.pk}",
            method=payment.method.name if payment.method else "",
        )


def _check(connection: Connection, sending: PaymentSending) -> PaymentOutcome | None:
    payment, record_ = sending.payment, sending.record
    if payment.cancelled_at is not None:
        return _blocked(sending, StatusCode.VOID, f"{payment} was cancelled.")
    if len(record_.allocations) < len(payment.allocations.all()):
        sentence = "A document that it settles is not in the platform any more."
        return _blocked(sending, StatusCode.NOT_FOUND, sentence)
    if not record_.bank_account_id:
        method = payment.method or "payments without a method"
        sentence = f"No bank account there stands for {method}. Map it."
        return _blocked(sending, StatusCode.NO_METHOD, sentence)
    if not record_.party_id:
        sentence = f"{payment.contact} has no account in the platform."
        return _blocked(sending, StatusCode.NO_ACCOUNT, sentence)
    return None


def _blocked(
    sending: PaymentSending, code: StatusCode, sentence: str
) -> PaymentOutcome:
    return PaymentOutcome(
        sending=sending, fate=Fate.BLOCKED, code=code, message=sentence
    )


def _write_intents(
    sendings: Sequence[PaymentSending], *, owner: str
) -> list[PaymentSending]:
    from dataclasses import replace

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


def _write_again(sendings: Sequence[PaymentSending], *, owner: str) -> None:
    SyncItem.objects.filter(
        pk__in=[each.item.pk for each in sendings],
        lease_owner=owner,
        state=ItemState.IN_DOUBT,
    ).update(state=ItemState.SENDING, left_at=timezone.now(), lease_until=lease.until())


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
    return PaymentLink(
        connection=connection,
        payment=outcome.sending.payment,
        external_id=remote.id,
        version=remote.version[:60],
        amount=remote.amount,
        key=outcome.sending.item.key,
    )


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
    return events.build(
        verb,
        payment,
        f"{payment} {words}",
        document=outcome.sending.item.document,
        contact=payment.contact,
        connection_id=connection.pk,
        actor_name="engine",
        after={
            "id": outcome.remote.id if outcome.remote else "",
            "amount": str(amount),
        },
        reason=outcome.message,
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
