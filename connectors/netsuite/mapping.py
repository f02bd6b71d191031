"""Our records as NetSuite's, for both ways in. Pure.

A record is what the REST service takes: references as `{"id": ...}`, sublists as
`{"items": [...]}`, amounts `Decimal`, dates `date`. The SOAP service writes the same
record as XML.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from connectors.amounts import CreditShare, quantity_and_price, totals_per_line
from connectors.errors import Rejected, Unsupported
from connectors.records import (
    ZERO,
    Address,
    Document,
    DocumentKind,
    Item,
    Line,
    Party,
    PartyRole,
    Payment,
    PaymentDirection,
    RemotePayment,
    Totals,
)
from connectors.refund import refuse_refund

Record = dict[str, Any]

TYPES = {
    DocumentKind.SALES_INVOICE: "invoice",
    DocumentKind.CREDIT_NOTE: "creditMemo",
    DocumentKind.SUPPLIER_INVOICE: "vendorBill",
}
PARTY_TYPES = {PartyRole.CUSTOMER: "customer", PartyRole.SUPPLIER: "vendor"}
PAYMENT_TYPES = {
    PaymentDirection.RECEIVED: "customerPayment",
    PaymentDirection.MADE: "vendorPayment",
}
# Marks the external ids that are ours among those of other programs.
OURS = "finsync-"
NUMBER_LENGTH = 45
MEMO_LENGTH = 999
ITEM_NAME_LENGTH = 60
RATE_PLACES = 8
# The price level "custom", without which a rate of our own is not taken.
CUSTOM_PRICE = "-1"


@dataclass(frozen=True, slots=True)
class Books:
    """What of an account the records need: internal ids of currencies by their code,
    the subsidiary, and whether lines carry tax codes."""

    currencies: Mapping[str, str] = field(default_factory=dict)
    subsidiary_id: str = ""
    tax_schedule_id: str = ""
    tax_codes: bool = True


def external_id(mark: str) -> str:
    return f"{OURS}{mark}"


def our_mark(external: str) -> str:
    """Our reference in an external id; empty for the ids of others."""
    return external.removeprefix(OURS) if external.startswith(OURS) else ""


def document_record(document: Document, books: Books) -> Record:
    """Raises `Rejected` or `Unsupported` for what NetSuite cannot be told."""
    if document.kind not in TYPES:
        raise Unsupported("FinSync sends no orders to NetSuite.", field="kind")
    if len(document.number) > NUMBER_LENGTH:
        raise Rejected(
            f"NetSuite takes numbers of up to {NUMBER_LENGTH} characters.",
            status_code="NUMBER_TOO_LONG",
            field="number",
        )
    record: Record = {
        "externalId": external_id(document.reference),
        "tranId": document.number,
        "entity": ref(document.party_id),
        "tranDate": document.date,
        **_currency(document.currency, document.rate, books),
        **_subsidiary(books),
    }
    if document.note:
        record["memo"] = document.note[:MEMO_LENGTH]
    if document.due_date and document.kind is not DocumentKind.CREDIT_NOTE:
        record["dueDate"] = document.due_date
    if document.kind is DocumentKind.SUPPLIER_INVOICE:
        return record | _bill_lines(document, books)
    if document.job_code:
        record["otherRefNum"] = document.job_code
    return record | {"item": _rows([_item_line(x, books) for x in document.lines])}


def update_record(document: Document, books: Books) -> Record:
    """The external id stays what it was."""
    record = document_record(document, books)
    del record["externalId"]
    return record | {"id": document.id}


def forecast_totals(document: Document, *, tax_codes: bool) -> Totals:
    """NetSuite rounds the tax on each line."""
    if not tax_codes:
        return Totals(net=document.net, tax=document.tax, gross=document.gross)
    return totals_per_line(document)


def payment_record(payment: Payment, books: Books) -> Record:
    """Raises `Rejected` and `Unsupported` as `document_record`."""
    refuse_refund(payment, "NetSuite")
    record: Record = {
        "externalId": external_id(payment.key),
        "tranDate": payment.date,
        **_currency(payment.currency, payment.rate, books),
        "apply": _rows(
            [_applied(a.document_id, a.amount) for a in payment.allocations]
        ),
    }
    if payment.reference:
        record["memo"] = payment.reference[:MEMO_LENGTH]
    if payment.direction is PaymentDirection.RECEIVED:
        return record | _received(payment)
    return record | _made(payment)


def by_credit(shares: Iterable[CreditShare]) -> dict[str, list[CreditShare]]:
    found: dict[str, list[CreditShare]] = {}
    for share in shares:
        found.setdefault(share.credit_id, []).append(share)
    return found


def credit_record(credit_id: str, shares: list[CreditShare]) -> Record:
    """A credit memo laid on the invoices that it settles."""
    rows = [_applied(share.document_id, share.amount) for share in shares]
    return {"id": credit_id, "apply": _rows(rows)}


def taken_off_record(payment: RemotePayment) -> Record:
    """The credit memo of an allocation lets go of its invoices."""
    credits = [a for a in payment.allocations if a.kind is DocumentKind.CREDIT_NOTE]
    rows = [_left_off(a.document_id) for a in payment.allocations if a not in credits]
    return {"id": credits[0].document_id, "apply": _rows(rows)}


def moved_record(payment: Payment, remote: RemotePayment, books: Books) -> Record:
    """The whole payment. Rows are merged with those that are there, so that what it
    settled before is named too."""
    record = payment_record(payment, books)
    del record["externalId"]
    kept = {a.document_id for a in payment.allocations}
    rows = [_applied(a.document_id, a.amount) for a in payment.allocations]
    rows += [
        _left_off(a.document_id)
        for a in remote.allocations
        if a.document_id not in kept
    ]
    return record | {"id": remote.id, "apply": _rows(rows)}


def party_record(party: Party, books: Books) -> Record:
    texts = {
        "companyName": party.name,
        "email": party.email,
        "phone": party.phone,
        "accountNumber": party.code,
        "vatRegNumber": party.tax_number,
    }
    record: Record = {name: value for name, value in texts.items() if value}
    record |= {"isPerson": False, **_subsidiary(books)}
    if party.key:
        record["externalId"] = external_id(party.key)
    if party.currency:
        record |= _currency(party.currency, Decimal(1), books)
    address = _address(party.address)
    if address:
        row = {"defaultBilling": True, "addressBookAddress": address}
        record["addressBook"] = _rows([row])
    return record


def item_record(item: Item, name: str, books: Books) -> Record:
    """A service that is sold, and where it names an account for it, bought too."""
    record: Record = {
        "externalId": external_id(item.key or f"item-{item.income_account_id}"),
        "itemId": name,
        "incomeAccount": ref(item.income_account_id),
    }
    if item.expense_account_id:
        record["expenseAccount"] = ref(item.expense_account_id)
    if books.tax_schedule_id:
        record["taxSchedule"] = ref(books.tax_schedule_id)
    if books.subsidiary_id:
        record["subsidiary"] = _rows([ref(books.subsidiary_id)])
    return record


def item_type(item: Item) -> str:
    return "serviceResaleItem" if item.expense_account_id else "serviceSaleItem"


def item_names(item: Item) -> list[str]:
    """Names to try, for a name may be taken by an item of another account. A colon
    would make it a part of another item."""
    name = " ".join(item.name.replace(":", " ").split())
    tails = ["", item.code, f"account {item.income_account_id}"]
    names = [
        f"{name[: ITEM_NAME_LENGTH - len(tail) - 3]} ({tail})" if tail else name
        for tail in tails
    ]
    return list(dict.fromkeys(each[:ITEM_NAME_LENGTH] for each in names))


def ref(id: str) -> dict[str, str]:
    return {"id": id}


def _rows(rows: list[Record]) -> Record:
    return {"items": rows}


def _subsidiary(books: Books) -> Record:
    return {"subsidiary": ref(books.subsidiary_id)} if books.subsidiary_id else {}


def _currency(code: str, rate: Decimal, books: Books) -> Record:
    """Always named: left out, NetSuite takes the customer's own."""
    if not code:
        return {}
    if code not in books.currencies:
        raise Rejected(
            f"NetSuite has no currency {code}, or it is not active there.",
            status_code="CURRENCY",
            field="currency",
        )
    found: Record = {"currency": ref(books.currencies[code])}
    return found | ({"exchangeRate": rate} if rate != 1 else {})


