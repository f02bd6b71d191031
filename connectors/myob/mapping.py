"""Our documents, as MYOB wants them. Pure.

MYOB computes the tax; each line's total is ours, and quantity times price must come to
it. A credit note is an invoice of negative totals.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from connectors.amounts import cents, quantity_and_price
from connectors.errors import Rejected, Unsupported
from connectors.leading_reference import description_of
from connectors.myob.errors import LABEL
from connectors.myob.kinds import (
    BILLS,
    INVOICES,
    NUMBER_LENGTH,
    PARTY_FIELDS,
    PATHS,
    SUPPLIER_NUMBER_LENGTH,
    sign_of,
)
from connectors.records import ZERO, Document, Line, Totals

Payload = dict[str, Any]
ItemOf = Callable[[Line], str]

PRICE_PLACES = 6
QUANTITY_PLACES = 6
MEMO_LENGTH = COMMENT_LENGTH = 255
_HUNDRED = Decimal(100)


def document_payload(
    document: Document, *, home: str, item_of: ItemOf | None = None
) -> Payload:
    """In the Item layout where `item_of` finds each line's item, else in the Service
    layout. Raises `Rejected` or `Unsupported` for what cannot be told to MYOB."""
    path = PATHS.get(document.kind)
    if path is None:
        raise Unsupported(f"{LABEL} is sent no sales orders.", field="kind")
    _require_length(document, path)
    _require_currency(document, home)
    payload: Payload = {
        PARTY_FIELDS[path]: {"UID": document.party_id},
        "Date": day(document.date),
        "IsTaxInclusive": document.prices_include_tax,
        "Terms": _terms(document),
        "JournalMemo": description_of(document, limit=MEMO_LENGTH),
        "Lines": [_line(document, line, item_of) for line in document.lines],
    }
    if document.note:
        payload["Comment"] = document.note[:COMMENT_LENGTH]
    if path == BILLS:
        return payload | {"SupplierInvoiceNumber": document.number}
    if document.job_code:
        payload["CustomerPurchaseOrderNumber"] = document.job_code
    return payload | {"Number": document.number, "InvoiceDeliveryStatus": "Nothing"}


def update_payload(payload: Payload, now: Mapping[str, Any]) -> Payload:
    """The same over what is there: `now`, whose version and rows must be named."""
    kept = {name: now[name] for name in ("UID", "RowVersion")}
    if "SupplierInvoiceNumber" in payload and now.get("Number"):
        kept["Number"] = now["Number"]
    rows = [row for row in now.get("Lines") or () if row.get("Type") == "Transaction"]
    lines = [
        line | {name: row[name] for name in ("RowID", "RowVersion") if name in row}
        for line, row in zip(payload["Lines"], rows, strict=False)
    ]
    return payload | kept | {"Lines": lines + payload["Lines"][len(lines) :]}


def forecast_totals(document: Document, *, per_code: bool) -> Totals:
    """MYOB's tax, rounded on each line or once for each tax code."""
    inclusive = document.prices_include_tax
    taxes = [
        _tax(sum((_amount(each, inclusive) for each in some), ZERO), some[0], inclusive)
        for some in _taxed_together(document.lines, per_code)
    ]
    whole = sum((_amount(line, inclusive) for line in document.lines), ZERO)
    tax = sum(taxes, ZERO)
    net = whole - tax if inclusive else whole
    return Totals(net=net, tax=tax, gross=net + tax)


def day(value: date) -> str:
    """MYOB's dates are moments without a zone."""
    return f"{value.isoformat()}T00:00:00"


def _taxed_together(lines: Sequence[Line], per_code: bool) -> list[list[Line]]:
    if not per_code:
        return [[line] for line in lines]
    groups: dict[tuple[str, Decimal], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.tax_code_id, line.tax_rate), []).append(line)
    return list(groups.values())


def _tax(amount: Decimal, line: Line, inclusive: bool) -> Decimal:
    part = _HUNDRED + line.tax_rate if inclusive else _HUNDRED
    return cents(amount * line.tax_rate / part)


def _amount(line: Line, inclusive: bool) -> Decimal:
    """As it counts there: with the tax where the document's prices hold it."""
    return line.net + line.tax if inclusive else line.net


def _require_length(document: Document, path: str) -> None:
    longest = NUMBER_LENGTH if path == INVOICES else SUPPLIER_NUMBER_LENGTH
    if len(document.number) > longest:
        raise Rejected(
            f"{LABEL} keeps numbers of up to {longest} characters.",
            status_code="NUMBER_TOO_LONG",
            field="number",
        )


def _require_currency(document: Document, home: str) -> None:
    if home and document.currency and document.currency != home:
        raise Rejected(
            f"FinSync sends to {LABEL} in {home} alone, the currency of the company "
            "file.",
            status_code="CURRENCY",
            field="currency",
        )


def _terms(document: Document) -> Payload:
    due = document.due_date or document.date
    days = max(0, (due - document.date).days)
    return {"PaymentIsDue": "InAGivenNumberOfDays", "BalanceDueDate": days}


def _line(document: Document, line: Line, item_of: ItemOf | None) -> Payload:
    if not line.tax_code_id:
        raise Rejected(
            f"Line {line.position} has no tax code in {LABEL}.",
            status_code="NO_TAX",
            field="lines",
        )
    amount = _amount(line, document.prices_include_tax)
    quantity, price = quantity_and_price(
        replace(line, net=amount),
        price_places=PRICE_PLACES,
        quantity_places=QUANTITY_PLACES,
    )
    sign = sign_of(document.kind)
    told: Payload = {
        "Type": "Transaction",
        "Description": line.text,
        "UnitPrice": price,
        "Total": sign * amount,
        "TaxCode": {"UID": line.tax_code_id},
    }
    if item_of is not None:
        item = {"UID": item_of(line)}
        return told | {"ShipQuantity": sign * quantity, "Item": item}
    if not line.account_id:
        raise Rejected(
            f"Line {line.position} has no account in {LABEL}.",
            status_code="NO_NOMINAL",
            field="lines",
        )
    account = {"UID": line.account_id}
    return told | {"UnitCount": sign * quantity, "Account": account}
