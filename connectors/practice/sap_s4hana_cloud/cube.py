"""The ledger as accounting line items, each document with the line of its customer or
supplier, its G/L lines and its tax lines. Debits are positive."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ..books import ZERO, Direction, Document, Kind, Payment, State
from ..ledger import Ledger
from .codes import COMPANY_CODE, TYPES, number_of, sap_tax

Row = dict[str, Any]
DATES = (
    "DocumentDate",
    "PostingDate",
    "NetDueDate",
    "AccountingDocumentCreationDate",
    "LastChangeDate",
    "ClearingDate",
    "ClearingCreationDate",
)
_TAX_KINDS = {False: "MWS", True: "VST"}
_EMPTY: Row = {
    "DocumentItemText": "",
    "NetDueDate": None,
    "Customer": "",
    "CustomerName": "",
    "Supplier": "",
    "SupplierName": "",
    "GLAccount": "",
    "TaxCode": "",
    "TransactionTypeDetermination": "",
    "IsCleared": False,
    "ClearingDate": None,
    "ClearingCreationDate": None,
    "ClearingAccountingDocument": "",
    "ClearingDocFiscalYear": "",
    "InvoiceReference": "",
    "InvoiceReferenceFiscalYear": "",
}
NAMES = {
    *_EMPTY,
    *DATES,
    "CompanyCode",
    "CompanyCodeName",
    "FiscalYear",
    "AccountingDocument",
    "AccountingDocumentItem",
    "AccountingDocumentType",
    "FinancialAccountType",
    "DebitCreditCode",
    "DocumentReferenceID",
    "TransactionCurrency",
    "AmountInTransactionCurrency",
    "IsReversed",
    "IsReversal",
    "ReferenceDocumentType",
    "OriginalReferenceDocument",
}


def rows(ledger: Ledger) -> Iterator[Row]:
    for document in ledger.documents.table:
        yield from _document(ledger, document)
    for payment in ledger.settlements.payments:
        yield from _payment(ledger, payment)


def _document(ledger: Ledger, row: Document) -> Iterator[Row]:
    purchase = row.kind.is_purchase
    sign = -1 if purchase != row.kind.is_credit else 1
    head = _head(ledger, row, TYPES[row.kind], row.number, row.date, row.currency)
    head["IsReversed"] = row.state is State.VOID
    if purchase:
        head["ReferenceDocumentType"] = "RMRP"
    party = _party(ledger, row.party, purchase)
    text = row.extra.get("text", "")
    if row.reference and not text:
        text = f"FinSync {row.reference}"
    due = row.due.isoformat() if row.due else None
    party |= {"DocumentItemText": text, "NetDueDate": due, **_clearing(ledger, row)}
    number = 1
    yield _line(head, number, row.gross * sign, party)
    for line in row.lines:
        number += 1
        account = ledger.line_account(line, purchase=purchase)
        yield _line(
            head,
            number,
            -line.net * sign,
            {
                "FinancialAccountType": "S",
                "GLAccount": account.code if account else "",
                "DocumentItemText": line.description,
                "TaxCode": sap_tax(ledger, line.tax_code, purchase=purchase),
            },
        )
    for code, tax in _taxes(row).items():
        number += 1
        kind = {
            "FinancialAccountType": "S",
            "TransactionTypeDetermination": _TAX_KINDS[purchase],
            "TaxCode": sap_tax(ledger, code, purchase=purchase),
        }
        yield _line(head, number, -tax * sign, kind)


def _taxes(row: Document) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for line in row.lines:
        if line.tax:
            sums[line.tax_code] = sums.get(line.tax_code, ZERO) + line.tax
    return sums


def _payment(ledger: Ledger, row: Payment) -> Iterator[Row]:
    """One line for each document that it names and that it does not clear; else one."""
    received = row.direction is Direction.RECEIVED
    sign = -1 if received else 1
    type = "DZ" if received else "KZ"
    head = _head(ledger, row, type, row.number, row.date, row.currency)
    head["IsReversed"] = row.state is State.VOID
    head["DocumentReferenceID"] = row.number[:16]
    party = _party(ledger, row.party, not received)
    left, number = row.amount, 0
    for each in ledger.settlements.of_payment(row.id):
        document = ledger.documents.table.peek(each.document)
        if document is None or not document.balance:
            continue
        number, left = number + 1, left - each.amount
        named = {
            "InvoiceReference": document.id,
            "InvoiceReferenceFiscalYear": str(document.date.year),
        }
        yield _line(head, number, each.amount * sign, party | named)
    if left:
        number += 1
        cleared = {"IsCleared": not ledger.settlements.unallocated(row)}
        yield _line(head, number, left * sign, party | cleared)
    bank = {"FinancialAccountType": "S", "GLAccount": number_of(ledger, row.account)}
    yield _line(head, number + 1, -row.amount * sign, bank)


def _clearing(ledger: Ledger, row: Document) -> Row:
    """A document is cleared by the payment that settles the last of it."""
    if row.balance or row.state is not State.POSTED or not row.gross:
        return {}
    last = ledger.settlements.of_document(row.id)[-1:]
    by = last[0].payment or last[0].credit if last else row.id
    paid = ledger.settlements.payments.peek(by)
    year = (paid.date if paid else row.date).year
    day = row.updated_at.date().isoformat()
    return {
        "IsCleared": True,
        "ClearingDate": day,
        "ClearingCreationDate": day,
        "ClearingAccountingDocument": by,
        "ClearingDocFiscalYear": str(year),
    }


def _head(
    ledger: Ledger,
    row: Document | Payment,
    type: str,
    number: str,
    day: dt.date,
    currency: str,
) -> Row:
    return {
        **_EMPTY,
        "CompanyCode": COMPANY_CODE,
        "CompanyCodeName": ledger.company.name[:25],
        "FiscalYear": str(day.year),
        "AccountingDocument": row.id,
        "AccountingDocumentType": type,
        "DocumentReferenceID": number[:16],
        "DocumentDate": day.isoformat(),
        "PostingDate": day.isoformat(),
        "TransactionCurrency": currency,
        "IsReversal": False,
        "ReferenceDocumentType": "BKPFF",
        "OriginalReferenceDocument": f"{row.id}{day.year}",
        "AccountingDocumentCreationDate": row.created_at.date().isoformat(),
        "LastChangeDate": row.updated_at.date().isoformat(),
    }


def _party(ledger: Ledger, id: str, purchase: bool) -> Row:
    word = "Supplier" if purchase else "Customer"
    row = ledger.parties.table.peek(id)
    return {
        "FinancialAccountType": "K" if purchase else "D",
        word: id,
        f"{word}Name": row.name[:80] if row else "",
    }


def _line(head: Row, number: int, amount: Decimal, more: Row) -> Row:
    side = head["AccountingDocumentType"] in (TYPES[Kind.SALES_INVOICE], "KZ")
    credit = amount < ZERO or (not amount and not side)
    return {
        **head,
        "AccountingDocumentItem": f"{number:03d}",
        "AmountInTransactionCurrency": f"{amount:.3f}",
        "DebitCreditCode": "H" if credit else "S",
        **more,
    }
