"""Sage's documents and payments, as our records. Pure."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

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
from connectors.sage_accounting.api import Entity
from connectors.sage_accounting.mapping import LINES, PATHS

_STATUSES = {
    "DRAFT": RemoteStatus.DRAFT,
    "PRO_FORMA": RemoteStatus.DRAFT,
    "UNPAID": RemoteStatus.OPEN,
    "PART_PAID": RemoteStatus.PART_PAID,
    "PAID": RemoteStatus.PAID,
    "VOID": RemoteStatus.VOID,
}
_KINDS = {path: kind for kind, path in PATHS.items()}
DIRECTIONS = {
    "CUSTOMER_RECEIPT": PaymentDirection.RECEIVED,
    "VENDOR_REFUND": PaymentDirection.RECEIVED,
    "VENDOR_PAYMENT": PaymentDirection.MADE,
    "CUSTOMER_REFUND": PaymentDirection.MADE,
}


def document_from(kind: DocumentKind, entity: Entity) -> RemoteDocument:
    rate = amount(entity, "exchange_rate")
    return RemoteDocument(
        kind=kind,
        id=str(entity["id"]),
        number=_number(kind, entity),
        status=document_status(entity),
        date=_day(entity, "date"),
        currency=inner_id(entity, "currency"),
        gross=amount(entity, "total_amount") or ZERO,
        net=amount(entity, "net_amount"),
        tax=amount(entity, "tax_amount"),
        balance=amount(entity, "outstanding_amount"),
        reference=str(entity.get("reference") or ""),
        party_id=inner_id(entity, "contact"),
        party_name=str(entity.get("contact_name") or ""),
        due_date=_day(entity, "due_date"),
        rate=1 / rate if rate else None,
        sent=entity.get("sent"),
        version=str(entity.get("updated_at") or ""),
        changed_at=_moment(entity, "updated_at"),
        lines=tuple(_lines(kind, entity)),
    )


def document_status(entity: Entity) -> RemoteStatus:
    if entity.get("deleted_at"):
        return RemoteStatus.DELETED
    return _STATUSES.get(inner_id(entity, "status"), RemoteStatus.UNKNOWN)


def payment_from(entity: Entity) -> RemotePayment | None:
    """None for what is no payment of a customer or to a supplier."""
    direction = DIRECTIONS.get(inner_id(entity, "transaction_type"))
    if direction is None:
        return None
    return RemotePayment(
        direction=direction,
        id=str(entity["id"]),
        date=_day(entity, "date"),
        amount=amount(entity, "total_amount") or ZERO,
        currency=inner_id(entity, "currency"),
        allocations=tuple(_allocations(entity)),
        party_id=inner_id(entity, "contact"),
        reference=str(entity.get("reference") or ""),
        bank_account_id=inner_id(entity, "bank_account"),
        deleted=bool(entity.get("deleted_at")),
        version=str(entity.get("updated_at") or ""),
        changed_at=_moment(entity, "updated_at"),
    )


def amount(entity: Entity, name: str) -> Decimal | None:
    found = entity.get(name)
    return None if found is None else Decimal(str(found))


def inner_id(entity: Entity, name: str) -> str:
    found = entity.get(name)
    return str(found.get("id") or "") if isinstance(found, dict) else ""


def _number(kind: DocumentKind, entity: Entity) -> str:
    """Of bills the supplier's, else the one that Sage gave and shows."""
    if kind is DocumentKind.SUPPLIER_INVOICE:
        return str(entity.get("vendor_reference") or "")
    return str(entity.get("displayed_as") or "")


def _lines(kind: DocumentKind, entity: Entity) -> Iterator[RemoteLine]:
    for line in entity.get(LINES[kind]) or ():
        yield RemoteLine(
            text=str(line.get("description") or ""),
            net=amount(line, "net_amount") or ZERO,
            tax=amount(line, "tax_amount"),
            quantity=amount(line, "quantity"),
            unit_price=amount(line, "unit_price"),
            account_id=inner_id(line, "ledger_account"),
            item_id=inner_id(line, "product"),
            tax_code_id=inner_id(line, "tax_rate"),
        )


def _allocations(entity: Entity) -> Iterator[Allocation]:
    """The path of an artefact tells its kind; others (payments on account, opening
    balances) are none of ours."""
    for row in entity.get("allocated_artefacts") or ():
        artefact = row.get("artefact") or {}
        path = str(artefact.get("$path") or "").strip("/").partition("/")[0]
        if path in _KINDS:
            yield Allocation(
                document_id=str(artefact["id"]),
                kind=_KINDS[path],
                amount=abs(amount(row, "amount") or ZERO),
            )


def _day(entity: Entity, name: str) -> date | None:
    text = entity.get(name)
    return date.fromisoformat(str(text)[:10]) if text else None


def _moment(entity: Entity, name: str) -> datetime | None:
    text = entity.get(name)
    return datetime.fromisoformat(str(text)) if text else None
