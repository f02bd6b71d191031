"""Finds out what deliveries mean, by reading what they name in the ordinary way.

Many at once: a thousand messages of one record are one look at it. No figure of a
delivery is taken over, so that a false one could at worst make us look.
"""

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from accounting_links import gateway, polling, remote_records, tokens
from accounting_links.connection_errors import ConnectingError
from accounting_links.models import (
    Connection,
    DeliveryState,
    RecordType,
    RemoteRecord,
    WebhookDelivery,
)
from accounting_links.verbs import Verb
from accounting_links.webhooks import claiming, endpoints, renewing
from accounting_links.webhooks.sorting import Fate, Wanted, sort
from connectors.errors import ConnectorError, Reauthorise, Retry, Unreadable
from connectors.records import PartyRole
from connectors.webhooks import Delivery, Notice, RecordName, Webhooks
from invoicing.services import events

# Named documents that are read one by one; more, and the list of changes is shorter.
FEW = 30
SLACK = dt.timedelta(minutes=10)
BUSY = 20.0  # seconds, while another poll is under way
KNOWN = "FinSync knew it as new as that: nothing was read."
NOT_OURS = "It names nothing that FinSync holds."
DEADLY = "Several workers ended over it."
TYPES = {
    PartyRole.CUSTOMER: RecordType.CUSTOMER,
    PartyRole.SUPPLIER: RecordType.SUPPLIER,
}

log = logging.getLogger(__name__)


def handle(connection_id: int, *, deadline: dt.datetime) -> int:
    """How many deliveries were settled or put off. Two workers share them out."""
    connection = Connection.objects.connected().filter(pk=connection_id).first()
    webhooks = endpoints.webhooks_of(connection) if connection else None
    if connection is None or webhooks is None:
        return 0
    claiming.recover()
    handled = 0
    while timezone.now() < deadline and (claimed := claiming.claim(connection_id)):
        if webhooks.repeats:
            claiming.set_free(claimed)
        _Portion(connection, webhooks, claimed).run()
        handled += len(claimed)
    return handled


@dataclass(slots=True)
class _Read:
    delivery: WebhookDelivery
    notice: Notice
    # By connection, for a delivery may speak of several organisations.
    names: dict[int, list[RecordName]] = field(default_factory=dict)


class _Portion:
    def __init__(
        self,
        connection: Connection,
        webhooks: Webhooks,
        deliveries: Sequence[WebhookDelivery],
    ) -> None:
        self.connection = connection
        self.webhooks = webhooks
        self.deliveries = deliveries
        self.connections = {connection.pk: connection}

    def run(self) -> None:
        read = [found for each in self.deliveries if (found := self._read(each))]
        self._address(read)
        for pk, connection in self.connections.items():
            self._look(connection, [each for each in read if pk in each.names])
        for each in read:
            if each.delivery.handled_at is None and not each.names:
                claiming.settle(each.delivery, DeliveryState.HANDLED, NOT_OURS)
        with transaction.atomic():
            claiming.give_back(self.deliveries)
            self._tell_failed()

    def _read(self, delivery: WebhookDelivery) -> _Read | None:
        if delivery.attempts > claiming.ATTEMPTS:
            claiming.settle(delivery, DeliveryState.FAILED, DEADLY)
            return None
        delivery.handled_at = delivery.next_attempt_at = None
        came = Delivery(
            body=bytes(delivery.body), headers=delivery.headers, query=delivery.query
        )
        try:
            challenge = self.webhooks.challenge(came)
            if challenge is not None:
                renewing.answer(self.connection, delivery, challenge)
                return None
            return _Read(delivery, self.webhooks.read(came))
        except Unreadable as error:
            claiming.settle(delivery, DeliveryState.FAILED, str(error))
            return None

    def _address(self, read: Sequence[_Read]) -> None:
        """To whom each name belongs; what belongs to nobody here is passed over."""
        mine = self.connection.organisation_id
        named = {n.organisation_id for each in read for n in each.notice.names}
        known = {"": self.connection, mine: self.connection}
        for other in Connection.objects.connected().filter(
            platform=self.connection.platform,
            environment=self.connection.environment,
            practice_url=self.connection.practice_url,
            organisation_id__in=named - {"", mine},
        ):
            known[other.organisation_id] = other
        for each in read:
            if each.notice.anything:
                each.names[self.connection.pk] = []
            for name in each.notice.names:
                if owner := known.get(name.organisation_id):
                    self.connections[owner.pk] = owner
                    each.names.setdefault(owner.pk, []).append(name)

    def _look(self, connection: Connection, read: Sequence[_Read]) -> None:
        if not read:
            return
        wanted = _wanted(connection, read)
        try:
            said = _look_at(connection, wanted, [each.delivery for each in read])
        except (ConnectorError, ConnectingError) as error:
            if isinstance(error, Reauthorise):
                tokens.needs_attention(connection.pk, str(error))
            after = error.after if isinstance(error, Retry) else None
            _put_off(read, str(error), after=after)
            return
        if said is None:
            _put_off(read, "Another poll was under way.", after=BUSY)
            return
        for each in read:
            _settle(each, connection, wanted, said)

    def _tell_failed(self) -> None:
        """Once for all of them: staff can have them handled again."""
        failed = [d for d in self.deliveries if d.state == DeliveryState.FAILED]
        if not failed:
            return
        first = f"Webhook message {failed[0].pk}"
        some = first if len(failed) == 1 else f"{len(failed)} webhook messages"
        events.record(
            Verb.WEBHOOKS_FAILED,
            self.connection,
            f"{some} of {self.connection} could not be handled",
            connection_id=self.connection.pk,
            actor_name="webhooks",
            after={"deliveries": [each.pk for each in failed]},
            reason=failed[0].sentence,
        )


