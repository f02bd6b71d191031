"""Reads the vendor's report on an import, and decides by it."""

from dataclasses import dataclass
from hashlib import sha256

from django.contrib.auth.models import User

from accounting_links import gateway
from accounting_links.actions.base import require
from accounting_links.exports import deciding
from accounting_links.exports import permissions as may
from accounting_links.models import ExportBatch
from accounting_links.verbs import Verb
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


def connector_of(batch: ExportBatch) -> FileConnector:
    """Without a service: reading a report calls nobody."""
    connection = batch.connection
    connector = gateway.connector_class(connection)(gateway.config(connection))
    if not isinstance(connector, FileConnector):
        raise TypeError(f"{connection.platform} is no file platform.")
    return connector
