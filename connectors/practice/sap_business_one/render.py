"""The books' records, as the Service Layer shows them."""

import datetime as dt
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ..books import (
    ZERO,
    Account,
    AccountType,
    Document,
    Item,
    Line,
    Party,
    Payment,
    Role,
    State,
    TaxCode,
)
from ..ledger import Ledger
from .names import (
    INPUT,
    INVOICE_TYPES,
    MEMOS,
    OBJECTS,
    OUTPUT,
    group_code,
)

Row = dict[str, Any]
CENT = Decimal("0.01")
FIRST_NUMBER = 10_000
YES, NO = "tYES", "tNO"
CONTROLS = {Role.CUSTOMER: AccountType.RECEIVABLE, Role.SUPPLIER: AccountType.PAYABLE}


def number_of(record_id: str) -> int:
    """Numbers that people see differ from the keys, so that a mix-up shows."""
    return FIRST_NUMBER + int(record_id)


def moment(day: dt.date | None) -> str | None:
    return f"{day.isoformat()}T00:00:00Z" if day else None


def document(ledger: Ledger, row: Document) -> Row:
    foreign = row.currency != ledger.company.currency
    party = ledger.parties.table.peek(row.party)
    is_void = row.state is State.VOID
    local = _in_home(row, foreign=foreign)
    settled = ZERO if is_void else row.settled
    return {
        "@odata.etag": f'W/"{row.version:08X}"',
        "DocEntry": int(row.id),
        "DocNum": number_of(row.id),
        "DocType": row.extra.get("type", "dDocument_Service"),
        "DocObjectCode": OBJECTS[row.kind],
        "DocDate": moment(row.date),
        "DocDueDate": moment(row.due or row.date),
        "TaxDate": moment(row.date),
        "CardCode": row.party,
        "CardName": party.name if party else "",
        "NumAtCard": row.number or None,
        "DocCurrency": row.currency,
        "DocRate": row.rate if foreign else Decimal(1),
        "DocTotal": local(row.gross),
        "DocTotalFc": row.gross if foreign else ZERO,
        "VatSum": local(row.tax),
        "VatSumFc": row.tax if foreign else ZERO,
        "PaidToDate": local(settled),
        "PaidToDateFC": settled if foreign else ZERO,
        "DocumentStatus": "bost_Open" if row.balance > ZERO else "bost_Close",
        "Cancelled": YES if is_void else NO,
        "CancelStatus": "csYes" if is_void else "csNo",
        "AuthorizationStatus": "dasPending"
        if row.state is State.DRAFT
        else "dasWithout",
        "Comments": row.memo or None,
        "JournalMemo": row.extra.get("memo") or f"{MEMOS[row.kind]} - {row.party}",
        "CreationDate": moment(row.created_at.date()),
        "UpdateDate": moment(row.updated_at.date()),
        **row.extra.get("own", {}),
    }


def reversal(ledger: Ledger, row: Document) -> Row:
    """The document that took a cancelled one back."""
    entry = int(row.extra["cancellation"])
    return document(ledger, row) | {
        "DocEntry": entry,
        "DocNum": number_of(str(entry)),
        "DocumentStatus": "bost_Close",
        "Cancelled": NO,
        "CancelStatus": "csCancellation",
        "JournalMemo": f"{MEMOS[row.kind]} (Cancellation) - {row.party}",
    }


def rows(ledger: Ledger, row: Document) -> list[Row]:
    return [_row(ledger, row, place) for place in range(len(row.lines))]


def _row(ledger: Ledger, row: Document, place: int) -> Row:
    line = row.lines[place]
    foreign = row.currency != ledger.company.currency
    local = _in_home(row, foreign=foreign)
    account = ledger.accounts.find(line.account) if line.account else None
    account = account or ledger.line_account(line, purchase=row.kind.is_purchase)
    by_item = row.extra.get("type") == "dDocument_Items"
    item = ledger.items.find(line.item) if by_item and line.item else None
    return {
        "LineNum": place,
        "ItemCode": item.code if item else None,
        "ItemDescription": line.description or None,
        "Quantity": line.quantity if by_item else ZERO,
        "UnitPrice": line.unit_price if by_item else line.net,
        "AccountCode": account.code if account else None,
        "LineTotal": local(line.net),
        "RowTotalFC": line.net if foreign else ZERO,
        "VatGroup": _group(ledger, row, line),
        "TaxTotal": local(line.tax),
        "LineStatus": "bost_Open" if row.balance > ZERO else "bost_Close",
        "DocEntry": int(row.id),
    }


