"""What a source said of a document, in one short word: the same again is unchanged,
whatever has been edited here since."""

import hashlib
from dataclasses import fields
from decimal import Decimal
from typing import Any

from invoicing.importing.records import ParsedContact, ParsedDocument, ParsedLine


def digest(document: ParsedDocument) -> str:
    return hashlib.sha256(repr(_plain(document)).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Without row numbers, and with 2.50 the same as 2.5."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, ParsedDocument | ParsedLine | ParsedContact):
        return [
            (each.name, _plain(getattr(value, each.name)))
            for each in fields(value)
            if each.name != "row"
        ]
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return str(value)
