"""Create new: an account over there for one contact."""

from collections.abc import Sequence

from django.contrib.auth.models import User

from accounting_links import gateway, matching, remote_records
from accounting_links.actions.base import Refused, label, require, step, talk
from accounting_links.actions.contact_links import (
    NewLink,
    live,
    lock_live,
    put,
    refuse_locked,
)
from accounting_links.actions.party_records import party_of
from accounting_links.models import (
    Connection,
    ContactLink,
    LinkHow,
    RecordType,
    RemoteRecord,
    Role,
)
from accounting_links.permissions import LINK
from accounting_links.verbs import Verb
from connectors.base import Connector
from connectors.errors import DuplicateParty, Unsupported
from connectors.records import Party, PartyRole
from invoicing.models import Contact, Event
from invoicing.services import events


class AlreadyThere(Refused):
    """The platform has accounts of that name: `records` are those to link instead, none
    where it did not say which."""

    def __init__(self, message: str, records: Sequence[RemoteRecord]) -> None:
        super().__init__(message, field="name")
        self.records = list(records)


def create(
    connection: Connection,
    contact: Contact,
    role: Role | str,
    *,
    actor: User | None,
    connector: Connector | None = None,
) -> ContactLink:
    """Looks the name up first, so that a create whose answer was lost is found again
    when it is repeated. Raises `AlreadyThere`, `Refused`, or what the connector raises;
    our records have not changed then, except that the attempt is on the record."""
    require(actor, LINK)
    role = Role(role)
    refuse_uncreatable(connection)
    refuse_locked(connection, live(connection, contact, role))
    with talk(connection, connector) as open_connector:
        _refuse_taken(connection, open_connector, contact, role)
        with step(connection, actor=actor) as intent:
            party = party_of(
                connection, contact, role, generation=generation(connection, contact)
            )
            intent.events.append(requested(connection, contact, party, actor=actor))
        try:
            made = open_connector.create_party(party)
        except DuplicateParty as error:
            _refuse_taken(connection, open_connector, contact, role)
            raise AlreadyThere(_elsewhere(connection, contact, error), []) from error
    remote_records.store(connection, RecordType(role), [made])
    new = NewLink(contact=contact, external_id=made.id, external_name=made.name)
    with step(connection, actor=actor) as current:
        held = lock_live(connection, contact, role)
        current.events.append(created(connection, contact, made, actor=actor))
        return put(current, new, role, how=LinkHow.CREATED, held=held)


def refuse_uncreatable(connection: Connection) -> None:
    capabilities = gateway.capabilities(connection)
    if not capabilities.create_parties:
        raise Refused(
            capabilities.reasons.get("create_parties", "")
            or f"Accounts cannot be created in {label(connection)} from here. Create it"
            " there, and link it."
        )


def generation(connection: Connection, contact: Contact) -> int:
    """How many accounts the contact had that it has no more."""
    links = ContactLink.objects.filter(connection=connection, contact=contact)
    return links.exclude(ended_at=None, missing_since=None).count()


def _refuse_taken(
    connection: Connection, connector: Connector, contact: Contact, role: Role
) -> None:
    try:
        parties = connector.find_parties(PartyRole(role), [contact.name.strip()])
    except Unsupported:
        return
    same = matching.same_named(parties, contact.name)
    if not same:
        return
    remote_records.store(connection, RecordType(role), same)
    records = RemoteRecord.objects.filter(
        connection=connection, type=role, external_id__in=[each.id for each in same]
    )
    ids = ", ".join(each.id for each in same)
    raise AlreadyThere(
        f"{label(connection)} has “{contact.name}” already ({ids}). Link it instead of"
        " creating another one.",
        list(records),
    )


def _elsewhere(connection: Connection, contact: Contact, error: DuplicateParty) -> str:
    """Names may be unique over customers, suppliers and staff together."""
    said = f" It said: {error.vendor_message}" if error.vendor_message else ""
    return (
        f"{label(connection)} has the name “{contact.name}” already, perhaps of a"
        f" supplier, an employee or an inactive account. Change one of the names.{said}"
    )


def requested(
    connection: Connection, contact: Contact, party: Party, *, actor: User | None
) -> Event:
    return events.build(
        Verb.ACCOUNT_REQUESTED,
        contact,
        f"An account for {contact} is being created in {label(connection)}",
        actor=actor,
        connection_id=connection.pk,
        after={"key": party.key, "role": party.role.value},
    )


def created(
    connection: Connection, contact: Contact, made: Party, *, actor: User | None
) -> Event:
    return events.build(
        Verb.ACCOUNT_CREATED,
        contact,
        f"{made.name} was created in {label(connection)} ({made.id})",
        actor=actor,
        connection_id=connection.pk,
        after={"external_id": made.id, "role": made.role.value},
    )
