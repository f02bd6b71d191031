"""A connector with settings, and what it makes of documents."""

from dataclasses import replace
from typing import Any

from connectors.accountedge.connector import AccountEdge
from connectors.files import FileParty, FilePayment
from connectors.records import Document, Line
from connectors.settings import ConnectionConfig
from connectors.transport.files import ExportFile
from connectors.transport.tables import read_table
from tests.connectors.file_contract import MOMENT, document, line


def connector(**values: str) -> AccountEdge:
    return AccountEdge(
        ConnectionConfig(platform="accountedge", values=values, home_currency="GBP")
    )


def sold(net: str, **changes: Any) -> Line:
    mapped = {"account_id": "4-1100", "tax_code_id": "TAX"}
    return line(1, net, **(mapped | changes))


def sale(number: str, *lines: Line, **changes: Any) -> Document:
    made = document(number, *(lines or (sold("100.00"),)), **changes)
    placed = [replace(x, position=at) for at, x in enumerate(made.lines, start=1)]
    return replace(made, lines=tuple(placed))


def write(
    *documents: Document,
    payments: tuple[FilePayment, ...] = (),
    parties: tuple[FileParty, ...] = (),
    variant: str = "",
    **values: str,
) -> list[ExportFile]:
    return connector(**values).write(
        documents, payments, parties, moment=MOMENT, variant=variant
    )


def records(file: ExportFile) -> list[dict[str, str]]:
    """The rows by their headings, blank ones left out."""
    table = read_table(file.content)
    return [
        dict(zip(table.headings, row, strict=True)) for row in table.rows if any(row)
    ]
