"""The books as Kashoo's records: money in whole cents, ids as numbers."""

from decimal import Decimal
from typing import Any

from ..books import (
    Account,
    AccountType,
    Document,
    Kind,
    Line,
    Party,
    Payment,
    State,
    TaxCode,
)
from ..ledger import Ledger

Json = dict[str, Any]
KINDS = {"invoices": Kind.SALES_INVOICE, "bills": Kind.SUPPLIER_INVOICE}
TYPES = {
    AccountType.COST_OF_SALES: "COST_OF_GOODS_SOLD",
    AccountType.RECEIVABLE: "ACCOUNTS_RECEIVABLE",
    AccountType.PAYABLE: "ACCOUNTS_PAYABLE",
}


def in_cents(amount: Decimal) -> int:
    return int(amount * 100)


def is_there(row: Document) -> bool:
    """There is no void: what was voided is gone."""
    return row.state is not State.VOID


def document(ledger: Ledger, row: Document, *, lines: bool) -> Json:
    party = ledger.parties.table.peek(row.party)
    body: Json = {
        "id": int(row.id),
        "number": row.number,
        "date": row.date.isoformat(),
        "dueDate": (row.due or row.date).isoformat(),
        "contactId": int(row.party),
        "contactName": party.name if party else "",
        "currency": row.currency,
        "totalDue": in_cents(row.gross),
        "balanceDue": in_cents(row.balance),
    }
    if not lines:
        return body
    body["businessId"] = int(ledger.company.id)
    body["memo"] = row.memo
    body["poNumber"] = row.extra.get("po", "")
    items = enumerate(row.lines)
    body["lineItems"] = [_line(ledger, row, at, line) for at, line in items]
    return body


def _line(ledger: Ledger, row: Document, at: int, line: Line) -> Json:
    account = ledger.line_account(line, purchase=row.kind.is_purchase)
    return {
        "position": at,
        "account": {"id": int(account.id)} if account else None,
        "description": line.description,
        "quantity": line.quantity,
        "rate": in_cents(line.unit_price),
        "amount": in_cents(line.net),
        "taxes": [{"id": int(line.tax_code)}] if line.tax_code else [],
    }


def payment(ledger: Ledger, row: Payment, member: str) -> Json:
    return {
        "id": int(row.id),
        "date": row.date.isoformat(),
        "contactId": int(row.party),
        "depositAccount": {"id": int(row.account)},
        "amount": in_cents(row.amount),
        "memo": row.number,
        "payments": [
            {member: int(each.document), "amount": in_cents(each.amount)}
            for each in ledger.settlements.of_payment(row.id)
        ],
    }


def contact(row: Party) -> Json:
    address = {
        "address1": row.address.street,
        "city": row.address.city,
        "state": row.address.region,
        "postalCode": row.address.postcode,
        "country": row.address.country,
    }
    return {
        "id": int(row.id),
        "name": row.name,
        "email": row.email,
        "phone": row.phone,
        "taxNumber": row.tax_number,
        "address": address,
    }


def account(row: Account) -> Json:
    return {
        "id": int(row.id),
        "name": row.name,
        "type": TYPES.get(row.type, row.type.value.upper()),
        "number": row.code,
    }


def tax(ledger: Ledger, row: TaxCode) -> Json:
    percent = ledger.tax_codes.percent(row.id)
    return {"id": int(row.id), "name": row.name, "rate": percent}


def businesses(ledger: Ledger) -> list[Json]:
    """One of each product; the books are the first one's."""
    own = {
        "id": int(ledger.company.id),
        "name": ledger.company.name,
        "currency": ledger.company.currency,
        "product": "kashoo",
    }
    other = {"id": 987654321, "name": "Side Business", "currency": "CAD"}
    return [own, other | {"product": "tsa"}]