def partner(ledger: Ledger, row: Party) -> Row:
    role = row.roles[0]
    control = ledger.accounts.first(CONTROLS[role])
    address = row.address
    return {
        "@odata.etag": f'W/"{row.version:08X}"',
        "CardCode": row.id,
        "CardName": row.name,
        "CardType": "cCustomer" if role is Role.CUSTOMER else "cSupplier",
        "EmailAddress": row.email or None,
        "Phone1": row.phone or None,
        "FederalTaxID": row.tax_number or None,
        "CompanyRegistrationNumber": row.company_number or None,
        "Currency": row.currency,
        "DebitorAccount": control.code,
        "CurrentAccountBalance": ledger.party_balance(row.id)
        * (1 if role is Role.CUSTOMER else -1),
        "Valid": YES if row.active else NO,
        "Frozen": NO if row.active else YES,
        "UpdateDate": moment(row.updated_at.date()),
        "BPAddresses": [
            {
                "AddressName": "Bill to",
                "AddressType": "bo_BillTo",
                "Street": address.street or None,
                "City": address.city or None,
                "State": address.region or None,
                "ZipCode": address.postcode or None,
                "Country": address.country or None,
                "BPCode": row.id,
                "RowNum": 0,
            }
        ]
        if any((address.street, address.city, address.postcode))
        else [],
    }


def account(ledger: Ledger, row: Account) -> Row:
    kinds = {AccountType.INCOME: "at_Revenues", AccountType.EXPENSE: "at_Expenses"}
    kinds[AccountType.COST_OF_SALES] = "at_Expenses"
    return {
        "Code": row.code,
        "Name": row.name,
        "FormatCode": row.code,
        "AcctCurrency": row.currency,
        "AccountType": kinds.get(row.type, "at_Other"),
        "CashAccount": YES if row.type is AccountType.BANK else NO,
        "ActiveAccount": YES if row.active else NO,
        "Balance": ledger.account_balances().get(row.id, ZERO),
    }


def groups(ledger: Ledger, row: TaxCode) -> Iterator[Row]:
    """One group for sales and one for purchases."""
    rate = ledger.tax_codes.percent(row.id)
    for letter, category in ((OUTPUT, "bovcOutputTax"), (INPUT, "bovcInputTax")):
        yield {
            "Code": group_code(row, purchase=letter == INPUT),
            "Name": row.name,
            "Category": category,
            "Inactive": NO if row.active else YES,
            "VatGroups_Lines": [
                {"Effectivefrom": "2000-01-01T00:00:00Z", "Rate": rate}
            ],
        }


def item(ledger: Ledger, row: Item) -> Row:
    income = ledger.accounts.find(row.income_account) if row.income_account else None
    return {
        "ItemCode": row.code,
        "ItemName": row.name,
        "IncomeAccount": income.code if income else None,
        "SalesVATGroup": None,
        "SalesItem": YES,
        "InventoryItem": NO,
        "Valid": YES if row.active else NO,
    }


def payment(ledger: Ledger, row: Payment) -> Row:
    foreign = row.currency != ledger.company.currency
    bank = ledger.accounts.find(row.account) if row.account else None
    party = ledger.parties.table.peek(row.party)
    return {
        "@odata.etag": f'W/"{row.version:08X}"',
        "DocEntry": int(row.id),
        "DocNum": number_of(row.id),
        "DocType": row.extra.get("type", "rCustomer"),
        "DocDate": moment(row.date),
        "CardCode": row.party,
        "CardName": party.name if party else "",
        "DocCurrency": row.currency,
        "CashSum": ZERO,
        "TransferAccount": bank.code if bank else None,
        "TransferSum": row.amount,
        "TransferDate": moment(row.date),
        "TransferReference": row.number or None,
        "Remarks": row.memo or None,
        "JournalRemarks": row.method or None,
        "Cancelled": YES if row.state is State.VOID else NO,
        "PaymentInvoices": [
            {
                "LineNum": place,
                "DocEntry": int(each.document),
                "InvoiceType": INVOICE_TYPES[paid.kind],
                "SumApplied": each.amount * paid.rate,
                "AppliedFC": each.amount if foreign else ZERO,
            }
            for place, each in enumerate(ledger.settlements.of_payment(row.id))
            if (paid := ledger.documents.find(each.document))
        ],
    }


def _in_home(row: Document, *, foreign: bool) -> Any:
    rate = row.rate if foreign else Decimal(1)
    return lambda amount: (amount * rate).quantize(CENT, ROUND_HALF_UP)


def _group(ledger: Ledger, row: Document, line: Line) -> str | None:
    tax = ledger.tax_codes.find(line.tax_code) if line.tax_code else None
    return group_code(tax, purchase=row.kind.is_purchase) if tax else None
