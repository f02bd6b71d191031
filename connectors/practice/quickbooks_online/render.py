"""Documents and payments of the books as Intuit's JSON objects."""

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ..books import (
    ZERO,
    Direction,
    Document,
    Kind,
    Line,
    Payment,
    Record,
    State,
)
from ..ledger import Ledger
from .refusals import TYPES, stamp

Json = dict[str, Any]


def reference(record_id: str, name: str = "") -> Json:
    return {"value": record_id, "name": name} if name else {"value": record_id}


def entity(record: Record) -> Json:
    return {
        "domain": "QBO",
        "sparse": False,
        "Id": record.id,
        "SyncToken": str(record.version),
        "MetaData": {
            "CreateTime": stamp(record.created_at),
            "LastUpdatedTime": stamp(record.updated_at),
        },
    }


def echo(record: Record) -> Json:
    return dict(record.extra.get("echo", {}))


def _party_ref(ledger: Ledger, party_id: str) -> Json:
    party = ledger.parties.table.peek(party_id)
    return reference(party_id, party.name if party else "")


# --- documents


def document(ledger: Ledger, row: Document) -> Json:
    """A void one shows zeros and the note that the vendor writes."""
    void = row.state is State.VOID
    purchase = row.kind.is_purchase
    note = row.memo
    if void:
        note = f"Voided - {note}" if note else "Voided"
    body = {
        **entity(row),
        **echo(row),
        "TxnDate": row.date.isoformat(),
        "CurrencyRef": reference(row.currency),
        "VendorRef" if purchase else "CustomerRef": _party_ref(ledger, row.party),
        "GlobalTaxCalculation": row.extra.get("tax_mode", "TaxExcluded"),
        "TotalAmt": ZERO if void else row.gross,
        "Line": _lines(ledger, row, void=void),
        "TxnTaxDetail": _tax_detail(ledger, row, void=void),
        "LinkedTxn": _linked(ledger, row),
    }
    if row.number:
        body["DocNumber"] = row.number
    if note:
        body["PrivateNote"] = note
    if row.rate != 1:
        body["ExchangeRate"] = row.rate
    return {**body, **_balances(row)}


def _balances(row: Document) -> Json:
    if row.kind is Kind.CREDIT_NOTE:
        return {"RemainingCredit": row.balance, "Balance": row.balance, **_mail(row)}
    due = {"DueDate": row.due.isoformat()} if row.due else {}
    if row.kind is Kind.SALES_INVOICE:
        return {"Balance": row.balance, **due, **_mail(row)}
    return {"Balance": row.balance, **due}


def _mail(row: Document) -> Json:
    status = "EmailSent" if row.sent else row.extra.get("email_status", "NotSet")
    printed = row.extra.get("echo", {}).get("PrintStatus", "NotSet")
    return {"EmailStatus": status, "PrintStatus": printed}


def _lines(ledger: Ledger, row: Document, *, void: bool) -> list[Json]:
    lines = [
        _line(ledger, row, index, line, void=void)
        for index, line in enumerate(row.lines, start=1)
    ]
    if row.kind.is_purchase:
        return lines
    total = {
        "Amount": ZERO if void else row.net,
        "DetailType": "SubTotalLineDetail",
        "SubTotalLineDetail": {},
    }
    return [*lines, total]


def _line(ledger: Ledger, row: Document, index: int, line: Line, *, void: bool) -> Json:
    name, detail = _detail(ledger, row, line)
    if row.extra.get("tax_mode") == "TaxInclusive" and name != "DescriptionLineDetail":
        detail["TaxInclusiveAmt"] = ZERO if void else line.gross
    body = {
        "Id": str(index),
        "LineNum": index,
        "Amount": ZERO if void else line.net,
        "DetailType": "DescriptionOnly" if name == "DescriptionLineDetail" else name,
        name: detail,
    }
    if line.description:
        body["Description"] = line.description
    return body


