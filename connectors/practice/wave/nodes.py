"""The ledger's records as Wave's nodes, with ids as opaque as Wave's."""

import base64
import binascii
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from graphql import GraphQLError

from ..books import (
    Account,
    AccountType,
    Document,
    Item,
    Line,
    Party,
    Payment,
    State,
    Status,
    TaxCode,
)
from ..ledger import Ledger

Node = dict[str, Any]

LARGEST_PAGE = 200
USUAL_PAGE = 10
TYPES = {
    AccountType.INCOME: ("INCOME", "INCOME"),
    AccountType.EXPENSE: ("EXPENSE", "EXPENSE"),
    AccountType.COST_OF_SALES: ("EXPENSE", "COST_OF_GOODS_SOLD"),
    AccountType.BANK: ("ASSET", "CASH_AND_BANK"),
    AccountType.RECEIVABLE: ("ASSET", "RECEIVABLE_INVOICES"),
    AccountType.PAYABLE: ("LIABILITY", "PAYABLE_BILLS"),
    AccountType.TAX: ("LIABILITY", "SALES_TAX"),
    AccountType.ASSET: ("ASSET", "PROPERTY_PLANT_EQUIPMENT"),
    AccountType.LIABILITY: ("LIABILITY", "OTHER_LONG_TERM_LIABILITY"),
    AccountType.EQUITY: ("EQUITY", "RETAINED_EARNINGS"),
}


def opaque(kind: str, record_id: str) -> str:
    return base64.b64encode(f"{kind}:{record_id}".encode()).decode()


