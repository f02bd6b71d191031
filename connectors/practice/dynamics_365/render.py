"""The books' records, as the API v2.0 shows them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..books import (
    Account,
    AccountType,
    Direction,
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
from .names import CORRECTED_IN, OF_KIND, SETS, ZERO_DATE, Set, guid_of

Row = dict[str, Any]
BLANK = "_x0020_"
_CATEGORIES = {
    AccountType.INCOME: "Income",
    AccountType.EXPENSE: "Expense",
    AccountType.COST_OF_SALES: "Cost_x0020_of_x0020_Goods_x0020_Sold",
    AccountType.PAYABLE: "Liabilities",
    AccountType.TAX: "Liabilities",
    AccountType.LIABILITY: "Liabilities",
    AccountType.EQUITY: "Equity",
}
_CONTROLLED = (AccountType.RECEIVABLE, AccountType.PAYABLE, AccountType.TAX)
_STATES = {Status.OPEN: "Open", Status.PAID: "Paid", Status.VOID: "Canceled"}


def stamp(moment: dt.datetime) -> str:
    text = moment.astimezone(dt.UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def etag(record_id: str, version: int) -> str:
    return f'W/"JzQ0O{record_id[:8]}{version:04d}"'


def modified(row: Document) -> str:
    """A part payment raises no stamp: that of before is kept as long as nothing else
    happens to the document."""
    kept = row.extra.get("kept", {})
    if kept.get("version") == row.version:
        return str(kept["at"])
    return stamp(row.updated_at)


def is_posted(row: Document) -> bool:
    return row.state is not State.DRAFT


# --- documents


def document(ledger: Ledger, row: Document) -> Row:
    kind = SETS[OF_KIND[row.kind]]
    party = ledger.parties.table.peek(row.party)
    body: Row = {
        "@odata.etag": etag(row.id, row.version),
        "id": row.id,
        "number": row.number,
        kind.number: own_number(row),
        kind.date: row.date.isoformat(),
        "postingDate": str(row.extra.get("postingDate", row.date.isoformat())),
        "dueDate": (row.due or row.date).isoformat(),
        f"{kind.party}Id": guid_of("party", row.party),
        f"{kind.party}Number": row.party,
        f"{kind.party}Name": party.name if party else "",
        "currencyCode": row.currency,
        "pricesIncludeTax": row.prices_include_tax,
        "totalAmountExcludingTax": row.net,
        "totalTaxAmount": row.tax,
        "totalAmountIncludingTax": row.gross,
        "status": _STATES.get(row.status, "Draft"),
        "lastModifiedDateTime": modified(row),
    }
    if row.kind.is_credit:
        body["invoiceId"] = row.extra.get("invoice", guid_of("none", ""))
    elif not row.kind.is_purchase:
        body["customerPurchaseOrderReference"] = row.extra.get("order", "")
        body["remainingAmount"] = row.balance
    return body


def own_number(row: Document) -> str:
    """Somebody who types a bill types its number too."""
    if row.reference or not row.kind.is_purchase:
        return row.reference
    return row.number


def corrective(ledger: Ledger, row: Document) -> Row:
    """The document that took a cancelled one back."""
    made = row.extra["corrective"]
    other = SETS[CORRECTED_IN[row.kind]].kind
    taken = replace(row, **made, kind=other, settled=row.gross, extra={})
    return document(ledger, taken) | {"status": "Corrective"}


def lines(ledger: Ledger, row: Document) -> list[Row]:
    kind = SETS[OF_KIND[row.kind]]
    return [_line(ledger, row, kind, place) for place in range(len(row.lines))]


def _line(ledger: Ledger, row: Document, kind: Set, place: int) -> Row:
    line = row.lines[place]
    return {
        "id": guid_of("line", f"{row.id}.{place}"),
        "documentId": row.id,
        "sequence": 10_000 * (place + 1),
        **_object(ledger, line),
        "description": line.description,
        "quantity": line.quantity,
        kind.price: line.unit_price,
        "discountPercent": line.discount_percent,
        "taxCode": _tax_code(ledger, line),
        "taxPercent": ledger.tax_codes.percent(line.tax_code),
        "amountExcludingTax": line.net,
        "totalTaxAmount": line.tax,
        "amountIncludingTax": line.gross,
        "netAmount": line.net,
        "netTaxAmount": line.tax,
        "netAmountIncludingTax": line.gross,
    }


def _object(ledger: Ledger, line: Line) -> Row:
    if line.extra.get("type") == "Comment":
        return {"lineType": "Comment", "lineObjectNumber": ""}
    item = ledger.items.find(line.item) if line.item else None
    if item is not None and not line.account:
        return {"lineType": "Item", "lineObjectNumber": item.code, "itemId": item.id}
    account = ledger.accounts.find(line.account)
    return {
        "lineType": "Account",
        "lineObjectNumber": account.code if account else "",
        "accountId": account.id if account else guid_of("none", ""),
    }


def _tax_code(ledger: Ledger, line: Line) -> str:
    tax = ledger.tax_codes.find(line.tax_code) if line.tax_code else None
    return tax.code if tax else ""


# --- master data


def party(row: Party, role: Role) -> Row:
    body: Row = {
        "@odata.etag": etag(guid_of("party", row.id), row.version),
        "id": guid_of("party", row.id),
        "number": row.id,
        "displayName": row.name,
        "addressLine1": row.address.street,
        "addressLine2": "",
        "city": row.address.city,
        "state": row.address.region,
        "country": row.address.country,
        "postalCode": row.address.postcode,
        "phoneNumber": row.phone,
        "email": row.email,
        "taxRegistrationNumber": row.tax_number,
        "currencyCode": row.currency,
        "blocked": BLANK if row.active else "All",
        "lastModifiedDateTime": stamp(row.updated_at),
    }
    return body | ({"type": "Company"} if role is Role.CUSTOMER else {})


def account(row: Account) -> Row:
    is_bank = row.type is AccountType.BANK
    return {
        "@odata.etag": etag(row.id, row.version),
        "id": row.id,
        "number": row.code,
        "displayName": row.name,
        "category": _CATEGORIES.get(row.type, "Assets"),
        "subCategory": "Cash" if is_bank else "",
        "blocked": not row.active,
        "accountType": "Posting",
        "directPosting": row.type not in _CONTROLLED,
        "lastModifiedDateTime": stamp(row.updated_at),
    }


def tax_group(row: TaxCode) -> Row:
    return {
        "@odata.etag": etag(row.id, row.version),
        "id": row.id,
        "code": row.code,
        "displayName": row.name,
        "taxType": "VAT",
        "lastModifiedDateTime": stamp(row.updated_at),
    }


def item(ledger: Ledger, row: Item) -> Row:
    tax = ledger.tax_codes.find(row.tax_code) if row.tax_code else None
    return {
        "@odata.etag": etag(row.id, row.version),
        "id": row.id,
        "number": row.code,
        "displayName": row.name,
        "type": "Service",
        "blocked": not row.active,
        "unitPrice": row.price,
        "priceIncludesTax": False,
        "taxGroupCode": tax.code if tax else "",
        "lastModifiedDateTime": stamp(row.updated_at),
    }


def company(ledger: Ledger) -> Row:
    """In the list of companies."""
    row = ledger.company
    return {"id": row.id, "name": row.name, "displayName": row.name}


def company_information(ledger: Ledger) -> Row:
    row = ledger.company
    return {
        "@odata.etag": etag(row.id, row.version),
        "id": row.id,
        "displayName": row.name,
        "country": row.country,
        "currencyCode": row.currency,
        "lastModifiedDateTime": stamp(row.updated_at),
    }


def setup(ledger: Ledger) -> Row:
    closed = ledger.company.closed_until
    begin = closed + dt.timedelta(days=1) if closed else None
    return {
        "id": guid_of("setup", ledger.company.id),
        "allowPostingFrom": begin.isoformat() if begin else ZERO_DATE,
        "allowPostingTo": ZERO_DATE,
        "localCurrencyCode": ledger.company.currency,
    }


def currency(ledger: Ledger, code: str) -> Row:
    return {
        "id": guid_of("currency", code),
        "code": code,
        "displayName": code,
        "symbol": code,
    }


# --- the ledger


def entries(ledger: Ledger) -> Iterator[Row]:
    """Two of each payment: what it came to, and the control account."""
    for row in ledger.settlements.payments:
        if row.state is State.POSTED:
            yield from _entries(ledger, row)


def _entries(ledger: Ledger, row: Payment) -> Iterator[Row]:
    received = row.direction is Direction.RECEIVED
    control = AccountType.RECEIVABLE if received else AccountType.PAYABLE
    sides = (ledger.accounts.find(row.account), ledger.accounts.first(control))
    for place, account in enumerate(filter(None, sides)):
        is_debit = received == (place == 0)
        yield {
            "id": guid_of("entry", f"{row.id}.{place}"),
            "postingDate": row.date.isoformat(),
            "documentNumber": row.number,
            "documentType": "Payment",
            "accountId": account.id,
            "accountNumber": account.code,
            "description": row.memo,
            "debitAmount": row.amount if is_debit else 0,
            "creditAmount": 0 if is_debit else row.amount,
            "lastModifiedDateTime": stamp(row.updated_at),
        }
