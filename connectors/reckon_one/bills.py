"""Supplier invoices, which the older API alone can be told. Pure.

The form of its lists is documented; that of a create or a change is not, so that its
members can be corrected by a setting of the connection.
"""

from collections.abc import Mapping
from typing import Any

from connectors.amounts import cents, quantity_and_price, totals_per_line
from connectors.correctable import FieldNames
from connectors.dates import day
from connectors.errors import Unsupported
from connectors.reckon_one.api import Node, checked
from connectors.reckon_one.errors import LABEL
from connectors.reckon_one.kinds import BILL
from connectors.reckon_one.mapping import (
    TEXT_LENGTH,
    account_of,
    require_told,
)
from connectors.reckon_one.reading import amount, settled
from connectors.records import (
    ZERO,
    Document,
    Line,
    RemoteDocument,
    RemoteLine,
    RemoteStatus,
)

PATH = "bills"
RECORD = "bill"
PRICE_PLACES = 4
_NO_TAX, _EXCLUSIVE = 1, 3
_HEAD = (
    *("BillId", "CustomerId", "BillDate", "DueDate", "Reference", "AmountTaxStatus"),
    "Notes",
)
_LINES = (
    *("LineNumber", "Description", "AccountingCategoryId", "Quantity", "Price"),
    "TaxGroupId",
)
WAYS = (
    *(f"{RECORD}.{name}" for name in (*_HEAD, "LineItems")),
    *(f"{RECORD}.LineItems.{name}" for name in _LINES),
)
_STATUSES: Mapping[Any, RemoteStatus] = {
    1: RemoteStatus.DRAFT,
    2: RemoteStatus.OPEN,
    3: RemoteStatus.PAID,
}


def bill_payload(document: Document, fields: FieldNames, *, home: str) -> Node:
    """Raises `Rejected` or `Unsupported` for what Reckon One cannot be told."""
    require_told(document, home=home)
    override = document.tax_override
    if override is not None and override != totals_per_line(document).tax:
        raise Unsupported(
            f"{LABEL} computes the tax of a bill itself.", field="tax_override"
        )
    taxed = any(line.tax_code_id for line in document.lines)
    supplier = checked(document.party_id, "ACCOUNT_WRONG", field="party_id")
    payload: Node = {
        "CustomerId": supplier,
        "BillDate": document.date,
        "DueDate": document.due_date or document.date,
        "Reference": document.number,
        "AmountTaxStatus": _EXCLUSIVE if taxed else _NO_TAX,
        "LineItems": [_line(line) for line in document.lines],
    }
    if document.note:
        payload["Notes"] = document.note
    if document.id:
        payload["BillId"] = checked(document.id, "NOT_FOUND", field="id")
    return fields.outgoing(RECORD, payload)


def _line(line: Line) -> Node:
    quantity, price = quantity_and_price(
        line, price_places=PRICE_PLACES, quantity_places=3
    )
    payload: Node = {
        "LineNumber": line.position,
        "Description": line.text[:TEXT_LENGTH],
        "AccountingCategoryId": account_of(line),
        "Quantity": quantity,
        "Price": price,
    }
    if line.tax_code_id:
        payload["TaxGroupId"] = checked(line.tax_code_id, "NO_TAX", field="lines")
    return payload


def bill_from(node: Node, *, currency: str) -> RemoteDocument:
    gross, balance = amount(node, "BillAmount") or ZERO, amount(node, "Balance")
    status = _STATUSES.get(node.get("Status"), RemoteStatus.UNKNOWN)
    return RemoteDocument(
        kind=BILL,
        id=str(node.get("BillID") or node.get("BillId")),
        number=str(node.get("BillNumber") or ""),
        status=settled(status, gross, balance),
        date=day(node.get("BillDate")),
        currency=currency,
        gross=gross,
        balance=balance,
        reference=str(node.get("Reference") or ""),
        party_id=str(node.get("CustomerID") or node.get("CustomerId") or ""),
        party_name=str(node.get("CustomerName") or ""),
        due_date=day(node.get("DueDate")),
        lines=tuple(map(_line_from, node.get("LineItems") or ())),
    )


def _line_from(line: Node) -> RemoteLine:
    quantity, price = amount(line, "Quantity") or ZERO, amount(line, "Price") or ZERO
    return RemoteLine(
        text=str(line.get("Description") or ""),
        net=cents(quantity * price),
        account_id=str(line.get("AccountingCategoryId") or ""),
        tax_code_id=str(line.get("TaxGroupId") or ""),
    )


def id_in(told: object) -> str:
    """Of an answer to a create: the id by itself, or in a record."""
    if isinstance(told, str):
        return told
    if not isinstance(told, Mapping):
        return ""
    names = ("BillID", "BillId", "Id", "id")
    return next((str(told[name]) for name in names if told.get(name)), "")
