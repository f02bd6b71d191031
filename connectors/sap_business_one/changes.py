"""What changed in a company since a moment, as far as it tells.

Documents are stamped with the day of their last change, in the server's time. Payments
bear no such stamp: new ones are known by their number, cancelled ones by the documents
that they no longer pay.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from connectors.records import (
    Changes,
    ControlBalance,
    DocumentKind,
    PartyRole,
    RemoteDocument,
    RemotePayment,
)
from connectors.sap_business_one.api import ServiceLayer
from connectors.sap_business_one.mapping import SETS
from connectors.sap_business_one.masters import CARD_TYPES
from connectors.sap_business_one.payments import SETS as PAYMENT_SETS
from connectors.transport.odata import equals, options

# The server's day may be another than ours.
_OVERLAP = timedelta(days=1)
_PAYMENTS_OVERLAP = timedelta(days=7)
_MARK = "|"


class Books(Protocol):
    api: ServiceLayer

    def changed_documents(
        self, kind: DocumentKind, since: date
    ) -> Iterator[RemoteDocument]: ...

    def documents_of_ids(
        self, kind: DocumentKind, ids: list[str]
    ) -> Iterator[RemoteDocument]: ...

    def payments_where(
        self, operation: str, condition: str, after: dict[str, int] | None = None
    ) -> Iterator[RemotePayment]: ...


def since(books: Books, cursor: str, *, now: datetime) -> Changes:
    """An empty cursor begins now. A cursor is a moment, and the numbers of the last
    payments where they are known."""
    last = {path: _last(books.api, path) for path in PAYMENT_SETS.values()}
    following = _MARK.join([now.isoformat(), *(str(last[p]) for p in sorted(last))])
    if not cursor:
        return Changes(documents=(), payments=(), cursor=following)
    moment, _, numbers = cursor.partition(_MARK)
    seen = (
        dict(zip(sorted(last), map(int, numbers.split(_MARK)), strict=True))
        if (numbers)
        else None
    )
    day = datetime.fromisoformat(moment).date()
    condition = f"DocDate ge {day - _PAYMENTS_OVERLAP}"
    payments = tuple(books.payments_where("changed_since", condition, seen))
    return Changes(
        documents=tuple(_documents(books, day - _OVERLAP, payments)),
        payments=payments,
        cursor=following,
    )


def balances(api: ServiceLayer, role: PartyRole) -> Iterator[ControlBalance]:
    """The sum of the partners' balances, by control account."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    asked = options(
        filter=equals("CardType", CARD_TYPES[role]),
        select=["CardCode", "CurrentAccountBalance", "DebitorAccount"],
        orderby="CardCode",
    )
    for row in api.rows("control_balances", "BusinessPartners", asked):
        account = str(row.get("DebitorAccount") or "")
        sums[account] += Decimal(str(row.get("CurrentAccountBalance") or 0))
    sign = 1 if role is PartyRole.CUSTOMER else -1
    for account, amount in sums.items():
        yield ControlBalance(
            role=role, account_id=account, currency="", amount=sign * amount
        )


def _documents(
    books: Books, since: date, payments: Iterable[RemotePayment]
) -> Iterator[RemoteDocument]:
    """Also what the payments settle, should that not count as a change of it."""
    paid: defaultdict[DocumentKind, set[str]] = defaultdict(set)
    for payment in payments:
        for allocation in payment.allocations:
            paid[allocation.kind].add(allocation.document_id)
    for kind in SETS:
        changed = list(books.changed_documents(kind, since))
        yield from changed
        left = paid[kind] - {document.id for document in changed}
        yield from books.documents_of_ids(kind, sorted(left, key=int))


def _last(api: ServiceLayer, path: str) -> int:
    asked = options(select=["DocEntry"], orderby="DocEntry desc", top=1)
    row = next(api.rows("changed_since", path, asked), {})
    return int(row.get("DocEntry") or 0)
