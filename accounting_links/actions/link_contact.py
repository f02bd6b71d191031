"""Link this: an account that is over there becomes a contact's."""

from django.contrib.auth.models import User

from accounting_links.actions.base import Refused, label, require, step
from accounting_links.actions.contact_links import (
    NewLink,
    lock_live,
    put,
    refuse_locked,
)
from accounting_links.models import (
    Connection,
    ContactLink,
    LinkHow,
    RemoteRecord,
    Role,
)
from accounting_links.names import exact_name
from accounting_links.permissions import LINK
from invoicing.models import Contact

SEEN = (LinkHow.EXACT_NAME, LinkHow.SUGGESTED)


def link(
    connection: Connection,
    contact: Contact,
    role: Role | str,
    *,
    external_id: str,
    external_name: str = "",
    how: LinkHow | str = LinkHow.SUGGESTED,
    actor: User | None = None,
) -> ContactLink:
    """Linking the same again changes nothing. Raises `Refused` when the contact has
    another AccsID that still holds, or when the platform was not seen to have such an
    account (the caller vouches for what was created, typed or imported)."""
    require(actor, LINK)
    role, how = Role(role), LinkHow(how)
    if how in SEEN:
        record = _seen(connection, role, external_id)
        external_name = record.name
        _refuse_other_name(contact, record, how)
    new = NewLink(contact=contact, external_id=external_id, external_name=external_name)
    with step(connection, actor=actor) as current:
        held = lock_live(connection, contact, role)
        if held is None or held.external_id != external_id:
            refuse_locked(connection, held)
        return put(current, new, role, how=how, held=held)


def _seen(connection: Connection, role: Role, external_id: str) -> RemoteRecord:
    record = RemoteRecord.objects.filter(
        connection=connection, type=role, external_id=external_id, active=True
    ).first()
    if record is None:
        raise Refused(
            f"AccountsID ({external_id}) is not known in {label(connection)}. Nothing"
            " was changed.",
            field="external_id",
        )
    return record


def _refuse_other_name(contact: Contact, record: RemoteRecord, how: LinkHow) -> None:
    is_same = exact_name(contact.name) == exact_name(record.name)
    if how == LinkHow.EXACT_NAME and not is_same:
        raise Refused(
            f"“{record.name}” is not exactly “{contact.name}”. Choose it from the"
            " suggestions, if it is the same.",
            field="external_id",
        )
