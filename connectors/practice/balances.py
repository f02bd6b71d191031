"""Account and party balances, worked out from documents, payments and journals.

Home currency (amount times the document's rate); debits positive.
"""

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from .books import ZERO, AccountType, Direction, Document, Kind, Payment, Role, State

if TYPE_CHECKING:
    from .ledger import Ledger

Balances = dict[str, Decimal]


def by_account(ledger: "Ledger") -> Balances:
    totals: Balances = defaultdict(lambda: ZERO)
    control = {
        Role.CUSTOMER: ledger.accounts.first(AccountType.RECEIVABLE).id,
        Role.SUPPLIER: ledger.accounts.first(AccountType.PAYABLE).id,
    }
    tax = ledger.accounts.first(AccountType.TAX).id
    for document in ledger.documents.table:
        if document.state is State.POSTED and document.kind is not Kind.SALES_ORDER:
            _post(ledger, document, totals, control, tax)
    for payment in ledger.settlements.payments:
        if payment.state is State.POSTED:
            _pay(ledger, payment, totals, control)
    for journal in ledger.journals.table:
        for line in journal.lines:
            totals[line.account] += line.amount
    return dict(totals)


def _post(
    ledger: "Ledger",
    document: Document,
    totals: Balances,
    control: dict[Role, str],
    tax: str,
) -> None:
    purchase = document.kind.is_purchase
    role = Role.SUPPLIER if purchase else Role.CUSTOMER
    owed = -1 if purchase != document.kind.is_credit else 1
    factor = owed * document.rate
    totals[control[role]] += factor * document.gross
    totals[tax] -= factor * document.tax
    kind = AccountType.EXPENSE if purchase else AccountType.INCOME
    for line in document.lines:
        account = ledger.line_account(line, purchase=purchase)
        account = account or ledger.accounts.first(kind)
        totals[account.id] -= factor * line.net


def _pay(
    ledger: "Ledger", payment: Payment, totals: Balances, control: dict[Role, str]
) -> None:
    bank = payment.account or ledger.accounts.first(AccountType.BANK).id
    amount = payment.amount
    if payment.direction is Direction.MADE:
        amount = -amount
    totals[bank] += amount
    totals[control[_side(ledger, payment)]] -= amount


def _side(ledger: "Ledger", payment: Payment) -> Role:
    """By what was paid; a payment on account goes by its direction."""
    for row in ledger.settlements.of_payment(payment.id):
        document = ledger.documents.find(row.document)
        if document is not None:
            return Role.SUPPLIER if document.kind.is_purchase else Role.CUSTOMER
    received = payment.direction is Direction.RECEIVED
    return Role.CUSTOMER if received else Role.SUPPLIER


def of_party(ledger: "Ledger", party_id: str) -> Decimal:
    """What the party owes, less what is owed to it and what it paid on account."""
    total = ZERO
    for row in ledger.documents.of_party(party_id):
        if row.state is State.POSTED and row.kind is not Kind.SALES_ORDER:
            owed = -1 if row.kind.is_purchase != row.kind.is_credit else 1
            total += owed * row.balance
    for payment in ledger.settlements.payments.by("party", party_id):
        left = ledger.settlements.unallocated(payment)
        total -= left if payment.direction is Direction.RECEIVED else -left
    return total
