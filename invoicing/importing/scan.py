"""The first pass: reads the whole file before anything is written, and learns which
rows are one document. The second pass then hands documents out one by one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from invoicing.importing.cells import cells_of
from invoicing.importing.errors import FileRefused
from invoicing.importing.files import read_rows
from invoicing.importing.layouts.base import Layout
from invoicing.importing.limits import STANDARD, Limits
from invoicing.importing.records import Finding, ParsedDocument, Row

NUMBERLESS = "The row names no document. Fill in its number."


@dataclass(frozen=True, slots=True)
class Offered:
    """A document of the file: whole, or with findings. `key` is its layout's."""

    key: str
    row: int
    number: str
    document: ParsedDocument | None
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class Scan:
    path: Path
    layout: Layout
    limits: Limits
    rows: int
    sizes: Counter[str] = field(repr=False)
    """Rows by document; the empty key is for rows that name none."""

    @property
    def documents(self) -> int:
        return len(self.sizes) - (1 if "" in self.sizes else 0)

    def offered(self) -> Iterator[Offered]:
        """In the order in which documents are complete. Holds rows only of documents
        that have begun and not ended."""
        open_rows: dict[str, list[Row]] = {}
        for row in read_rows(self.path, self.limits):
            key = self.layout.group(row)
            if not key:
                yield _numberless(row)
                continue
            rows = open_rows.setdefault(key, [])
            rows.append(row)
            if len(rows) == self.sizes[key]:
                yield self._parse(key, open_rows.pop(key))

    def _parse(self, key: str, rows: list[Row]) -> Offered:
        number = self.layout.number(rows[0])
        if len(rows) > self.limits.lines_of_a_document:
            return _too_long(key, rows, number, limits=self.limits)
        findings: list[Finding] = []
        cells = cells_of(rows, document=number, findings=findings)
        document = self.layout.parse(cells)
        return Offered(key, rows[0].number, number, document, findings)


def scan(path: Path, layout: Layout, limits: Limits = STANDARD) -> Scan:
    """Raises `FileRefused` for a file that cannot be taken as a whole."""
    sizes: Counter[str] = Counter()
    for row in read_rows(path, limits):
        if not sizes:
            _refuse_missing_columns(row, layout)
        sizes[layout.group(row)] += 1
    if not sizes:
        raise FileRefused("The file has headings and no rows. There is nothing in it.")
    return Scan(path, layout, limits, sizes.total(), sizes)


def _refuse_missing_columns(row: Row, layout: Layout) -> None:
    missing = [column for column in layout.required if column not in row.cells]
    if missing:
        raise FileRefused(
            f"The file lacks the column {missing[0]}, which the layout {layout.name}"
            f" needs. It needs: {', '.join(layout.required)}.",
            row=1,
        )


def _numberless(row: Row) -> Offered:
    message = row.defect or NUMBERLESS
    return Offered(
        "", row.number, "", None, [Finding(row.number, "", "number", message)]
    )


def _too_long(key: str, rows: list[Row], number: str, *, limits: Limits) -> Offered:
    message = (
        f"The document has {len(rows):,} lines; at most"
        f" {limits.lines_of_a_document:,} are taken. Split it."
    )
    finding = Finding(rows[0].number, number, "lines", message)
    return Offered(key, rows[0].number, number, None, [finding])
