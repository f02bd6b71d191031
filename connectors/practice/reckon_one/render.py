"""The ledger's records, as Reckon One shows them."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from ..books import (
    Account,
    Address,
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
    TaxCode,
)
from ..ledger import Ledger
from .asking import Node
from .forms import Form

_ACCOUNT_TYPES = {
    "income": "Income",
    "expense": "Expense",
    "cost_of_sales": "Expense_CostOfGoodsSold",
    "bank": "CurrentAsset_Bank",
    "receivable": "CurrentAsset_AccountsReceivable",
    "payable": "CurrentLiability_AccountsPayable",
    "tax": "CurrentLiability_Other",
    "asset": "NonCurrentAsset_Fixed",
    "liability": "CurrentLiability_Other",
    "equity": "Equity",
}
_DEBITS = ("expense", "cost_of_sales", "bank", "receivable", "asset")
_LINKED = {
    Kind.SALES_INVOICE: "Invoice",
    Kind.CREDIT_NOTE: "CreditNote",
    Kind.SUPPLIER_INVOICE: "Bill",
}


def at_midnight(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def stamp(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def made_up(*parts: str) -> str:
    """An id for what the ledger has no record of."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "/".join(parts)))


class Renderer:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def book(self) -> Node:
        company = self.ledger.company
        return {
            "id": company.id,
            "name": company.name,
            "status": "Active",
            "ownership": "Owned",
            "country": "United Kingdom",
            "bookCreated": True,
            "products": [],
        }

    def settings(self) -> Node:
        company = self.ledger.company
        closed = company.closed_until
        return {
            "bookName": company.name,
            "startDate": "2010-01-01T00:00:00Z",
            "bookCreatedDateTime": "2010-01-01T00:00:00Z",
            "lockOffDate": at_midnight(closed) if closed else None,
            "financialYearStartDay": 1,
            "financialYearStartMonth": 4,
            "bankDataRetrievalDays": 90,
        }

    # --- documents

    def document(self, form: Form, row: Document) -> Node:
        prices = "Inclusive" if row.prices_include_tax else "Exclusive"
        untaxed = not any(line.tax_code for line in row.lines)
        node: Node = {
            "id": row.id,
            form.number: row.number,
            "customer": self._party(row.party),
            form.day: at_midnight(row.date),
            "totalAmount": row.gross,
            "balance": row.balance,
            "amountTaxStatus": "NonTaxed" if untaxed else prices,
            "totalTaxAmount": row.tax,
            "status": self._status(form, row),
            "reference": row.reference,
            "emailStatus": "Sent" if row.sent else "Unsent",
            "notes": row.memo,
            "transactionLinks": self._links_of(row),
            "lineItems": [
                self._line(line, row, at) for at, line in enumerate(row.lines, start=1)
            ],
        }
        if row.kind is Kind.SALES_INVOICE:
            node["dueDate"] = at_midnight(row.due or row.date)
        return node

    def _status(self, form: Form, row: Document) -> str:
        if row.state is State.DRAFT:
            return "Draft"
        return form.done if row.status is Status.PAID else "Approved"

    def _line(self, line: Line, row: Document, at: int) -> Node:
        amount = line.net + line.tax if row.prices_include_tax else line.net
        node: Node = {
            "lineNumber": at,
            "lineId": made_up(row.id, str(at)),
            "description": line.description,
            "taxAmount": line.tax,
            "taxIsModified": line.given_tax is not None,
        }
        if line.tax_code:
            node["taxRate"] = self._tax(line.tax_code)
        if line.item and not line.account:
            item = self.ledger.items.get(line.item)
            node["itemDetails"] = {
                "item": {"id": item.id, "name": item.name},
                "price": line.unit_price,
                "quantity": line.quantity,
            }
            return node
        account = self.ledger.line_account(line, purchase=row.kind.is_purchase)
        node["accountDetails"] = {
            "ledgerAccount": self.account_ref(account) if account else None,
            "quantity": line.extra.get("quantity", 1),
            "amount": amount,
        }
        return node

    def _links_of(self, row: Document) -> list[Node]:
        settlements = self.ledger.settlements
        links = [
            self._link(each, "Receipt" if each.payment else "CreditNote", row.number)
            | {"transactionId": each.payment or each.credit}
            for each in settlements.of_document(row.id)
        ]
        return links + [
            self._link(each, "Invoice", "") | {"transactionId": each.document}
            for each in settlements.of_credit(row.id)
        ]

    def _link(self, each: Allocation, kind: str, number: str) -> Node:
        return {
            "linkId": each.id,
            "transactionType": kind,
            "transactionDate": at_midnight(each.date),
            "transactionAmount": each.amount,
        }

    # --- payments

    def payment(self, row: Payment) -> Node:
        received = row.direction is Direction.RECEIVED
        node: Node = {
            "id": row.id,
            ("receiptNumber" if received else "paymentNumber"): row.number,
            ("customer" if received else "supplier"): self._party(row.party),
            ("receiptDate" if received else "paymentDate"): at_midnight(row.date),
            "ledgerAccount": self.account_ref(self.ledger.accounts.get(row.account)),
            "allocateFullAmount": False,
            "reference": row.reference,
            "notes": row.memo,
            "totalAmount": row.amount,
            "reconciliationStatus": "Uncleared",
            "transactionLinks": [
                self._paid(each) for each in self.ledger.settlements.of_payment(row.id)
            ],
        }
        if not received:
            node["lastModifiedDateTime"] = stamp(row.updated_at)
        return node

    def _paid(self, each: Allocation) -> Node:
        document = self.ledger.documents.get(each.document)
        kind = _LINKED.get(document.kind, "Journal")
        return self._link(each, kind, document.number) | {
            "transactionId": document.id,
            "transactionNumber": document.number,
        }

    # --- master data

    def party(self, row: Party, *, supplier: bool) -> Node:
        kept = row.extra
        node: Node = {
            "id": row.id,
            "name": row.name,
            "organisationName": row.name,
            "businessNumber1": row.tax_number,
            "businessNumber2": row.company_number,
            "entityTypes": {"isCustomer": not supplier, "isSupplier": supplier},
            "status": "Active" if row.active else "Inactive",
            "electronicAddresses": self._typed(row, "Email", {"address": row.email}),
            "phoneNumbers": self._typed(row, "Work", {"number": row.phone}),
            "addresses": self._addresses(row, str(kept.get("address_type", "Billing"))),
            "balance": self.ledger.party_balance(row.id),
            "lastModifiedDateTime": stamp(row.updated_at),
        }
        return node | ({"isTpar": False} if supplier else {})

    def _typed(self, row: Party, name: str, members: dict[str, str]) -> list[Node]:
        if not any(members.values()):
            return []
        kind = {"id": made_up("type", name), "name": name}
        return [{"id": made_up(row.id, name), "type": kind, **members}]

    def _addresses(self, row: Party, name: str) -> list[Node]:
        address = row.address
        if address == Address():
            return []
        members = {
            "line1": address.street,
            "town": address.city,
            "state": address.region,
            "postcode": address.postcode,
            "country": address.country,
        }
        return self._typed(row, name, members)

    def account(self, row: Account) -> Node:
        return {
            "id": row.id,
            "name": row.name,
            "fullName": row.name,
            "isDebit": row.type.value in _DEBITS,
            "sortOrder": int(row.code or 0),
            "status": "Active" if row.active else "Inactive",
            "accountType": _ACCOUNT_TYPES[row.type.value],
            "accountCode": row.code,
            "lastModifiedDateTime": stamp(row.updated_at),
        }

    def account_ref(self, row: Account) -> Node:
        return {"id": row.id, "name": row.name}

    def tax(self, row: TaxCode) -> Node:
        return {
            "id": row.id,
            "name": row.name,
            "description": row.name,
            "rate": self.ledger.tax_codes.percent(row.id),
            "status": "Active" if row.active else "Inactive",
            "useOnPurchases": row.purchases,
            "useOnSales": row.sales,
        }

    def item(self, row: Item) -> Node:
        return {
            "id": row.id,
            "name": row.name,
            "fullName": row.name,
            "itemType": "Service",
            "itemCode": row.code,
            "amountTaxStatus": "Exclusive",
            "status": "Active" if row.active else "Inactive",
            "sale": self._use(row.income_account, row.price),
            "purchase": self._use(row.expense_account, Decimal(0)),
            "createdDateTime": stamp(row.created_at),
            "lastModifiedDateTime": stamp(row.updated_at),
        }

    def _use(self, account: str, price: Decimal) -> Node | None:
        row = self.ledger.accounts.find(account) if account else None
        return {"price": price, "ledgerAccount": self.account_ref(row)} if row else None

    def _party(self, id: str) -> Node:
        row = self.ledger.parties.table.peek(id)
        return {"id": id, "name": row.name if row else ""}

    def _tax(self, id: str) -> dict[str, Any]:
        return {"id": id, "name": self.ledger.tax_codes.get(id).name}