def _item_line(line: Line, books: Books) -> Record:
    if not line.item_id:
        raise _no_nominal(line, "it needs an item that carries the nominal code")
    quantity, price = quantity_and_price(line, price_places=RATE_PLACES)
    return {
        "item": ref(line.item_id),
        **({"description": line.text} if line.text else {}),
        "amount": line.net,
        "quantity": quantity,
        "price": ref(CUSTOM_PRICE),
        "rate": price,
        **_tax_code(line, books),
    }


def _bill_lines(document: Document, books: Books) -> Record:
    """Accounts where they are known, items for the rest."""
    expenses = [_expense(x, books) for x in document.lines if x.account_id]
    items = [_bought(x, books) for x in document.lines if not x.account_id]
    lines = {"expense": _rows(expenses), "item": _rows(items)}
    return {name: rows for name, rows in lines.items() if rows["items"]}


def _expense(line: Line, books: Books) -> Record:
    return {
        "account": ref(line.account_id),
        "amount": line.net,
        **({"memo": line.text} if line.text else {}),
        **_tax_code(line, books),
    }


def _bought(line: Line, books: Books) -> Record:
    """Purchase lines know no price levels."""
    return {k: v for k, v in _item_line(line, books).items() if k != "price"}


def _tax_code(line: Line, books: Books) -> Record:
    if not (books.tax_codes and line.tax_code_id):
        return {}
    return {"taxCode": ref(line.tax_code_id)}


