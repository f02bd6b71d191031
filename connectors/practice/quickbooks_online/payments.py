"""Payment and BillPayment, which also lay credits on invoices and bills.

A line links one document with the amount taken off it. Lines of credits (CreditMemo,
VendorCredit) and `TotalAmt` together pay the lines of invoices (bills); what is left of
`TotalAmt` is unapplied. A payment of 0 with two lines only applies a credit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ..books import ZERO, Direction, Kind, Payment, State
from ..ledger import Ledger
from . import refusals
from .refusals import bad_word, business, invalid_reference, missing
from .transactions import version_of

Sent = Mapping[str, Any]
PAY_TYPES = ("Check", "CreditCard")
LINKS = {
    Direction.RECEIVED: {"Invoice": Kind.SALES_INVOICE, "CreditMemo": Kind.CREDIT_NOTE},
    Direction.MADE: {
        "Bill": Kind.SUPPLIER_INVOICE,
        "VendorCredit": Kind.SUPPLIER_CREDIT,
    },
}


@dataclass
class Links:
    """Amounts by document id."""

    owed: dict[str, Decimal] = field(default_factory=dict)
    credits: dict[str, Decimal] = field(default_factory=dict)


def create(ledger: Ledger, direction: Direction, sent: Sent) -> Payment:
    payment = _payment(ledger, direction, sent)
    links = _links(ledger, direction, sent)
    with ledger.store.change():
        row = ledger.settlements.record(payment, {})
        _apply(ledger, row, links)
        return ledger.settlements.payments.get(row.id)


def update(ledger: Ledger, direction: Direction, sent: Sent) -> Payment:
    """Lines that were sent replace all there were; a full update needs all."""
    row = existing(ledger, direction, sent)
    version = version_of(sent)
    if row.state is State.VOID:
        raise business("A voided transaction cannot be changed.")
    if not sent.get("sparse"):
        payment = _payment(ledger, direction, sent)
        names = ("party", "amount", "date", "account", "number", "method", "memo")
        fields = {name: getattr(payment, name) for name in names}
    else:
        fields = _sparse(direction, sent)
    with ledger.store.change():
        if "Line" in sent or not sent.get("sparse"):
            links = _links(ledger, direction, sent)
            ledger.settlements.remove_group(row.id)
            row = ledger.settlements.update(row.id, {}, version=version, **fields)
            _apply(ledger, row, links)
        else:
            row = ledger.settlements.update(row.id, version=version, **fields)
        return ledger.settlements.payments.get(row.id)


def void(ledger: Ledger, direction: Direction, sent: Sent) -> Payment:
    row = existing(ledger, direction, sent)
    version = version_of(sent)
    if row.state is State.VOID:
        raise business("The transaction is voided already.")
    with ledger.store.change():
        ledger.settlements.remove_group(row.id)
        return ledger.settlements.void(row.id, version=version)


def delete(ledger: Ledger, direction: Direction, sent: Sent) -> Payment:
    row = existing(ledger, direction, sent)
    with ledger.store.change():
        ledger.settlements.remove_group(row.id)
        return ledger.settlements.delete(row.id, version=version_of(sent))


def existing(ledger: Ledger, direction: Direction, sent: Sent) -> Payment:
    if not sent.get("Id"):
        raise missing("Id")
    row = ledger.settlements.payments.find(sent["Id"])
    if row is None or row.direction is not direction:
        raise refusals.not_found()
    return row


def _payment(ledger: Ledger, direction: Direction, sent: Sent) -> Payment:
    name = "CustomerRef" if direction is Direction.RECEIVED else "VendorRef"
    for needed in (name, "TotalAmt"):
        if needed not in sent:
            raise missing(needed)
    party = ledger.parties.find(sent[name])
    if party is None:
        raise invalid_reference()
    if sent["TotalAmt"] < ZERO:
        raise business("Transaction amount must be 0 or greater.")
    account, method = _account(direction, sent)
    bank = ledger.recall("sample")["bank"]
    return Payment(
        party=party.id,
        direction=direction,
        amount=sent["TotalAmt"],
        date=sent.get("TxnDate", ledger.today()),
        account=account or bank,
        number=_number(direction, sent),
        reference=str(sent.get("PrivateNote") or "api"),
        method=method,
        currency=str(sent.get("CurrencyRef", party.currency)),
        memo=str(sent.get("PrivateNote", "")),
    )


def _number(direction: Direction, sent: Sent) -> str:
    name = "PaymentRefNum" if direction is Direction.RECEIVED else "DocNumber"
    number = str(sent.get(name, ""))
    if len(number) > 21:
        raise refusals.bad_text(name, 21, len(number))
    return number


def _account(direction: Direction, sent: Sent) -> tuple[str, str]:
    if direction is Direction.RECEIVED:
        return str(sent.get("DepositToAccountRef", "")), ""
    kind = sent.get("PayType")
    if not kind:
        raise missing("PayType")
    if kind not in PAY_TYPES:
        raise bad_word("PayType", kind)
    detail, name = "CheckPayment", "BankAccountRef"
    if kind == "CreditCard":
        detail, name = "CreditCardPayment", "CCAccountRef"
    account = sent.get(detail, {}).get(name)
    if not account:
        raise missing(f"{detail}.{name}")
    return str(account), str(kind)


def _sparse(direction: Direction, sent: Sent) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if "TotalAmt" in sent:
        fields["amount"] = sent["TotalAmt"]
    if "TxnDate" in sent:
        fields["date"] = sent["TxnDate"]
    if "PrivateNote" in sent:
        fields["memo"] = sent["PrivateNote"]
    if "PaymentRefNum" in sent or "DocNumber" in sent:
        fields["number"] = _number(direction, sent)
    if "DepositToAccountRef" in sent:
        fields["account"] = sent["DepositToAccountRef"]
    return fields


def _links(ledger: Ledger, direction: Direction, sent: Sent) -> Links:
    links = Links()
    for line in sent.get("Line", []):
        linked = line.get("LinkedTxn") or []
        if len(linked) != 1:
            raise missing("LinkedTxn")
        amount = line.get("Amount")
        if amount is None:
            raise missing("Amount")
        if amount == ZERO:
            continue
        kind = LINKS[direction].get(linked[0].get("TxnType", ""))
        if kind is None:
            raise bad_word("TxnType", linked[0].get("TxnType", ""))
        document = ledger.documents.find(linked[0].get("TxnId", ""))
        if document is None or document.kind is not kind:
            raise invalid_reference()
        side = links.credits if kind.is_credit else links.owed
        side[document.id] = side.get(document.id, ZERO) + amount
    return links


def _apply(ledger: Ledger, row: Payment, links: Links) -> None:
    """Credits first, oldest line first; the money pays what they leave."""
    owed = dict(links.owed)
    for credit, left in links.credits.items():
        for document in owed:
            amount = min(left, owed[document])
            if amount > ZERO:
                ledger.settlements.apply_credit(
                    credit, document, amount, on=row.date, group=row.id
                )
                left -= amount
                owed[document] -= amount
        if left > ZERO:
            raise business("More credit is applied than is owed.")
    pays = {document: amount for document, amount in owed.items() if amount > ZERO}
    if sum(pays.values(), ZERO) > row.amount:
        raise business("The amounts applied are more than the amount received.")
    ledger.settlements.allocate(row.id, pays)
