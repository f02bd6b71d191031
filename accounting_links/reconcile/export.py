"""Files of a reconciliation: XLSX and PDF to read, CSV to work on."""

import csv
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.text import slugify

from accounting_links.models import Reconciliation
from accounting_links.reconcile import pdf, workbook
from accounting_links.reconcile.cells import COLUMNS, plain

CHUNK = 2000


def write_csv(reconciliation: Reconciliation, file: IO[bytes]) -> None:
    """One line per row, UTF-8."""
    with open(file.fileno(), "w", encoding="utf-8", newline="", closefd=False) as text:
        writer = csv.writer(text)
        writer.writerow([column.name for column in COLUMNS])
        rows = reconciliation.rows.select_related("accepted__person")
        for row in rows.iterator(chunk_size=CHUNK):
            currency = row.currency
            writer.writerow([plain(column.value(row), currency) for column in COLUMNS])


WRITERS: dict[str, Callable[[Reconciliation, IO[bytes]], None]] = {
    ".xlsx": workbook.write,
    ".csv": write_csv,
    ".pdf": pdf.write,
}


def write(reconciliation: Reconciliation, path: Path) -> None:
    """By the ending of the path. The file is there whole or not at all. Raises
    `KeyError` for another ending, `OSError` where it cannot be written."""
    writer = WRITERS[path.suffix.lower()]
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=path.suffix)
    try:
        with open(handle, "wb") as file:
            writer(reconciliation, file)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def file_name(reconciliation: Reconciliation, ending: str) -> str:
    parts = (
        "practice" if settings.FINSYNC_PRACTICE else "",
        "reconciliation",
        str(reconciliation.pk),
        slugify(reconciliation.connection.name),
        str(reconciliation.start or ""),
        str(reconciliation.end or ""),
    )
    return "-".join(filter(None, parts)) + ending
