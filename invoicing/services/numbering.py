"""Hands out document numbers: never one twice, and none is lost on a rollback."""

from typing import Unpack

from django.db import transaction

from invoicing.errors import Refused
from invoicing.models import Document, DocumentKind, IncrementorGroup
from invoicing.services import events
from invoicing.services.locks import require_transaction
from invoicing.services.who import Who
from invoicing.verbs import Verb


def next_number(kind: str, group: IncrementorGroup | None = None) -> str:
    """Inside the caller's transaction, whose end lets the next one in. Numbers that
    documents carry already (imported or typed) are passed over."""
    require_transaction()
    locked = _locked(kind, group)
    while _is_taken(kind, number := locked.preview()):
        locked.next_number += 1
    locked.next_number += 1
    locked.save(update_fields=("next_number",))
    return number


@transaction.atomic
def move_on(group: IncrementorGroup, next_number: int, **who: Unpack[Who]) -> None:
    """Numbers only go forward: those behind may be in somebody's hands."""
    group.refresh_from_db(from_queryset=IncrementorGroup.objects.select_for_update())
    before = group.next_number
    if next_number < before:
        raise Refused(
            f"The next number of {group.name} is {before}; it cannot go back to"
            f" {next_number}. Give {before} or more.",
            field="next_number",
        )
    if next_number == before:
        return
    group.next_number = next_number
    group.save(update_fields=("next_number",))
    events.record(
        Verb.NUMBERS_MOVED_ON,
        group,
        f"{group.name} goes on with {group.preview()}",
        before={"next_number": before},
        after={"next_number": next_number},
        **who,
    )


def _locked(kind: str, group: IncrementorGroup | None) -> IncrementorGroup:
    groups = IncrementorGroup.objects.select_for_update().filter(kind=kind)
    chosen = groups.filter(pk=group.pk) if group else groups.filter(is_default=True)
    found = chosen.first()
    if found is None:
        label = DocumentKind(kind).label.lower()
        raise Refused(
            f"There is no incrementor group to number a {label} from. Make one and"
            " mark it as the default, or give the number by hand.",
            field="number",
        )
    return found


def _is_taken(kind: str, number: str) -> bool:
    return Document.objects.filter(kind=kind, number=number).exists()
