"""The ledger's records, as Zoho Books shows them."""

import datetime as dt
from decimal import Decimal

from ..books import (
    Account,
    Address,
    Document,
    Item,
    Line,
    Party,
    Payment,
    Role,
    State,
    Status,
    TaxCode,
)
from ..ledger import Ledger
from .asking import Node
from .forms import Form, Purse

_ACCOUNT_TYPES = {
    "income": "income",
    "expense": "expense",
    "cost_of_sales": "cost_of_goods_sold",
    "bank": "bank",
    "receivable": "accounts_receivable",
    "payable": "accounts_payable",
    "tax": "other_current_liability",
    "asset": "fixed_asset",
    "liability": "other_current_liability",
    "equity": "equity",
}
_FIRST_CURRENCY = 982000000000097


def stamp(moment: dt.datetime) -> str:
    """Whole seconds, and an offset without a colon."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S+0000")


class Renderer:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def organisation(self) -> Node:
        company = self.ledger.company
        return {
            "organization_id": company.id,
            "name": company.name,
            "is_default_org": True,
            "currency_id": self.currency_ids()[company.currency],
            "currency_code": company.currency,
            "country_code": company.country,
            "time_zone": "Europe/London",
            "price_precision": 2,
        }

    def currency_ids(self) -> dict[str, str]:
        codes = self.ledger.company.currencies
        return {code: str(_FIRST_CURRENCY + at) for at, code in enumerate(codes)}

    def currencies(self) -> list[Node]:
        home = self.ledger.company.currency
        return [
            {
                "currency_id": id,
                "currency_code": code,
                "is_base_currency": code == home,
                "price_precision": 2,
            }
            for code, id in self.currency_ids().items()
        ]

    # --- documents

    def row(self, form: Form, row: Document) -> Node:
        """As in a list: without lines, taxes and terms."""
        party = self.ledger.parties.table.peek(row.party)
        named = "vendor_name" if row.kind.is_purchase else "customer_name"
        node = {
            form.id: row.id,
            form.number: row.number,
            "reference_number": row.reference,
            form.party: row.party,
            named: party.name if party else "",
            "status": self._word(row),
            "date": row.date.isoformat(),
            "currency_id": self.currency_ids().get(row.currency, ""),
            "currency_code": row.currency,
            "total": row.gross,
            "balance": row.balance,
            "created_time": stamp(row.created_at),
            "last_modified_time": stamp(row.updated_at),
        }
        if row.kind.is_credit:
            return node
        return node | {"due_date": (row.due or row.date).isoformat()}

    def document(self, form: Form, row: Document) -> Node:
        return self.row(form, row) | {
            "exchange_rate": row.rate,
            "is_inclusive_tax": row.prices_include_tax,
            "sub_total": row.net,
            "tax_total": row.tax,
            "notes": row.memo,
            "line_items": [
                self._line(line, f"{row.id}{at:02}") | {"item_order": at}
                for at, line in enumerate(row.lines, start=1)
            ],
        }

    def _word(self, row: Document) -> str:
        if row.state is not State.POSTED:
            return row.state.value
        if row.kind.is_credit:
            return "open" if row.status is Status.OPEN else "closed"
        if row.status is Status.PAID:
            return "paid"
        if (row.due or row.date) < self.ledger.today():
            return "overdue"
        if row.settled:
            return "partially_paid"
        return "open" if row.kind.is_purchase else "sent"

    def _line(self, line: Line, id: str) -> Node:
        account = self.ledger.line_account(line)
        percent = self.ledger.tax_codes.percent(line.tax_code)
        tax = self.ledger.tax_codes.find(line.tax_code) if line.tax_code else None
        return {
            "line_item_id": id,
            "item_id": line.item,
            "name": line.extra.get("name", line.description),
            "description": line.extra.get("text", ""),
            "account_id": account.id if account else "",
            "account_name": account.name if account else "",
            "rate": line.unit_price,
            "quantity": line.quantity,
            "item_total": line.net,
            "tax_id": line.tax_code,
            "tax_name": tax.name if tax else "",
            "tax_percentage": percent,
        }

    # --- payments

    def payment_row(self, purse: Purse, row: Payment) -> Node:
        """As in a list, which names what was paid by its numbers alone."""
        settled = self.ledger.settlements.of_payment(row.id)
        paid = (self.ledger.documents.get(each.document).number for each in settled)
        return {
            "payment_id": row.id,
            "payment_number": row.id[-4:],
            f"{purse.form.key}_numbers": ", ".join(paid),
            purse.party: row.party,
            "payment_mode": row.method or "others",
            "amount": row.amount,
            "unused_amount": self.ledger.settlements.unallocated(row),
            "date": row.date.isoformat(),
            "reference_number": row.reference or row.number,
            purse.bank: row.account,
            "last_modified_time": stamp(row.updated_at),
        }

    def payment(self, purse: Purse, row: Payment) -> Node:
        settled = self.ledger.settlements.of_payment(row.id)
        return self.payment_row(purse, row) | {
            "currency_code": row.currency,
            purse.documents: [
                {
                    purse.form.id: each.document,
                    f"{purse.form.key}_payment_id": each.id,
                    "amount_applied": each.amount,
                }
                for each in settled
            ],
        }

    def is_refund(self, row: Payment) -> bool:
        settled = self.ledger.settlements.of_payment(row.id)
        paid = (self.ledger.documents.get(each.document) for each in settled)
        return any(document.kind.is_credit for document in paid)

    def refund(self, row: Payment, credit_id: str) -> Node:
        return {
            "creditnote_refund_id": row.id,
            "creditnote_id": credit_id,
            "date": row.date.isoformat(),
            "refund_mode": row.method or "others",
            "reference_number": row.reference,
            "amount": row.amount,
            "from_account_id": row.account,
        }

    def refunds(self, credit: Document) -> list[Node]:
        """As in a list, which tells amounts in both currencies."""
        nodes = []
        for each in self.ledger.settlements.of_document(credit.id):
            node = self.refund(
                self.ledger.settlements.payments.get(each.payment), credit.id
            )
            paid = node.pop("amount")
            nodes.append({**node, "amount_fcy": paid, "amount_bcy": paid * credit.rate})
        return nodes

    def invoice_payments(self, row: Document) -> list[Node]:
        settled = self.ledger.settlements.of_document(row.id)
        return [
            {
                "payment_id": each.payment,
                "invoice_id": row.id,
                "invoice_payment_id": each.id,
                "amount": each.amount,
                "date": each.date.isoformat(),
            }
            for each in settled
            if each.payment
        ]

    def credited(self, row: Document) -> list[Node]:
        return [
            {
                "creditnote_id": row.id,
                "creditnote_invoice_id": each.id,
                "invoice_id": each.document,
                "credited_amount": each.amount,
                "date": each.date.isoformat(),
            }
            for each in self.ledger.settlements.of_credit(row.id)
        ]

    # --- master data

    def contact_row(self, row: Party) -> Node:
        return {
            "contact_id": row.id,
            "contact_name": row.name,
            "company_name": row.name,
            "contact_type": "vendor" if Role.SUPPLIER in row.roles else "customer",
            "status": "active" if row.active else "inactive",
            "email": row.email,
            "phone": row.phone,
            "currency_id": self.currency_ids().get(row.currency, ""),
            "currency_code": row.currency,
            "last_modified_time": stamp(row.updated_at),
        }

    def contact(self, row: Party) -> Node:
        person = {
            "contact_person_id": f"{row.id}01",
            "email": row.email,
            "phone": row.phone,
            "is_primary_contact": True,
        }
        return self.contact_row(row) | {
            "vat_reg_no": row.tax_number,
            "billing_address": _address(row.address),
            "contact_persons": [person],
        }

    def account(self, row: Account) -> Node:
        return {
            "account_id": row.id,
            "account_name": row.name,
            "account_code": row.code,
            "account_type": _ACCOUNT_TYPES[row.type.value],
            "is_active": row.active,
        }

    def tax(self, row: TaxCode) -> Node:
        return {
            "tax_id": row.id,
            "tax_name": row.name,
            "tax_percentage": self.ledger.tax_codes.percent(row.id),
            "tax_type": "tax",
        }

    def item(self, row: Item) -> Node:
        return {
            "item_id": row.id,
            "name": row.name,
            "sku": row.code,
            "rate": row.price or Decimal(0),
            "account_id": row.income_account,
            "purchase_account_id": row.expense_account,
            "tax_id": row.tax_code,
            "status": "active" if row.active else "inactive",
        }


def _address(row: Address) -> Node:
    return {
        "address": row.street,
        "city": row.city,
        "state": row.region,
        "zip": row.postcode,
        "country": row.country,
    }
