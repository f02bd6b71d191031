"""The first sheet of an XLSX workbook, row by row, as text."""

import datetime as dt
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError  # the error alone

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException

from invoicing.importing.errors import FileRefused
from invoicing.importing.limits import MEGABYTE, Limits

DAMAGED = (
    *(zipfile.BadZipFile, InvalidFileException, DefusedXmlException, ParseError),
    *(KeyError, ValueError, OSError, EOFError),
)


def read_table(path: Path, limits: Limits) -> Iterator[list[str]]:
    try:
        _refuse_bomb(path, limits)
        book = openpyxl.load_workbook(
            path, read_only=True, data_only=True, keep_links=False
        )
    except DAMAGED as error:
        raise _damaged() from error
    try:
        # One more than the limit, so that too many are noticed.
        rows = book.worksheets[0].iter_rows(
            max_col=limits.columns + 1, values_only=True
        )
        yield from _texts(rows)
    finally:
        book.close()


def _texts(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[str]]:
    try:
        for row in rows:
            yield [_text(value) for value in row]
    except DAMAGED as error:
        raise _damaged() from error


def _refuse_bomb(path: Path, limits: Limits) -> None:
    with zipfile.ZipFile(path) as packed:
        size = sum(part.file_size for part in packed.infolist())
    if size > limits.workbook_bytes:
        raise FileRefused(
            f"Unpacked, the workbook has {size / MEGABYTE:,.0f} MB; at most"
            f" {limits.workbook_bytes // MEGABYTE} MB are read. Save it as CSV, or"
            " split it."
        )


def _damaged() -> FileRefused:
    return FileRefused(
        "The file is no readable XLSX workbook. Open it in your spreadsheet program,"
        " save it again as .xlsx or CSV, and import that."
    )


def _text(value: Any) -> str:
    """As the layouts read it: dates in ISO form, whole numbers without a fraction."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, float):
        return f"{value:.15g}" if abs(value) < 1e15 else str(value)
    return str(value)
