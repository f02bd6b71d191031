"""The kinds of document of version 2: where they are, and what is named how there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..books import Kind
from . import shapes


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """`path` as it is written to, `listed` as its list is asked for. `done` is the
    status of what is settled whole."""

    kind: Kind
    path: str
    listed: str
    number: str
    day: str
    done: str
    members: Mapping[str, Any]

    @property
    def needs(self) -> Sequence[str]:
        return ("customer", self.day, "amountTaxStatus")


FORMS = (
    Form(
        kind=Kind.SALES_INVOICE,
        path="invoices",
        listed="invoices",
        number="invoiceNumber",
        day="invoiceDate",
        done="Paid",
        members=shapes.INVOICE,
    ),
    Form(
        kind=Kind.CREDIT_NOTE,
        path="creditNotes",
        listed="creditnotes",
        number="creditNoteNumber",
        day="creditNoteDate",
        done="Closed",
        members=shapes.CREDIT_NOTE,
    ),
)
