"""The books' records, as Bill.com shows them."""

import datetime as dt
from decimal import Decimal
from typing import Any

from ..books import (
    ZERO,
    Account,
    AccountType,
    Address,
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
from . import names
from .names import wire

Row = dict[str, Any]
_TYPES = {
    AccountType.INCOME: "INCOME",
    AccountType.EXPENSE: "EXPENSE",
    AccountType.COST_OF_SALES: "COST_OF_GOODS_SOLD",
    AccountType.BANK: "BANK",
    AccountType.RECEIVABLE: "ACCOUNTS_RECEIVABLE",
    AccountType.PAYABLE: "ACCOUNTS_PAYABLE",
    AccountType.TAX: "OTHER_CURRENT_LIABILITY",
    AccountType.ASSET: "FIXED_ASSET",
    AccountType.LIABILITY: "LONG_TERM_LIABILITY",
    AccountType.EQUITY: "EQUITY",
}


def stamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds")


def _times(row: Record) -> Row:
    return {"createdTime": stamp(row.created_at), "updatedTime": stamp(row.updated_at)}


# --- documents


def document(ledger: Ledger, row: Document) -> Row:
    """As a write is answered."""
    if row.kind is Kind.SALES_INVOICE:
        return _invoice(ledger, row)
    if row.kind is Kind.CREDIT_NOTE:
        return _credit_memo(ledger, row)
    return _bill(ledger, row)


def read_document(ledger: Ledger, row: Document) -> Row:
    """Reading tells a little more than writing does."""
    shown = document(ledger, row)
    if row.kind is Kind.CREDIT_NOTE:
        return shown | {"usage": _usage(ledger, row)}
    if row.kind is Kind.SUPPLIER_INVOICE:
        vendor = ledger.parties.table.peek(row.party)
        return shown | {"vendorName": vendor.name if vendor else ""}
    return shown


def _usage(ledger: Ledger, row: Document) -> list[Row]:
    return [
        {
            "invoiceId": wire(names.DOCUMENTS[Kind.SALES_INVOICE], used.document),
            "amount": used.amount,
        }
        for used in ledger.settlements.of_credit(row.id)
    ]


def _invoice(ledger: Ledger, row: Document) -> Row:
    """An archived invoice keeps its status and what is due."""
    due = row.gross - row.settled
    return {
        "id": wire(names.DOCUMENTS[row.kind], row.id),
        "archived": row.state is State.VOID,
        "invoiceNumber": row.number,
        "invoiceDate": row.date.isoformat(),
        "dueDate": (row.due or row.date).isoformat(),
        "customerId": wire(names.CUSTOMER, row.party),
        "totalAmount": row.gross,
        "dueAmount": due,
        "scheduledAmount": ZERO,
        "creditAmount": _by_credit(ledger, row),
        "status": _status(row, due),
        "invoiceLineItems": [_sold(row, place) for place in range(len(row.lines))],
        "payments": _payments_of(ledger, row),
        **_sales_tax(ledger, row),
        **_times(row),
    }


def _status(row: Document, due: Decimal) -> str:
    if due <= ZERO:
        return "PAID_IN_FULL"
    return "PARTIAL_PAYMENT" if row.settled else "OPEN"


def _credit_memo(ledger: Ledger, row: Document) -> Row:
    left = row.gross - row.settled
    word = "PARTIALLY_APPLIED" if row.settled else "NOT_APPLIED"
    return {
        "id": wire(names.DOCUMENTS[row.kind], row.id),
        "customerId": wire(names.CUSTOMER, row.party),
        "referenceNumber": row.number,
        "creditDate": row.date.isoformat(),
        "description": row.memo,
        "archived": row.state is State.VOID,
        "amount": row.gross,
        "appliedAmount": row.settled,
        "status": word if left > ZERO else "FULLY_APPLIED",
        "creditMemoLineItems": [
            _sold(row, place) | {"amount": line.net, "taxable": _is_taxable(line)}
            for place, line in enumerate(row.lines)
        ],
        **_sales_tax(ledger, row),
        **_times(row),
    }


def _bill(ledger: Ledger, row: Document) -> Row:
    """Its lines have their tax inside, for a bill knows none."""
    due = row.gross - row.settled
    word = "PARTIALLY_PAID" if row.settled else "UNPAID"
    return {
        "id": wire(names.DOCUMENTS[row.kind], row.id),
        "archived": row.state is State.VOID,
        "vendorId": wire(names.VENDOR, row.party),
        "amount": row.gross,
        "paidAmount": row.settled,
        "dueAmount": due,
        "scheduledAmount": ZERO,
        "creditAmount": _by_credit(ledger, row),
        "description": row.memo,
        "dueDate": (row.due or row.date).isoformat(),
        "invoice": {
            "invoiceNumber": row.number,
            "invoiceDate": row.date.isoformat(),
        },
        "billLineItems": [
            {
                "id": _line_id(row, place),
                "amount": line.gross,
                "description": line.description,
                "classifications": _classifications(line),
            }
            for place, line in enumerate(row.lines)
        ],
        "paymentStatus": word if due > ZERO else "PAID",
        "approvalStatus": "UNASSIGNED",
        **_times(row),
    }


def _sold(row: Document, place: int) -> Row:
    line = row.lines[place]
    return {
        "id": _line_id(row, place),
        "description": line.description,
        "price": line.unit_price,
        "quantity": line.quantity,
        "classifications": _classifications(line),
    }


def _line_id(row: Document, place: int) -> str:
    return wire(names.INVOICE_LINE, f"{row.id}{place:0>4}")


def _classifications(line: Line) -> Row:
    told = {
        "chartOfAccountId": wire(names.ACCOUNT, line.account),
        "itemId": wire(names.ITEM, line.item),
    }
    return {name: id for name, id in told.items() if id}


def _is_taxable(line: Line) -> bool:
    return bool(line.tax_code)


def _sales_tax(ledger: Ledger, row: Document) -> Row:
    code = next((line.tax_code for line in row.lines if line.tax_code), "")
    if not code:
        return {}
    return {
        "salesTaxItemId": wire(names.ITEM, code),
        "salesTaxTotal": row.tax,
        "salesTaxPercentage": ledger.tax_codes.percent(code),
    }


def _by_credit(ledger: Ledger, row: Document) -> Decimal:
    used = ledger.settlements.of_document(row.id)
    return sum((each.amount for each in used if each.credit), ZERO)


def _payments_of(ledger: Ledger, row: Document) -> list[Row]:
    return [
        {
            "id": wire(names.RECEIPT, each.payment),
            "amount": each.amount,
            "status": "PAID",
            "date": each.date.isoformat(),
        }
        for each in ledger.settlements.of_document(row.id)
        if each.payment
    ]


# --- payments


def receipt(ledger: Ledger, row: Payment) -> Row:
    return {
        "id": wire(names.RECEIPT, row.id),
        "customerId": wire(names.CUSTOMER, row.party),
        "amount": row.amount,
        "invoicePayments": [
            {
                "invoiceId": wire(names.DOCUMENTS[Kind.SALES_INVOICE], each.document),
                "amount": each.amount,
                "paymentDate": row.date.isoformat(),
            }
            for each in ledger.settlements.of_payment(row.id)
        ],
        "description": row.memo,
        "paymentDate": row.date.isoformat(),
        "unappliedAmount": ledger.settlements.unallocated(row),
        "receivablesType": row.method or "OTHER",
        "status": "VOID" if row.state is State.VOID else "PAID",
        "onlinePayment": False,
        **_times(row),
    }


def recorded_receipt(ledger: Ledger, row: Payment) -> Row:
    """Recording answers otherwise than reading does."""
    return {
        "id": wire(names.RECEIPT, row.id),
        "customerId": wire(names.CUSTOMER, row.party),
        "paymentType": row.method,
        "paymentDate": row.date.isoformat(),
        "amount": row.amount,
        "unappliedAmount": ledger.settlements.unallocated(row),
        "status": "PAID",
        "description": row.memo,
        "invoices": [
            {
                "id": wire(names.DOCUMENTS[Kind.SALES_INVOICE], each.document),
                "payments": _payments_of(ledger, ledger.documents.get(each.document)),
            }
            for each in ledger.settlements.of_payment(row.id)
        ],
    }


def payout(ledger: Ledger, row: Payment) -> Row:
    return {
        "id": wire(names.PAYOUT, row.id),
        "vendorId": wire(names.VENDOR, row.party),
        "amount": row.amount,
        "billPayments": [
            {
                "id": wire("blp", each.id),
                "billId": wire(names.DOCUMENTS[Kind.SUPPLIER_INVOICE], each.document),
                "amount": each.amount,
                "vendorCredits": [],
            }
            for each in ledger.settlements.of_payment(row.id)
        ],
        "description": row.memo,
        "processDate": row.date.isoformat(),
        "status": "VOID" if row.state is State.VOID else "PAID",
        "onlinePayment": False,
        "disbursementType": "OFFLINE",
        **_times(row),
    }


def recorded_payout(ledger: Ledger, row: Payment) -> Row:
    account = {"chartOfAccountId": wire(names.ACCOUNT, row.account)}
    more = {"toPrintCheck": False, "classifications": account}
    return payout(ledger, row) | more


def payment(ledger: Ledger, row: Payment) -> Row:
    made = row.direction is Direction.MADE
    return payout(ledger, row) if made else receipt(ledger, row)


# --- master data


def party(row: Party, role: Role) -> Row:
    is_customer = role is Role.CUSTOMER
    address = "billingAddress" if is_customer else "address"
    currency = "invoiceCurrency" if is_customer else "billCurrency"
    return {
        "id": wire(names.PARTIES[role], row.id),
        "archived": not row.active,
        "name": row.name,
        "email": row.email,
        "phone": row.phone,
        "accountNumber": row.code,
        address: _address(row.address),
        currency: row.currency,
        **_times(row),
    }


def _address(address: Address) -> Row | None:
    told = {
        "line1": address.street,
        "city": address.city,
        "stateOrProvince": address.region,
        "zipOrPostalCode": address.postcode,
        "country": address.country,
    }
    return {name: value for name, value in told.items() if value} or None


def account(row: Account) -> Row:
    return {
        "id": wire(names.ACCOUNT, row.id),
        "archived": not row.active,
        "name": row.name,
        "account": {"type": _TYPES[row.type], "number": row.code},
        **_times(row),
    }


def item(row: Item) -> Row:
    return {
        "id": wire(names.ITEM, row.id),
        "type": "SERVICE",
        "name": row.name,
        "shortName": row.code,
        "archived": not row.active,
        "price": row.price,
        "chartOfAccountId": wire(names.ACCOUNT, row.income_account),
        "expenseChartOfAccountId": wire(names.ACCOUNT, row.expense_account),
        **_times(row),
    }


def tax(ledger: Ledger, row: TaxCode) -> Row:
    return {
        "id": wire(names.ITEM, row.id),
        "type": "SALES_TAX",
        "name": row.name,
        "shortName": row.code,
        "archived": not row.active,
        "percentage": ledger.tax_codes.percent(row.id),
        **_times(row),
    }
