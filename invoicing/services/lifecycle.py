"""Draft, approved, void; won and lost for orders."""

from typing import Unpack

from django.db import transaction

from invoicing.errors import Refused
from invoicing.models import Document, DocumentKind, IncrementorGroup, Lifecycle
from invoicing.services import events, search
from invoicing.services.locks import lock
from invoicing.services.numbering import next_number
from invoicing.services.settling import refresh_settlement
from invoicing.services.who import Who
from invoicing.verbs import Verb


@transaction.atomic
def approve(
    document: Document, *, group: IncrementorGroup | None = None, **who: Unpack[Who]
) -> None:
    """Numbers it, from the group given or its kind's default, unless it has one."""
    lock(document)
    if document.kind == DocumentKind.SALES_ORDER:
        raise Refused(f"{document} is an order: mark it as won or lost instead.")
    _refuse_unless_draft(document)
    _refuse_empty(document)
    _number(document, group)
    _move(document, Lifecycle.APPROVED, Verb.DOCUMENT_APPROVED, "approved", **who)
    refresh_settlement(document, **who)


@transaction.atomic
def void(document: Document, **who: Unpack[Who]) -> None:
    """The books see it, so the revision rises."""
    lock(document)
    if document.lifecycle in (Lifecycle.VOID, Lifecycle.LOST):
        state = document.get_lifecycle_display().lower()
        raise Refused(f"{document} is {state} already.")
    if not document.number:
        raise Refused("A draft without a number is not voided. Delete it instead.")
    if document.settled:
        raise Refused(
            f"{document.settled:.2f} {document.currency} of {document} is settled."
            " Take the payments and credits off it first."
        )
    document.revision += 1
    _move(document, Lifecycle.VOID, Verb.DOCUMENT_VOIDED, "voided", **who)


@transaction.atomic
def win(order: Document, **who: Unpack[Who]) -> None:
    lock(order)
    _refuse_unless_open_order(order)
    _refuse_empty(order)
    _number(order, None)
    _move(order, Lifecycle.WON, Verb.ORDER_WON, "won", **who)


@transaction.atomic
def lose(order: Document, **who: Unpack[Who]) -> None:
    lock(order)
    _refuse_unless_open_order(order)
    _number(order, None)
    _move(order, Lifecycle.LOST, Verb.ORDER_LOST, "lost", **who)


def _move(
    document: Document, to: Lifecycle, verb: Verb, word: str, **who: Unpack[Who]
) -> None:
    before = document.lifecycle
    document.lifecycle = to
    document.save(
        update_fields=("lifecycle", "number", "search_text", "revision", "updated_at")
    )
    events.record(
        verb,
        document,
        f"{document} was {word}",
        before={"lifecycle": before},
        after={"lifecycle": to.value, "number": document.number},
        **who,
    )


def _number(document: Document, group: IncrementorGroup | None) -> None:
    if document.number:
        return
    if document.kind == DocumentKind.SUPPLIER_INVOICE:
        raise Refused(
            "Give the number that stands on the supplier's invoice first.",
            field="number",
        )
    document.number = next_number(document.kind, group)
    document.search_text = search.text_of(document)
    document.revision += 1


def _refuse_unless_draft(document: Document) -> None:
    if document.lifecycle != Lifecycle.DRAFT:
        state = document.get_lifecycle_display().lower()
        raise Refused(f"{document} is {state} already; only drafts can be approved.")


def _refuse_unless_open_order(order: Document) -> None:
    if order.kind != DocumentKind.SALES_ORDER:
        raise Refused(f"{order} is no order and cannot be won or lost.")
    if order.lifecycle != Lifecycle.DRAFT:
        raise Refused(f"{order} is {order.get_lifecycle_display().lower()} already.")


def _refuse_empty(document: Document) -> None:
    if not document.lines.exists():
        raise Refused(f"{document} has no lines. Add at least one.", field="lines")
