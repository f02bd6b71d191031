"""What changed in a company since a moment.

A document is stamped anew when its status changes, but not when a part of it is paid:
so all open sales invoices are looked at as well. As long as the same ones are part paid
by the same amounts as at the last poll, which the cursor remembers by a hash, none of
them is told.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from connectors.dynamics_365 import reading
from connectors.dynamics_365.api import CentralApi, Entity, Listing, told
from connectors.dynamics_365.mapping import NAMES
from connectors.records import DocumentKind
from connectors.transport.odata import equals, options

_OVERLAP = timedelta(minutes=5)
_MARK = "|"
_SALES = DocumentKind.SALES_INVOICE


def first_cursor(now: datetime) -> str:
    return now.isoformat()


def since(
    api: CentralApi, cursor: str, *, now: datetime
) -> tuple[list[tuple[DocumentKind, Entity]], str]:
    """Rows of documents, and where to go on. One call, and one more for each further
    page."""
    moment, _, before = cursor.partition(_MARK)
    begin = datetime.fromisoformat(moment) - _OVERLAP
    asked = [*(_changed(kind, begin) for kind in NAMES), _open()]
    *changed, unsettled = map(told, api.lists("changed_since", asked))
    found = [
        (kind, row) for kind, rows in zip(NAMES, changed, strict=True) for row in rows
    ]
    after = _fingerprint(unsettled)
    if after != before:
        seen = {row["id"] for _, row in found}
        found += [(_SALES, row) for row in unsettled if row["id"] not in seen]
    return found, f"{now.isoformat()}{_MARK}{after}"


def _changed(kind: DocumentKind, begin: datetime) -> Listing:
    utc = begin.astimezone(UTC).isoformat(timespec="milliseconds")
    moment = utc.replace("+00:00", "Z")
    asked = options(
        filter=f"lastModifiedDateTime gt {moment}",
        select=reading.header_fields(kind),
        orderby="lastModifiedDateTime",
    )
    return Listing(NAMES[kind].path, asked)


def _open() -> Listing:
    asked = options(
        filter=equals("status", "Open"),
        select=reading.header_fields(_SALES),
        orderby="number",
    )
    return Listing(NAMES[_SALES].path, asked)


def _fingerprint(rows: Iterable[Entity]) -> str:
    parts = sorted(_part_paid(rows))
    return sha256("\n".join(parts).encode()).hexdigest()[:32]


def _part_paid(rows: Iterable[Entity]) -> Sequence[str]:
    return [
        f"{row['id']}={left.normalize():f}"
        for row in rows
        if (left := reading.amount(row, "remainingAmount"))
        != reading.amount(row, "totalAmountIncludingTax")
    ]
