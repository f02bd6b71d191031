"""Files that people carry to a platform without an API."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFile:
    """`documents`: our references of the documents and payments that stand in it."""

    name: str
    content: bytes
    media_type: str
    documents: tuple[str, ...] = ()

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


def delimited(
    rows: Iterable[Sequence[str]],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    line_end: str = "\r\n",
) -> bytes:
    """Rows as text, quoted where needed. Raises `UnicodeEncodeError` for what the
    encoding lacks: nothing is replaced in silence."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return out.getvalue().encode(encoding)


def _plain(part: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", part).strip("-")
