"""Invoices, credit memos, bills and payments: from records to the ledger and back."""

import datetime as dt
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ..books import ZERO, Direction, Document, Kind, Line, Payment, State, Status
from ..ledger import Ledger
from . import values
from .refusals import Refused, bad_key, missing
from .values import Record

CENT = Decimal("0.01")
KINDS = {
    "invoice": Kind.SALES_INVOICE,
    "creditMemo": Kind.CREDIT_NOTE,
    "vendorBill": Kind.SUPPLIER_INVOICE,
}
PAYMENTS = {
    "customerPayment": Direction.RECEIVED,
    "vendorPayment": Direction.MADE,
}
OURS = "finsync-"
CURRENCIES = {"GBP": "1", "EUR": "2", "USD": "3"}
CURRENCY_NAMES = {"GBP": "British Pound", "EUR": "Euro", "USD": "US Dollar"}
LETTERS = {Status.DRAFT: "D", Status.OPEN: "A", Status.PAID: "B", Status.VOID: "V"}
STATUS_WORDS = {
    "A": "Open",
    "B": "Paid In Full",
    "D": "Pending Approval",
    "V": "Voided",
}


def our_reference(external: str) -> str:
    return external.removeprefix(OURS) if external.startswith(OURS) else ""


def document_from(
    ledger: Ledger, kind: Kind, sent: Record, row: Document | None
) -> Document:
    """A new document, or `row` with what was sent. Raises `Refused`."""
    party = values.ref(sent, "entity") or (row.party if row else "")
    if not party:
        raise missing("entity")
    today = ledger.today()
    base = row or Document(kind=kind, party=party, date=today, due=today)
    memo = values.text(sent, "memo", base.memo)
    extra = dict(base.extra)
    if "otherRefNum" in sent:
        extra["otherRefNum"] = values.text(sent, "otherRefNum")
    changed = replace(
        base,
        party=party,
        date=values.day(sent, "tranDate") or base.date,
        due=values.day(sent, "dueDate") or base.due,
        number=values.text(sent, "tranId", base.number),
        currency=currency_of(ledger, sent, party, base if row else None),
        rate=values.number(sent, "exchangeRate") or base.rate,
        memo=memo,
        extra=extra,
    )
    if "item" in sent or "expense" in sent:
        changed = replace(changed, lines=_lines(kind, sent))
    if not changed.lines:
        raise missing("item")
    if ledger.documents.price(changed).gross < ZERO:
        raise Refused("USER_ERROR", "The total can not be negative.", "total")
    return changed


def currency_of(
    ledger: Ledger, sent: Record, party: str, row: Document | Payment | None
) -> str:
    """That of the customer where none was sent; another one is refused."""
    found = ledger.parties.find(party)
    own = found.currency if found else ledger.company.currency
    id = values.ref(sent, "currency")
    codes = {each: code for code, each in CURRENCIES.items()}
    if not id:
        return row.currency if row else own
    if id not in codes:
        raise bad_key("currency", id, "currency")
    if found and codes[id] != own:
        raise Refused("USER_ERROR", "Invalid currency for this entity.", "currency")
    return codes[id]


def _lines(kind: Kind, sent: Record) -> tuple[Line, ...]:
    found = [_item_line(row) for row in values.rows(sent, "item")]
    expenses = values.rows(sent, "expense")
    if expenses and kind is not Kind.SUPPLIER_INVOICE:
        raise Refused("INVALID_FLD_VALUE", "No expense lines here.", "expense")
    return (*(_expense_line(row) for row in expenses), *found)


def _item_line(row: Record) -> Line:
    item = values.needed_ref(row, "item")
    quantity = values.number(row, "quantity")
    if quantity is None:
        quantity = Decimal(1)
    rate, net = values.number(row, "rate"), values.number(row, "amount")
    if rate is None and net is None:
        raise missing("amount")
    if net is None:
        net = quantity * (rate or ZERO)
    return Line(
        description=values.text(row, "description"),
        quantity=quantity,
        unit_price=rate if rate is not None else net / (quantity or Decimal(1)),
        item=item,
        tax_code=values.ref(row, "taxCode"),
        given_net=net.quantize(CENT, ROUND_HALF_UP),
    )


def _expense_line(row: Record) -> Line:
    net = values.number(row, "amount")
    if net is None:
        raise missing("amount")
    return Line(
        description=values.text(row, "memo"),
        unit_price=net,
        account=values.needed_ref(row, "account"),
        tax_code=values.ref(row, "taxCode"),
        given_net=net.quantize(CENT, ROUND_HALF_UP),
    )


def payment_from(
    ledger: Ledger, direction: Direction, sent: Record, row: Payment | None
) -> Payment:
    received = direction is Direction.RECEIVED
    party = values.ref(sent, "customer" if received else "entity")
    party = party or (row.party if row else "")
    if not party:
        raise missing("customer" if received else "entity")
    account = values.ref(sent, "account") or (row.account if row else "")
    if not account and not (received and values.flag(sent, "undepFunds")):
        raise missing("account")
    paid = sum(applied(sent).values(), ZERO)
    total = values.number(sent, "payment") if received else paid
    if total is None:
        raise missing("payment")
    today = ledger.today()
    base = row or Payment(
        party=party, direction=direction, amount=total, date=today, account=account
    )
    return replace(
        base,
        party=party,
        amount=total,
        account=account,
        date=values.day(sent, "tranDate") or base.date,
        currency=currency_of(ledger, sent, party, base if row else None),
        number=values.text(sent, "tranId", base.number),
        memo=values.text(sent, "memo", base.memo),
    )


