"""Our documents, as Odoo wants them. Pure.

Our number goes to `ref` and `payment_reference`, our reference to the source document
(`invoice_origin`); `name` is Odoo's own and counts its journal on. Taxes are always
told, for Odoo adds its default ones where a line names none.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any

from connectors.amounts import cents, quantity_and_price
from connectors.errors import Rejected, Unsupported
from connectors.records import ZERO, Document, DocumentKind, Line, Totals
from connectors.settings import ConnectionConfig

Values = dict[str, Any]

MOVE_TYPES = {
    DocumentKind.SALES_INVOICE: "out_invoice",
    DocumentKind.CREDIT_NOTE: "out_refund",
    DocumentKind.SUPPLIER_INVOICE: "in_invoice",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What of the connection's settings shapes a document."""

    price_places: int = 2
    quantity_places: int = 2
    round_globally: bool = False
    own_numbers: bool = False
    sales_journal: str = ""

    @classmethod
    def of(cls, config: ConnectionConfig) -> "Habits":
        return cls(
            price_places=_places(config.value("price_places")),
            quantity_places=_places(config.value("quantity_places")),
            round_globally=config.value("tax_rounding") == "round_globally",
            own_numbers=config.value("own_numbers") == "true",
            sales_journal=config.value("sales_journal"),
        )


def _places(told: str) -> int:
    return int(told) if told.isdecimal() else 2


def document_values(
    document: Document, *, currency_id: int | None, habits: Habits
) -> Values:
    """Raises `Rejected` or `Unsupported` for what cannot be told to Odoo."""
    if document.kind not in MOVE_TYPES:
        raise Unsupported("FinSync sends no orders to Odoo.", field="kind")
    values: Values = {"move_type": MOVE_TYPES[document.kind]}
    values |= changeable_values(document, currency_id=currency_id, habits=habits)
    if document.kind is DocumentKind.SUPPLIER_INVOICE:
        return values
    if habits.sales_journal:
        values["journal_id"] = integer(
            habits.sales_journal, "NO_METHOD", field="sales_journal"
        )
    if habits.own_numbers:
        values["name"] = document.number
    if document.kind is DocumentKind.CREDIT_NOTE and document.credited_id:
        values["reversed_entry_id"] = integer(
            document.credited_id, "NOT_FOUND", field="credited_id"
        )
    return values


def changeable_values(
    document: Document, *, currency_id: int | None, habits: Habits
) -> Values:
    """What can be written to a draft that is there."""
    _check_tax(document, habits)
    if currency_id is None:
        raise Rejected(
            f"{document.currency} is not active in Odoo.",
            status_code="CURRENCY",
            field="currency",
        )
    values: Values = {
        "partner_id": integer(document.party_id, "ACCOUNT_WRONG", field="party_id"),
        "invoice_date": document.date.isoformat(),
        "ref": document.number,
        "invoice_origin": document.reference,
        "currency_id": currency_id,
        "invoice_line_ids": [
            [0, 0, line_values(line, habits)] for line in document.lines
        ],
    }
    if document.due_date:
        values["invoice_date_due"] = document.due_date.isoformat()
    if document.kind is not DocumentKind.SUPPLIER_INVOICE:
        values["payment_reference"] = document.number
    if document.note:
        values["narration"] = escape(document.note).replace("\n", "<br>")
    return values


def line_values(line: Line, habits: Habits) -> Values:
    quantity, price = quantity_and_price(
        line,
        price_places=habits.price_places,
        quantity_places=habits.quantity_places,
    )
    values: Values = {
        "name": line.text or "/",
        "quantity": quantity,
        "price_unit": price,
        "tax_ids": [[6, 0, _taxes(line)]],
    }
    # The account alone, where there is one: a product would bring its stock along.
    if line.account_id:
        values["account_id"] = integer(line.account_id, "NO_NOMINAL", field="lines")
    elif line.item_id:
        values["product_id"] = integer(line.item_id, "NO_NOMINAL", field="lines")
    else:
        raise Rejected(
            f"Line {line.position} has no nominal code there.",
            status_code="NO_NOMINAL",
            field="lines",
        )
    return values


def forecast_totals(document: Document, habits: Habits) -> Totals:
    """Odoo rounds the tax on each line, or once for each tax."""
    net = sum((line.net for line in document.lines), ZERO)
    tax = _forecast_tax(document, habits)
    return Totals(net=net, tax=tax, gross=net + tax)


def integer(id: str, status_code: str, *, field: str) -> int:
    """Odoo's ids are numbers of 32 bits. Raises `Rejected`."""
    if id.isdecimal() and 0 < int(id) < 2**31:
        return int(id)
    raise Rejected(f"{id!r} is no id of Odoo.", status_code=status_code, field=field)


def _taxes(line: Line) -> list[int]:
    if not line.tax_code_id:
        return []
    return [integer(line.tax_code_id, "NO_TAX", field="lines")]


def _forecast_tax(document: Document, habits: Habits) -> Decimal:
    nets: defaultdict[tuple[object, ...], Decimal] = defaultdict(Decimal)
    for place, line in enumerate(document.lines):
        each = () if habits.round_globally else (place,)
        nets[*each, line.tax_code_id, line.tax_rate] += line.net
    taxes = (cents(net * Decimal(str(key[-1])) / 100) for key, net in nets.items())
    return sum(taxes, ZERO)


def _check_tax(document: Document, habits: Habits) -> None:
    override = document.tax_override
    if override is not None and override != _forecast_tax(document, habits):
        raise Unsupported(
            "Odoo computes the tax itself and cannot be told another one.",
            field="tax_override",
        )
