"""What becomes of customers and suppliers in files: as `deciding` has it for
documents. Those who are confirmed are linked."""

from collections.abc import Iterable, Mapping, Sequence

from django.contrib.auth.models import User
from django.utils import timezone

from accounting_links.actions.base import step
from accounting_links.actions.contact_links import NewLink, put_many
from accounting_links.models import (
    Connection,
    ContactLink,
    ExportBatch,
    ExportedContact,
    ExportHow,
    ExportItemState,
    LinkHow,
    Role,
)
from accounting_links.verbs import Verb
from invoicing.models import Event
from invoicing.services import events


def open_in(batch: ExportBatch, ids: Iterable[int] = ()) -> list[ExportedContact]:
    found = batch.contacts.filter(state=ExportItemState.EXPORTED)
    if chosen := list(ids):
        found = found.filter(pk__in=chosen)
    return list(found.select_related("contact", "batch").order_by("position"))


def confirm(
    found: Sequence[ExportedContact], *, how: ExportHow, actor: User | None
) -> None:
    """One that was linked meanwhile keeps its link."""
    for role in Role:
        chosen = [each for each in found if each.role == role]
        if chosen:
            _link(chosen, role, actor=actor)
    _decide(found, ExportItemState.CONFIRMED, {}, how=how, actor=actor)
    sentence = "{} is in the books, as " + how.label.lower() + ": {}"
    _tell(found, Verb.EXPORT_CONFIRMED, sentence, actor)


def refuse(
    found: Sequence[ExportedContact],
    told: Mapping[str, str],
    *,
    actor: User | None,
) -> None:
    """The next document of theirs brings them into another file. `told` is why, by
    reference."""
    reasons = {
        each.pk: told.get(each.reference) or "The import refused it." for each in found
    }
    how = ExportHow.REPORT
    _decide(found, ExportItemState.REFUSED, reasons, how=how, actor=actor)
    _tell(found, Verb.EXPORT_REFUSED, "The import refused {} ({})", actor)


def cancel(
    found: Sequence[ExportedContact], *, reason: str, actor: User | None
) -> None:
    reasons = {each.pk: reason for each in found}
    _decide(found, ExportItemState.CANCELLED, reasons, how="", actor=actor)
    _tell(found, Verb.EXPORT_CANCELLED, "{} was taken back from {}", actor)


def confirm_linked(connection: Connection, *, actor: User | None) -> int:
    """Those whose account was found in a list of all that are there."""
    waiting = ExportedContact.objects.filter(
        connection=connection, state=ExportItemState.EXPORTED
    ).select_related("contact", "batch")
    linked = set(
        ContactLink.objects.filter(connection=connection, ended_at=None).values_list(
            "contact_id", "role"
        )
    )
    found = [each for each in waiting if (each.contact_id, each.role) in linked]
    confirm(found, how=ExportHow.REPORT, actor=actor)
    return len(found)


def _link(found: Sequence[ExportedContact], role: Role, *, actor: User | None) -> None:
    new = [
        NewLink(
            contact=each.contact,
            external_id=each.external_id,
            external_name=each.name,
        )
        for each in found
    ]
    with step(found[0].connection, actor=actor) as current:
        put_many(current, new, role, how=LinkHow.CREATED)


def _decide(
    found: Sequence[ExportedContact],
    state: ExportItemState,
    reasons: Mapping[int, str],
    *,
    how: str,
    actor: User | None,
) -> None:
    for each in found:
        each.state, each.how = state, how
        each.decided_at, each.decided_by = timezone.now(), actor
        each.message = reasons.get(each.pk, "")[:500]
    fields = ("state", "how", "decided_at", "decided_by", "message")
    ExportedContact.objects.bulk_update(found, fields)


def _tell(
    found: Sequence[ExportedContact], verb: Verb, sentence: str, actor: User | None
) -> None:
    Event.objects.bulk_create(
        events.build(
            verb,
            each.contact,
            sentence.format(each.name, each.batch),
            actor=actor,
            connection_id=each.connection_id,
            after={"file": each.batch.file_name},
            reason=each.message,
        )
        for each in found
    )