def _detail(ledger: Ledger, row: Document, line: Line) -> tuple[str, Json]:
    detail: Json = {}
    if line.extra.get("description_only"):
        return "DescriptionLineDetail", detail
    if line.tax_code:
        detail["TaxCodeRef"] = reference(line.tax_code)
    if row.kind.is_purchase and line.account:
        found = ledger.accounts.table.peek(line.account)
        detail["AccountRef"] = reference(line.account, found.name if found else "")
        detail["BillableStatus"] = "NotBillable"
        return "AccountBasedExpenseLineDetail", detail
    if line.item:
        found_item = ledger.items.table.peek(line.item)
        detail["ItemRef"] = reference(line.item, found_item.name if found_item else "")
    if not line.extra.get("amount_only"):
        detail |= {"Qty": line.quantity, "UnitPrice": line.unit_price}
    if row.kind.is_purchase:
        return "ItemBasedExpenseLineDetail", detail
    return "SalesItemLineDetail", detail


def _tax_detail(ledger: Ledger, row: Document, *, void: bool) -> Json:
    if void:
        return {"TotalTax": ZERO}
    nets: dict[str, Decimal] = defaultdict(lambda: ZERO)
    taxes: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for line in row.lines:
        if line.tax_code:
            nets[line.tax_code] += line.net
            taxes[line.tax_code] += line.tax
    lines = [_tax_line(ledger, code, net, taxes[code]) for code, net in nets.items()]
    return {"TotalTax": row.tax, "TaxLine": lines}


def _tax_line(ledger: Ledger, code: str, net: Decimal, tax: Decimal) -> Json:
    found = ledger.tax_codes.table.peek(code)
    rate = found.rates[0] if found and found.rates else ""
    return {
        "Amount": tax,
        "DetailType": "TaxLineDetail",
        "TaxLineDetail": {
            "TaxRateRef": reference(rate),
            "PercentBased": True,
            "TaxPercent": ledger.tax_codes.percent(code),
            "NetAmountTaxable": net,
        },
    }


def _linked(ledger: Ledger, row: Document) -> list[Json]:
    """The payments that touch a document, credits by the payment that laid them on."""
    kind = "BillPaymentCheck" if row.kind.is_purchase else "Payment"
    books = ledger.settlements
    rows = books.of_document(row.id) + books.of_credit(row.id)
    ids = dict.fromkeys(each.payment or each.group for each in rows)
    return [{"TxnId": each, "TxnType": kind} for each in ids if each]


# --- payments


def payment(ledger: Ledger, row: Payment) -> Json:
    void = row.state is State.VOID
    received = row.direction is Direction.RECEIVED
    note = row.memo
    if void:
        note = f"Voided - {note}" if note else "Voided"
    body = {
        **entity(row),
        **echo(row),
        "TxnDate": row.date.isoformat(),
        "CurrencyRef": reference(row.currency),
        "CustomerRef" if received else "VendorRef": _party_ref(ledger, row.party),
        "TotalAmt": ZERO if void else row.amount,
        "Line": [] if void else _payment_lines(ledger, row),
    }
    if note:
        body["PrivateNote"] = note
    return {**body, **(_received(ledger, row) if received else _made(row))}


def _received(ledger: Ledger, row: Payment) -> Json:
    body: Json = {"UnappliedAmt": ledger.settlements.unallocated(row)}
    if row.number:
        body["PaymentRefNum"] = row.number
    if row.account:
        body["DepositToAccountRef"] = reference(row.account)
    return body


def _made(row: Payment) -> Json:
    kind = row.method or "Check"
    body: Json = {"PayType": kind}
    if row.number:
        body["DocNumber"] = row.number
    if kind == "CreditCard":
        body["CreditCardPayment"] = {"CCAccountRef": reference(row.account)}
    else:
        body["CheckPayment"] = {"BankAccountRef": reference(row.account)}
    return body


def _payment_lines(ledger: Ledger, row: Payment) -> list[Json]:
    amounts: dict[str, Decimal] = defaultdict(lambda: ZERO)
    group = ledger.settlements.allocations.by("group", row.id)
    for each in [*ledger.settlements.of_payment(row.id), *group]:
        amounts[each.document] += each.amount
        if each.credit:
            amounts[each.credit] += each.amount
    return [_payment_line(ledger, key, amount) for key, amount in amounts.items()]


def _payment_line(ledger: Ledger, document_id: str, amount: Decimal) -> Json:
    found = ledger.documents.table.peek(document_id)
    kind = TYPES.get(found.kind, "") if found else ""
    return {"Amount": amount, "LinkedTxn": [{"TxnId": document_id, "TxnType": kind}]}


Render = Callable[[Ledger, Any], Json]
