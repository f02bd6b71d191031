"""Reads CSV (also gzipped) and XLSX row by row. What a file is, its content says, not
its name. Raises `FileRefused` with one sentence for a file that cannot be taken."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO, TextIO

from invoicing.importing import workbook
from invoicing.importing.errors import FileRefused
from invoicing.importing.limits import MEGABYTE, STANDARD, Limits
from invoicing.importing.records import Row

GZIP, ZIP, OLD_EXCEL = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read_rows(path: Path, limits: Limits = STANDARD) -> Iterator[Row]:
    """The rows below the headings; those without any content are left out."""
    refuse_large(path.stat().st_size, limits)
    table = _table(path, limits)
    headings = _headings(next(iter(table), []), limits)
    for number, cells in enumerate(table, start=2):
        if number - 1 > limits.rows:
            raise FileRefused(
                f"The file has more than {limits.rows:,} rows. Split it and import"
                " the parts one by one."
            )
        if any(cells):
            yield _row(number, headings, cells, limits)


def refuse_large(size: int, limits: Limits = STANDARD) -> None:
    if size > limits.file_bytes:
        most = limits.file_bytes // MEGABYTE
        raise FileRefused(
            f"The file is {size / MEGABYTE:,.0f} MB; at most {most} MB are taken."
            " Split it and import the parts one by one."
        )
    if size == 0:
        raise FileRefused("The file is empty. Export it again and upload that.")


def _table(path: Path, limits: Limits) -> Iterator[list[str]]:
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(ZIP):
        return workbook.read_table(path, limits)
    if start.startswith(OLD_EXCEL):
        raise FileRefused(
            "This is an old Excel file (.xls), which is not read. Save it as .xlsx or"
            " CSV and import that."
        )
    packed = start.startswith(GZIP)
    return _csv_table(path, limits, packed=packed)


def _csv_table(path: Path, limits: Limits, *, packed: bool) -> Iterator[list[str]]:
    encoding = _encoding(path, limits, packed=packed)
    with _text(path, limits, packed=packed, encoding=encoding) as text:
        try:
            head = text.read(64 * 1024)
            text.seek(0)
            lines = _without_nul(text)
            yield from csv.reader(lines, delimiter=_delimiter(head), strict=True)
        except csv.Error as error:
            raise FileRefused(
                f"The file is no readable CSV: {error}. Export it again; a quotation"
                ' mark inside a cell is written twice ("").'
            ) from error


def _encoding(path: Path, limits: Limits, *, packed: bool) -> str:
    """Reads the whole file once: halfway through an import is too late to find out."""
    with _open(path, limits, packed=packed) as file:
        start = file.read(4)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    else:
        candidates = ["utf-8-sig", "cp1252"]
    for encoding in candidates:
        with _text(path, limits, packed=packed, encoding=encoding) as text:
            if _decodes(text):
                return encoding
    raise FileRefused(
        "The file's text is in an unknown encoding. Save it as CSV in UTF-8 and import"
        " that."
    )


def _decodes(text: TextIO) -> bool:
    try:
        while text.read(MEGABYTE):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _text(path: Path, limits: Limits, *, packed: bool, encoding: str) -> TextIO:
    """Closes what it reads from."""
    binary = _open(path, limits, packed=packed)
    return io.TextIOWrapper(binary, encoding=encoding, newline="")


def _open(path: Path, limits: Limits, *, packed: bool) -> BinaryIO:
    if not packed:
        return path.open("rb")
    return io.BufferedReader(_Unpacked(path, limits.unpacked_bytes))


class _Unpacked(io.RawIOBase):
    """A gzip file that stops at a limit, however small it is packed."""

    def __init__(self, path: Path, limit: int) -> None:
        self._file = gzip.open(path, "rb")
        self._limit = limit

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # as typeshed says for files
        try:
            data = self._file.read(len(buffer))
        except (OSError, EOFError, zlib.error) as error:
            raise FileRefused(
                "The packed file (.gz) is damaged. Pack it again and import that."
            ) from error
        if self._file.tell() > self._limit:
            raise FileRefused(
                f"Unpacked, the file is larger than {self._limit // MEGABYTE} MB."
                " Split it and import the parts one by one."
            )
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


def _without_nul(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if "\0" in line:
            raise FileRefused(
                "The file holds binary data and is neither CSV nor XLSX. Export it as"
                " one of these and import that."
            )
        yield line


def _delimiter(head: str) -> str:
    heading = head.split("\n", 1)[0]
    return max(",;\t", key=heading.count)


def _headings(cells: Sequence[str], limits: Limits) -> list[str]:
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise FileRefused(
            "The file's first row is empty. Put the headings of the columns there."
        )
    if len(names) > limits.columns:
        raise FileRefused(
            f"The file has {len(names)} columns; at most {limits.columns} are read."
        )
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise FileRefused(
            f"The heading {twice[0]} stands there twice. Keep one of the columns."
        )
    return names


def _row(number: int, headings: list[str], cells: list[str], limits: Limits) -> Row:
    values = [cell.strip() for cell in cells]
    defect = ""
    if any(values[len(headings) :]):
        defect = (
            f"The row has {len(cells)} cells, but there are {len(headings)} headings."
            " Put cells that hold a comma in quotation marks."
        )
    if any(len(value) > limits.cell_characters for value in values):
        defect = (
            f"A cell of the row has more than {limits.cell_characters:,} characters."
            " Shorten it, or check its quotation marks."
        )
        values = [value[:100] for value in values]
    return Row(
        number,
        dict(zip_longest(headings, values[: len(headings)], fillvalue="")),
        defect,
    )
