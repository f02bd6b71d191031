"""CSV as a spreadsheet program reads and writes it."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from ..errors import Invalid

Record = Mapping[str, str]
DATE = "%m/%d/%Y"


def read(content: bytes) -> tuple[list[str], list[Record]]:
    """Headings, and the rows by them. Raises `Invalid`."""
    try:
        text = content.decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid("This file cannot be read.") from error
    if not lines:
        raise Invalid("The file is empty.")
    headings = lines[0]
    rows: list[Record] = [
        dict(zip(headings, line, strict=False)) for line in lines[1:] if any(line)
    ]
    return headings, rows


def write(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([headings, *rows])
    return out.getvalue().encode()


def shown(cell: str) -> str:
    """As a spreadsheet program shows it: the apostrophe before a text is no part of
    it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@") else cell


def money(cell: str) -> Decimal:
    """Raises `Invalid`."""
    try:
        found = Decimal(cell)
    except InvalidOperation as error:
        raise Invalid(f"{cell!r} is no amount.", field="amount") from error
    if not found.is_finite() or found != found.quantize(Decimal("0.01")):
        raise Invalid(f"{cell!r} is no amount of two places.", field="amount")
    return found


def day(cell: str) -> dt.date:
    """Raises `Invalid`."""
    try:
        return dt.datetime.strptime(cell, DATE).date()  # a plain date
    except ValueError as error:
        raise Invalid(f"{cell!r} is no date.", field="date") from error
