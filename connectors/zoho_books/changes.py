"""What changed in an organisation since a moment.

Invoices, bills and payments made can be asked for by their time of change. Credit notes
cannot, so that their whole list is read and compared here. Payments received cannot
either, nor what was paid back: they are found on the documents that they changed.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from connectors.records import (
    Changes,
    DocumentKind,
    PaymentDirection,
    RemoteDocument,
    RemotePayment,
    RemoteStatus,
)
from connectors.zoho_books.api import BooksApi
from connectors.zoho_books.kinds import PLACES
from connectors.zoho_books.payments import ROUTES, payment_from
from connectors.zoho_books.reading import document_from
from connectors.zoho_books.refunds import CREDIT, LISTED, refund_from, refunds_of

# Clocks differ, and a change may be seen later than it was stamped.
_OVERLAP = timedelta(minutes=5)
_OPERATION = "changed_since"
_SETTLED = (RemoteStatus.PART_PAID, RemoteStatus.PAID)

Url = Callable[[DocumentKind, str], str]


def since(api: BooksApi, cursor: str, *, now: datetime, url: Url) -> Changes:
    """An empty cursor begins now."""
    if not cursor:
        return Changes(documents=(), payments=(), cursor=now.isoformat())
    begin = datetime.fromisoformat(cursor) - _OVERLAP
    documents = tuple(_documents(api, begin, url))
    received = _received(api, documents)
    return Changes(
        documents=documents,
        payments=(*received, *_made(api, begin), *_paid_back(api, documents)),
        cursor=now.isoformat(),
    )


def _told(begin: datetime) -> dict[str, str]:
    return {
        "last_modified_time": begin.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
    }


def _documents(api: BooksApi, begin: datetime, url: Url) -> Iterator[RemoteDocument]:
    for kind, place in PLACES.items():
        filtered = kind is not DocumentKind.CREDIT_NOTE
        asked = _told(begin) if filtered else {}
        for row in api.pages(_OPERATION, place.path, place.path, asked):
            found = document_from(kind, row, url=url(kind, str(row[place.id])))
            if found.changed_at is None or found.changed_at >= begin:
                yield found


def _received(
    api: BooksApi, documents: tuple[RemoteDocument, ...]
) -> Iterator[RemotePayment]:
    route = ROUTES[PaymentDirection.RECEIVED]
    ids: dict[str, None] = {}
    for document in documents:
        if document.kind is route.kind and document.status in _SETTLED:
            path = f"{route.documents}/{document.id}/payments"
            rows = api.pages(_OPERATION, path, "payments")
            ids.update({str(row["payment_id"]): None for row in rows})
    for id in ids:
        node = api.get(_OPERATION, route.one(id), route.key)
        yield payment_from(PaymentDirection.RECEIVED, node)


def _made(api: BooksApi, begin: datetime) -> Iterator[RemotePayment]:
    route = ROUTES[PaymentDirection.MADE]
    for row in api.pages(_OPERATION, route.path, route.path, _told(begin)):
        node = api.get(_OPERATION, route.one(str(row["payment_id"])), route.key)
        yield payment_from(PaymentDirection.MADE, node)


def _paid_back(
    api: BooksApi, documents: tuple[RemoteDocument, ...]
) -> Iterator[RemotePayment]:
    for document in documents:
        if document.kind is CREDIT and document.status in _SETTLED:
            for row in api.pages(_OPERATION, refunds_of(document.id), LISTED):
                yield refund_from({"creditnote_id": document.id, **row})
