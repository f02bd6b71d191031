"""What changed in an organisation since a moment."""

from collections.abc import Callable
from datetime import datetime, timedelta

from connectors.records import Changes, RemoteDocument
from connectors.xero.api import TenantApi
from connectors.xero.mapping import CREDIT_NOTES, INVOICES
from connectors.xero.payments import PAYMENTS
from connectors.xero.reading import KINDS, payments_from
from connectors.xero.wire import Entity

# Clocks differ, and a change may be seen later than it was stamped.
_OVERLAP = timedelta(minutes=5)
_ORDER = {"order": "UpdatedDateUTC ASC", "unitdp": "4"}


def since(
    api: TenantApi,
    cursor: str,
    *,
    now: datetime,
    document: Callable[[Entity], RemoteDocument],
) -> Changes:
    """An empty cursor begins now. Drafts that were deleted come as such."""
    if not cursor:
        return Changes(documents=(), payments=(), cursor=now.isoformat())
    begin = datetime.fromisoformat(cursor) - _OVERLAP
    rows = [
        row
        for path in (INVOICES, CREDIT_NOTES)
        for row in api.pages("changed_since", path, _ORDER, since=begin)
        if row.get("Type") in KINDS
    ]
    paid = api.pages("changed_since", PAYMENTS, since=begin)
    return Changes(
        documents=tuple(document(row) for row in rows),
        payments=tuple(payments_from(paid)),
        cursor=now.isoformat(),
    )
