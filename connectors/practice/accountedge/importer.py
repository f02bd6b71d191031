"""Takes the transactions of a file into the books, one by one: one that is refused
leaves no trace, and the others go in."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ..books import (
    ZERO,
    Account,
    Address,
    Direction,
    Document,
    Kind,
    Line,
    Party,
    Payment,
    Role,
)
from ..errors import DuplicateNumber, Invalid, LedgerError
from ..ledger import Ledger
from .columns import day, money, problem

REFERENCE = re.compile(r"FinSync-(?:[0-9a-f]{20}|[PCS][0-9]+)")
VENDOR = "FinSync-S"
SALES = (Kind.SALES_INVOICE, Kind.CREDIT_NOTE)
CENT = Decimal("0.01")
Record = Mapping[str, str]
Group = Sequence[Record]


class Skipped(Exception):
    """In the words of the log."""


@dataclass(frozen=True, slots=True)
class Fate:
    row: Record
    error: str = ""
    warning: str = ""


class Importer:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def take(self, kind: str, group: Group) -> Fate:
        for row in group:
            if wrong := problem(kind, row):
                return Fate(row, error=wrong)
        take = {
            "card": self.card,
            "sale": self.sale,
            "item_sale": self.sale,
            "purchase": self.purchase,
            "receipt": self.receipt,
            "bill_payment": self.bill_payment,
        }[kind]
        try:
            with self.ledger.store.change():
                return Fate(group[0], warning=take(group))
        except DuplicateNumber:
            return Fate(group[0], error="Duplicate record rejected.")
        except Skipped as skipped:
            return Fate(group[0], error=str(skipped))
        except LedgerError as error:
            return Fate(group[0], error=error.message)

    # Cards

    def card(self, group: Group) -> str:
        """Who imports chooses the window by the file's name: here the notes tell."""
        (row,) = group
        is_vendor = row.get("Notes", "").startswith(VENDOR)
        role = Role.SUPPLIER if is_vendor else Role.CUSTOMER
        name, code = row["Co./Last Name"], row.get("Card ID", "")
        if self._named(name, role) or code and self._coded(code, role):
            raise Skipped("Duplicate record rejected.")
        self.ledger.parties.create(
            Party(
                name=name,
                roles=(role,),
                code=code,
                email=row.get("- Email", ""),
                phone=row.get("- Phone # 1", ""),
                extra={"notes": row.get("Notes", "")},
                address=Address(
                    street=row.get("Addr 1 - Line 1", ""),
                    city=row.get("- City", ""),
                    region=row.get("- State", ""),
                    postcode=row.get("- ZIP Code", ""),
                    country=row.get("- Country", ""),
                ),
            )
        )
        return ""

    def _named(self, name: str, role: Role) -> Party | None:
        found = self.ledger.parties.named(name, role)
        return next((each for each in found if each.name == name), None)

    def _coded(self, code: str, role: Role) -> Party | None:
        found = self.ledger.parties.in_role(role)
        return next((each for each in found if each.code == code), None)

    def _card(self, row: Record, role: Role) -> Party:
        """By the Card ID where one stands there, else by the name."""
        code = row.get("Card ID", "")
        named = self._named(row["Co./Last Name"], role)
        found = self._coded(code, role) if code else named
        if found is None:
            raise Skipped("Card not found; transaction skipped.")
        return found

    # Documents

    def sale(self, group: Group) -> str:
        party = self._card(group[0], Role.CUSTOMER)
        lines = [self._line(row) for row in group]
        is_credit = sum(_gross(line) for line in lines) < ZERO
        kind = Kind.CREDIT_NOTE if is_credit else Kind.SALES_INVOICE
        number = _one(group, "Invoice #")
        if any(self.ledger.documents.numbered(each, number) for each in SALES):
            raise Skipped("Duplicate record rejected.")
        return self._document(group, kind, party, lines, number=number)

    def purchase(self, group: Group) -> str:
        party = self._card(group[0], Role.SUPPLIER)
        lines = [self._line(row) for row in group]
        number = _one(group, "Supplier Invoice #")
        return self._document(group, Kind.SUPPLIER_INVOICE, party, lines, number=number)

    def _document(
        self,
        group: Group,
        kind: Kind,
        party: Party,
        lines: Sequence[Line],
        *,
        number: str,
    ) -> str:
        first = group[0]
        sign = -1 if kind is Kind.CREDIT_NOTE else 1
        date = day(_one(group, "Date")) or self.ledger.today()
        days = first.get("- Balance Due Days", "")
        self.ledger.documents.create(
            Document(
                kind=kind,
                party=party.id,
                date=date,
                due=date + dt.timedelta(days=int(days)) if days else None,
                number=number,
                reference=_reference(_one(group, "Journal Memo")),
                currency=self.ledger.company.currency,
                lines=tuple(_turned(line, sign) for line in lines),
                memo=first.get("Journal Memo", ""),
            )
        )
        return self._compared(lines)

    def _line(self, row: Record) -> Line:
        is_item = "Item Number" in row
        net = _amount(row, "Total" if is_item else "Amount")
        told = row.get("Inc-Tax Total" if is_item else "Inc-Tax Amount", "")
        code = self.ledger.tax_codes.coded(row["Tax Code"])
        if code is None:
            raise Skipped(f"Tax code {row['Tax Code']} not found.")
        computed = _rounded(net * self.ledger.tax_codes.percent(code.id) / 100)
        line = Line(
            description=row.get("Description", ""),
            quantity=Decimal(row.get("Quantity", "1")),
            unit_price=_amount(row, "Price") if is_item else net,
            tax_code=code.id,
            given_net=net,
            given_tax=(money(told) or ZERO) - net if told else computed,
            extra={"computed": str(computed)},
        )
        line = self._booked(line, row)
        if is_item and _rounded(line.quantity * line.unit_price) != net:
            raise Skipped("Total is not quantity times price.")
        return line

    def _booked(self, line: Line, row: Record) -> Line:
        if "Item Number" not in row:
            return replace(line, account=self._account(row["Account #"]).id)
        item = self.ledger.items.coded(row["Item Number"])
        if item is None:
            raise Skipped(f"Item {row['Item Number']} not found.")
        return replace(line, item=item.id, account=item.income_account)

    def _account(self, code: str) -> Account:
        found = self.ledger.accounts.coded(code)
        if found is None:
            raise Skipped(f"Account {code} not found.")
        return found

    def _compared(self, lines: Sequence[Line]) -> str:
        """The program works tax out by itself, and remarks on another one."""
        told = sum(((line.given_tax or ZERO) for line in lines), ZERO)
        own = sum((Decimal(line.extra["computed"]) for line in lines), ZERO)
        return "" if told == own else f"Tax is {told}, and the codes make {own}."

    # Money

    def receipt(self, group: Group) -> str:
        party = self._card(group[0], Role.CUSTOMER)
        pays = {}
        for row in group:
            if number := row.get("Invoice #", ""):
                pays[self._open(party, number, *SALES).id] = _amount(
                    row, "Amount Applied"
                )
        return self._payment(
            group,
            party,
            pays,
            Direction.RECEIVED,
            bank=_one(group, "Deposit Account"),
            date=_one(group, "Receipt Date"),
        )

    def bill_payment(self, group: Group) -> str:
        party = self._card(group[0], Role.SUPPLIER)
        pays = {}
        for row in group:
            if number := row.get("Supplier Invoice #", ""):
                bill = self._open(party, number, Kind.SUPPLIER_INVOICE)
                pays[bill.id] = _amount(row, "Amount Applied")
        return self._payment(
            group,
            party,
            pays,
            Direction.MADE,
            bank=_one(group, "Account"),
            date=_one(group, "Date"),
        )

    def _open(self, party: Party, number: str, *kinds: Kind) -> Document:
        for kind in kinds:
            for row in self.ledger.documents.numbered(kind, number):
                if row.party == party.id:
                    return row
        raise Skipped(f"Invoice # {number} not found for this card.")

    def _payment(
        self,
        group: Group,
        party: Party,
        pays: Mapping[str, Decimal],
        direction: Direction,
        *,
        bank: str,
        date: str,
    ) -> str:
        memo = _one(group, "Memo")
        reference = _reference(memo)
        made = self.ledger.settlements.payments
        if reference and any(each.reference == reference for each in made):
            raise Skipped("Duplicate record rejected.")
        self.ledger.settlements.record(
            Payment(
                party=party.id,
                direction=direction,
                amount=sum((_amount(row, "Amount Applied") for row in group), ZERO),
                date=day(date) or self.ledger.today(),
                account=self._account(bank).id,
                reference=reference,
                method=group[0].get("Payment Method", ""),
                memo=memo,
            ),
            pays,
        )
        return ""


def _one(group: Group, heading: str) -> str:
    """What all lines of a transaction have in common."""
    found = {row.get(heading, "") for row in group}
    if len(found) > 1:
        raise Invalid(f"The lines of a transaction differ in {heading}.")
    return found.pop()


def _amount(row: Record, heading: str) -> Decimal:
    return money(row[heading]) or ZERO


def _gross(line: Line) -> Decimal:
    return (line.given_net or ZERO) + (line.given_tax or ZERO)


def _turned(line: Line, sign: int) -> Line:
    return Line(
        description=line.description,
        quantity=sign * line.quantity,
        unit_price=line.unit_price,
        account=line.account,
        item=line.item,
        tax_code=line.tax_code,
        given_net=sign * (line.given_net or ZERO),
        given_tax=sign * (line.given_tax or ZERO),
    )


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, "ROUND_HALF_UP")


def _reference(text: str) -> str:
    found = REFERENCE.search(text)
    return found.group() if found else ""
