"""FinSync's own layout, one row a line; docs/import.md describes it for people."""

from collections.abc import Mapping, Sequence
from typing import Any

from invoicing.importing.cells import Cells
from invoicing.importing.layouts.base import StandIn
from invoicing.importing.records import ParsedContact, ParsedDocument, ParsedLine, Row
from invoicing.models import DocumentKind, Lifecycle, SentHow
from invoicing.services.drafts import due_date_of

KINDS = {kind.value: kind.value for kind in DocumentKind} | {
    "": DocumentKind.SALES_INVOICE.value,
    "invoice": DocumentKind.SALES_INVOICE.value,
    "order": DocumentKind.SALES_ORDER.value,
}
BILLED = {state: state for state in (Lifecycle.APPROVED.value, Lifecycle.DRAFT.value)}
BILLED[""] = Lifecycle.APPROVED.value
ORDERED = {
    state.value: state.value
    for state in (Lifecycle.DRAFT, Lifecycle.WON, Lifecycle.LOST)
}
ORDERED[""] = Lifecycle.DRAFT.value
SENT = {how.value: how.value for how in SentHow if how != SentHow.PLATFORM} | {"": ""}
REQUIRED = ("number", "date", "text", "quantity", "unit_price")
HEADER = (
    *("kind", "status", "contact_code", "contact_name", "care_of_code"),
    *("care_of_name", "date", "due_date", "currency", "rate", "prices_include_tax"),
    *("document_discount", "tax_override", "stated_net", "stated_tax"),
    *("stated_gross", "order_number", "credits_number", "sent", "note"),
)
LINE = (
    *("text", "quantity", "unit", "unit_price", "discount", "nominal", "tax_rate"),
    "product",
)


class Own:
    name = "finsync"
    title = "FinSync's own"
    contact_field = "contact_code"
    required: Sequence[str] = REQUIRED
    optional: Sequence[str] = tuple(
        each for each in (*HEADER, *LINE) if each not in REQUIRED
    )
    nominal: StandIn | None = None
    tax_rate: StandIn | None = None
    notes: Sequence[str] = (
        "One row is one line; rows with the same kind and number are one document.",
        "What belongs to the document stands in its first row, and is repeated or left"
        " empty in the others.",
        "A contact is found by its code, else by its exact name; one that is not there"
        " yet is made.",
        "Without a status, documents come in approved and orders as drafts.",
        "Without a currency, amounts are in the business's own; without a due date,"
        " invoices are due after 30 days.",
    )

    def group(self, row: Row) -> str:
        number = self.number(row)
        kind = KINDS.get(_word(row.text("kind")), "?")
        if not number or kind != DocumentKind.SUPPLIER_INVOICE:
            return number and f"{kind}:{number}"
        supplier = row.text("contact_code") or row.text("contact_name")
        return f"{kind}:{number}:{supplier}"

    def number(self, row: Row) -> str:
        return row.text("number")

    def parse(self, cells: Sequence[Cells]) -> ParsedDocument | None:
        first = cells[0]
        for other in cells[1:]:
            _refuse_contradiction(other, first)
        date = first.date("date") if first.required("date", longest=40) else None
        kind = first.choice("kind", KINDS)
        header = _header(first, kind)
        lines = [_line(each) for each in cells]
        if date is None or not kind:
            return None
        due_date = first.date("due_date") or due_date_of(kind, date)
        return ParsedDocument(
            row=first.row,
            kind=kind,
            date=date,
            due_date=due_date,
            lines=lines,
            **header,
        )


def _word(value: str) -> str:
    return value.casefold().replace(" ", "_").replace("-", "_")


def _refuse_contradiction(other: Cells, first: Cells) -> None:
    for column in HEADER:
        value, before = other.text(column), first.text(column)
        # The kind is part of what makes rows one document.
        if column != "kind" and value and value != before:
            other.refuse(
                column,
                f"{column} is {value[:60]!r} here and {before[:60]!r} in row"
                f" {first.row} of the same document. Make them the same, or give one"
                " of the documents a number of its own.",
            )


def _header(cells: Cells, kind: str) -> dict[str, Any]:
    currency = cells.text("currency", longest=3).upper()
    if currency and not (len(currency) == 3 and currency.isalpha()):
        cells.refuse(
            "currency", f"{currency!r} is no currency. Use a code such as GBP."
        )
    rate = cells.decimal("rate", places=8) if cells.text("rate") else None
    if rate is not None and rate <= 0:
        cells.refuse("rate", "rate has to be above zero.")
    return {
        "number": cells.text("number", longest=40),
        "contact": _contact(cells, "contact"),
        "care_of": _contact(cells, "care_of"),
        "currency": currency,
        **({"rate": rate} if rate else {}),
        "lifecycle": cells.choice("status", _states(kind)),
        "prices_include_tax": cells.yes("prices_include_tax"),
        "discount_percent": cells.percent("document_discount"),
        "tax_override": cells.optional_decimal("tax_override", places=4),
        "source_net": cells.optional_decimal("stated_net", places=4),
        "source_tax": cells.optional_decimal("stated_tax", places=4),
        "source_gross": cells.optional_decimal("stated_gross", places=4),
        "order_number": cells.text("order_number", longest=40),
        "credits_number": _credits(cells, kind),
        "sent_how": _sent(cells, kind),
        "note": cells.text("note", longest=2000),
    }


def _states(kind: str) -> Mapping[str, str]:
    return ORDERED if kind == DocumentKind.SALES_ORDER else BILLED


def _contact(cells: Cells, role: str) -> ParsedContact | None:
    code = cells.text(f"{role}_code", longest=40)
    name = cells.text(f"{role}_name", longest=200)
    return ParsedContact(code=code, name=name) if code or name else None


def _credits(cells: Cells, kind: str) -> str:
    number = cells.text("credits_number", longest=40)
    if number and kind != DocumentKind.CREDIT_NOTE:
        cells.refuse("credits_number", "Only a credit note can credit an invoice.")
    return number


def _sent(cells: Cells, kind: str) -> str:
    how = cells.choice("sent", SENT)
    is_draft = cells.text("status").casefold() == Lifecycle.DRAFT.value
    if how and (kind == DocumentKind.SUPPLIER_INVOICE or is_draft):
        cells.refuse(
            "sent", "Drafts and supplier invoices are not sent. Leave sent empty."
        )
    return how


def _line(cells: Cells) -> ParsedLine:
    return ParsedLine(
        row=cells.row,
        text=cells.text("text", longest=1000),
        quantity=cells.decimal("quantity", places=4),
        unit=cells.text("unit", longest=20),
        unit_price=cells.decimal("unit_price", places=6),
        discount_percent=cells.percent("discount"),
        nominal=cells.text("nominal", longest=20),
        tax_rate=cells.text("tax_rate", longest=20),
        product=cells.text("product", longest=50),
    )
