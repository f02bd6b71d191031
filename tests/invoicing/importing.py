"""Files for the tests of imports."""

import csv
import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

from invoicing.importing.layouts import layout
from invoicing.importing.limits import STANDARD, Limits
from invoicing.importing.plan import Options
from invoicing.importing.run import Import, Report

RETAIL = (
    *("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate"),
    *("UnitPrice", "CustomerID", "Country"),
)
Row = dict[str, Any]


def sale(number: str = "536365", **cells: Any) -> Row:
    """A row of the Online Retail layout."""
    return {
        "InvoiceNo": number,
        "StockCode": "85123A",
        "Description": "WHITE LANTERN",
        "Quantity": "6",
        "InvoiceDate": "2010-12-01 08:26:00",
        "UnitPrice": "2.55",
        "CustomerID": "17850.0",
        "Country": "United Kingdom",
    } | cells


def own(number: str = "A-1", **cells: Any) -> Row:
    """A row of FinSync's own layout."""
    return {
        "number": number,
        "date": "2026-11-02",
        "contact_code": "C1",
        "contact_name": "Harbour Cafe Ltd",
        "text": "Repair",
        "quantity": "1",
        "unit_price": "100",
    } | cells


def written(path: Path, rows: Sequence[Row], **format: Any) -> Path:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    encoding = format.pop("encoding", "utf-8")
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.DictWriter(file, columns, restval="", **format)
        writer.writeheader()
        writer.writerows(rows)
    return path


def workbook(path: Path, rows: Sequence[Row]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    columns = list(dict.fromkeys(name for row in rows for name in row))
    sheet.append(columns)
    for row in rows:
        sheet.append([row.get(name) for name in columns])
    book.save(path)
    return path


def packed(path: Path) -> Path:
    target = path.with_suffix(path.suffix + ".gz")
    target.write_bytes(gzip.compress(path.read_bytes()))
    return target


def take(
    path: Path,
    name: str = "finsync",
    *,
    dry_run: bool = False,
    limits: Limits = STANDARD,
    **options: Any,
) -> Report:
    job = Import(
        path=path, layout=layout(name), options=Options(**options), limits=limits
    )
    return job.check() if dry_run else job.take_in(actor_name="test")


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.refused
