"""What the sheets of the pack share."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from accounting_links.reconcile.cells import safe
from accounting_links.reconcile.summary_sheet import Sheet, head, number_format

DATE_FORMAT = "yyyy-mm-dd"
BOLD = Font(bold=True)
TITLE = Font(bold=True, size=14)


class Pen:
    """Knows the row that it writes, for formulas that point at it. A value that is a
    `Formula` is written as one; other text never is."""

    def __init__(self, sheet: Sheet, widths: Sequence[int]) -> None:
        self.sheet, self.row = sheet, 0
        for place, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = width

    def freeze(self, rows: int) -> None:
        """Before the first line: these many stay in sight."""
        self.sheet.freeze_panes = f"A{rows + 1}"

    def title(self, text: str) -> None:
        cell = WriteOnlyCell(self.sheet, safe(text))
        cell.font = TITLE
        self._append([cell])

    def heads(self, *titles: str) -> None:
        self._append([head(self.sheet, each) for each in titles])

    def blank(self) -> None:
        self._append([])

    def line(
        self, values: Iterable[Any], *, currency: str = "", bold: bool = False
    ) -> int:
        """Answers the number of the row."""
        return self._append([self._cell(each, currency, bold) for each in values])

    def _cell(self, value: Any, currency: str, bold: bool) -> Any:
        if value is None or value == "":
            return None
        is_text = isinstance(value, str) and not isinstance(value, Formula)
        cell = WriteOnlyCell(self.sheet, safe(value) if is_text else value)
        if isinstance(value, Decimal | Formula) and currency:
            cell.number_format = number_format(currency)
        if isinstance(value, date):
            cell.number_format = DATE_FORMAT
        if bold:
            cell.font = BOLD
        return cell

    def _append(self, cells: list[Any]) -> int:
        self.row += 1
        self.sheet.append(cells)
        return self.row


class Formula(str):
    """Of our own words alone."""

    __slots__ = ()


def sum_of(column: str, first: int, last: int) -> Formula:
    if last < first:
        return Formula("=0")
    return Formula(f"=SUM({column}{first}:{column}{last})")