def _wanted(connection: Connection, read: Sequence[_Read]) -> Wanted:
    """A name that a person wants to see read is read, whatever we seem to know."""
    forced: list[RecordName] = []
    others: list[RecordName] = []
    for each in read:
        some = forced if each.delivery.forced else others
        some += each.names[connection.pk]
    wanted = sort(connection, others)
    again = sort(connection, forced, forced=True)
    wanted.fates |= again.fates
    wanted.links |= again.links
    for role, ids in again.parties.items():
        wanted.parties.setdefault(role, set()).update(ids)
    knocked = any(each.notice.anything for each in read)
    wanted.changes |= again.changes or knocked
    return wanted


def _look_at(
    connection: Connection, wanted: Wanted, deliveries: Sequence[WebhookDelivery]
) -> str | None:
    """A sentence on what came of it; None: another poller was at it."""
    if not wanted.anything:
        return ""
    links = list(wanted.links.values())
    many = len(links) > FEW
    said = "It was read again."
    if links or wanted.changes:
        result = polling.look_at(
            connection,
            [] if many else links,
            changes=many or wanted.changes,
            since=min(each.received_at for each in deliveries) - SLACK,
        )
        if result.busy:
            return None
        said = _words(result)
    _refresh_parties(connection, wanted.parties)
    return said


def _words(result: polling.PollResult) -> str:
    if not result.changed and not result.payments:
        return "Read again: nothing was different."
    return (
        f"Read again: {result.changed} of our documents and {result.payments} "
        "payments changed."
    )


def _refresh_parties(
    connection: Connection, parties: dict[PartyRole, set[str]]
) -> None:
    if not parties:
        return
    with gateway.open_connector(connection) as connector:
        for role, ids in parties.items():
            found = connector.get_parties(role, sorted(ids))
            remote_records.store(connection, TYPES[role], found)
            gone = ids - {party.id for party in found}
            RemoteRecord.objects.filter(
                connection=connection, type=TYPES[role], external_id__in=gone
            ).update(active=False)


def _put_off(read: Sequence[_Read], why: str, *, after: float | None) -> None:
    for each in read:
        claiming.put_off(each.delivery, why, after=after)


def _settle(each: _Read, connection: Connection, wanted: Wanted, said: str) -> None:
    """One that speaks of several organisations is put off for all if it is for one."""
    delivery = each.delivery
    if delivery.next_attempt_at is not None and delivery.handled_at is None:
        return
    fates = {wanted.fates[name] for name in each.names[connection.pk]}
    if each.notice.anything or Fate.LOOK in fates:
        claiming.settle(delivery, DeliveryState.HANDLED, said)
    elif delivery.handled_at is not None:
        return
    elif Fate.ECHO in fates:
        claiming.settle(delivery, DeliveryState.ECHO, KNOWN)
    else:
        claiming.settle(delivery, DeliveryState.HANDLED, NOT_OURS)
