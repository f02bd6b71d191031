"""Payments, batch payments, and credits laid on invoices."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

from ..books import Account, AccountType, Allocation, Document, Kind, Payment, State
from ..ledger import Ledger
from . import render
from .refusals import Refused

Sent = Mapping[str, Any]
UNPAYABLE = "Payments can only be made against Authorised documents"


def create(ledger: Ledger, sent: Sent, *, batch: str = "") -> Payment:
    """Raises `Refused` or `LedgerError`. `batch` binds several to one movement."""
    document = _document(ledger, sent)
    if document.state is not State.POSTED:
        raise Refused(UNPAYABLE)
    amount = _amount(sent)
    extra = {"document": document.id} | ({"batch": batch} if batch else {})
    payment = Payment(
        party=document.party,
        direction=render.direction(document.kind),
        amount=amount,
        date=sent.get("Date", ledger.today()),
        account=_bank(ledger, sent).id,
        number=sent.get("Reference", ""),
        reference=sent.get("Reference", "") or "api",
        currency=document.currency,
        extra=extra,
    )
    return ledger.settlements.record(payment, {document.id: amount})


def create_batch(ledger: Ledger, sent: Sent) -> tuple[str, list[Payment]]:
    """All or none of its payments; of one side alone, and in the home currency."""
    batch = str(uuid4())
    shared = {
        name: sent[name] for name in ("Account", "Date", "Reference") if name in sent
    }
    with ledger.store.change():
        made = [
            create(ledger, {**each, **shared}, batch=batch) for each in sent["Payments"]
        ]
        if len({row.direction for row in made}) > 1:
            raise Refused("All payments of a batch must be of the same type")
        if any(row.currency != ledger.company.currency for row in made):
            raise Refused("Batch payments are in the base currency alone")
    return batch, made


def end(ledger: Ledger, payment_id: str) -> Payment | None:
    """None where there is no such payment."""
    row = ledger.settlements.payments.find(payment_id)
    if row is None:
        return None
    if row.extra.get("batch"):
        raise Refused("The payment is part of a batch; delete the batch")
    return _void(ledger, row)


def end_batch(ledger: Ledger, batch: str) -> list[Payment]:
    rows = [r for r in ledger.settlements.payments if r.extra.get("batch") == batch]
    with ledger.store.change():
        return [_void(ledger, row) for row in rows]


def allocate(ledger: Ledger, credit: Document, sent: Sent) -> Allocation:
    told = sent["Invoice"].get("InvoiceID", "")
    invoice = ledger.documents.find(told)
    if invoice is None:
        raise Refused("The invoice could not be found.")
    return ledger.settlements.apply_credit(
        credit.id, invoice.id, sent["Amount"], on=sent["Date"]
    )


def _void(ledger: Ledger, row: Payment) -> Payment:
    if row.state is State.VOID:
        raise Refused("The payment was deleted already")
    return ledger.settlements.void(row.id)


def _amount(sent: Sent) -> Decimal:
    amount: Decimal = sent.get("Amount", Decimal(0))
    if amount <= 0:
        raise Refused("Payment amount must be greater than zero")
    return amount


def _document(ledger: Ledger, sent: Sent) -> Document:
    invoice, credit = sent.get("Invoice") or {}, sent.get("CreditNote") or {}
    id = invoice.get("InvoiceID") or credit.get("CreditNoteID")
    if id:
        found = ledger.documents.find(id)
    else:
        number = invoice.get("InvoiceNumber") or sent.get("InvoiceNumber", "")
        rows = ledger.documents.numbered(Kind.SALES_INVOICE, number)
        found = rows[0] if rows else None
    if found is None:
        raise Refused("The document to be paid could not be found.")
    return found


def _bank(ledger: Ledger, sent: Sent) -> Account:
    told = sent.get("Account") or {}
    by_id = ledger.accounts.find(told.get("AccountID", ""))
    found = by_id or ledger.accounts.coded(told.get("Code", ""))
    if found is None or found.type is not AccountType.BANK:
        raise Refused("Account must be valid.")
    return found
