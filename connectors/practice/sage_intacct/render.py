"""The books' records, as the gateway shows them: texts, dates, amounts by name."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lxml import etree

from ..books import (
    ZERO,
    Account,
    AccountType,
    Allocation,
    Document,
    Kind,
    Line,
    Party,
    Payment,
    Role,
    State,
    TaxCode,
)
from ..ledger import Ledger
from .wording import node

Row = dict[str, Any]
OBJECTS = {
    Kind.SALES_INVOICE: "ARINVOICE",
    Kind.CREDIT_NOTE: "ARADJUSTMENT",
    Kind.SUPPLIER_INVOICE: "APBILL",
}
SIDES = {"Sale": False, "Purchase": True}


def document(ledger: Ledger, row: Document) -> Row:
    sign = -1 if row.kind.is_credit else 1
    party = ledger.parties.table.peek(row.party)
    role = "VENDOR" if row.kind.is_purchase else "CUSTOMER"
    void = row.state is State.VOID
    due = ZERO if void else row.gross - row.settled
    found: Row = {
        "RECORDNO": int(row.id),
        "RECORDID": row.number,
        "STATE": state(row),
        "DESCRIPTION": row.memo,
        f"{role}ID": row.party,
        f"{role}NAME": party.name if party else "",
        "WHENCREATED": row.date,
        "WHENDUE": row.due,
        "CURRENCY": row.currency,
        "WHENMODIFIED": row.updated_at,
    }
    for name, amount in (
        ("ENTERED", row.gross),
        ("PAID", row.settled),
        ("DUE", due),
    ):
        signed = sign * amount + 0  # no minus before a zero
        found[f"TOTAL{name}"] = (signed * row.rate).quantize(Decimal("0.01"))
        found[f"TRX_TOTAL{name}"] = signed
    return found


def state(row: Document) -> str:
    if row.state is State.DRAFT:
        return "Draft"
    if row.state is State.VOID:
        return "Reversed"
    if row.balance <= ZERO:
        return "Paid"
    return "Partially Paid" if row.settled else "Posted"


def whole(ledger: Ledger, row: Document) -> etree._Element:
    """A record with its lines; those of tax stand among them."""
    name = OBJECTS[row.kind]
    element = plain(name, document(ledger, row))
    items = [_line(ledger, row, line) for line in row.lines]
    taxed = [_tax_line(row, line) for line in row.lines if line.tax]
    holder = node(f"{name}ITEMS")
    for each in (*items, *taxed):
        holder.append(plain(f"{name}ITEM".lower(), each))
    element.append(holder)
    return element


def plain(name: str, row: Mapping[str, Any]) -> etree._Element:
    return node(name, *(node(key, text(value)) for key, value in row.items()))


def text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.strftime("%m/%d/%Y %H:%M:%S")
    if isinstance(value, dt.date):
        return value.strftime("%m/%d/%Y")
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def party(row: Party, role: Role) -> Row:
    address = row.address
    mail = "DISPLAYCONTACT.MAILADDRESS"
    return {
        "RECORDNO": int("".join(c for c in row.id if c.isdigit())[:9] or 0),
        "VENDORID" if role is Role.SUPPLIER else "CUSTOMERID": row.id,
        "NAME": row.name,
        "STATUS": "active" if row.active else "inactive",
        "TAXID": row.tax_number,
        "CURRENCY": row.currency,
        "DISPLAYCONTACT.EMAIL1": row.email,
        "DISPLAYCONTACT.PHONE1": row.phone,
        f"{mail}.ADDRESS1": address.street,
        f"{mail}.CITY": address.city,
        f"{mail}.STATE": address.region,
        f"{mail}.ZIP": address.postcode,
        f"{mail}.COUNTRY": address.country,
        "WHENMODIFIED": row.updated_at,
    }


def account(row: Account) -> Row:
    income = row.type in (AccountType.INCOME,)
    result = (AccountType.INCOME, AccountType.EXPENSE, AccountType.COST_OF_SALES)
    credit = income or row.type in (AccountType.PAYABLE, AccountType.TAX)
    return {
        "RECORDNO": int(row.id),
        "ACCOUNTNO": row.code,
        "TITLE": row.name,
        "ACCOUNTTYPE": "incomestatement" if row.type in result else "balancesheet",
        "NORMALBALANCE": "credit" if credit else "debit",
        "STATUS": "active" if row.active else "inactive",
    }


def bank(row: Account) -> Row:
    return {
        "RECORDNO": int(row.id),
        "BANKACCOUNTID": f"BANK{row.code}",
        "BANKNAME": row.name,
        "CURRENCY": row.currency,
        "STATUS": "active" if row.active else "inactive",
    }


def tax_id(row: TaxCode, side: str) -> str:
    return f"UK {side} {row.name}"


def tax(ledger: Ledger, row: TaxCode, side: str) -> Row:
    return {
        "RECORDNO": int(row.id),
        "DETAILID": tax_id(row, side),
        "DESCRIPTION": row.name,
        "TAXTYPE": side,
        "VALUE": ledger.tax_codes.percent(row.id),
        "STATUS": "active" if row.active else "inactive",
    }


def payment(ledger: Ledger, row: Payment) -> Row:
    found = ledger.accounts.find(row.account) if row.account else None
    return {
        "RECORDNO": int(row.id),
        "DOCNUMBER": row.number,
        "CUSTOMERID": row.party,
        "RECEIPTDATE": row.date,
        "CURRENCY": row.currency,
        "STATE": "Reversed" if row.state is State.VOID else "Complete",
        "PAYMENTMETHOD": row.method,
        "FINANCIALENTITY": f"BANK{found.code}" if found else "",
        "TOTALENTERED": row.amount,
        "TRX_TOTALENTERED": row.amount,
        "WHENMODIFIED": row.updated_at,
    }


def detail(row: Allocation) -> Row:
    """What pays: money, or a credit that a receipt of nothing laid on it."""
    by_credit = bool(row.credit)
    return {
        "RECORDNO": int(row.id),
        "PAYMENTKEY": int(row.group or row.payment),
        "RECORDKEY": int(row.document),
        "ADJUSTMENTKEY": int(row.credit) if by_credit else None,
        "TRX_PAYMENTAMOUNT": ZERO if by_credit else row.amount,
        "TRX_ADJUSTMENTAMOUNT": row.amount if by_credit else ZERO,
    }


def _line(ledger: Ledger, row: Document, line: Line) -> Row:
    sign = -1 if row.kind.is_credit else 1
    account = ledger.line_account(line, purchase=row.kind.is_purchase)
    return {
        "ACCOUNTNO": account.code if account else "",
        "ENTRYDESCRIPTION": line.description,
        "AMOUNT": sign * line.net * row.rate,
        "TRX_AMOUNT": sign * line.net,
        "ISTAX": "false",
    }


def _tax_line(row: Document, line: Line) -> Row:
    sign = -1 if row.kind.is_credit else 1
    return {
        "ACCOUNTNO": "2200",
        "ENTRYDESCRIPTION": "Tax",
        "AMOUNT": sign * line.tax * row.rate,
        "TRX_AMOUNT": sign * line.tax,
        "ISTAX": "true",
    }
