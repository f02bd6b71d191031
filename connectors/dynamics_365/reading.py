"""Business Central's documents, as our records. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from connectors.dynamics_365.mapping import NAMES, Names
from connectors.dynamics_365.masters import day_in, word
from connectors.records import (
    ZERO,
    DocumentKind,
    RemoteDocument,
    RemoteLine,
    RemoteStatus,
)
from connectors.transport.odata import ETAG

Entity = Mapping[str, Any]

# A document that takes another back. It is part of that one's story, and no document
# of its own.
CORRECTIVE = "Corrective"
_STATUSES = {
    "": RemoteStatus.DRAFT,
    "Draft": RemoteStatus.DRAFT,
    "In Review": RemoteStatus.DRAFT,
    "Open": RemoteStatus.OPEN,
    "Paid": RemoteStatus.PAID,
    "Canceled": RemoteStatus.VOID,
    CORRECTIVE: RemoteStatus.VOID,
}
# Pages of the client: of a draft, and of what was posted.
_PAGES = {
    DocumentKind.SALES_INVOICE: (43, 132),
    DocumentKind.CREDIT_NOTE: (44, 134),
    DocumentKind.SUPPLIER_INVOICE: (51, 138),
}


def header_fields(kind: DocumentKind) -> list[str]:
    names = NAMES[kind]
    fields = [
        *("id", "number", names.number, names.date, "dueDate", "currencyCode"),
        *(f"{names.party}Number", f"{names.party}Name", "status"),
        *("totalAmountExcludingTax", "totalTaxAmount", "totalAmountIncludingTax"),
        "lastModifiedDateTime",
    ]
    is_sale = kind is DocumentKind.SALES_INVOICE
    return [*fields, "remainingAmount"] if is_sale else fields


def document_from(kind: DocumentKind, row: Entity) -> RemoteDocument:
    names = NAMES[kind]
    gross = amount(row, "totalAmountIncludingTax")
    left = _left(row, gross)
    return RemoteDocument(
        kind=kind,
        id=str(row["id"]),
        number=str(row.get("number") or ""),
        status=_status(row, gross, left),
        date=day_in(row.get(names.date)),
        currency=str(row.get("currencyCode") or ""),
        gross=gross,
        net=amount(row, "totalAmountExcludingTax"),
        tax=amount(row, "totalTaxAmount"),
        balance=left,
        reference=str(row.get(names.number) or ""),
        party_id=str(row.get(f"{names.party}Number") or ""),
        party_name=str(row.get(f"{names.party}Name") or ""),
        due_date=day_in(row.get("dueDate")),
        version=str(row.get(ETAG) or ""),
        changed_at=_moment(row.get("lastModifiedDateTime")),
        lines=tuple(_lines(row.get(names.lines) or (), names)),
    )


def page_of(remote: RemoteDocument) -> int:
    draft, posted = _PAGES[remote.kind]
    return draft if remote.status is RemoteStatus.DRAFT else posted


def is_corrective(row: Entity) -> bool:
    return word(row.get("status")) == CORRECTIVE


def amount(row: Entity, name: str) -> Decimal:
    found = row.get(name)
    return ZERO if found is None else Decimal(str(found))


def _status(row: Entity, gross: Decimal, left: Decimal | None) -> RemoteStatus:
    status = _STATUSES.get(word(row.get("status")), RemoteStatus.UNKNOWN)
    is_begun = left is not None and ZERO < left < gross
    return RemoteStatus.PART_PAID if status is status.OPEN and is_begun else status


def _left(row: Entity, gross: Decimal) -> Decimal | None:
    """Sales invoices alone say what is left of them."""
    status = _STATUSES.get(word(row.get("status")))
    if status in (RemoteStatus.PAID, RemoteStatus.VOID):
        return ZERO
    if status is RemoteStatus.DRAFT:
        return gross
    return amount(row, "remainingAmount") if "remainingAmount" in row else None


def _lines(rows: Iterable[Entity], names: Names) -> Iterable[RemoteLine]:
    for row in rows:
        kind = word(row.get("lineType"))
        if kind in ("", "Comment"):
            continue
        number = str(row.get("lineObjectNumber") or "")
        yield RemoteLine(
            text=str(row.get("description") or ""),
            net=amount(row, "netAmount"),
            tax=amount(row, "netTaxAmount") if "netTaxAmount" in row else None,
            quantity=amount(row, "quantity"),
            unit_price=amount(row, names.price),
            account_id=number if kind == "Account" else "",
            item_id=number if kind == "Item" else "",
            tax_code_id=str(row.get("taxCode") or ""),
        )


def _moment(text: object) -> datetime | None:
    found = datetime.fromisoformat(str(text)) if text else None
    return None if found is None or found.year == 1 else found
