"""What a new document is made of, before it is one."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from django.conf import settings

from invoicing.models import (
    Contact,
    Document,
    DocumentKind,
    DocumentLine,
    Job,
    NominalCode,
    Product,
    TaxRate,
)
from invoicing.services import search, totals

ZERO = Decimal(0)
PAYMENT_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft:
    text: str = ""
    quantity: Decimal = Decimal(1)
    unit: str = ""
    unit_price: Decimal = ZERO
    discount_percent: Decimal = ZERO
    nominal: NominalCode | None = None
    tax_rate: TaxRate | None = None
    product: Product | None = None
    product_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentDraft:
    """Without a currency it is in the business's own; without a due date, invoices
    are due after 30 days."""

    kind: str
    contact: Contact
    date: dt.date
    lines: Sequence[LineDraft] = ()
    number: str = ""
    care_of: Contact | None = None
    due_date: dt.date | None = None
    currency: str = field(default_factory=lambda: str(settings.FINSYNC_HOME_CURRENCY))
    rate: Decimal = Decimal(1)
    prices_include_tax: bool = False
    discount_percent: Decimal = ZERO
    tax_override: Decimal | None = None
    source_net: Decimal | None = None
    source_tax: Decimal | None = None
    source_gross: Decimal | None = None
    order: Document | None = None
    credits: Document | None = None
    job: Job | None = None
    note: str = ""
    source: str = ""
    source_reference: str = ""


def due_date_of(kind: str, date: dt.date) -> dt.date | None:
    billed = (DocumentKind.SALES_INVOICE, DocumentKind.SUPPLIER_INVOICE)
    return date + dt.timedelta(days=PAYMENT_DAYS) if kind in billed else None


def unsaved(draft: DocumentDraft) -> tuple[Document, list[DocumentLine]]:
    """With totals and search text laid on, ready for `bulk_create`."""
    document = Document(**_values(draft, leave_out=("lines",)))
    document.due_date = draft.due_date or due_date_of(draft.kind, draft.date)
    document.search_text = search.text_of(document)
    lines = unsaved_lines(document, draft.lines)
    totals.lay_on(document, lines)
    return document, lines


def unsaved_lines(
    document: Document, drafts: Iterable[LineDraft]
) -> list[DocumentLine]:
    return [
        DocumentLine(document=document, position=position, **_line_values(draft))
        for position, draft in enumerate(drafts, start=1)
    ]


def of_line(line: DocumentLine) -> LineDraft:
    """To bill or to credit it on another document."""
    return LineDraft(
        **{each.name: getattr(line, each.name) for each in fields(LineDraft)}
    )


def _line_values(draft: LineDraft) -> dict[str, Any]:
    values = _values(draft)
    if draft.product and not draft.product_code:
        values["product_code"] = draft.product.code
    return values


def _values(
    draft: LineDraft | DocumentDraft, *, leave_out: Sequence[str] = ()
) -> dict[str, Any]:
    return {
        each.name: getattr(draft, each.name)
        for each in fields(draft)
        if each.name not in leave_out
    }
