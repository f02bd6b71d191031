"""Takes the entries of a file into the books, one by one: an entry that is refused
leaves no trace, and the others go in."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from lxml import etree

from connectors.transport.xml import child_text

from ..books import (
    ZERO,
    AccountType,
    Address,
    Direction,
    Document,
    Kind,
    Line,
    Party,
    Payment,
    Role,
    TaxCode,
    TaxRate,
)
from ..errors import DuplicateExternalId, DuplicateNumber, LedgerError
from ..ledger import Ledger
from .sequences import problems

CENT = Decimal("0.01")
REFERENCE = re.compile(r"FinSync-(?:[0-9a-f]{20}|P[0-9]+)")
SYMBOL = "symbol"
IDS = ("Doklad", "PrimDoklad", "PrijatDokl", "VarSymbol")


@dataclass(slots=True)
class Fate:
    """`error` is (type, words) of a refusal; `warnings` are of the lines, by place."""

    ids: dict[str, str] = field(default_factory=dict)
    error: tuple[str, str] | None = None
    warnings: dict[int, str] = field(default_factory=dict)
    remark: str = ""
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """How the entries of a list are read."""

    sequence: str
    take: Callable[["Importer", etree._Element, Fate], None]


class Importer:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def take(self, entry: etree._Element, shape: Shape) -> Fate:
        fate = Fate()
        wrong = next(problems(entry, shape.sequence), "")
        if wrong:
            fate.error = ("SystemError", wrong)
            return fate
        try:
            with self.ledger.store.change():
                shape.take(self, entry, fate)
        except (DuplicateNumber, DuplicateExternalId) as error:
            fate.error = ("CorrelationError", error.message)
        except LedgerError as error:
            fate.error = ("BusinessError", error.message)
        return fate

    # Documents

    def order(self, entry: etree._Element, fate: Fate) -> None:
        number = child_text(entry, "PrimDoklad")
        self._document(entry, fate, Kind.SALES_ORDER, number=number, lines=entry)

    def issued(self, entry: etree._Element, fate: Fate) -> None:
        is_credit = child_text(entry, "Dobropis") in ("1", "true")
        kind = Kind.CREDIT_NOTE if is_credit else Kind.SALES_INVOICE
        self._document(entry, fate, kind, number=child_text(entry, "Doklad"))

    def received(self, entry: etree._Element, fate: Fate) -> None:
        number = child_text(entry, "PrijatDokl")
        self._document(entry, fate, Kind.SUPPLIER_INVOICE, number=number)

    def _document(
        self,
        entry: etree._Element,
        fate: Fate,
        kind: Kind,
        *,
        number: str,
        lines: etree._Element | None = None,
    ) -> None:
        listed = lines if lines is not None else entry.find("SeznamPolozek")
        rows = [] if listed is None else listed.findall("Polozka")
        foreign = entry.find("Valuty")
        fate.ids = {name: child_text(entry, name) for name in IDS}
        made = Document(
            kind=kind,
            party=self._party(entry.find("DodOdb"), kind),
            date=_date(entry, "Vystaveno") or self.ledger.today(),
            due=_date(entry, "Splatno") or _date(entry, "Vyridit_do"),
            number=number,
            reference=_reference(child_text(entry, "Poznamka")),
            external_id=child_text(entry, "GUID"),
            currency=_currency(foreign) or self.ledger.company.currency,
            rate=_rate(foreign),
            lines=tuple(self._line(row, kind, foreign is not None) for row in rows),
            memo=child_text(entry, "Popis"),
            extra={SYMBOL: child_text(entry, "VarSymbol")},
        )
        made = self.ledger.documents.create(made)
        fate.lines = len(rows)
        fate.ids["Doklad"] = made.number
        fate.remark = _compared(made, foreign if foreign is not None else entry)
        if kind is Kind.SALES_ORDER:
            fate.warnings = self._unknown_cards(rows)

    def _party(self, element: etree._Element | None, kind: Kind) -> str:
        """By IC, else by our code; the company's own data stay as they are. Without a
        match the company is made."""
        role = Role.SUPPLIER if kind.is_purchase else Role.CUSTOMER
        element = etree.Element("DodOdb") if element is None else element
        found = self._known(element)
        if found is not None:
            if role not in found.roles:
                roles = (*found.roles, role)
                found = self.ledger.parties.update(found.id, roles=roles)
            return found.id
        return self.ledger.parties.create(_company(element, role)).id

    def _known(self, element: etree._Element) -> Party | None:
        number, code = child_text(element, "ICO"), child_text(element, "KodPartn")
        for row in self.ledger.parties.table if number else ():
            if row.company_number == number:
                return row
        return self.ledger.parties.coded(code) if code and not number else None

    def _line(self, row: etree._Element, kind: Kind, is_foreign: bool) -> Line:
        sign = -1 if kind is Kind.CREDIT_NOTE else 1
        quantity = sign * _number(row, "PocetMJ", "1")
        price = _number(row, "Valuty" if is_foreign else "Cena")
        rate = _number(row, "SazbaDPH")
        net = (quantity * price).quantize(CENT, ROUND_HALF_UP)
        tax = (net * rate / 100).quantize(CENT, ROUND_HALF_UP)
        told = row.find("SouhrnDPH/Valuty" if is_foreign else "SouhrnDPH")
        if told is not None:
            net, tax = sign * _number(told, "Zaklad"), sign * _number(told, "DPH")
        account = AccountType.EXPENSE if kind.is_purchase else AccountType.INCOME
        return Line(
            description=child_text(row, "Popis"),
            quantity=quantity,
            unit_price=price,
            account=self.ledger.accounts.first(account).id,
            tax_code=self._tax_code(rate),
            given_net=net,
            given_tax=tax,
        )

    def _tax_code(self, percent: Decimal) -> str:
        """Files bring rates, not codes: one that is new is made."""
        try:
            return self.ledger.tax_codes.with_percent(percent).id
        except LedgerError:
            rate = self.ledger.tax_rates.create(
                TaxRate(name=f"{percent} %", percent=percent)
            )
            code = TaxCode(code=f"{percent:f}", name=rate.name, rates=(rate.id,))
            return self.ledger.tax_codes.create(code).id

    def _unknown_cards(self, rows: list[etree._Element]) -> dict[int, str]:
        found = {}
        for place, row in enumerate(rows):
            card = row.find("KmKarta")
            code = "" if card is None else child_text(card, "Katalog")
            if card is not None and self.ledger.items.coded(code) is None:
                found[place] = f"No stock card has the catalogue number {code!r}."
        return found

    # Money

    def bank(self, entry: etree._Element, fate: Fate) -> None:
        self._payment(entry, fate, own=child_text(entry, "IDPolozky"))

    def cash(self, entry: etree._Element, fate: Fate) -> None:
        self._payment(entry, fate, own=child_text(entry, "Pozn"))

    def _payment(self, entry: etree._Element, fate: Fate, *, own: str) -> None:
        """What carries the variable symbol of an unpaid document is paired with it."""
        is_made = child_text(entry, "Vydej") in ("1", "true")
        foreign = entry.find("Valuty")
        amount = _number(foreign if foreign is not None else entry, "Celkem")
        kind = Kind.SUPPLIER_INVOICE if is_made else Kind.SALES_INVOICE
        document = self._with_symbol(child_text(entry, "VarSym"), is_made=is_made)
        payment = self.ledger.settlements.record(
            Payment(
                party=document.party
                if document
                else self._party(entry.find("Adresa"), kind),
                direction=Direction.MADE if is_made else Direction.RECEIVED,
                amount=amount,
                date=_date(entry, "DatPlat") or self.ledger.today(),
                account=self.ledger.accounts.first(AccountType.BANK).id,
                reference=_reference(child_text(entry, "Pozn")),
                external_id=own,
                currency=_currency(foreign) or self.ledger.company.currency,
            ),
            {document.id: min(amount, document.balance)} if document else {},
        )
        fate.ids = {"Doklad": f"BV{payment.id}", "IDPolozky": own}

    def _with_symbol(self, symbol: str, *, is_made: bool) -> Document | None:
        kinds = (
            (Kind.SUPPLIER_INVOICE, Kind.CREDIT_NOTE)
            if is_made
            else (Kind.SALES_INVOICE, Kind.SALES_ORDER)
        )
        for row in self.ledger.documents.of_kind(*kinds):
            if symbol and row.extra.get(SYMBOL) == symbol and row.balance > ZERO:
                return row
        return None


def _company(element: etree._Element, role: Role) -> Party:
    address = element.find("ObchAdresa")
    return Party(
        name=child_text(element, "ObchNazev") or child_text(element, "FaktNazev"),
        roles=(role,),
        code=child_text(element, "KodPartn"),
        email=child_text(element, "EMail"),
        tax_number=child_text(element, "DIC"),
        company_number=child_text(element, "ICO"),
        address=_address(address) if address is not None else Address(),
    )


def _address(element: etree._Element) -> Address:
    return Address(
        street=child_text(element, "Ulice"),
        city=child_text(element, "Misto"),
        postcode=child_text(element, "PSC"),
        country=child_text(element, "KodStatu"),
    )


def _compared(made: Document, told: etree._Element) -> str:
    """Money S3 adds up by itself; a total that says otherwise is remarked on."""
    total = abs(_number(told, "Celkem"))
    if total == abs(made.gross):
        return ""
    return f"Celkem is {total}, and the lines come to {made.gross}."


def _reference(text: str) -> str:
    found = REFERENCE.search(text)
    return found.group() if found else ""


def _currency(foreign: etree._Element | None) -> str:
    mena = None if foreign is None else foreign.find("Mena")
    return "" if mena is None else child_text(mena, "Kod")


def _rate(foreign: etree._Element | None) -> Decimal:
    mena = None if foreign is None else foreign.find("Mena")
    if mena is None:
        return Decimal(1)
    return _number(mena, "Kurs", "1") / _number(mena, "Mnozstvi", "1")


def _number(element: etree._Element, name: str, default: str = "0") -> Decimal:
    return Decimal(child_text(element, name) or default)


def _date(element: etree._Element, name: str) -> date | None:
    text = child_text(element, name)
    return date.fromisoformat(text) if text else None
