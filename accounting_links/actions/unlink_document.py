"""A person says that a document over there was never this one of ours."""

from django.contrib.auth.models import User
from django.utils import timezone

from accounting_links.actions.base import Refused, label, require, step
from accounting_links.models import DocumentLink, DocumentLinkHow
from accounting_links.permissions import ADOPT
from accounting_links.verbs import Verb
from invoicing.services import events


def unlink(link: DocumentLink, *, actor: User | None = None, reason: str) -> None:
    """Nothing changes over there. What FinSync itself sent is ours beyond doubt, and
    is refused."""
    require(actor, ADOPT)
    if not reason.strip():
        raise Refused("Say why, in a few words.", field="reason")
    with step(link.connection, actor=actor) as current:
        held = DocumentLink.objects.select_for_update().get(pk=link.pk)
        if held.ended_at is not None:
            raise Refused(f"{link.document} is not linked any more.")
        if held.how == DocumentLinkHow.SENT:
            raise Refused(
                f"FinSync sent {link.document} to {label(link.connection)} itself: that"
                " is the same document."
            )
        held.ended_at, held.unlinked = timezone.now(), True
        held.save(update_fields=("ended_at", "unlinked"))
        current.document_ids.add(held.document_id)
        current.events.append(
            events.build(
                Verb.DOCUMENT_UNLINKED,
                link.document,
                f"{link.document} is not {held.number or held.external_id} in"
                f" {label(link.connection)}: the link was ended",
                actor=actor,
                connection_id=link.connection_id,
                before={"external_id": held.external_id},
                reason=reason,
            )
        )
    link.ended_at = held.ended_at
