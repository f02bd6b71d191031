"""How much of a file is read at most, so that memory and time stay bounded."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    file_bytes: int = 100 * MEGABYTE
    unpacked_bytes: int = 200 * MEGABYTE
    workbook_bytes: int = 150 * MEGABYTE
    rows: int = 600_000
    columns: int = 200
    cell_characters: int = 32_767
    lines_of_a_document: int = 10_000


STANDARD = Limits()
# A person waits for the page.
ON_A_PAGE = Limits(file_bytes=20 * MEGABYTE, unpacked_bytes=60 * MEGABYTE, rows=120_000)
