"""The books as FreeAgent's JSON objects: references are addresses, numbers texts."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..books import (
    Account,
    AccountType,
    Allocation,
    Direction,
    Document,
    Item,
    Kind,
    Line,
    Party,
    Payment,
    State,
    Status,
)
from ..ledger import Ledger
from ..seed import TAXES

Json = dict[str, Any]
PATHS = {
    Kind.SALES_INVOICE: "invoices",
    Kind.CREDIT_NOTE: "credit_notes",
    Kind.SUPPLIER_INVOICE: "bills",
}
KINDS = {path: kind for kind, path in PATHS.items()}
NAMES = {path: path.removesuffix("s") for path in KINDS}
GROUPS = {
    AccountType.INCOME: "income_categories",
    AccountType.COST_OF_SALES: "cost_of_sales_categories",
    AccountType.EXPENSE: "admin_expenses_categories",
}


def money(amount: Decimal) -> str:
    """As the vendor writes it: one place at least."""
    text = f"{amount.normalize():f}"
    return text if "." in text else f"{text}.0"


def stamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True, slots=True)
class Pages:
    """`base`: the address under which all records stand, as the caller wrote it."""

    ledger: Ledger
    base: str

    def url(self, path: str, id: str) -> str:
        return f"{self.base}/{path}/{id}"

    # --- documents

    def document(self, row: Document, *, items: bool = True) -> Json:
        path = PATHS[row.kind]
        sign = -1 if row.kind.is_credit else 1
        body: Json = {
            "url": self.url(path, row.id),
            "contact": self.url("contacts", row.party),
            "contact_name": self._party_name(row.party),
            "reference": row.number,
            "dated_on": row.date.isoformat(),
            "due_on": (row.due or row.date).isoformat(),
            "currency": row.currency,
            "exchange_rate": money(row.rate),
            "net_value": money(sign * row.net),
            "sales_tax_value": money(sign * row.tax),
            "total_value": money(sign * row.gross),
            "paid_value": money(sign * row.settled),
            "due_value": money(sign * row.balance),
            "status": self.status(row),
            "comments": row.memo,
            "created_at": stamp(row.created_at),
            "updated_at": stamp(row.updated_at),
        }
        if not row.kind.is_purchase:
            terms = ((row.due or row.date) - row.date).days
            body["payment_terms_in_days"] = max(0, terms)
        if items:
            name = f"{NAMES[path]}_items"
            body[name] = [self._item(row, at) for at in range(len(row.lines))]
        return body

    def status(self, row: Document) -> str:
        if row.state is State.DRAFT:
            return "Draft"
        if row.state is State.VOID:
            return "Written-off"
        if not row.gross:
            return "Zero Value"
        if row.status is Status.PAID:
            return "Refunded" if row.kind.is_credit else "Paid"
        late = (row.due or row.date) < self.ledger.today()
        return "Overdue" if late and not row.kind.is_credit else "Open"

    def _item(self, row: Document, at: int) -> Json:
        line = row.lines[at]
        purchase = row.kind.is_purchase
        account = self.ledger.line_account(line, purchase=purchase)
        body: Json = {
            "url": self.url(f"{NAMES[PATHS[row.kind]]}_items", f"{row.id}{at:03d}"),
            "description": line.description,
            **self._tax(line),
        }
        if account is not None:
            body["category"] = self.url("categories", account.code)
        if purchase:
            return body | {
                "total_value": money(line.gross),
                "sales_tax_value": money(line.tax),
            }
        sign = -1 if row.kind.is_credit else 1
        return body | {
            "position": at + 1,
            "item_type": line.extra.get("type", "Services"),
            "quantity": money(line.quantity),
            "price": money(sign * line.unit_price),
        }

    def _tax(self, line: Line) -> Json:
        status = line.extra.get("tax_status", "TAXABLE")
        percent = self.ledger.tax_codes.percent(line.tax_code)
        return {"sales_tax_rate": money(percent), "sales_tax_status": status}

    def _party_name(self, party_id: str) -> str:
        party = self.ledger.parties.table.peek(party_id)
        return party.name if party else ""

    # --- payments

    def explanation(self, row: Payment) -> Json | None:
        """None where it explains no document: money on account."""
        rows = self.ledger.settlements.of_payment(row.id)
        if not rows:
            return None
        paid = self.ledger.documents.table.peek(rows[0].document)
        sign = 1 if row.direction is Direction.RECEIVED else -1
        body: Json = {
            "url": self.url("bank_transaction_explanations", row.id),
            "bank_account": self.url("bank_accounts", row.account),
            "dated_on": row.date.isoformat(),
            "gross_value": money(sign * row.amount),
            "description": row.number,
            "updated_at": stamp(row.updated_at),
        }
        if paid is not None:
            name = "paid_bill" if paid.kind.is_purchase else "paid_invoice"
            body[name] = self.url(PATHS.get(paid.kind, "invoices"), paid.id)
        return body

    def reconciliation(self, row: Allocation) -> Json:
        return {
            "url": self.url("credit_note_reconciliations", row.id),
            "invoice": self.url("invoices", row.document),
            "credit_note": self.url("credit_notes", row.credit),
            "gross_value": money(row.amount),
            "dated_on": row.date.isoformat(),
            "updated_at": stamp(row.updated_at),
        }

    # --- master data

    def contact(self, row: Party) -> Json:
        body: Json = {
            "url": self.url("contacts", row.id),
            "organisation_name": row.name,
            "email": row.email,
            "phone_number": row.phone,
            "address1": row.address.street,
            "town": row.address.city,
            "region": row.address.region,
            "postcode": row.address.postcode,
            "country": row.address.country,
            "sales_tax_registration_number": row.tax_number,
            "charge_sales_tax": "Auto",
            "status": "Active" if row.active else "Hidden",
            "created_at": stamp(row.created_at),
            "updated_at": stamp(row.updated_at),
        }
        return {name: value for name, value in body.items() if value != ""}

    def categories(self) -> Json:
        groups: Json = {name: [] for name in (*GROUPS.values(), "general_categories")}
        for row in self.ledger.accounts.table:
            group = GROUPS.get(row.type, "general_categories")
            groups[group].append(self.category(row))
        return groups

    def category(self, row: Account) -> Json:
        return {
            "url": self.url("categories", row.code),
            "description": row.name,
            "nominal_code": row.code,
            "auto_sales_tax_rate": "Standard rate",
        }

    def bank(self, row: Account, *, primary: bool) -> Json:
        return {
            "url": self.url("bank_accounts", row.id),
            "type": "StandardBankAccount",
            "name": row.name,
            "currency": row.currency,
            "is_primary": primary,
            "status": "active",
        }

    def company(self) -> Json:
        company = self.ledger.company
        return {
            "url": f"{self.base}/company",
            "name": company.name,
            "subdomain": company.id,
            "type": "UkLimitedCompany",
            "currency": company.currency,
            "sales_tax_registration_status": "Registered",
            "sales_tax_rates": sorted(
                {money(percent) for _, _, percent, exempt in TAXES if not exempt},
                key=Decimal,
            ),
        }

    def price(self, row: Item) -> Json:
        found = self.ledger.accounts.find(row.income_account)
        return {
            "url": self.url("price_list_items", row.code),
            "code": row.code,
            "item_type": "Services",
            "quantity": "1.0",
            "price": money(row.price),
            "description": row.name,
            "category": self.url("categories", found.code if found else ""),
        }
