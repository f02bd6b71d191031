"""Documents that follow from others: order, invoice, credit note."""

import datetime as dt
from collections.abc import Sequence
from typing import Unpack

from django.db import transaction

from invoicing.errors import Refused
from invoicing.models import Document, DocumentKind, Job, Lifecycle
from invoicing.services import documents, drafts
from invoicing.services.drafts import DocumentDraft, LineDraft
from invoicing.services.locks import lock
from invoicing.services.who import Who


@transaction.atomic
def invoice_order(order: Document, date: dt.date, **who: Unpack[Who]) -> Document:
    """A draft invoice with the order's lines."""
    lock(order)
    if order.kind != DocumentKind.SALES_ORDER or order.lifecycle != Lifecycle.WON:
        raise Refused(f"{order} is not a won order: only those are invoiced.")
    billed = order.invoices_of_order.exclude(lifecycle=Lifecycle.VOID).first()
    if billed is not None:
        raise Refused(f"{order} is billed by {billed} already.")
    draft = _like(
        order, kind=DocumentKind.SALES_INVOICE, date=date, order=order, job=order.job
    )
    return documents.create(draft, **who)


@transaction.atomic
def credit_invoice(invoice: Document, date: dt.date, **who: Unpack[Who]) -> Document:
    """A draft credit note over the whole invoice; lines can be taken off it."""
    lock(invoice)
    is_approved = invoice.lifecycle == Lifecycle.APPROVED
    if invoice.kind != DocumentKind.SALES_INVOICE or not is_approved:
        raise Refused(f"{invoice} is not an approved sales invoice.")
    draft = _like(
        invoice,
        kind=DocumentKind.CREDIT_NOTE,
        date=date,
        credits=invoice,
        job=invoice.job,
    )
    return documents.create(draft, **who)


def invoice_job(
    job: Job, date: dt.date, lines: Sequence[LineDraft], **who: Unpack[Who]
) -> Document:
    """A draft: of the job's won order when it has one, else of these lines, else of
    one line without a price that names the work."""
    order = job.documents.filter(
        kind=DocumentKind.SALES_ORDER, lifecycle=Lifecycle.WON
    ).first()
    if order and not lines:
        return invoice_order(order, date, **who)
    text = f"{job.title} ({job.appliance})" if job.appliance else job.title
    draft = DocumentDraft(
        kind=DocumentKind.SALES_INVOICE,
        contact=job.contact,
        date=date,
        lines=lines or (LineDraft(text=text),),
        job=job,
    )
    return documents.create(draft, **who)


def _like(
    source: Document,
    *,
    kind: DocumentKind,
    date: dt.date,
    job: Job | None,
    order: Document | None = None,
    credits: Document | None = None,
) -> DocumentDraft:
    lines = source.lines.select_related("nominal", "tax_rate", "product")
    return DocumentDraft(
        kind=kind,
        contact=source.contact,
        care_of=source.care_of,
        date=date,
        lines=[drafts.of_line(line) for line in lines],
        currency=source.currency,
        rate=source.rate,
        prices_include_tax=source.prices_include_tax,
        discount_percent=source.discount_percent,
        tax_override=source.tax_override,
        order=order,
        credits=credits,
        job=job,
    )
