"""Tables that programs export and people upload: text with a row of headings.

Headings are compared without case, blanks and punctuation, so that `Invoice No.` and
`- Invoice #` are the same.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

DELIMITERS = ("\t", ",", ";")


class NoTable(ValueError):
    """What was uploaded is no such table. The message is for people."""


@dataclass(frozen=True, slots=True)
class Table:
    """`headings` are as they stand there. Blank rows are kept, as empty ones."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    delimiter: str

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(map(heading_key, self.headings))

    def records(self) -> Iterator[dict[str, str]]:
        """Each row that is not blank, by the keys of its headings; of several columns
        of one heading the first counts."""
        for row in self.rows:
            if any(row):
                yield record_of(self.keys, row)


def record_of(keys: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, cell in zip(keys, row, strict=False):
        found.setdefault(key, cell.strip())
    return found


def heading_key(text: str) -> str:
    """For instance `invoiceno` of "Invoice #"."""
    spelled = text.casefold().replace("#", "no").replace("%", "percent")
    return "".join(each for each in spelled if each.isalnum())


def read_table(content: bytes, *, encoding: str = "") -> Table:
    """In UTF-8, else in `encoding` (Windows-1252 where none is given). Raises
    `NoTable`."""
    text = _text(content, encoding or "cp1252")
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    # A quote inside text that is set apart by tabs is a mark of inches.
    try:
        if delimiter == "\t":
            rows = [line.split("\t") for line in text.splitlines()]
        else:
            rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise NoTable("It cannot be read as a table.") from error
    if not rows or len(rows[0]) < 2:
        raise NoTable("It has no row of headings.")
    cells = [tuple(each.strip() for each in row) for row in rows]
    return Table(cells[0], tuple(cells[1:]), delimiter)


def _text(content: bytes, encoding: str) -> str:
    if b"\x00" in content:
        raise NoTable("It is no text.")
    for name in ("utf-8-sig", encoding):
        try:
            return content.decode(name)
        except UnicodeDecodeError:
            continue
    raise NoTable("It is written in letters that cannot be read.")
