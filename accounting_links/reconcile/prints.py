"""Short prints of what a row of a reconciliation does not hold: the lines, in order, so
that a change of one line can be told, and which one it was.

A print is 8 characters a line. Two lines of one document are taken for the same once in
four billion times; totals are compared besides.
"""

from collections.abc import Iterator
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from django.db.models import QuerySet

from connectors.records import RemoteDocument
from invoicing.models import Document, DocumentLine

LENGTH = 8
COLUMNS = (
    *("document_id", "text", "quantity", "unit", "unit_price", "discount_percent"),
    *("nominal_id", "tax_rate_id", "product_id", "product_code", "net", "tax"),
)


def of_ours(documents: QuerySet[Document]) -> Iterator[tuple[int, str]]:
    """A document's id with one line's print, lines in order. One statement."""
    lines = DocumentLine.objects.filter(document__in=documents.values("pk"))
    rows = lines.order_by("document_id", "position").values_list(*COLUMNS)
    for document_id, *values in rows.iterator(chunk_size=2000):
        yield document_id, of_values(values)


def of_remote(remote: RemoteDocument) -> str:
    return "".join(
        of_values(
            [
                *(line.text, line.quantity, line.unit_price, line.net, line.tax),
                *(line.account_id, line.item_id, line.tax_code_id),
            ]
        )
        for line in remote.lines
    )


def of_values(values: list[Any]) -> str:
    """Numbers are the same however many places they are written with."""
    whole = "\x1f".join(map(_text, values))
    return blake2b(whole.encode(), digest_size=LENGTH // 2).hexdigest()


def changed_lines(before: str, after: str) -> list[int]:
    """Which differ, counted from 1. Lines that were added or removed are the last."""
    most = max(len(before), len(after))
    return [
        at // LENGTH + 1
        for at in range(0, most, LENGTH)
        if before[at : at + LENGTH] != after[at : at + LENGTH]
    ]


def _text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)
