"""The person who keys worksheets in, document by document. They enter what Patriot asks
for, look first whether a number is there already, and leave out what does not go: our
own reference is of no use to them."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from ..books import (
    ZERO,
    AccountType,
    Direction,
    Document,
    Kind,
    Line,
    Party,
    Payment,
    Role,
)
from ..errors import LedgerError, UnknownParty, UnknownReference
from ..ledger import Ledger
from .tables import Record, day, money, shown


def key_in(ledger: Ledger, name: str, rows: Sequence[Record]) -> None:
    for group in _grouped(rows, KEYS[name]):
        try:
            with ledger.store.change():
                STEPS[name](ledger, group)
        except LedgerError:
            # Left on the sheet, without a tick.
            continue


def _grouped(rows: Iterable[Record], key: str) -> Iterator[list[Record]]:
    groups: dict[str, list[Record]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    yield from groups.values()


def _party(ledger: Ledger, name: str, role: Role) -> Party:
    found = ledger.parties.named(name, role)
    if not found:
        raise UnknownParty(name, field="party")
    return found[0]


def _invoice(ledger: Ledger, rows: list[Record]) -> None:
    first = rows[0]
    is_credit = first["Type"] == "Credit memo"
    kind = Kind.CREDIT_NOTE if is_credit else Kind.SALES_INVOICE
    lines = [_line(ledger, row, -1 if is_credit else 1) for row in rows]
    taxed = [at for at, row in enumerate(rows) if row["Taxable"] == "Y"]
    _enter(
        ledger,
        kind,
        _party(ledger, first["Customer"], Role.CUSTOMER),
        lines=_with_tax(lines, taxed, abs(money(first["Our Tax"]))),
        number=first["Our Number"],
        dates=(first["Invoice Date"], first["Due Date"]),
        memo=shown(first["Memo"]),
    )


def _with_tax(lines: list[Line], taxed: list[int], tax: Decimal) -> tuple[Line, ...]:
    """Patriot works it out for the document; where it is a cent off, they correct it
    to what the sheet says."""
    given = [ZERO] * len(lines)
    if taxed or tax:
        given[taxed[-1] if taxed else 0] = tax
    return tuple(
        _taxed(line, amount) for line, amount in zip(lines, given, strict=True)
    )


def _taxed(line: Line, tax: Decimal) -> Line:
    return Line(
        description=line.description,
        quantity=line.quantity,
        unit_price=line.unit_price,
        account=line.account,
        given_net=line.given_net,
        given_tax=tax,
    )


def _line(ledger: Ledger, row: Record, sign: int) -> Line:
    return Line(
        description=shown(row["Description"]),
        quantity=Decimal(row["Quantity"]),
        unit_price=sign * Decimal(row["Rate"]),
        account=ledger.accounts.first(AccountType.INCOME).id,
        given_net=sign * money(row["Amount"]),
    )


def _bill(ledger: Ledger, rows: list[Record]) -> None:
    first = rows[0]
    account = ledger.accounts.first(AccountType.EXPENSE).id
    lines = tuple(
        Line(
            description=shown(row["Description"]),
            account=account,
            given_net=money(row["Amount"]),
            given_tax=ZERO,
        )
        for row in rows
    )
    _enter(
        ledger,
        Kind.SUPPLIER_INVOICE,
        _party(ledger, first["Vendor"], Role.SUPPLIER),
        lines=lines,
        number=first["Bill Number"],
        dates=(first["Bill Date"], first["Due Date"]),
        memo=shown(first["Memo"]),
    )


def _enter(
    ledger: Ledger,
    kind: Kind,
    party: Party,
    *,
    lines: tuple[Line, ...],
    number: str,
    dates: tuple[str, str],
    memo: str,
) -> None:
    on, due = dates
    ledger.documents.create(
        Document(
            kind=kind,
            party=party.id,
            date=day(on),
            due=day(due) if due else None,
            number=number,
            currency=ledger.company.currency,
            lines=lines,
            memo=memo,
        )
    )


def _payment(ledger: Ledger, rows: list[Record]) -> None:
    first = rows[0]
    is_in = first["Direction"] == "In"
    role = Role.CUSTOMER if is_in else Role.SUPPLIER
    kind = Kind.SALES_INVOICE if is_in else Kind.SUPPLIER_INVOICE
    party = _party(ledger, first["Customer or Vendor"], role)
    pays = {
        _open(ledger, kind, party, row["Applies To"]).id: money(row["Amount Applied"])
        for row in rows
        if row["Applies To"]
    }
    ledger.settlements.record(
        Payment(
            party=party.id,
            direction=Direction.RECEIVED if is_in else Direction.MADE,
            amount=money(first["Amount"]),
            date=day(first["Date"]),
            account=ledger.accounts.first(AccountType.BANK).id,
            method=shown(first["Method"]),
            memo=shown(first["Reference"]),
        ),
        pays,
    )


def _open(ledger: Ledger, kind: Kind, party: Party, number: str) -> Document:
    for row in ledger.documents.numbered(kind, number):
        if row.party == party.id:
            return row
    raise UnknownReference(number, field="document")


KEYS = {
    "invoices": "FinSync",
    "bills": "FinSync",
    "payments": "Our Payment Id",
}
STEPS = {"invoices": _invoice, "bills": _bill, "payments": _payment}
