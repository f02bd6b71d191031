"""MYOB's documents and payments, as our records. Pure."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType

from connectors.amounts import cents
from connectors.leading_reference import reference_in
from connectors.myob.api import Entity
from connectors.myob.kinds import NUMBER_FIELDS, PARTY_FIELDS, PATHS, sign_of
from connectors.myob.masters import uid
from connectors.myob.payments import PAID, RECEIVED
from connectors.records import (
    ZERO,
    Allocation,
    DocumentKind,
    PaymentDirection,
    RemoteDocument,
    RemoteLine,
    RemotePayment,
    RemoteStatus,
)

Rates = Mapping[str, Decimal | None]
_HUNDRED = Decimal(100)


def document_from(
    kind: DocumentKind,
    row: Entity,
    *,
    currency: str = "",
    rates: Rates = MappingProxyType({}),
) -> RemoteDocument:
    """Of credit notes the amounts are negative there, and positive here. `rates`: of
    tax codes, needed for lines whose totals hold the tax."""
    path, sign = PATHS[kind], sign_of(kind)
    tax, balance = amount(row, "TotalTax"), amount(row, "BalanceDueAmount")
    gross = sign * (amount(row, "TotalAmount") or ZERO)
    party = row.get(PARTY_FIELDS[path]) or {}
    foreign = row.get("ForeignCurrency") or {}
    return RemoteDocument(
        kind=kind,
        id=str(row["UID"]),
        number=str(row.get(NUMBER_FIELDS[path]) or ""),
        status=document_status(row),
        date=day(row, "Date"),
        currency=str(foreign.get("Code") or currency),
        gross=gross,
        net=None if tax is None else gross - sign * tax,
        tax=None if tax is None else sign * tax,
        balance=None if balance is None else sign * balance,
        reference=reference_in(str(row.get("JournalMemo") or "")),
        party_id=str(party.get("UID") or ""),
        party_name=str(party.get("Name") or ""),
        due_date=day(row.get("Terms") or {}, "DueDate"),
        version=str(row.get("RowVersion") or ""),
        changed_at=moment(row),
        lines=tuple(_lines(row, sign, rates)),
    )


def document_status(row: Entity) -> RemoteStatus:
    """What is open there may be paid in part; a credit is open while some is left. An
    invoice that is a credit was paid over."""
    word = str(row.get("Status") or "")
    if word == "Closed":
        return RemoteStatus.PAID
    if word not in ("Open", "Credit", "Debit"):
        return RemoteStatus.UNKNOWN
    total = amount(row, "TotalAmount") or ZERO
    left = amount(row, "BalanceDueAmount")
    if left is None or left == total:
        return RemoteStatus.OPEN
    return RemoteStatus.PART_PAID if left * total > ZERO else RemoteStatus.PAID


def payment_from(path: str, row: Entity, *, currency: str = "") -> RemotePayment:
    """`path` tells what kind of payment it is."""
    received = path == RECEIVED
    amounts = ("AmountReceived", "AmountPaid", "Amount")
    foreign = row.get("ForeignCurrency") or {}
    told = next((found for name in amounts if (found := amount(row, name))), ZERO)
    return RemotePayment(
        direction=PaymentDirection.RECEIVED if received else PaymentDirection.MADE,
        id=str(row["UID"]),
        date=day(row, "Date"),
        amount=told,
        currency=str(foreign.get("Code") or currency),
        allocations=tuple(_allocations(path, row)),
        party_id=uid(row, "Customer") or uid(row, "Supplier"),
        reference=str(row.get("Memo") or ""),
        method=str(row.get("PaymentMethod") or ""),
        bank_account_id=uid(row, "Account"),
        version=str(row.get("RowVersion") or ""),
        changed_at=moment(row),
    )


def amount(row: Entity, name: str) -> Decimal | None:
    found = row.get(name)
    return None if found is None else Decimal(str(found))


def day(row: Entity, name: str) -> date | None:
    text = row.get(name)
    return date.fromisoformat(str(text)[:10]) if text else None


def moment(row: Entity) -> datetime | None:
    text = row.get("LastModified")
    if not text:
        return None
    found = datetime.fromisoformat(str(text))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _allocations(path: str, row: Entity) -> Iterator[Allocation]:
    """Orders may be paid too, and are none of ours."""
    if path == RECEIVED:
        for line in row.get("Invoices") or ():
            if line.get("Type") == "Invoice":
                yield _allocation(str(line["UID"]), DocumentKind.SALES_INVOICE, line)
    elif path == PAID:
        for line in row.get("Lines") or ():
            if line.get("Type") == "Bill":
                bill = uid(line, "Purchase")
                yield _allocation(bill, DocumentKind.SUPPLIER_INVOICE, line)
    elif credit := uid(row, "Invoice"):
        told = amount(row, "Amount") or ZERO
        yield Allocation(document_id=credit, kind=DocumentKind.CREDIT_NOTE, amount=told)


def _allocation(id: str, kind: DocumentKind, line: Entity) -> Allocation:
    told = amount(line, "AmountApplied") or ZERO
    return Allocation(document_id=id, kind=kind, amount=told)


def _lines(row: Entity, sign: int, rates: Rates) -> Iterator[RemoteLine]:
    """Headings and subtotals are none."""
    for line in row.get("Lines") or ():
        if line.get("Type") != "Transaction":
            continue
        tax_code = uid(line, "TaxCode")
        total = amount(line, "Total") or ZERO
        if row.get("IsTaxInclusive"):
            rate = rates.get(tax_code) or ZERO
            total = cents(total * _HUNDRED / (_HUNDRED + rate))
        count = amount(line, "UnitCount" if "UnitCount" in line else "ShipQuantity")
        yield RemoteLine(
            text=str(line.get("Description") or ""),
            net=sign * total,
            quantity=None if count is None else sign * count,
            unit_price=amount(line, "UnitPrice"),
            account_id=uid(line, "Account"),
            item_id=uid(line, "Item"),
            tax_code_id=tax_code,
        )
