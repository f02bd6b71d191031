"""The AccsID by hand: locked until it is deliberately unlocked, and looked up in the
platform before anything changes."""

from django.contrib.auth.models import User
from django.utils import timezone

from accounting_links import gateway, remote_records
from accounting_links.actions.base import Refused, label, require, step, talk
from accounting_links.actions.contact_links import (
    NewLink,
    live,
    lock_live,
    put,
    refuse_locked,
)
from accounting_links.models import Connection, ContactLink, LinkHow, RecordType, Role
from accounting_links.permissions import UNLOCK
from accounting_links.verbs import Verb
from connectors.base import Connector
from connectors.errors import Unsupported
from connectors.records import Party, PartyRole
from invoicing.models import Contact
from invoicing.services import events

LONGEST = 100


def set_accsid(
    connection: Connection,
    contact: Contact,
    role: Role | str,
    *,
    external_id: str,
    actor: User | None,
    unlock: bool = False,
    connector: Connector | None = None,
) -> ContactLink:
    """Without `unlock` only where none is set. Raises `Refused`, or what the connector
    raises, and has changed nothing then."""
    require(actor, UNLOCK)
    role, external_id = Role(role), external_id.strip()
    _refuse_untypable(connection, external_id)
    if not unlock:
        refuse_locked(connection, live(connection, contact, role))
    with talk(connection, connector) as open_connector:
        party = _look_up(connection, open_connector, role, external_id)
    new = NewLink(
        contact=contact,
        external_id=external_id,
        external_name=party.name if party else "",
    )
    with step(connection, actor=actor) as current:
        held = lock_live(connection, contact, role)
        if not unlock:
            refuse_locked(connection, held)
        return put(current, new, role, how=LinkHow.TYPED, held=held)


def clear_accsid(
    connection: Connection,
    contact: Contact,
    role: Role | str,
    *,
    actor: User | None,
    reason: str = "",
) -> bool:
    """Ends the link, which brings the match by name back. Clearing is unlocking."""
    require(actor, UNLOCK)
    with step(connection, actor=actor) as current:
        held = lock_live(connection, contact, Role(role))
        if held is None:
            return False
        held.ended_at = timezone.now()
        held.save(update_fields=("ended_at",))
        current.contact_ids.add(contact.pk)
        current.events.append(
            events.build(
                Verb.CONTACT_UNLINKED,
                contact,
                f"The AccsID {held.external_id} of {contact} in {label(connection)}"
                " was cleared",
                actor=actor,
                connection_id=connection.pk,
                before={"external_id": held.external_id, "role": str(held.role)},
                reason=reason,
            )
        )
    return True


def _refuse_untypable(connection: Connection, external_id: str) -> None:
    capabilities = gateway.capabilities(connection)
    if not capabilities.typed_account_id:
        raise Refused(
            capabilities.reasons.get("typed_account_id", "")
            or f"{label(connection)} shows no account ids, so none can be typed."
            " Choose the account by its name.",
            field="external_id",
        )
    if not external_id or len(external_id) > LONGEST or not external_id.isprintable():
        raise Refused(
            f"Give the account's id as {label(connection)} shows it, at most"
            f" {LONGEST} characters.",
            field="external_id",
        )


def _look_up(
    connection: Connection, connector: Connector, role: Role, external_id: str
) -> Party | None:
    """None where the platform cannot be asked."""
    try:
        parties = connector.get_parties(PartyRole(role), [external_id])
    except Unsupported:
        return None
    found = next((each for each in parties if each.id == external_id), None)
    if found is None or not found.active:
        state = "is not known" if found is None else "is not active"
        raise Refused(
            f"AccountsID ({external_id}) {state} in {label(connection)}. Nothing was"
            " changed.",
            field="external_id",
        )
    remote_records.store(connection, RecordType(role), [found])
    return found
