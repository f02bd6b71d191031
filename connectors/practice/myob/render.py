"""Documents and payments as MYOB's JSON objects. Amounts of credits are negative."""

import datetime as dt
from typing import Any

from ..books import ZERO, Document, Line, Payment, Role, State
from . import numbers
from .linking import PATHS, Json, layout_of, moment, own_number
from .masters import Masters


class Renderer(Masters):
    def document(self, row: Document, *, lines: bool) -> Json:
        path = PATHS[row.kind]
        named = f"{path}/{layout_of(row)}"
        sign = -1 if row.kind.is_credit else 1
        role = Role.SUPPLIER if row.kind.is_purchase else Role.CUSTOMER
        name = "Bill" if row.kind.is_purchase else "Invoice"
        due = row.due or row.date
        body = self._record(row, named) | {
            "Date": moment(row.date),
            role.value.title(): self._card_link(row.party, role),
            f"{name}Type": layout_of(row),
            f"{name}DeliveryStatus": "Nothing",
            "JournalMemo": self._memo(row),
            "Comment": row.extra.get("comment"),
            "IsTaxInclusive": row.prices_include_tax,
            "Status": status(row),
            "Subtotal": sign * (row.gross if row.prices_include_tax else row.net),
            "TotalTax": sign * row.tax,
            "TotalAmount": sign * row.gross,
            "BalanceDueAmount": sign * row.balance,
            "LastPaymentDate": None,
            "Terms": {
                "PaymentIsDue": "InAGivenNumberOfDays",
                "BalanceDueDate": (due - row.date).days,
                "DueDate": moment(due),
            },
            **_numbers(row),
        }
        return body | ({"Lines": self._lines(row)} if lines else {})

    def _memo(self, row: Document) -> str:
        word = "Purchase" if row.kind.is_purchase else "Sale"
        return row.memo or row.reference or f"{word}; {self._name(row.party)}"

    def _lines(self, row: Document) -> list[Json]:
        return [self._line(row, n, line) for n, line in enumerate(row.lines, start=1)]

    def _line(self, row: Document, place: int, line: Line) -> Json:
        sign = -1 if row.kind.is_credit else 1
        purchase = row.kind.is_purchase
        account = self.ledger.line_account(line, purchase=purchase)
        body: Json = {
            "RowID": line.extra.get("row", place),
            "RowVersion": line.extra.get("version", numbers.row_version(row)),
            "Type": "Transaction",
            "Description": line.description,
            "UnitPrice": line.unit_price,
            "DiscountPercent": line.discount_percent,
            "Total": sign * (line.gross if row.prices_include_tax else line.net),
            "Account": self._account_link(account),
            "TaxCode": self._tax_link(line.tax_code),
        }
        if layout_of(row) == "Service":
            return body | {"UnitCount": sign * line.quantity}
        item = self.ledger.items.find(line.item)
        link = self._link(item, "Inventory/Item", Number="code", Name="name")
        return body | {"ShipQuantity": sign * line.quantity, "Item": link}

    # --- payments

    def payment(self, path: str, row: Payment) -> Json:
        account = self.ledger.accounts.find(row.account) if row.account else None
        body = self._record(row, path) | {
            "Account": self._account_link(account),
            "Date": moment(row.date),
            "Memo": row.memo or row.reference,
        }
        if path == "Sale/CustomerPayment":
            return body | self._received(row)
        if path == "Sale/CreditRefund":
            return body | self._refunded(row)
        return body | self._paid(row)

    def _received(self, row: Payment) -> Json:
        return {
            "DepositTo": "Account",
            "Customer": self._card_link(row.party, Role.CUSTOMER),
            "ReceiptNumber": row.number,
            "AmountReceived": row.amount,
            "PaymentMethod": row.method or None,
            "Invoices": [
                {
                    "RowID": n,
                    "UID": each.document,
                    "AmountApplied": each.amount,
                    "Type": "Invoice",
                }
                for n, each in enumerate(self._applied(row), start=1)
            ],
        }

    def _paid(self, row: Payment) -> Json:
        return {
            "PayFrom": "Account",
            "Supplier": self._card_link(row.party, Role.SUPPLIER),
            "PaymentNumber": row.number,
            "AmountPaid": row.amount,
            "Lines": [
                {
                    "RowID": n,
                    "Type": "Bill",
                    "Purchase": self._document_link(each.document),
                    "AmountApplied": each.amount,
                }
                for n, each in enumerate(self._applied(row), start=1)
            ],
        }

    def _refunded(self, row: Payment) -> Json:
        [applied] = self._applied(row)
        return {
            "Customer": self._card_link(row.party, Role.CUSTOMER),
            "Number": row.number,
            "Invoice": self._document_link(applied.document),
            "Amount": row.amount,
        }

    def _applied(self, row: Payment) -> list[Any]:
        return self.ledger.settlements.of_payment(row.id)

    def settlement(self, id: str, on: dt.date) -> Json:
        rows = self.ledger.settlements.allocations.by("group", id)
        credit = self.ledger.documents.get(rows[0].credit)
        return {
            "UID": id,
            "URI": self._uri("Sale/CreditSettlement", id),
            "RowVersion": numbers.row_version(rows[0]),
            "CreditFromInvoice": self._document_link(credit.id),
            "Customer": self._card_link(credit.party, Role.CUSTOMER),
            "Date": moment(on),
            "CreditAmount": sum((each.amount for each in rows), ZERO),
            "Lines": [
                {
                    "Type": "Invoice",
                    "Sale": self._document_link(each.document),
                    "AmountApplied": each.amount,
                }
                for each in rows
            ],
        }


def status(row: Document) -> str:
    """There are no drafts there."""
    if row.state is State.DRAFT:
        return "Unknown"
    if row.balance <= ZERO:
        return "Closed"
    if row.kind.is_credit:
        return "Debit" if row.kind.is_purchase else "Credit"
    return "Open"


def _numbers(row: Document) -> Json:
    told = {"Number": own_number(row)}
    if row.kind.is_purchase:
        return told | {"SupplierInvoiceNumber": row.number}
    return told | {"CustomerPurchaseOrderNumber": row.extra.get("order")}
