"""Customers and suppliers who are not there yet, as far as anybody knows. They go into
files of their own, once, before the documents that name them."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounting_links.building import role_of
from accounting_links.engine.sending import Sending
from accounting_links.models import (
    Connection,
    ContactLink,
    ExportedContact,
    ExportItemState,
)
from connectors.files import FileConnector, FileParty
from connectors.records import Party, PartyRole

LIVE = (ExportItemState.EXPORTED, ExportItemState.CONFIRMED)
Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Newcomer:
    entry: ExportedContact
    record: FileParty


def of(
    connection: Connection, connector: FileConnector, sendings: Sequence[Sending]
) -> list[Newcomer]:
    """In the order of their documents. The connection is locked till the transaction
    ends, so that two exports at a time write nobody twice."""
    wanted = _billed(connector, sendings)
    if not wanted:
        return []
    Connection.objects.select_for_update().get(pk=connection.pk)
    known = _known(connection, wanted)
    return [
        _newcomer(connection, connector, key, party)
        for key, party in wanted.items()
        if key not in known
    ]


def _billed(connector: FileConnector, sendings: Sequence[Sending]) -> dict[Key, Party]:
    found: dict[Key, Party] = {}
    for each in sendings:
        role = role_of(each.document)
        if PartyRole(role.value) in connector.party_files and each.record.party:
            found[each.document.contact_id, role.value] = each.record.party
    return found


def _known(connection: Connection, wanted: dict[Key, Party]) -> set[Key]:
    ids = {contact_id for contact_id, _ in wanted}
    linked = ContactLink.objects.filter(
        connection=connection, contact__in=ids, ended_at=None
    )
    exported = ExportedContact.objects.filter(
        connection=connection, contact__in=ids, state__in=LIVE
    )
    fields = ("contact_id", "role")
    return {*linked.values_list(*fields), *exported.values_list(*fields)}


def _newcomer(
    connection: Connection, connector: FileConnector, key: Key, party: Party
) -> Newcomer:
    contact_id, role = key
    reference = f"FinSync-{role[0].upper()}{contact_id}"
    entry = ExportedContact(
        connection=connection,
        contact_id=contact_id,
        role=role,
        reference=reference,
        name=party.name,
        external_id=connector.party_key(party)[:100],
    )
    return Newcomer(entry, FileParty(party=party, reference=reference))