def _applied(document_id: str, amount: Decimal) -> Record:
    return {"apply": True, "doc": ref(document_id), "amount": amount}


def _left_off(document_id: str) -> Record:
    return {"apply": False, "doc": ref(document_id), "amount": ZERO}


def _received(payment: Payment) -> Record:
    """Without a bank account it waits to be banked; nothing is settled but what is
    named."""
    bank: Record = {"undepFunds": True}
    if payment.bank_account_id:
        bank = {"undepFunds": False, "account": ref(payment.bank_account_id)}
    return {
        "customer": ref(payment.party_id),
        "payment": payment.amount,
        "autoApply": False,
        **bank,
    }


def _made(payment: Payment) -> Record:
    if not payment.bank_account_id:
        raise Rejected(
            "NetSuite needs the bank account that the supplier was paid from.",
            status_code="NO_BANK",
            field="bank_account_id",
        )
    if sum((a.amount for a in payment.allocations), ZERO) != payment.amount:
        raise Unsupported(
            "A payment to a supplier must be used up by the bills that it pays.",
            field="allocations",
        )
    return {
        "entity": ref(payment.party_id),
        "account": ref(payment.bank_account_id),
    }


def _address(address: Address) -> Record:
    """NetSuite knows countries by their two letters; others are left out."""
    texts = {
        "addr1": address.street,
        "city": address.city,
        "state": address.region,
        "zip": address.postcode,
    }
    found: Record = {name: value for name, value in texts.items() if value}
    country = address.country.strip().upper()
    return ({"country": ref(country)} if len(country) == 2 else {}) | found


def _no_nominal(line: Line, why: str) -> Rejected:
    return Rejected(
        f"Line {line.position} cannot be told to NetSuite: {why}.",
        status_code="NO_NOMINAL",
        field="lines",
    )
