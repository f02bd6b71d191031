"""The books as Sage's JSON objects."""

import datetime as dt
from decimal import Decimal
from typing import Any

from ..books import (
    ZERO,
    Account,
    AccountType,
    Address,
    Allocation,
    Direction,
    Document,
    Item,
    Kind,
    Line,
    Party,
    Payment,
    Record,
    Role,
    State,
    TaxCode,
)
from ..ledger import Ledger

Json = dict[str, Any]
PATHS = {
    Kind.SALES_INVOICE: "sales_invoices",
    Kind.CREDIT_NOTE: "sales_credit_notes",
    Kind.SUPPLIER_INVOICE: "purchase_invoices",
    Kind.SUPPLIER_CREDIT: "purchase_credit_notes",
}
KINDS = {path: kind for kind, path in PATHS.items()}
TAXES = {"S": "GB_STANDARD", "R": "GB_LOWER", "Z": "GB_ZERO", "E": "GB_EXEMPT"}
NO_TAX = "GB_NO_TAX"
TAX_NAMES = {"S": "Standard", "R": "Lower Rate", "Z": "Zero Rated", "E": "Exempt"}
ACCOUNT_TYPES = {
    AccountType.INCOME: "SALES",
    AccountType.EXPENSE: "OVERHEADS",
    AccountType.COST_OF_SALES: "DIRECT_EXPENSES",
    AccountType.BANK: "BANK",
}
CONTROLS = {
    AccountType.RECEIVABLE: "TRADE_DEBTORS",
    AccountType.PAYABLE: "TRADE_CREDITORS",
    AccountType.TAX: "VAT_ON_SALES",
}
CONTACT_TYPES = {Role.CUSTOMER: "CUSTOMER", Role.SUPPLIER: "VENDOR"}


def stamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def base(id: str, shown: str, path: str) -> Json:
    return {"id": id, "displayed_as": shown, "$path": f"/{path}/{id}"}


def record(row: Record, shown: str, path: str) -> Json:
    body = base(row.id, shown, path) | {
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
    }
    return body | ({"deleted_at": stamp(row.updated_at)} if row.deleted else {})


# --- documents


def status(row: Document) -> str:
    if row.state is State.VOID:
        return "VOID"
    if row.state is State.DRAFT:
        return "DRAFT"
    if row.balance <= ZERO:
        return "PAID"
    return "PART_PAID" if row.settled else "UNPAID"


def document(ledger: Ledger, row: Document) -> Json:
    path = PATHS[row.kind]
    word = status(row)
    body = record(row, shown_number(row), path) | {
        "contact": _party(ledger, row.party),
        "contact_name": _party_name(ledger, row.party),
        "date": row.date.isoformat(),
        "reference": _shown_reference(row),
        "notes": row.memo,
        "net_amount": row.net,
        "tax_amount": row.tax,
        "total_amount": row.gross,
        "total_paid": row.settled,
        "outstanding_amount": row.balance,
        "currency": base(row.currency, row.currency, "currencies"),
        "exchange_rate": Decimal(1) if row.rate == 1 else round(1 / row.rate, 6),
        "status": base(word, word.replace("_", " ").title(), "artefact_statuses"),
        "editable": not row.settled and row.state is not State.VOID,
        "migrated": False,
        "tax_reconciled": False,
        _lines_name(row.kind): [
            _line(ledger, row, n) for n, _ in enumerate(row.lines, start=1)
        ],
    }
    if reason := row.extra.get("void_reason"):
        body["void_reason"] = reason
    return body | _by_kind(row)


def shown_number(row: Document) -> str:
    if row.kind.is_purchase:
        return f"PI-{row.id[:6]}"
    return row.number


def _by_kind(row: Document) -> Json:
    due = {"due_date": row.due.isoformat()} if row.due else {}
    if row.kind.is_purchase:
        return due | {"vendor_reference": row.number}
    prefix, _, number = row.number.rpartition("-")
    name = "credit_note" if row.kind.is_credit else "invoice"
    told: Json = {
        "sent": row.sent,
        "sent_by_email": False,
        f"{name}_number_prefix": f"{prefix}-"[:6] if prefix else "",
        f"{name}_number": number,
    }
    return told if row.kind.is_credit else due | told


def _shown_reference(row: Document) -> str:
    return str(row.extra.get("reference", row.reference))[:25]


def _lines_name(kind: Kind) -> str:
    return "credit_note_lines" if kind.is_credit else "invoice_lines"


def _line(ledger: Ledger, row: Document, number: int) -> Json:
    line = row.lines[number - 1]
    body: Json = {
        "id": f"{row.id[:28]}{number:04d}",
        "description": line.description,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "unit_price_includes_tax": row.prices_include_tax,
        "net_amount": line.net,
        "tax_amount": line.tax,
        "total_amount": line.gross,
        "tax_rate": _tax(ledger, line),
    }
    account = ledger.line_account(line, purchase=row.kind.is_purchase)
    if account:
        body["ledger_account"] = base(
            account.id, _account_name(account), "ledger_accounts"
        )
    return body


def _tax(ledger: Ledger, line: Line) -> Json:
    found = ledger.tax_codes.find(line.tax_code) if line.tax_code else None
    id = TAXES.get(found.code, NO_TAX) if found else NO_TAX
    return base(id, id, "tax_rates")


def _party(ledger: Ledger, party_id: str) -> Json:
    return base(party_id, _party_name(ledger, party_id), "contacts")


