"""Postings into the ledger: journal entries of sales, and supplier invoices.

Both must balance, and bring for each tax code its base and its amount; SAP tolerates
what rounding on each line may come to.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from ..books import ZERO, Document, Kind, Line, Role, State
from ..ledger import Ledger
from .codes import COMPANY_CODE, account_of, ledger_tax
from .refusals import Refused, unknown, unknown_account, unknown_tax

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Item:
    """A line of income or cost, positive in the document's own direction."""

    account: str
    net: Decimal
    tax_code: str
    text: str


@dataclass(frozen=True, slots=True)
class Tax:
    code: str
    base: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    kind: Kind
    company: str
    party: str
    number: str
    text: str
    date: dt.date
    currency: str
    gross: Decimal
    items: Sequence[Item]
    taxes: Sequence[Tax]


def posted(ledger: Ledger, entry: Entry) -> Document:
    """Raises `Refused` or `LedgerError`."""
    if entry.company != COMPANY_CODE:
        raise Refused(f"Company code {entry.company} does not exist", "020(FH)")
    if len(entry.number) > 16 or len(entry.text) > 50:
        raise Refused("A value is longer than its field.", "001(00)")
    _check_party(ledger, entry)
    lines = _lines(ledger, entry)
    due = sum((x.net + (x.given_tax or ZERO) for x in lines), ZERO)
    if due != entry.gross:
        raise Refused("Balance in transaction currency", "702(F5)")
    if not entry.gross:
        raise Refused("Enter an amount", "001(F5)")
    text = entry.text
    reference = text.removeprefix("FinSync ") if text.startswith("FinSync ") else ""
    return ledger.documents.create(
        Document(
            kind=entry.kind,
            party=entry.party,
            date=entry.date,
            due=entry.date + dt.timedelta(days=30),
            number=entry.number,
            reference=reference,
            currency=entry.currency,
            lines=tuple(lines),
            extra={"text": text} if text else {},
        )
    )


def reversed_document(ledger: Ledger, original: str, reason: str) -> Document:
    """`original`: ten digits, company code, year."""
    row = ledger.documents.find(original[:10])
    if row is None or original[10:] != f"{COMPANY_CODE}{row.date.year}":
        raise Refused(f"Document {original} does not exist", "397(F5)")
    if not reason:
        raise Refused("Enter a reversal reason", "411(F5)")
    if row.state is State.VOID:
        raise Refused("Document has already been reversed", "308(F5)")
    if row.settled:
        raise Refused("Document contains cleared items; reversal not possible", "F5")
    return ledger.documents.void(row.id)


def _check_party(ledger: Ledger, entry: Entry) -> None:
    purchase = entry.kind.is_purchase
    role = Role.SUPPLIER if purchase else Role.CUSTOMER
    row = ledger.parties.find(entry.party)
    if row is None or role not in row.roles:
        raise unknown("Supplier" if purchase else "Customer", entry.party)


def _lines(ledger: Ledger, entry: Entry) -> list[Line]:
    purchase = entry.kind.is_purchase
    given = {tax.code: tax for tax in entry.taxes}
    shares = _shares(entry, given)
    lines = []
    for place, item in enumerate(entry.items):
        account = account_of(ledger, item.account)
        if account is None:
            raise unknown_account(item.account)
        tax = ledger_tax(ledger, item.tax_code, purchase=purchase)
        if tax is None:
            raise unknown_tax(item.tax_code)
        lines.append(
            Line(
                description=item.text,
                unit_price=item.net,
                net=item.net,
                account=account.id,
                tax_code=tax.id,
                given_net=item.net,
                given_tax=shares[place],
            )
        )
    _check_taxes(ledger, entry, purchase=purchase)
    return [replace(line, tax=line.given_tax or ZERO) for line in lines]


def _shares(entry: Entry, given: dict[str, Tax]) -> list[Decimal]:
    """What each line bears of its code's tax; the last takes the odd cents."""
    shares = [ZERO] * len(entry.items)
    for code, tax in given.items():
        places = [n for n, item in enumerate(entry.items) if item.tax_code == code]
        left = tax.tax
        for n in places[:-1]:
            part = entry.items[n].net * tax.tax / tax.base if tax.base else ZERO
            shares[n] = part.quantize(CENT)
            left -= shares[n]
        if places:
            shares[places[-1]] = left
    return shares


def _check_taxes(ledger: Ledger, entry: Entry, *, purchase: bool) -> None:
    bases: dict[str, Decimal] = defaultdict(Decimal)
    counts: dict[str, int] = defaultdict(int)
    for item in entry.items:
        bases[item.tax_code] += item.net
        counts[item.tax_code] += 1
    if bases.keys() != {tax.code for tax in entry.taxes}:
        raise Refused("Tax code of the items and of the tax lines differ", "F5")
    for tax in entry.taxes:
        row = ledger_tax(ledger, tax.code, purchase=purchase)
        rate = ledger.tax_codes.percent(row.id) if row else ZERO
        apart = abs(tax.tax - bases[tax.code] * rate / 100)
        if tax.base != bases[tax.code] or apart > CENT * max(1, counts[tax.code]):
            raise Refused(f"Tax amount of tax code {tax.code} is wrong", "753(FF)")


def number_word(value: Any) -> Decimal:
    """Raises `Refused`."""
    try:
        return Decimal(str(value))
    except ArithmeticError as error:
        raise Refused(f"{value} is no amount") from error
