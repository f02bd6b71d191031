"""Files that people carry to a platform without an API."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

FORMULA_STARTS = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFile:
    """`documents`: our references of the documents and payments that stand in it,
    `parties` those of customers and suppliers."""

    name: str
    content: bytes
    media_type: str
    documents: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()

    @property
    def checksum(self) -> str:
        """SHA-256 in hexadecimal; the same documents give the same file."""
        return sha256(self.content).hexdigest()


def file_name(*parts: str, moment: datetime, extension: str) -> str:
    """For instance `money-s3_invoices_20261125-101500.xml`: plain letters, digits and
    hyphens alone, so that every system and mailbox takes it."""
    stamp = moment.strftime("%Y%m%d-%H%M%S")
    return "_".join([*map(_plain, parts), stamp]) + f".{extension}"


def safe_name(number: str) -> str:
    """A number as part of a file's name: what is not a letter of A to Z, a digit, dot,
    underscore or hyphen becomes an underscore."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", number).lstrip(".") or "_"


def opens_formula(text: str) -> bool:
    """Whether a spreadsheet program would take it for a formula."""
    return text.startswith(FORMULA_STARTS)


def as_text(text: str) -> str:
    """On one line, and behind an apostrophe where it would be taken for a formula."""
    flat = " ".join(text.split())
    return f"'{flat}" if opens_formula(flat) else flat


def delimited(
    rows: Iterable[Sequence[str]],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    line_end: str = "\r\n",
    quoted: bool = True,
) -> bytes:
    """Rows as text, quoted where needed; cells of rows that are not `quoted` hold
    neither delimiter nor line end. Raises `UnicodeEncodeError` for what the encoding
    lacks: nothing is replaced in silence."""
    out = io.StringIO()
    if quoted:
        csv.writer(out, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    else:
        out.writelines(delimiter.join(row) + line_end for row in rows)
    return out.getvalue().encode(encoding)


def _plain(part: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", part).strip("-")