def _party_name(ledger: Ledger, party_id: str) -> str:
    party = ledger.parties.table.peek(party_id)
    return party.name if party else ""


# --- payments


def payment(ledger: Ledger, row: Payment) -> Json:
    word = row.extra.get("type") or _payment_type(ledger, row)
    return record(row, row.number or word, "contact_payments") | {
        "transaction_type": base(word, word, "transaction_types"),
        "contact": _party(ledger, row.party),
        "bank_account": base(row.account, "Bank", "bank_accounts"),
        "date": row.date.isoformat(),
        "total_amount": row.amount,
        "net_amount": row.amount,
        "currency": base(row.currency, row.currency, "currencies"),
        "reference": row.number[:25],
        "allocated_artefacts": [
            _artefact(ledger, each) for each in ledger.settlements.of_payment(row.id)
        ],
        "editable": True,
    }


def _payment_type(ledger: Ledger, row: Payment) -> str:
    rows = ledger.settlements.of_payment(row.id)
    paid = ledger.documents.find(rows[0].document) if rows else None
    received = row.direction is Direction.RECEIVED
    purchase = paid.kind.is_purchase if paid else not received
    if received:
        return "VENDOR_REFUND" if purchase else "CUSTOMER_RECEIPT"
    return "VENDOR_PAYMENT" if purchase else "CUSTOMER_REFUND"


def _artefact(ledger: Ledger, each: Allocation) -> Json:
    row = ledger.documents.table.peek(each.document)
    path = PATHS[row.kind] if row else "sales_invoices"
    shown = shown_number(row) if row else ""
    return {
        "id": each.id,
        "artefact": base(each.document, shown, path),
        "amount": each.amount,
        "discount": ZERO,
    }


def allocation(ledger: Ledger, rows: list[Allocation], contact: str) -> Json:
    first = rows[0]
    return record(first, "Allocation", "contact_allocations") | {
        "transaction_type": base(
            "CUSTOMER_ALLOCATION", "Customer Allocation", "transaction_types"
        ),
        "contact": _party(ledger, contact),
        "date": first.date.isoformat(),
        "allocated_artefacts": [
            {
                name: value
                for name, value in _artefact(ledger, each).items()
                if name != "discount"
            }
            for each in rows
        ],
    }


# --- master data


def contact(row: Party) -> Json:
    types = [
        base(CONTACT_TYPES[role], CONTACT_TYPES[role].title(), "contact_types")
        for role in row.roles
    ]
    return record(row, row.name, "contacts") | {
        "name": row.name,
        "contact_types": types,
        "reference": row.code[:10],
        "tax_number": row.tax_number,
        "registered_number": row.company_number,
        "email": row.email,
        "currency": base(row.currency, row.currency, "currencies"),
        "main_address": _address(row.id, row.address),
        "main_contact_person": _person(row),
        "system": False,
    }


def _person(row: Party) -> Json:
    return base(f"{row.id[:30]}cp", row.name[:50], "contact_persons") | {
        "name": row.name[:50],
        "email": row.email,
        "telephone": row.phone,
        "is_main_contact": True,
    }


def _address(party_id: str, address: Address) -> Json:
    body = base(f"{party_id[:30]}ad", "Main Address", "addresses") | {
        "address_line_1": address.street,
        "city": address.city,
        "region": address.region,
        "postal_code": address.postcode,
        "is_main_address": True,
    }
    if address.country:
        body["country"] = base(address.country, address.country, "countries")
    return body


def _account_name(row: Account) -> str:
    return f"{row.name} ({row.code})"


def ledger_account(row: Account) -> Json:
    word = ACCOUNT_TYPES.get(row.type, "OTHER")
    control = CONTROLS.get(row.type)
    body = record(row, _account_name(row), "ledger_accounts") | {
        "name": row.name,
        "display_name": row.name,
        "nominal_code": int(row.code),
        "ledger_account_type": base(word, word.title(), "ledger_account_types"),
        "included_in_chart": True,
        "visible_in_sales": row.type is AccountType.INCOME,
        "visible_in_expenses": row.type
        in (AccountType.EXPENSE, AccountType.COST_OF_SALES),
        "visible_in_banking": row.type is AccountType.BANK,
        "is_control_account": control is not None,
    }
    return body | ({"control_name": control} if control else {})


def bank_account(row: Account) -> Json:
    return record(row, _account_name(row), "bank_accounts") | {
        "ledger_account": base(row.id, _account_name(row), "ledger_accounts"),
        "nominal_code": int(row.code),
    }


def tax_rate(ledger: Ledger, row: TaxCode | None) -> Json:
    """None: no tax at all."""
    id = TAXES.get(row.code, row.code) if row else NO_TAX
    percent = ledger.tax_codes.percent(row.id) if row else ZERO
    name = f"{TAX_NAMES.get(row.code, row.name) if row else 'No Tax'} {percent:.2f}%"
    return base(id, name, "tax_rates") | {
        "name": name,
        "percentage": percent,
        "is_visible": True,
        "editable": False,
    }


def product(ledger: Ledger, row: Item) -> Json:
    body = record(row, row.name, "products") | {
        "description": row.name,
        "item_code": row.code,
        "active": row.active,
    }
    for name, id in (
        ("sales_ledger_account", row.income_account),
        ("purchase_ledger_account", row.expense_account),
    ):
        account = ledger.accounts.find(id) if id else None
        if account is not None:
            body[name] = base(id, _account_name(account), "ledger_accounts")
    return body
