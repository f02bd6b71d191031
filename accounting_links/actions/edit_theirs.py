"""Theirs holds: what was edited over there is taken over into our document."""

from django.contrib.auth.models import User

from accounting_links.actions.base import Refused, label, require, talk
from accounting_links.actions.edit_base import (
    choosing,
    held,
    take_off_changes,
    told,
)
from accounting_links.models import EditChoice, RemoteEdit
from accounting_links.permissions import CHANGE_DOCUMENT
from accounting_links.remote_edits import comparing, noting
from accounting_links.remote_edits.taking import Plan, plan
from accounting_links.verbs import Verb
from connectors.base import Connector
from connectors.errors import NotFound
from connectors.records import DocumentKind, RemoteDocument
from invoicing.models import Document
from invoicing.services import documents
from invoicing.services.who import Who


def take_theirs(
    edit: RemoteEdit,
    *,
    actor: User | None = None,
    reason: str = "",
    connector: Connector | None = None,
) -> str:
    """Reads the document there anew, and takes over what maps back. Nothing travels
    back for it. Where a field has to be changed by hand the edit stays open with that
    field alone, and the answer says so; `Refused` where nothing can be taken."""
    require(actor, CHANGE_DOCUMENT)
    with talk(edit.connection, connector) as open_connector:
        remote = _read(edit, open_connector)
    with choosing(edit, actor=actor) as current:
        found = held(edit)
        changed = comparing.changes(found.link, remote)
        made = plan(found, remote, set(changed))
        if made.left and not made.taken:
            raise Refused(" ".join(made.left))
        document = _changed(found, made, actor=actor, reason=reason)
        _lay_on_link(found, document, remote, made)
        take_off_changes(found)
        where = label(found.connection)
        sentence = f"{document} was made the same as it was edited in {where}"
        current.events.append(
            told(Verb.EDIT_TAKEN, found, sentence, actor=actor, reason=reason)
        )
        _settle(found, made, actor=actor, reason=reason)
        current.document_ids.add(document.pk)
    return " ".join((f"{document} is as it is in {where}.", *made.left))


def _read(edit: RemoteEdit, connector: Connector) -> RemoteDocument:
    try:
        remote = connector.get_document(
            DocumentKind(edit.link.kind), edit.link.external_id
        )
    except NotFound as error:
        raise Refused(f"{edit.document} is no longer in the books.") from error
    if remote.status in comparing.NOT_EDITED:
        raise Refused(f"{edit.document} is {remote.status.value} in the books.")
    return remote


def _changed(
    edit: RemoteEdit, made: Plan, *, actor: User | None, reason: str
) -> Document:
    document = Document.objects.get(pk=edit.document_id)
    who: Who = {
        "actor": actor,
        "actor_name": "" if actor else "poller",
        "reason": reason,
    }
    if made.date is not None and made.date != document.date:
        documents.redate(document, made.date, **who)
    if made.fields or made.lines is not None:
        documents.change(document, made.fields, lines=made.lines, **who)
    return document


def _lay_on_link(
    edit: RemoteEdit, document: Document, remote: RemoteDocument, made: Plan
) -> None:
    """With our new revision, so that nothing is sent for it."""
    link = edit.link
    there = comparing.theirs(remote)
    taken = {name: there[name] for name in made.taken if name in there}
    link.agreed = link.agreed | taken
    link.version = remote.version[:60]
    link.revision = document.revision
    link.warning = " ".join(made.left)[:500]
    link.save(update_fields=("agreed", "version", "revision", "warning"))


def _settle(edit: RemoteEdit, made: Plan, *, actor: User | None, reason: str) -> None:
    if not made.left:
        noting.settle([edit], EditChoice.THEIRS, actor=actor, reason=reason)
        return
    edit.fields = [each for each in edit.fields if each["name"] not in made.taken]
    edit.reason = " ".join(made.left)[:500]
    edit.save(update_fields=("fields", "reason"))
