"""What changed in a company since a moment: the change data capture of Intuit."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from connectors.quickbooks_online.api import CompanyApi, Entity
from connectors.quickbooks_online.capabilities import CDC_DAYS
from connectors.quickbooks_online.query import select
from connectors.quickbooks_online.reading import KINDS, PAYMENTS, moment
from connectors.records import (
    Changes,
    DocumentKind,
    PaymentDirection,
    RemoteDocument,
    RemotePayment,
)

_ENTITIES = (*KINDS, *PAYMENTS)
# Intuit answers this many objects at most, and does not say that it left some out.
_MOST = 1000
# Clocks differ, and a change may be seen later than it was stamped.
_OVERLAP = timedelta(minutes=2)
_EDGE = timedelta(hours=1)

MakeDocument = Callable[[DocumentKind, Entity], RemoteDocument]
MakePayment = Callable[[PaymentDirection, Entity], RemotePayment]


def since(
    api: CompanyApi,
    cursor: str,
    *,
    now: datetime,
    document: MakeDocument,
    payment: MakePayment,
) -> Changes:
    """An empty cursor begins now. Complete is what lies within Intuit's 30 days."""
    if not cursor:
        return Changes(documents=(), payments=(), cursor=now.isoformat())
    asked = moment(cursor) - _OVERLAP
    oldest = now - timedelta(days=CDC_DAYS) + _EDGE
    begin = max(asked, oldest)
    body = _ask(api, begin)
    rows, all_there = _rows(body), True
    if sum(map(len, rows.values())) >= _MOST:
        rows, all_there = _with_queries(api, begin, rows), False
    return Changes(
        documents=tuple(document(KINDS[e], r) for e in KINDS for r in rows[e]),
        payments=tuple(payment(PAYMENTS[e], r) for e in PAYMENTS for r in rows[e]),
        cursor=_next(body, now),
        complete=all_there and begin == asked,
    )


def _ask(api: CompanyApi, begin: datetime) -> Entity:
    return api.get(
        "changed_since",
        "cdc",
        entities=",".join(_ENTITIES),
        changedSince=_stamp(begin),
    )


def _rows(body: Entity) -> dict[str, list[Entity]]:
    rows: dict[str, list[Entity]] = {entity: [] for entity in _ENTITIES}
    for answer in body.get("CDCResponse") or ():
        for part in answer.get("QueryResponse") or ():
            for entity in _ENTITIES:
                rows[entity] += part.get(entity) or []
    return rows


def _with_queries(
    api: CompanyApi, begin: datetime, rows: Mapping[str, list[Entity]]
) -> dict[str, list[Entity]]:
    """All that stands there by ordinary queries, with the deletions that the full feed
    told; further deletions it may have left out."""
    condition = f"MetaData.LastUpdatedTime >= '{_stamp(begin)}'"
    return {
        entity: [
            *api.pages("changed_since", select(entity, condition), entity),
            *_deleted(rows[entity]),
        ]
        for entity in _ENTITIES
    }


def _deleted(rows: Iterable[Entity]) -> list[Entity]:
    return [row for row in rows if row.get("status") == "Deleted"]


def _next(body: Entity, now: datetime) -> str:
    """The platform's own time of the answer, for our clock may be ahead of it."""
    stamps = [a.get("time") for a in body.get("CDCResponse") or ()]
    told = body.get("time") or next(filter(None, stamps), None)
    return min(moment(str(told)), now).isoformat() if told else now.isoformat()


def _stamp(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
