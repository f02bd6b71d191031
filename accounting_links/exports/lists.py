"""Lists that people export from the program and upload: what is there, for mapping and
so that nobody is written who is there already; and how its files are laid out."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from accounting_links import gateway, remote_records, same_records
from accounting_links.actions import link_exact
from accounting_links.actions.base import require
from accounting_links.exports import contacts
from accounting_links.models import Connection, RecordType, Role
from accounting_links.permissions import CHANGE_CONNECTION, LINK
from accounting_links.verbs import Verb
from connectors.files import FileConnector, FileList, Learned
from connectors.records import AccountType, LedgerAccount
from invoicing.errors import Refused
from invoicing.services import events

LARGEST = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """`linked`: contacts that were given the account of exactly their name;
    `confirmed`: those of them who stood in a file."""

    records: int = 0
    settings: int = 0
    linked: int = 0
    confirmed: int = 0
    mapped: int = 0


def offered(connection: Connection) -> tuple[FileList, ...]:
    platform = gateway.connector_class(connection)
    return platform.lists if issubclass(platform, FileConnector) else ()


def take(
    connection: Connection, name: str, content: bytes, *, actor: User | None
) -> Taken:
    """Raises `NotAllowed`, `Refused` for a list that the platform has not or that is
    too large, and `Unreadable`; then nothing is changed. Safe to repeat."""
    wanted = next((each for each in offered(connection) if each.name == name), None)
    if wanted is None:
        known = ", ".join(each.name for each in offered(connection)) or "none"
        raise Refused(f"{connection} takes no list {name!r}. It takes: {known}.")
    require(actor, LINK if wanted.holds else CHANGE_CONNECTION)
    if len(content) > LARGEST:
        raise Refused(f"A list is no larger than {LARGEST // 1_000_000} MB.")
    learned = _read(connection, name, content)
    with transaction.atomic():
        taken = _keep(connection, wanted, learned, actor=actor)
        events.record(
            Verb.LIST_TAKEN,
            connection,
            f"A list of {connection} was uploaded ({wanted.label.lower()}):"
            f" {taken.records or taken.settings} entries",
            actor=actor,
            connection_id=connection.pk,
        )
    return taken


def _read(connection: Connection, name: str, content: bytes) -> Learned:
    connector = gateway.connector_class(connection)(gateway.config(connection))
    if not isinstance(connector, FileConnector):
        raise TypeError(f"{connection.platform} is no file platform.")
    return connector.read_list(name, content)


def _keep(
    connection: Connection, wanted: FileList, learned: Learned, *, actor: User | None
) -> Taken:
    if wanted.holds is None:
        row = Connection.objects.select_for_update().get(pk=connection.pk)
        row.values = {**row.values, **learned.values}
        row.save(update_fields=("values",))
        connection.values = row.values
        return Taken(settings=len(learned.values))
    type_ = RecordType(wanted.holds.value)
    count = remote_records.store(connection, type_, learned.records, complete=True)
    if type_.value in Role.values:
        linked = link_exact.apply(connection, type_.value, actor=actor).done
        confirmed = contacts.confirm_linked(connection, actor=actor)
        return Taken(records=count, linked=linked, confirmed=confirmed)
    _keep_banks(connection, learned.records)
    mapped = sum(same_records.map_same(connection).values())
    return Taken(records=count, mapped=mapped)


def _keep_banks(connection: Connection, records: Sequence[object]) -> None:
    banks = [
        each
        for each in records
        if isinstance(each, LedgerAccount) and each.type is AccountType.BANK
    ]
    remote_records.store(connection, RecordType.BANK, banks)
