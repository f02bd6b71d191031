"""Ours holds: the document there is made the same as ours again."""

from django.contrib.auth.models import User
from django.utils import timezone

from accounting_links import gateway, outbox
from accounting_links.actions.base import Refused, label, require
from accounting_links.actions.edit_base import choosing, held, told
from accounting_links.models import EditChoice, Operation, RemoteEdit
from accounting_links.permissions import SYNC
from accounting_links.verbs import Verb


def keep_ours(edit: RemoteEdit, *, actor: User | None = None, reason: str = "") -> str:
    """Marks the change, which goes with the next sync; the edit is settled when it has
    arrived. Raises `Refused` where the platform takes no changes."""
    require(actor, SYNC)
    if why := cannot(edit):
        raise Refused(why)
    with choosing(edit, actor=actor) as current:
        found = held(edit)
        result = outbox.mark(
            [found.document_id],
            connection=found.connection,
            actor=actor,
            why="edited there",
            operation=Operation.UPDATE,
            overwrite=True,
        )
        if result.not_offered:
            raise Refused(result.not_offered[0][1])
        found.choice, found.chosen_by = EditChoice.OURS, actor
        found.chosen_at, found.reason = timezone.now(), reason[:500]
        found.save(update_fields=("choice", "chosen_by", "chosen_at", "reason"))
        sentence = f"{found.document} goes again over what was edited in the books"
        current.events.append(
            told(Verb.EDIT_OVERWRITTEN, found, sentence, actor=actor, reason=reason)
        )
    return f"{found.document} goes to {label(found.connection)} with the next sync."


def cannot(edit: RemoteEdit) -> str:
    """Why ours cannot be written over theirs; empty where it can."""
    able = gateway.capabilities(edit.connection)
    if able.update:
        return ""
    why = able.reasons.get("update", "It cannot be changed in the platform.")
    return f"{why} Credit it and send a new one, or change it there by hand."
