"""The XLSX: a summary whose formulas tie to the list of documents."""

from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from accounting_links.models import (
    SETTLED_VERDICTS,
    Reconciliation,
    ReconciliationRow,
    Verdict,
)
from accounting_links.reconcile import pack_sheets
from accounting_links.reconcile.cells import COLUMNS, safe
from accounting_links.reconcile.summary_sheet import (
    Sheet,
    head,
    number_format,
    write_summary,
)

DATE_FORMAT = "yyyy-mm-dd"
LISTS = ("Documents", "Differences", "Posted outside")
SHEETS = (
    *("Cover", "Tie-out", "Ageing", "Differences", "Tax", "Payments by method"),
    *("Sync log", "Sign-off", "Documents", "Posted outside", "Open items", "Payments"),
)


def write(reconciliation: Reconciliation, file: IO[bytes]) -> None:
    book = Workbook(write_only=True)
    sheets = {name: book.create_sheet(name) for name in SHEETS}
    lists = {name: sheets[name] for name in LISTS}
    for sheet in lists.values():
        _prepare(sheet)
    counts = _fill(lists, reconciliation)
    for name, sheet in lists.items():
        last = get_column_letter(len(COLUMNS))
        sheet.auto_filter.ref = f"A1:{last}{counts[name] + 1}"
    items = pack_sheets.write_open_items(sheets["Open items"], reconciliation)
    tie_out = sheets["Tie-out"]
    row = write_summary(tie_out, reconciliation, documents=counts["Documents"])
    pack_sheets.write_control(tie_out, reconciliation, items=items, after=row)
    pack_sheets.write_cover(sheets["Cover"], reconciliation)
    pack_sheets.write_ageing(sheets["Ageing"], reconciliation)
    pack_sheets.write_tax(sheets["Tax"], reconciliation)
    pack_sheets.write_payments(
        sheets["Payments"], sheets["Payments by method"], reconciliation
    )
    pack_sheets.write_log(sheets["Sync log"], reconciliation)
    pack_sheets.write_sign_off(sheets["Sign-off"], reconciliation)
    book.save(file)


def _prepare(sheet: Sheet) -> None:
    sheet.freeze_panes = "B2"
    for place, column in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.append([head(sheet, column.title) for column in COLUMNS])


def _fill(lists: dict[str, Sheet], reconciliation: Reconciliation) -> dict[str, int]:
    """How many rows each sheet got."""
    counts = dict.fromkeys(lists, 0)
    writers = {name: _RowWriter(sheet) for name, sheet in lists.items()}
    rows = reconciliation.rows.select_related("accepted__person")
    for row in rows.iterator(chunk_size=2000):
        for name in _sheets_of(row):
            writers[name].append(row)
            counts[name] += 1
    return counts


def _sheets_of(row: ReconciliationRow) -> Iterator[str]:
    yield "Documents"
    if row.verdict == Verdict.POSTED_OUTSIDE:
        yield "Posted outside"
    elif row.verdict not in SETTLED_VERDICTS:
        yield "Differences"


class _RowWriter:
    """Uses the same cells for each row, and none for what is empty: a hundred thousand
    rows would otherwise be two million objects."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.cells = [WriteOnlyCell(sheet) for _ in COLUMNS]

    def append(self, row: ReconciliationRow) -> None:
        amounts = number_format(row.currency)
        self.sheet.append(
            [
                _filled(cell, column.value(row), amounts)
                for cell, column in zip(self.cells, COLUMNS, strict=True)
            ]
        )


def _filled(cell: Any, value: Any, amounts: str) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return safe(value)
    cell.value = value
    cell.number_format = amounts if isinstance(value, Decimal) else DATE_FORMAT
    return cell
