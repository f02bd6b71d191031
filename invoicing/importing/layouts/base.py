"""What a layout promises: it turns the rows of one document into that document."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from invoicing.importing.cells import Cells
from invoicing.importing.records import ParsedDocument, Row


@dataclass(frozen=True, slots=True)
class StandIn:
    """A code that the layout fills in, and that is made when it is missing."""

    code: str
    name: str
    rate: Decimal = Decimal(0)


class Layout(Protocol):
    name: str
    title: str
    # The column to name when a document has no contact.
    contact_field: str
    required: Sequence[str]
    optional: Sequence[str]
    # Sentences for people: what stands for what the file lacks.
    notes: Sequence[str]
    nominal: StandIn | None
    tax_rate: StandIn | None

    def group(self, row: Row) -> str:
        """The same for all rows of a document; empty for a row that names none."""

    def number(self, row: Row) -> str:
        """As the user knows the document."""

    def parse(self, cells: Sequence[Cells]) -> ParsedDocument | None:
        """Of all rows of a document, in the file's order. What is wrong is noted on
        the cells; then the result is not used and may be None. No I/O, no clock."""