def plain_id(kind: str, node_id: str) -> str:
    """The ledger's id. Raises Wave's error where it is none of that kind."""
    try:
        text = base64.b64decode(node_id, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        text = ""
    found, _, record_id = text.partition(":")
    if found != kind or not record_id:
        raise not_found()
    return record_id


def not_found() -> GraphQLError:
    extensions = {"code": "NOT_FOUND"}
    return GraphQLError("Node could not be found.", extensions=extensions)


class Nodes:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def currency(self, code: str) -> Node:
        return {"code": code}

    def money(self, amount: Decimal, code: str) -> Node:
        return {
            "raw": int(amount * 100),
            "value": f"{amount:,.2f}",
            "currency": self.currency(code),
        }

    def customer(self, row: Party) -> Node:
        address = row.address
        return {
            "id": opaque("Customer", row.id),
            "name": row.name,
            "email": row.email or None,
            "phone": row.phone or None,
            "isArchived": not row.active,
            "currency": self.currency(row.currency),
            "address": {
                "addressLine1": address.street or None,
                "city": address.city or None,
                "postalCode": address.postcode or None,
                "country": {"code": address.country} if address.country else None,
            },
            "createdAt": row.created_at,
            "modifiedAt": row.updated_at,
        }

    def account(self, row: Account | None) -> Node | None:
        if row is None:
            return None
        kind, subtype = TYPES[row.type]
        return {
            "id": opaque("Account", row.id),
            "name": row.name,
            "displayId": row.code,
            "isArchived": not row.active,
            "currency": self.currency(row.currency),
            "balance": lambda info: self._balance(row),
            "balanceInBusinessCurrency": lambda info: self._balance(row),
            "type": {"name": kind.title(), "value": kind},
            "subtype": {"name": subtype.title(), "value": subtype},
        }

    def _balance(self, row: Account) -> Decimal:
        balance = self.ledger.account_balances().get(row.id, Decimal(0))
        credit = row.type in (AccountType.PAYABLE, AccountType.TAX, AccountType.INCOME)
        return -balance if credit else balance

    def tax(self, row: TaxCode) -> Node:
        return {
            "id": opaque("SalesTax", row.id),
            "name": row.name,
            "abbreviation": row.code,
            "rate": self.ledger.tax_codes.percent(row.id) / 100,
            "isArchived": not row.active,
        }

    def product(self, row: Item) -> Node:
        accounts = self.ledger.accounts
        return {
            "id": opaque("Product", row.id),
            "name": row.name,
            "unitPrice": row.price,
            "isSold": bool(row.income_account),
            "isBought": bool(row.expense_account),
            "isArchived": not row.active,
            "incomeAccount": self.account(accounts.find(row.income_account)),
            "expenseAccount": self.account(accounts.find(row.expense_account)),
        }

    def invoice(self, row: Document) -> Node:
        party = self.ledger.parties.table.peek(row.party)
        page = f"https://next.waveapps.com/practice/invoices/{row.id}"

        def money(amount: Decimal) -> Node:
            return self.money(amount, row.currency)

        return {
            "id": opaque("Invoice", row.id),
            "status": self.status(row),
            "title": "Invoice",
            "invoiceNumber": row.number,
            "poNumber": row.extra.get("poNumber"),
            "invoiceDate": row.date,
            "dueDate": row.due or row.date,
            "memo": row.memo or None,
            "footer": row.extra.get("footer"),
            "pdfUrl": f"{page}.pdf",
            "viewUrl": page,
            "exchangeRate": row.rate,
            "createdAt": row.created_at,
            "modifiedAt": row.updated_at,
            "lastSentAt": row.sent_at,
            "lastSentVia": "MARKED_SENT" if row.sent else "NOT_SENT",
            "currency": self.currency(row.currency),
            "customer": self.customer(party) if party else None,
            "taxTotal": money(row.tax),
            "total": money(row.gross),
            "amountDue": money(row.balance),
            "amountPaid": money(row.settled),
            "items": lambda info: [self._item(row, line) for line in row.lines],
            "payments": lambda info: self._payments(row),
        }

    def status(self, row: Document) -> str:
        if row.state is State.DRAFT:
            return "DRAFT"
        if row.status is Status.PAID:
            return "PAID"
        if (row.due or row.date) < self.ledger.today():
            return "OVERDUE"
        if row.settled:
            return "PARTIAL"
        return "SENT" if row.sent else "SAVED"

    def _item(self, row: Document, line: Line) -> Node:
        product = self.ledger.items.find(line.item)
        tax = self.ledger.tax_codes.find(line.tax_code) if line.tax_code else None
        money = self.money
        return {
            "description": line.description,
            "quantity": line.quantity,
            "price": line.unit_price,
            "account": self.account(self.ledger.line_account(line)),
            "product": self.product(product) if product else None,
            "subtotal": money(line.net, row.currency),
            "total": money(line.gross, row.currency),
            "taxes": [
                {"amount": money(line.tax, row.currency), "salesTax": self.tax(tax)}
            ]
            if tax
            else [],
        }

    def _payments(self, row: Document) -> list[Node]:
        settled = self.ledger.settlements.of_document(row.id)
        found = (self.ledger.settlements.payments.find(s.payment) for s in settled)
        return [
            self.payment(payment, row, each.amount)
            for payment, each in zip(found, settled, strict=True)
            if payment is not None
        ]

    def payment(self, row: Payment, invoice: Document, amount: Decimal) -> Node:
        return {
            "id": opaque("InvoicePayment", row.id),
            "amount": amount,
            "paymentDate": row.date,
            "paymentMethod": row.method or "UNSPECIFIED",
            "memo": row.reference or row.memo or row.number or None,
            "exchangeRate": Decimal(1),
            "createdAt": row.created_at,
            "modifiedAt": row.updated_at,
            "account": self.account(self.ledger.accounts.find(row.account)),
            "customer": None,
            "invoice": lambda info: self.invoice(self.ledger.documents.get(invoice.id)),
        }


def connection(
    rows: Sequence[Any],
    make: Callable[[Any], Node | None],
    *,
    page: int | None,
    size: int | None,
) -> Node:
    """Pages count from 1; more than 200 nodes are not given."""
    each = min(size or USUAL_PAGE, LARGEST_PAGE)
    at = page or 1
    if each < 1 or at < 1:
        raise GraphQLError("page and pageSize are positive")
    pages = -(-len(rows) // each)
    some = rows[(at - 1) * each : at * each]
    return {
        "pageInfo": {"currentPage": at, "totalPages": pages, "totalCount": len(rows)},
        "edges": [{"node": make(row)} for row in some],
    }
