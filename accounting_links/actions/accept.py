"""A person accepts what the books say: a difference, or that a document is gone."""

from django.contrib.auth.models import User
from django.utils import timezone

from accounting_links.actions.base import Refused, label, require, step
from accounting_links.models import DocumentLink
from accounting_links.permissions import ADOPT
from accounting_links.verbs import Verb
from invoicing.services import events


def accept_difference(
    link: DocumentLink, *, actor: User | None = None, reason: str
) -> None:
    """The warning goes away; the figures of both sides stay as they are."""
    require(actor, ADOPT)
    _refuse_without(reason)
    with step(link.connection, actor=actor) as current:
        held = DocumentLink.objects.select_for_update().get(pk=link.pk)
        if held.ended_at is not None or not held.warning:
            raise Refused(f"{link.document} has no open difference.")
        warning, held.warning = held.warning, ""
        held.save(update_fields=("warning",))
        current.events.append(
            events.build(
                Verb.ITEM_ACCEPTED,
                held.document,
                f"The difference of {held.document} to {label(link.connection)} was"
                " accepted",
                actor=actor,
                connection_id=link.connection_id,
                before={"warning": warning},
                reason=reason,
            )
        )
    link.warning = ""


def accept_deletion(
    link: DocumentLink, *, actor: User | None = None, reason: str
) -> None:
    """Ends the link of a document that is no longer over there, so that it may be sent
    anew. Never by itself: who deleted it there meant something by it."""
    require(actor, ADOPT)
    _refuse_without(reason)
    with step(link.connection, actor=actor) as current:
        held = DocumentLink.objects.select_for_update().get(pk=link.pk)
        if held.ended_at is not None or held.missing_since is None:
            raise Refused(f"{link.document} was not found missing over there.")
        held.ended_at = timezone.now()
        held.save(update_fields=("ended_at",))
        current.document_ids.add(held.document_id)
        current.events.append(
            events.build(
                Verb.DELETION_ACCEPTED,
                held.document,
                f"{held.document} is gone from {label(link.connection)}, and that was"
                " accepted",
                actor=actor,
                connection_id=link.connection_id,
                before={"external_id": held.external_id},
                reason=reason,
            )
        )
    link.ended_at = held.ended_at


def _refuse_without(reason: str) -> None:
    if not reason.strip():
        raise Refused("Say why, in a few words.", field="reason")
