"""Makes and changes documents. Everything that edits one goes through here, so that
totals hold, the revision rises and the history is whole."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Unpack

from django.db import transaction

from invoicing.errors import Refused
from invoicing.models import Document, DocumentKind, DocumentLine, Lifecycle
from invoicing.services import drafts, events, search, totals
from invoicing.services.books_view import BooksView, differences, view
from invoicing.services.drafts import DocumentDraft, LineDraft
from invoicing.services.locks import lock, require_transaction
from invoicing.services.who import Who
from invoicing.verbs import Verb

CHANGEABLE = frozenset(
    (
        *("number", "contact", "care_of", "date", "due_date", "currency", "rate"),
        *("prices_include_tax", "discount_percent", "tax_override", "note"),
        *("order", "credits", "job", "source_net", "source_tax", "source_gross"),
    )
)


@transaction.atomic
def create(draft: DocumentDraft, **who: Unpack[Who]) -> Document:
    document, lines = drafts.unsaved(draft)
    refuse_taken_number(document)
    document.save(force_insert=True)
    DocumentLine.objects.bulk_create(lines)
    _record_creation(document, **who)
    return document


def finish_creation(document: Document, **who: Unpack[Who]) -> None:
    """For whoever has saved a new document and its lines itself (a form), in the same
    transaction."""
    require_transaction()
    refuse_taken_number(document)
    totals.recompute(document)
    document.search_text = search.text_of(document)
    document.save(update_fields=("search_text",))
    _record_creation(document, **who)


@transaction.atomic
def change(
    document: Document,
    fields: Mapping[str, Any],
    *,
    lines: Sequence[LineDraft] | None = None,
    **who: Unpack[Who],
) -> bool:
    """Sets these fields, and puts `lines` in the place of all lines, if given. Answers
    whether the books would see a difference; if so, the revision has risen."""
    if unknown := set(fields) - CHANGEABLE:
        raise ValueError(f"Not to be changed here: {', '.join(sorted(unknown))}")
    lock(document)
    refuse_frozen(document)
    before = view(document)
    for name, value in fields.items():
        setattr(document, name, value)
    if lines is not None:
        document.lines.all().delete()
        DocumentLine.objects.bulk_create(drafts.unsaved_lines(document, lines))
    document.save()
    return finish_change(document, before, **who)


def finish_change(document: Document, before: BooksView, **who: Unpack[Who]) -> bool:
    """The second half of every change: for whoever has saved fields and lines itself
    (a form), with the view from before. In the same transaction."""
    require_transaction()
    refuse_taken_number(document)
    totals.recompute(document)
    if document.settled > document.gross:
        raise Refused(
            f"{document} would be {document.gross:.2f} {document.currency}, but"
            f" {document.settled:.2f} of it is settled. Take payments off it first.",
            field="lines",
        )
    old, new = differences(before, view(document))
    document.search_text = search.text_of(document)
    document.revision += bool(new or old)
    document.save(update_fields=("revision", "search_text", "updated_at"))
    if not new and not old:
        return False
    events.record(
        Verb.DOCUMENT_CHANGED,
        document,
        f"{document} was changed: {events.names_in_words(old | new)}",
        before=old,
        after=new,
        **who,
    )
    return True


def redate(document: Document, date: dt.date, **who: Unpack[Who]) -> bool:
    """For a locked period: the first date that it had is kept beside the new one. No
    document is due before its date."""
    with transaction.atomic():
        lock(document)
        if document.original_date is None and document.date != date:
            document.original_date = document.date
            document.save(update_fields=("original_date",))
        fields: dict[str, Any] = {"date": date}
        if document.due_date is not None and document.due_date < date:
            fields["due_date"] = date
        return change(document, fields, **who)


@transaction.atomic
def discard(document: Document, **who: Unpack[Who]) -> None:
    """Removes a draft. What has had a number or a life is voided instead. The history
    stays, under the same subject."""
    lock(document)
    if document.lifecycle != Lifecycle.DRAFT or document.number:
        raise Refused(f"{document} has a number and cannot be deleted. Void it.")
    events.record(
        Verb.DOCUMENT_DISCARDED,
        document,
        f"A draft for {document.contact} was deleted",
        before=_headline(document),
        **who,
    )
    document.events.update(document=None)
    document.delete()


def refuse_frozen(document: Document) -> None:
    if document.lifecycle in (Lifecycle.VOID, Lifecycle.LOST):
        state = document.get_lifecycle_display().lower()
        raise Refused(f"{document} is {state} and can no longer be changed.")


def refuse_taken_number(document: Document) -> None:
    if not document.number:
        return
    others = Document.objects.filter(kind=document.kind, number=document.number)
    whose = ""
    if document.kind == DocumentKind.SUPPLIER_INVOICE:
        others = others.filter(contact=document.contact)
        whose = f" of {document.contact}"
    if others.exclude(pk=document.pk).exists():
        label = document.get_kind_display().lower()
        raise Refused(
            f"There is a {label} {document.number}{whose} already. Give another"
            " number, or leave it empty to have the next one.",
            field="number",
        )


def _record_creation(document: Document, **who: Unpack[Who]) -> None:
    events.record(
        Verb.DOCUMENT_CREATED,
        document,
        f"{document} for {document.contact} was created",
        after=_headline(document),
        **who,
    )


def _headline(document: Document) -> dict[str, Any]:
    return {
        "number": document.number,
        "contact": document.contact.name,
        "date": str(document.date),
        "gross": str(document.gross),
        "currency": document.currency,
    }
