"""Mark as sent, with how it reached its customer."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction

from accounting_links.actions.base import Refused, release_documents, require
from accounting_links.actions.outcomes import Outcome
from accounting_links.permissions import MARK_SENT
from invoicing.models import Document, SentHow
from invoicing.services import sending


def mark_sent(
    documents: Iterable[Document],
    how: SentHow | str,
    *,
    actor: User | None = None,
    reason: str = "",
) -> Outcome:
    """Each by itself: one that cannot be marked is `left` with why, and holds none of
    the others up. Those that were marked before stay as they are."""
    require(actor, MARK_SENT)
    if how not in SentHow.values or how == SentHow.PLATFORM:
        raise Refused("Say how it reached the customer.", field="how")
    outcome = Outcome()
    marked = []
    for document in documents:
        try:
            with transaction.atomic():
                if sending.mark_sent(document, how, actor=actor, reason=reason):
                    release_documents([document.pk])
                    marked.append(document.pk)
        except Refused as refusal:
            outcome.left.append((document.pk, refusal.message))
    outcome.done = len(marked)
    return outcome
