"""Our contacts as the records that platforms make accounts of."""

import uuid
from dataclasses import replace

from accounting_links import building
from accounting_links.models import Connection, Role
from connectors.records import Party
from invoicing.models import Contact

KEYS = uuid.UUID("0b6d6f1e-6c5c-4d0f-9a39-5f4bd2f4b9a1")


def party_of(
    connection: Connection, contact: Contact, role: Role, *, generation: int
) -> Party:
    """The same contact has the same key until an account that it had is gone: a create
    that is repeated makes no second one where the platform has keys."""
    key = uuid.uuid5(KEYS, f"{connection.pk}:{contact.pk}:{role}:{generation}")
    party = building.party_of(contact, role)
    return replace(party, key=str(key), name=contact.name.strip())
