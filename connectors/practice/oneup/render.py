"""The books as OneUp's JSON objects: money as numbers, references as objects."""

import datetime as dt
from typing import Any

from ..books import Account, Document, Item, Line, Party, State, TaxCode
from ..ledger import Ledger

Json = dict[str, Any]
# Headings of the chart, which take no entries.
FAMILIES = ((900001, "4", "Income"), (900002, "5", "Expenses"))
COMPANY = 1


def stamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def is_there(row: Document) -> bool:
    """There is no void: what was voided is gone."""
    return row.state is not State.VOID


def invoice(ledger: Ledger, row: Document) -> Json:
    party = ledger.parties.table.peek(row.party)
    due = {
        "due_date": (row.due or row.date).isoformat(),
        "amount": row.gross,
        "outstanding_amount": row.balance,
    }
    return {
        "id": int(row.id),
        "user_code": row.number,
        "external_id": row.reference,
        "date": row.date.isoformat(),
        "po_number": row.extra.get("po", ""),
        "customer_id": int(row.party),
        "customer": {"id": int(row.party), "name": party.name if party else ""},
        "currency_iso_code": row.currency,
        "public_note": row.memo,
        "invoice_status": "draft" if row.state is State.DRAFT else "invoiced",
        "sent": row.sent,
        "sent_at": stamp(row.sent_at) if row.sent_at else None,
        "paid": row.settled,
        "unpaid": row.balance,
        "subtotal": row.net,
        "tax_amount": row.tax,
        "total": row.gross,
        "installments": [due],
        "order_lines": [_line(at, line) for at, line in enumerate(row.lines, 1)],
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
    }


def _line(at: int, line: Line) -> Json:
    return {
        "id": at,
        "item_id": int(line.item) if line.item else None,
        "description": line.description,
        "quantity": line.quantity,
        "unit_price_wt": line.unit_price,
        "discount_rate": line.discount_percent,
        "sales_tax": {"id": int(line.tax_code)} if line.tax_code else None,
        "total": line.net,
    }


def customer(row: Party) -> Json:
    address = {
        "street_line1": row.address.street,
        "city": row.address.city,
        "state": row.address.region,
        "postal_code": row.address.postcode,
        "country": row.address.country,
    }
    type = row.extra.get("type", COMPANY)
    return {
        "id": int(row.id),
        "type": type,
        "status": row.extra.get("status", 1),
        "company_name": row.name if type == COMPANY else "",
        "full_name": row.name,
        "user_code": row.code,
        "email": row.email,
        "phone_number": row.phone,
        "taxpayer_id_number": row.tax_number,
        "currency_iso_code": row.currency,
        "address": address,
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
    }


def accounts(ledger: Ledger) -> list[Json]:
    families = [
        {"id": id, "number": number, "name": name, "is_family": True}
        for id, number, name in FAMILIES
    ]
    return families + [account(row) for row in ledger.accounts.table]


def account(row: Account) -> Json:
    return {"id": int(row.id), "number": row.code, "name": row.name, "is_family": False}


def tax(ledger: Ledger, row: TaxCode) -> Json:
    percent = ledger.tax_codes.percent(row.id)
    return {"id": int(row.id), "name": row.name, "rate": percent}


def item(ledger: Ledger, row: Item) -> Json:
    income = ledger.accounts.find(row.income_account)
    return {
        "id": int(row.id),
        "name": row.name,
        "item_number": row.code,
        "sales_price": row.price,
        "income_account": account(income) if income else None,
    }
