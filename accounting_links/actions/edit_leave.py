"""Both stay as they are, and that is accepted until it changes again."""

from django.contrib.auth.models import User

from accounting_links.actions.base import Refused, label, require
from accounting_links.actions.edit_base import choosing, held, take_off_changes, told
from accounting_links.models import EditChoice, RemoteEdit
from accounting_links.permissions import ADOPT
from accounting_links.remote_edits import noting
from accounting_links.verbs import Verb


def leave(edit: RemoteEdit, *, actor: User | None = None, reason: str) -> str:
    """A change of ours that waited does not travel any more."""
    require(actor, ADOPT)
    if not reason.strip():
        raise Refused("Say why, in a few words.", field="reason")
    with choosing(edit, actor=actor) as current:
        found = held(edit)
        link = found.link
        link.agreed = link.agreed | {
            each["name"]: each["theirs"] for each in found.fields
        }
        link.revision, link.warning = found.document.revision, ""
        link.save(update_fields=("agreed", "revision", "warning"))
        take_off_changes(found)
        noting.settle([found], EditChoice.LEAVE, actor=actor, reason=reason)
        where = label(found.connection)
        sentence = f"{found.document} stays as it was edited in {where}, and ours too"
        current.events.append(
            told(Verb.EDIT_LEFT, found, sentence, actor=actor, reason=reason)
        )
    return f"{found.document} stays as it is on both sides."
