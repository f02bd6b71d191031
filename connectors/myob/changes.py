"""What changed in a company file since a moment, and what its accounts hold."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from connectors.batching import chunks
from connectors.myob.api import CompanyFile, Entity
from connectors.myob.filters import changed_after, identified
from connectors.myob.kinds import BILLS, INVOICES, PATHS, kind_of
from connectors.myob.payments import PAID, RECEIVED, REFUNDED
from connectors.myob.reading import amount, payment_from
from connectors.records import (
    ZERO,
    Changes,
    ControlBalance,
    DocumentKind,
    PartyRole,
    RemoteDocument,
    RemotePayment,
)
from connectors.transport.odata import options

MakeDocument = Callable[[DocumentKind, Entity], RemoteDocument]
_IDS_AT_ONCE = 30
_CONTROLS = {
    "AccountReceivable": PartyRole.CUSTOMER,
    "AccountsPayable": PartyRole.SUPPLIER,
}


def since(
    api: CompanyFile,
    begin: datetime,
    *,
    now: datetime,
    document: MakeDocument,
    currency: str,
) -> Changes:
    asked = options(filter=changed_after(begin), orderby="LastModified")
    payments = tuple(
        payment_from(path, row, currency=currency)
        for path in (RECEIVED, PAID, REFUNDED)
        for row in api.rows("changed_since", path, asked)
    )
    documents = tuple(
        document(kind_of(path, row), row)
        for path in (INVOICES, BILLS)
        for row in _changed(api, path, asked, payments)
    )
    return Changes(documents=documents, payments=payments, cursor=now.isoformat())


def _changed(
    api: CompanyFile,
    path: str,
    asked: Mapping[str, str],
    payments: Iterable[RemotePayment],
) -> Iterator[Entity]:
    """Also what the payments settle, should that not count as a change of it."""
    seen = set()
    for row in api.rows("changed_since", path, asked):
        seen.add(str(row["UID"]))
        yield row
    paid = {
        each.document_id
        for payment in payments
        for each in payment.allocations
        if PATHS[each.kind] == path
    }
    for some in chunks(sorted(paid - seen), _IDS_AT_ONCE):
        yield from api.rows("changed_since", path, options(filter=identified(some)))


def renamed(document: RemoteDocument, asked: Mapping[str, str]) -> RemoteDocument:
    """By our number, where MYOB filled it up with zeros."""
    return replace(document, number=asked[document.number])


def balances(accounts: Iterable[Entity], currency: str) -> list[ControlBalance]:
    """One an account; MYOB tells a liability as positive too."""
    return [
        ControlBalance(
            role=_CONTROLS[str(row["Type"])],
            account_id=str(row["UID"]),
            currency=currency,
            amount=amount(row, "CurrentBalance") or ZERO,
        )
        for row in accounts
        if row.get("Type") in _CONTROLS
    ]
