"""What a file says, before the database is asked."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from invoicing.models import DocumentKind

ZERO = Decimal(0)
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Row:
    """`number` counts as the user's program does: the headings are row 1. A `defect`
    says what is wrong with the row as such."""

    number: int
    cells: dict[str, str]
    defect: str = ""

    def text(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Finding:
    """Why something is refused, and what to do about it."""

    row: int
    document: str
    field: str
    message: str

    def as_dict(self) -> dict[str, object]:
        return {
            "row": self.row,
            "document": self.document,
            "field": self.field,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedContact:
    """By its code; without one, by its exact name."""

    code: str = ""
    name: str = ""
    country: str = ""

    @property
    def key(self) -> str:
        return f"code:{self.code}" if self.code else f"name:{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedLine:
    row: int
    text: str = ""
    quantity: Decimal = ONE
    unit: str = ""
    unit_price: Decimal = ZERO
    discount_percent: Decimal = ZERO
    nominal: str = ""
    tax_rate: str = ""
    product: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDocument:
    """`contact` None is for a document that names none."""

    row: int
    kind: str
    number: str
    contact: ParsedContact | None
    date: dt.date
    lifecycle: str
    lines: list[ParsedLine] = field(default_factory=list)
    care_of: ParsedContact | None = None
    due_date: dt.date | None = None
    currency: str = ""
    rate: Decimal = ONE
    prices_include_tax: bool = False
    discount_percent: Decimal = ZERO
    tax_override: Decimal | None = None
    source_net: Decimal | None = None
    source_tax: Decimal | None = None
    source_gross: Decimal | None = None
    order_number: str = ""
    credits_number: str = ""
    sent_how: str = ""
    note: str = ""

    @property
    def identity(self) -> str:
        """One document of its layout: a supplier's numbers are that supplier's own."""
        if self.kind == DocumentKind.SUPPLIER_INVOICE and self.contact:
            return f"{self.kind}:{self.contact.key}:{self.number}"[:100]
        return f"{self.kind}:{self.number}"
