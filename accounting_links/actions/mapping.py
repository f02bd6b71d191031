"""What all mappings share: the choice must be something that the platform was seen to
have, and what waited for it is checked again."""

from collections.abc import Iterable

from accounting_links.actions.base import Refused, Step, label
from accounting_links.models import Connection, RecordType, RemoteRecord
from accounting_links.verbs import Verb
from invoicing.services import events


def seen(
    connection: Connection, types: Iterable[RecordType], external_id: str
) -> RemoteRecord:
    record = RemoteRecord.objects.filter(
        connection=connection,
        type__in=list(types),
        external_id=external_id,
        active=True,
    ).first()
    if record is None:
        raise Refused(
            f"{label(connection)} was not seen to have {external_id or 'that'}. Fetch"
            " its lists anew and choose from them.",
            field="external_id",
        )
    return record


def note(
    step: Step, verb: Verb, title: str, *, before: str, record: RemoteRecord
) -> None:
    step.events.append(
        events.build(
            verb,
            step.connection,
            f"{title} is {record} in {step.connection}",
            actor=step.actor,
            connection_id=step.connection.pk,
            before={"external_id": before},
            after={"external_id": record.external_id},
        )
    )
