"""The spreadsheet of documents: proposals out, decisions in."""

from collections.abc import Iterable
from pathlib import Path
from typing import IO

from openpyxl import Workbook

from accounting_links.first_day import sheet
from accounting_links.first_day.documents import DocumentMatch
from accounting_links.first_day.plan import Grade
from accounting_links.first_day.sheet import Decision
from accounting_links.models import ReconciliationRow
from accounting_links.reconcile.pack_cells import Pen

OURS = "Our id"
HEADS = (
    *(OURS, "Kind", "Our number", "Our date", "Our contact", "Our total", "Currency"),
    *("Match", "Score", "Why", sheet.THEIR_ID, "Their number", "Their date"),
    *("Their contact", "Their total", sheet.LINK),
)
WIDTHS = (10, 16, 16, 12, 30, 12, 10, 10, 8, 44, 18, 16, 12, 30, 12, 8)


def write(matches: Iterable[DocumentMatch], file: IO[bytes]) -> None:
    """`Link` says yes where number, total, contact and day agree; the rest is for a
    person."""
    book = Workbook(write_only=True)
    page = book.create_sheet("Documents")
    pen = Pen(page, WIDTHS)
    pen.freeze(1)
    pen.heads(*HEADS)
    for match in matches:
        pen.line(_line(match))
    page.auto_filter.ref = f"A1:P{pen.row}"
    book.save(file)


def read(path: Path) -> list[Decision]:
    """Rows that say yes. Raises `Refused` for a file that is none of ours."""
    return sheet.read(path, ours=OURS)


def _line(match: DocumentMatch) -> list[object]:
    document, row = match.document, match.row
    return [
        *(document.pk, document.get_kind_display(), document.number, document.date),
        *(document.bill_to.name, document.gross, document.currency),
        *(match.grade.label, match.score, ", ".join(match.reasons)),
        *(_theirs(row) if row else ("", "", "", "", "")),
        "yes" if match.grade is Grade.EXACT else "",
    ]


def _theirs(row: ReconciliationRow) -> tuple[object, ...]:
    # Credit notes are negative in a comparison, and positive on paper, as ours are.
    total = abs(row.theirs) if row.theirs is not None else ""
    return row.external_id, row.remote_number, row.their_date, row.their_party, total
