"""Money received and paid, which Money S3 pairs with invoices by variable symbol. What
settles several documents is one entry for each of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from connectors.amounts import cents
from connectors.files import FilePayment
from connectors.money_s3.amounts import currency
from connectors.money_s3.parties import payer
from connectors.money_s3.settings import Shortcuts
from connectors.money_s3.tree import Node, leaf, node, title
from connectors.records import PaymentDirection

CASH = "cash:"
BANK = "bank:"


@dataclass(frozen=True, slots=True)
class Share:
    """`number` is empty for what settles nothing yet."""

    paid: FilePayment
    number: str
    amount: Decimal
    position: int


def shares(paid: FilePayment) -> Iterator[Share]:
    left = paid.payment.amount
    allocations = enumerate(paid.payment.allocations, start=1)
    position = 0
    for position, each in allocations:
        number = paid.numbers.get(each.document_id, each.document_id)
        yield Share(paid, number, each.amount, position)
        left -= each.amount
    if left > 0:
        yield Share(paid, "", left, position + 1)


def is_cash(paid: FilePayment) -> bool:
    return paid.payment.bank_account_id.startswith(CASH)


def bank_document(share: Share, shortcuts: Shortcuts) -> Node:
    payment = share.paid.payment
    return node(
        "BankDokl",
        leaf("Vydej", payment.direction is PaymentDirection.MADE),
        leaf("Popis", _words(share)),
        leaf("DatUcPr", payment.date),
        leaf("DatVyst", payment.date),
        leaf("DatPlat", payment.date),
        leaf("IDPolozky", f"{share.paid.reference}-{share.position}"),
        leaf("VarSym", shortcuts.symbol(share.number)),
        payer("", share.paid.party),
        leaf("PrKont", _rule(share, shortcuts)),
        *_totals(share, shortcuts),
        leaf("Pozn", share.paid.reference),
        leaf("DRada", shortcuts["payment_series"]),
        _account(payment.bank_account_id),
    )


def cash_document(share: Share, shortcuts: Shortcuts) -> Node:
    payment = share.paid.payment
    return node(
        "PokDokl",
        leaf("Vydej", payment.direction is PaymentDirection.MADE),
        leaf("Popis", _words(share)),
        leaf("DatUcPr", payment.date),
        leaf("DatVyst", payment.date),
        leaf("DatPlat", payment.date),
        leaf("VarSym", shortcuts.symbol(share.number)),
        payer("", share.paid.party),
        leaf("Pokl", payment.bank_account_id.removeprefix(CASH)),
        leaf("PrKont", _rule(share, shortcuts)),
        *_totals(share, shortcuts),
        leaf("Pozn", f"{share.paid.reference}-{share.position}"),
    )


def _words(share: Share) -> str:
    return title(f"{share.paid.payment.reference} {share.number}")


def _rule(share: Share, shortcuts: Shortcuts) -> str:
    is_made = share.paid.payment.direction is PaymentDirection.MADE
    return shortcuts["outgoing_rule" if is_made else "receipt_rule"]


def _totals(share: Share, shortcuts: Shortcuts) -> list[Node | None]:
    payment = share.paid.payment
    home = shortcuts.home_currency or payment.currency
    if payment.currency == home:
        return [_summary(share.amount), leaf("Celkem", share.amount)]
    in_home = cents(share.amount * payment.rate)
    return [
        _summary(in_home),
        leaf("Celkem", in_home),
        node(
            "Valuty",
            currency(payment.currency, payment.rate),
            _summary(share.amount),
            leaf("Celkem", share.amount),
        ),
    ]


def _summary(amount: Decimal) -> Node:
    return node("SouhrnDPH", leaf("Zaklad0", amount))


def _account(bank_account_id: str) -> Node | None:
    shortcut = bank_account_id.removeprefix(BANK)
    return node("Ucet", leaf("Zkrat", shortcut)) if shortcut else None
