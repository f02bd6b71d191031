"""When a number is taken over there: another one for the document, or the series moved
on for all that follow."""

from django.contrib.auth.models import User
from django.db import transaction

from accounting_links import numbers_there
from accounting_links.actions.base import Refused, release_documents, require
from accounting_links.models import OPEN_STATES, DocumentLink, ItemState, SyncItem
from accounting_links.permissions import CHANGE_DOCUMENT, CHANGE_NUMBERING
from invoicing.models import Document, DocumentKind, IncrementorGroup
from invoicing.services import documents, numbering

FREE = (ItemState.WAITING, ItemState.BLOCKED)


def renumber(
    document: Document,
    *,
    number: str = "",
    actor: User | None = None,
    reason: str = "",
) -> str:
    """Gives it `number`, or the next of its series, and answers it. Only while nothing
    of the document can be over there."""
    require(actor, CHANGE_DOCUMENT)
    number = number.strip()
    is_purchase = document.kind == DocumentKind.SUPPLIER_INVOICE
    if is_purchase and not number:
        raise Refused(
            "Give the number that stands on the supplier's invoice.", field="number"
        )
    with transaction.atomic():
        _refuse_sent(document)
        chosen = number or numbering.next_number(document.kind)
        documents.change(document, {"number": chosen}, actor=actor, reason=reason)
        release_documents([document.pk])
    return chosen


def _refuse_sent(document: Document) -> None:
    links = DocumentLink.objects.filter(document=document, ended_at=None)
    if link := links.select_related("connection").first():
        raise Refused(
            f"{document} is in {link.connection} already, under this number. Change it"
            " on both sides by a credit note and a new document."
        )
    items = SyncItem.objects.select_for_update(of=("self",)).filter(
        document=document, state__in=OPEN_STATES
    )
    if any(item.key or item.state not in FREE for item in items):
        raise Refused(
            f"{document} may be over there already. Wait until that is known."
        )


def move_past(group: IncrementorGroup, *, actor: User | None = None) -> str:
    """The series goes on behind all that is known to be taken over there. Answers a
    sentence."""
    require(actor, CHANGE_NUMBERING)
    clashes = numbers_there.clashes(group_id=group.pk)
    if not clashes:
        return f"No number of {group.name} is known to be taken any more."
    there = " and ".join(sorted({str(clash.connection) for clash in clashes}))
    free = max(clash.free for clash in clashes)
    reason = f"Numbers before {free} are taken in {there}"
    numbering.move_on(group, free, actor=actor, reason=reason)
    return f"{group.name} goes on with {group.preview()}."


def move_on(
    group: IncrementorGroup,
    next_number: int,
    *,
    actor: User | None = None,
    reason: str = "",
) -> None:
    """Numbers below are never handed out again."""
    require(actor, CHANGE_NUMBERING)
    numbering.move_on(group, next_number, actor=actor, reason=reason)
