"""Whether a document has reached its customer. Printing it does not count."""

import datetime as dt
from typing import Unpack

from django.db import transaction
from django.utils import timezone

from invoicing.errors import Refused
from invoicing.models import Document, DocumentKind, Lifecycle, SentHow
from invoicing.services import events
from invoicing.services.locks import lock
from invoicing.services.who import Who
from invoicing.verbs import Verb


@transaction.atomic
def mark_sent(
    document: Document,
    how: SentHow | str,
    *,
    at: dt.datetime | None = None,
    **who: Unpack[Who],
) -> bool:
    """Answers False when it was sent before: the first time stays."""
    how = SentHow(how)
    lock(document)
    refuse_unsendable(document)
    if document.sent_at is not None:
        return False
    _set(document, at or timezone.now(), how.value)
    events.record(
        Verb.DOCUMENT_SENT,
        document,
        f"{document} was marked as sent: {how.label.lower()}",
        after={"sent_how": how.value},
        **who,
    )
    return True


@transaction.atomic
def unmark_sent(document: Document, **who: Unpack[Who]) -> bool:
    lock(document)
    if document.sent_at is None:
        return False
    before = {"sent_how": document.sent_how, "sent_at": document.sent_at.isoformat()}
    _set(document, None, "")
    events.record(
        Verb.DOCUMENT_UNSENT,
        document,
        f"{document} is no longer marked as sent",
        before=before,
        **who,
    )
    return True


def refuse_unsendable(document: Document) -> None:
    if document.kind == DocumentKind.SUPPLIER_INVOICE:
        raise Refused(f"{document} came from a supplier; it is not ours to send.")
    if document.lifecycle in (Lifecycle.VOID, Lifecycle.LOST):
        state = document.get_lifecycle_display().lower()
        raise Refused(f"{document} is {state} and is not sent any more.")
    is_draft = document.lifecycle == Lifecycle.DRAFT
    if is_draft and document.kind != DocumentKind.SALES_ORDER:
        raise Refused(f"{document} is a draft. Approve it before it is sent.")


def _set(document: Document, at: dt.datetime | None, how: str) -> None:
    document.sent_at, document.sent_how = at, how
    document.save(update_fields=("sent_at", "sent_how", "updated_at"))
