"""Reads cells as values, and notes what cannot be read with the remedy."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from invoicing.importing.records import Finding, Row

NUMBER = re.compile(r"[+-]?(\d{1,14}(\.\d*)?|\.\d+)")
YES = {"yes": True, "y": True, "true": True, "1": True}
NO = {"no": False, "n": False, "false": False, "0": False, "": False}
ZERO = Decimal(0)


class Cells:
    """One row of a document. Findings go to one list for the whole document."""

    def __init__(self, row: Row, *, document: str, findings: list[Finding]) -> None:
        self.row = row.number
        self._row = row
        self._document = document
        self._findings = findings

    def refuse(self, field: str, message: str) -> None:
        self._findings.append(Finding(self.row, self._document, field, message))

    def text(self, column: str, *, longest: int = 0) -> str:
        value = self._row.text(column)
        if longest and len(value) > longest:
            self.refuse(
                column,
                f"{column} has {len(value)} characters; at most {longest} are kept."
                " Shorten it.",
            )
        return value

    def required(self, column: str, *, longest: int) -> str:
        value = self.text(column, longest=longest)
        if not value:
            self.refuse(column, f"{column} is empty. Fill it in.")
        return value

    def decimal(
        self, column: str, default: Decimal | None = None, *, places: int
    ) -> Decimal:
        """Without a default, an empty cell is refused."""
        value = self._row.text(column)
        if not value and default is not None:
            return default
        return self._number(column, value, places)

    def optional_decimal(self, column: str, *, places: int) -> Decimal | None:
        value = self._row.text(column)
        return self._number(column, value, places) if value else None

    def percent(self, column: str) -> Decimal:
        value = self.decimal(column, ZERO, places=4)
        if not 0 <= value <= 100:
            self.refuse(
                column, f"{column} is {value}. Give a percentage from 0 to 100."
            )
            return ZERO
        return value

    def date(self, column: str) -> dt.date | None:
        """A time after the date is left out."""
        value = self._row.text(column)
        if not value:
            return None
        try:
            return dt.datetime.fromisoformat(value).date()
        except ValueError:
            self.refuse(
                column,
                f"{column} {value[:40]!r} is no date. Write it as YYYY-MM-DD, such as"
                " 2026-11-25.",
            )
            return None

    def choice(self, column: str, options: Mapping[str, str]) -> str:
        """By word, in any case; an empty cell by the option of the empty word."""
        value = self._row.text(column)
        found = options.get(value.casefold().replace(" ", "_").replace("-", "_"))
        if found is None:
            words = ", ".join(dict.fromkeys(word for word in options.values() if word))
            self.refuse(column, f"{column} {value[:40]!r} is unknown. Use: {words}.")
            return ""
        return found

    def yes(self, column: str) -> bool:
        value = self._row.text(column).casefold()
        if value not in YES and value not in NO:
            self.refuse(column, f"{column} {value[:40]!r} is unknown. Use yes or no.")
        return YES.get(value, False)

    def _number(self, column: str, value: str, places: int) -> Decimal:
        if not NUMBER.fullmatch(value):
            self.refuse(
                column,
                f"{column} {value[:40]!r} is no number. Write it with a decimal point"
                " and without separators, such as 1234.50.",
            )
            return ZERO
        number = Decimal(value)
        if number != round(number, places):
            self.refuse(
                column,
                f"{column} {value[:40]} has more than {places} decimal places. Round"
                " it.",
            )
        return number


def cells_of(
    rows: Sequence[Row], *, document: str, findings: list[Finding]
) -> list[Cells]:
    cells = [Cells(row, document=document, findings=findings) for row in rows]
    for row, each in zip(rows, cells, strict=True):
        if row.defect:
            each.refuse("row", row.defect)
    return cells
