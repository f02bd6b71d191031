"""What of a document the books would see: when this changes, the revision rises."""

from decimal import Decimal
from typing import Any

from django.db.models import Model

from invoicing.models import Document, DocumentLine, Lifecycle

BooksView = dict[str, Any]

HEADER = (
    *("number", "contact", "care_of", "date", "due_date", "currency", "rate"),
    *("prices_include_tax", "discount_percent", "tax_override", "credits", "note"),
    *("net", "tax", "gross"),
)
LINE = (
    *("text", "quantity", "unit", "unit_price", "discount_percent", "nominal"),
    *("tax_rate", "product", "product_code", "net", "tax"),
)


def view(document: Document) -> BooksView:
    """Header and lines as text, ready for an event; reads the lines anew."""
    seen: BooksView = {name: _text(getattr(document, name)) for name in HEADER}
    seen["void"] = document.lifecycle == Lifecycle.VOID
    lines = DocumentLine.objects.filter(document_id=document.pk).order_by("position")
    for number, line in enumerate(lines.select_related(*_RELATIONS), start=1):
        seen[f"line {number}"] = {name: _text(getattr(line, name)) for name in LINE}
    return seen


def differences(before: BooksView, after: BooksView) -> tuple[BooksView, BooksView]:
    """What was, and what is: only the keys whose values differ."""
    keys = [key for key in before | after if before.get(key) != after.get(key)]
    return (
        {key: before[key] for key in keys if key in before},
        {key: after[key] for key in keys if key in after},
    )


_RELATIONS = ("nominal", "tax_rate", "product")


def _text(value: object) -> str | bool | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, Model):
        return str(getattr(value, "code", "")) or str(value)
    return str(value)
