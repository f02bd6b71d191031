"""Reads the vendor's report on an import, and decides by it."""

from dataclasses import dataclass
from hashlib import sha256

from django.contrib.auth.models import User

from accounting_links import gateway
from accounting_links.actions.base import require
from accounting_links.exports import deciding, reminding
from accounting_links.exports import permissions as may
from accounting_links.models import Connection, ExportBatch
from accounting_links.verbs import Verb
from connectors.errors import Unreadable
from connectors.files import FileConnector
from invoicing.errors import Refused
from invoicing.services import events

# A year's sales, line by line, are more than one thinks.
LARGEST = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """`foreign`: what the report tells of and this file does not hold."""

    confirmed: int
    refused: int
    foreign: int
    message: str


def take(batch: ExportBatch, content: bytes, *, actor: User | None) -> Taken:
    """Raises `NotAllowed`, `Refused` for what is too large, and `Unreadable` for what
    is no report; then nothing is changed. The same report again changes nothing."""
    require(actor, may.CONFIRM)
    if len(content) > LARGEST:
        raise Refused(f"A report is no larger than {LARGEST // 1_000_000} MB.")
    report = connector_of(batch).parse_report(content, file=bytes(batch.content))
    confirmed, refused = deciding.take_in(batch, report.results, actor=actor)
    events.record(
        Verb.EXPORT_REPORTED,
        batch,
        f"A report on {batch} was read: {confirmed} confirmed, {refused} refused",
        actor=actor,
        connection_id=batch.connection_id,
        after={"checksum": sha256(content).hexdigest(), "foreign": report.foreign},
        reason=report.message,
    )
    return Taken(
        confirmed=confirmed,
        refused=refused,
        foreign=report.foreign,
        message=report.message,
    )


def open_files(connection: Connection) -> list[ExportBatch]:
    """Those that a list may settle all at once, oldest first."""
    platform = gateway.connector_class(connection)
    if not (issubclass(platform, FileConnector) and platform.lists_settle):
        return []
    found = reminding.unconfirmed().filter(connection=connection)
    return list(found.select_related("connection").order_by("pk"))


def take_for_all(
    connection: Connection, content: bytes, *, actor: User | None
) -> Taken:
    """A list of all that is there, for each file that is open. Raises as `take` does,
    `Unreadable` only where no file has such entries."""
    files = open_files(connection)
    if not files:
        raise Refused("No file is open that a list could settle.")
    taken: list[Taken] = []
    problem: Unreadable | None = None
    for batch in files:
        try:
            taken.append(take(batch, content, actor=actor))
        except Unreadable as error:
            problem = error
    if problem is not None and not taken:
        raise problem
    return Taken(
        confirmed=sum(each.confirmed for each in taken),
        refused=sum(each.refused for each in taken),
        foreign=0,
        message="",
    )


def connector_of(batch: ExportBatch) -> FileConnector:
    """Without a service: reading a report calls nobody."""
    connection = batch.connection
    connector = gateway.connector_class(connection)(gateway.config(connection))
    if not isinstance(connector, FileConnector):
        raise TypeError(f"{connection.platform} is no file platform.")
    return connector
