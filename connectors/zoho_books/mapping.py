"""Our documents, as Zoho Books wants them. Pure.

Lines go without discount and without tax inside. Zoho lays the tax on by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from connectors.amounts import (
    quantity_and_price,
    totals_per_line,
    totals_per_tax_code,
)
from connectors.errors import Rejected, Unsupported
from connectors.records import Document, DocumentKind, Line, Totals
from connectors.transport.json_codec import plain
from connectors.zoho_books.api import Node, checked
from connectors.zoho_books.errors import LABEL
from connectors.zoho_books.kinds import PLACES

NUMBER_LENGTH = 100
NAME_LENGTH = 100
TEXT_LENGTH = 2000
PRICE_PLACES = 6
QUANTITY_PLACES = 3
# A credit note's quantity is a whole number in Zoho's schema.
CREDIT_QUANTITY_PLACES = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How an organisation wants its documents. `carriers`: account -> the item that
    carries it, where sales lines name items alone; `currencies`: code -> id."""

    per_line: bool = True
    carriers: Mapping[str, str] | None = None
    currencies: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)


def document_payload(document: Document, style: Style) -> Node:
    """Raises `Rejected` or `Unsupported` for what Zoho Books cannot be told."""
    if document.kind not in PLACES:
        raise Unsupported(f"{LABEL} takes no orders from FinSync.", field="kind")
    _require_length(document)
    _require_tax(document, per_line=style.per_line)
    place = PLACES[document.kind]
    payload: Node = {
        **style.extra,
        place.party: checked(document.party_id, "ACCOUNT_WRONG", field="party_id"),
        place.number: document.number,
        "reference_number": document.reference,
        "date": document.date,
        "currency_id": _currency(document, style.currencies),
        "is_inclusive_tax": False,
        "line_items": [_line(line, document, style) for line in document.lines],
    }
    if document.note:
        payload["notes"] = document.note
    return payload | _of_kind(document)


def _of_kind(document: Document) -> Node:
    rate: Node = {}
    if document.rate != 1:
        rate["exchange_rate"] = document.rate
    if document.kind is DocumentKind.CREDIT_NOTE:
        # The one kind whose rate is a text in the schema.
        return {name: plain(value) for name, value in rate.items()}
    return rate | {"due_date": document.due_date or document.date}


def _line(line: Line, document: Document, style: Style) -> Node:
    is_credit = document.kind is DocumentKind.CREDIT_NOTE
    quantity, price = quantity_and_price(
        line,
        price_places=PRICE_PLACES,
        quantity_places=CREDIT_QUANTITY_PLACES if is_credit else QUANTITY_PLACES,
    )
    if quantity < 0:
        quantity, price = -quantity, -price
    payload: Node = {
        **_text(line, document.kind),
        "rate": price,
        "quantity": int(quantity) if is_credit else quantity,
        **_account(line, document.kind, style),
    }
    if not is_credit:
        payload["item_order"] = line.position
    if line.tax_code_id:
        payload["tax_id"] = checked(line.tax_code_id, "NO_TAX", field="lines")
    return payload


def _text(line: Line, kind: DocumentKind) -> Node:
    """A name is one line of text; what does not fit stands in the description."""
    told = line.text[:TEXT_LENGTH]
    if kind is DocumentKind.SUPPLIER_INVOICE:
        return {"description": told}
    name = " ".join(line.text.split())[:NAME_LENGTH]
    return {"name": name} | ({"description": told} if told != name else {})


def _account(line: Line, kind: DocumentKind, style: Style) -> Node:
    if not line.account_id:
        raise Rejected(
            f"Line {line.position} has no account in {LABEL}.",
            status_code="NO_NOMINAL",
            field="lines",
        )
    account = checked(line.account_id, "NO_NOMINAL", field="lines")
    if kind is DocumentKind.SUPPLIER_INVOICE:
        return {"account_id": account}
    if style.carriers is not None:
        return {"item_id": style.carriers[account]}
    item = {"item_id": line.item_id} if line.item_id else {}
    return {"account_id": account} | item


def _currency(document: Document, currencies: Mapping[str, str]) -> str:
    """Left out, it would be the customer's."""
    if found := currencies.get(document.currency):
        return found
    raise Rejected(
        f"{document.currency} is not among the currencies of this organisation in "
        f"{LABEL}.",
        status_code="CURRENCY",
        field="currency",
    )


def _require_length(document: Document) -> None:
    if len(document.number) > NUMBER_LENGTH:
        raise Rejected(
            f"{LABEL} takes numbers of up to {NUMBER_LENGTH} characters.",
            status_code="NUMBER_TOO_LONG",
            field="number",
        )


def forecast_totals(document: Document, *, per_line: bool) -> Totals:
    return (totals_per_line if per_line else totals_per_tax_code)(document)


def _require_tax(document: Document, *, per_line: bool) -> None:
    override = document.tax_override
    if override is None:
        return
    if override != forecast_totals(document, per_line=per_line).tax:
        raise Unsupported(
            f"{LABEL} computes the tax itself and cannot be told another one.",
            field="tax_override",
        )


def warnings_of(document: Document) -> tuple[str, ...]:
    cut = [line.position for line in document.lines if len(line.text) > TEXT_LENGTH]
    if not cut:
        return ()
    where = ", ".join(map(str, cut))
    return (f"The text of line {where} was cut at {TEXT_LENGTH} characters.",)


def strayed(document: Document, node: Node) -> list[int]:
    """Positions of the lines that stand on another account than we told. An account
    that the answer does not show is not judged."""
    rows = [row for row in node.get("line_items") or () if isinstance(row, dict)]
    found = zip(document.lines, rows, strict=False)
    return [
        line.position
        for line, row in found
        if str(row.get("account_id") or line.account_id) != line.account_id
    ]


def amount(node: Mapping[str, Any], name: str) -> Decimal | None:
    value = node.get(name)
    return None if value in (None, "") else Decimal(str(value))