def applied(sent: Record) -> dict[str, Decimal]:
    """Amount by document. REST sends `doc` as a reference, SOAP as a number."""
    found = {}
    for row in values.rows(sent, "apply"):
        if not values.flag(row, "apply"):
            continue
        doc = row.get("doc")
        id = values.ref(row, "doc") if isinstance(doc, dict) else str(doc or "")
        amount = values.number(row, "amount")
        if not id or amount is None:
            raise missing("doc" if not id else "amount")
        found[id] = amount
    return found


def left_off(sent: Record) -> set[str]:
    """Documents that are not to be settled any more."""
    rows = [r for r in values.rows(sent, "apply") if not values.flag(r, "apply")]
    return {
        values.ref(row, "doc") if isinstance(row.get("doc"), dict) else str(row["doc"])
        for row in rows
        if row.get("doc")
    }


# --- back


def document_record(ledger: Ledger, row: Document) -> dict[str, Any]:
    purchase = row.kind.is_purchase
    letter = LETTERS[row.status]
    word = STATUS_WORDS[letter]
    if row.kind is Kind.CREDIT_NOTE and letter == "B":
        word = "Fully Applied"
    record: dict[str, Any] = {
        "lastModifiedDate": moment(row.updated_at),
        "entity": _named(row.party, _party_name(ledger, row.party)),
        "subsidiary": _named("1", ledger.company.name),
        "tranDate": row.date.isoformat(),
        "tranId": row.number,
        "currency": _named(CURRENCIES[row.currency], CURRENCY_NAMES[row.currency]),
        "exchangeRate": row.rate,
        "memo": row.memo or None,
        "taxTotal": row.tax,
        "status": {"id": letter, "refName": word},
    }
    if row.kind is not Kind.CREDIT_NOTE:
        record["dueDate"] = row.due.isoformat() if row.due else None
    if purchase:
        record["userTotal"] = row.gross
    else:
        record |= {"total": row.gross, "otherRefNum": row.extra.get("otherRefNum")}
        record |= {"amountPaid": row.settled, "amountRemaining": row.balance}
    if row.kind is Kind.CREDIT_NOTE:
        record |= {"applied": row.settled, "unapplied": row.balance}
        record["apply"] = {"items": _credit_rows(ledger, row)}
    accounts = [line for line in row.lines if line.account and purchase]
    items = [line for line in row.lines if line not in accounts]
    if accounts:
        record["expense"] = {"items": [_line(ledger, x, True) for x in accounts]}
    if items:
        record["item"] = {"items": [_line(ledger, x, False) for x in items]}
    return _known(record)


def payment_record(ledger: Ledger, row: Payment) -> dict[str, Any]:
    received = row.direction is Direction.RECEIVED
    left = ledger.settlements.unallocated(row)
    record: dict[str, Any] = {
        "lastModifiedDate": moment(row.updated_at),
        "customer" if received else "entity": _named(
            row.party, _party_name(ledger, row.party)
        ),
        "currency": _named(CURRENCIES[row.currency], CURRENCY_NAMES[row.currency]),
        "exchangeRate": Decimal(1),
        "tranDate": row.date.isoformat(),
        "tranId": row.number or None,
        "memo": row.memo or None,
        "account": _named(row.account, "Bank") if row.account else None,
        "total": row.amount,
        "status": {
            "id": "V" if row.state is State.VOID else "C",
            "refName": "Voided" if row.state is State.VOID else "Deposited",
        },
        "apply": {
            "items": [
                _apply_row(ledger, each.document, each.amount)
                for each in ledger.settlements.of_payment(row.id)
            ]
        },
    }
    if received:
        record |= {"payment": row.amount, "applied": row.amount - left}
        record |= {"unapplied": left, "undepFunds": not row.account}
    return _known(record)


def moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _known(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if value is not None}


def _credit_rows(ledger: Ledger, row: Document) -> list[dict[str, Any]]:
    return [
        _apply_row(ledger, each.document, each.amount)
        for each in ledger.settlements.of_credit(row.id)
    ]


def _apply_row(ledger: Ledger, document: str, amount: Decimal) -> dict[str, Any]:
    row = ledger.documents.table.peek(document)
    assert row is not None  # noqa: S101 - an allocation names a document
    return {
        "apply": True,
        "doc": {"id": document},
        "type": "Bill" if row.kind.is_purchase else "Invoice",
        "refNum": row.number,
        "total": row.gross,
        "due": row.balance,
        "amount": amount,
    }


def _line(ledger: Ledger, line: Line, expense: bool) -> dict[str, Any]:
    record: dict[str, Any] = {
        "amount": line.net,
        "tax1Amt": line.tax,
        "grossAmt": line.gross,
    }
    if line.tax_code:
        code = ledger.tax_codes.table.peek(line.tax_code)
        record["taxCode"] = _named(line.tax_code, code.code if code else "")
        record["taxRate1"] = ledger.tax_codes.percent(line.tax_code)
    if expense:
        account = ledger.accounts.table.peek(line.account)
        record["account"] = _named(line.account, account.name if account else "")
        return record | ({"memo": line.description} if line.description else {})
    item = ledger.items.table.peek(line.item)
    return record | {
        "item": _named(line.item, item.name if item else ""),
        "description": line.description,
        "quantity": line.quantity,
        "rate": line.unit_price,
        "price": _named("-1", "Custom"),
    }


def _party_name(ledger: Ledger, id: str) -> str:
    party = ledger.parties.table.peek(id)
    return party.name if party else ""


def _named(id: str, name: str) -> dict[str, str]:
    return {"id": id, "refName": name}
