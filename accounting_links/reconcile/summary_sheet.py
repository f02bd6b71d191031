"""The first sheet: formulas over the list of documents, beside what the run found."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from accounting_links.models import Reconciliation
from accounting_links.reconcile.cells import COLUMNS, safe
from accounting_links.reconcile.heading import (
    by_currency,
    by_kind,
    by_nominal,
    by_verdict,
    facts,
    title,
)
from invoicing.currencies import smallest_unit

# A WriteOnlyWorksheet, whose stubs lack half of what it has.
Sheet = Any

BOLD = Font(bold=True)
TITLE = Font(bold=True, size=14)
HEAD = PatternFill("solid", fgColor="DCE6F1")
WIDTHS = (34, 12, 18, 18, 18, 18)
LETTERS = {
    column.name: get_column_letter(place)
    for place, column in enumerate(COLUMNS, start=1)
}


def write_summary(
    sheet: Sheet, reconciliation: Reconciliation, *, documents: int
) -> int:
    """Answers how many rows it wrote."""
    for place, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    pen = _Pen(sheet, documents)
    pen.line([_styled(sheet, title(reconciliation), TITLE)])
    for label, value in facts(reconciliation):
        pen.line([_styled(sheet, label, BOLD), safe(value)])
    for currency, whole in by_currency(reconciliation):
        _tie_out(pen, currency, whole)
        _by_kind(pen, currency, by_kind(whole))
        if by_nominal(whole):
            _by_nominal(pen, currency, by_nominal(whole))
    return pen.row


class _Pen:
    """Knows the row that it writes, for the formulas that point at it."""

    def __init__(self, sheet: Sheet, documents: int) -> None:
        self.sheet = sheet
        self.last = max(documents, 1) + 1
        self.row = 0

    def line(self, cells: list[Any] | None = None) -> int:
        self.row += 1
        self.sheet.append(cells or [])
        return self.row

    def heads(self, *titles: str) -> None:
        self.line([head(self.sheet, each) for each in titles])

    def money(self, value: Any, currency: str) -> Any:
        cell = WriteOnlyCell(self.sheet, value)
        cell.number_format = number_format(currency)
        return cell

    def column(self, name: str) -> str:
        letter = LETTERS[name]
        return f"Documents!${letter}$2:${letter}${self.last}"

    def sum(self, amounts: str, currency: str, **criteria: str) -> str:
        """A SUMIFS over the list of documents; quotes cannot come in, for all criteria
        are our own words or currency codes."""
        of = "currency" if amounts == "ours_counted" else "their_currency"
        tests = {of: currency, **criteria}
        parts = [f'{self.column(name)},"{value}"' for name, value in tests.items()]
        return f"SUMIFS({self.column(amounts)},{','.join(parts)})"

    def difference(self, currency: str, **criteria: str) -> str:
        theirs = self.sum("theirs_counted", currency, **criteria)
        return f"{theirs}-{self.sum('ours_counted', currency, **criteria)}"


def _tie_out(pen: _Pen, currency: str, whole: Mapping[str, Any]) -> None:
    """Our total, each verdict's part of the difference, their total."""
    pen.line()
    pen.heads(f"Tie-out {currency}", "Documents", "Amount", "As the run found it")

    def line(label: str, count: Any, formula: str, found: str) -> int:
        amount = pen.money(f"={formula}", currency)
        return pen.line([label, count, amount, pen.money(Decimal(found), currency)])

    ours = line("Our total", None, pen.sum("ours_counted", currency), whole["ours"])
    first = pen.row + 1
    for verdict, share in by_verdict(whole):
        count = f'COUNTIFS({pen.column("verdict")},"{verdict}"'
        count = f'={count},{pen.column("currency")},"{currency}")'
        formula = pen.difference(currency, verdict=verdict)
        line(verdict.label, count, formula, share["difference"])
    parts = f"SUM(C{first}:C{pen.row})" if pen.row >= first else "0"
    explained = line("Explained", None, parts, whole["explained"])
    theirs = pen.row + 2
    rest = f"C{theirs}-C{ours}-C{explained}"
    line("Unexplained", None, rest, whole["unexplained"])
    line("Their total", None, pen.sum("theirs_counted", currency), whole["theirs"])
    pairs = " , ".join(f"ROUND(C{at}-D{at},4)=0" for at in (ours, explained, theirs))
    zero = f"ROUND(D{theirs - 1},4)=0"
    pen.line(["Check", None, f'=IF(AND({pairs},{zero}),"ties","does not tie")'])


def _by_kind(pen: _Pen, currency: str, kinds: list[Any]) -> None:
    pen.line()
    _heads(pen, f"By kind, {currency}")
    for kind, _ in kinds:
        at = pen.row + 1
        formulas = (
            f"={pen.sum('ours_counted', currency, kind=kind)}",
            f"={pen.difference(currency, kind=kind)}",
            f"=F{at}-C{at}-D{at}",
            f"={pen.sum('theirs_counted', currency, kind=kind)}",
        )
        cells = [pen.money(each, currency) for each in formulas]
        pen.line([kind.label, None, *cells])


def _by_nominal(pen: _Pen, currency: str, nominals: list[Any]) -> None:
    """As the run found it: the list of documents has no lines to add up."""
    pen.line()
    _heads(pen, f"By nominal code, {currency}")
    for nominal, tally in nominals:
        at = pen.row + 1
        ours, explained, theirs = (
            Decimal(tally[name]) for name in ("ours", "explained", "theirs")
        )
        values = (ours, explained, f"=F{at}-C{at}-D{at}", theirs)
        cells = [pen.money(each, currency) for each in values]
        pen.line([safe(nominal), None, *cells])


def _heads(pen: _Pen, name: str) -> None:
    pen.heads(name, "", "Ours", "Explained", "Unexplained", "Theirs")


@cache
def number_format(currency: str) -> str:
    places = -int(smallest_unit(currency).as_tuple().exponent)
    whole = "#,##0" + (f".{'0' * places}" if places else "")
    return f"{whole};[Red]-{whole}"


def head(sheet: Sheet, text: str) -> Any:
    cell = _styled(sheet, text, BOLD)
    cell.fill = HEAD
    return cell


def _styled(sheet: Sheet, text: str, font: Font) -> Any:
    cell = WriteOnlyCell(sheet, safe(text))
    cell.font = font
    return cell
