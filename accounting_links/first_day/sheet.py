"""The spreadsheet that goes out with proposals and comes back with decisions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from openpyxl import Workbook

from accounting_links.first_day.plan import Grade, Match
from accounting_links.reconcile.pack_cells import Pen
from invoicing.errors import Refused
from invoicing.importing.errors import FileRefused
from invoicing.importing.files import read_rows
from invoicing.importing.limits import ON_A_PAGE
from invoicing.importing.records import Row

HEADS = (
    *("Code", "Our name", "E-mail", "Postcode", "Match", "Score", "Why"),
    *("Their id", "Their name", "Link"),
)
CODE, THEIR_ID, LINK = "Code", "Their id", "Link"
YES = ("yes", "y", "x", "1", "true")


@dataclass(frozen=True, slots=True)
class Decision:
    """`row` is that of the spreadsheet; `code` names our side."""

    row: int
    code: str
    external_id: str


def write(matches: Iterable[Match], file: IO[bytes]) -> None:
    """`Link` says yes where the name is exactly the same; the rest is for a person."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Matches")
    pen = Pen(sheet, (14, 34, 28, 12, 10, 8, 44, 18, 34, 8))
    pen.freeze(1)
    pen.heads(*HEADS)
    for match in matches:
        pen.line(_line(match))
    sheet.auto_filter.ref = f"A1:J{pen.row}"
    book.save(file)


def _line(match: Match) -> list[object]:
    contact, record = match.contact, match.record
    return [
        *(contact.code, contact.name, contact.email, contact.postcode),
        *(match.grade.label, match.score, ", ".join(match.reasons)),
        record.external_id if record else "",
        record.name if record else "",
        "yes" if match.grade is Grade.EXACT else "",
    ]


def read(path: Path, *, ours: str = CODE) -> list[Decision]:
    """Rows that say yes; `ours` heads the column that names our side. Raises `Refused`
    for a file that is none of ours."""
    try:
        return list(_decisions(read_rows(path, ON_A_PAGE), ours))
    except FileRefused as error:
        raise Refused(str(error)) from error


def _decisions(rows: Iterator[Row], ours: str) -> Iterator[Decision]:
    for row in rows:
        missing = [name for name in (ours, THEIR_ID, LINK) if name not in row.cells]
        if missing:
            raise Refused(f"The first row lacks the heading {', '.join(missing)}.")
        if row.text(LINK).casefold() in YES:
            code, their_id = (_bare(row.text(name)) for name in (ours, THEIR_ID))
            yield Decision(row.number, code, their_id)


def _bare(text: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from running it."""
    return text.strip().removeprefix("'")
