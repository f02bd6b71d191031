"""Prices, taxes and totals as Money S3 wants them.

Amounts stand in the company's home currency; a document in another one carries its own
amounts beside them, in `Valuty`. Credit notes are negative throughout. The names of the
summary are historic: 5 is the reduced rate, 22 the standard one.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from connectors.amounts import cents, line_taxes, quantity_and_price
from connectors.money_s3.settings import Shortcuts
from connectors.money_s3.tree import Node, leaf, node
from connectors.records import ZERO, Document, DocumentKind, Line

ONE = Decimal(1)
PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine:
    """`price` is net, for one; `net` and `tax` are signed. All in the document's own
    currency."""

    line: Line
    quantity: Decimal
    price: Decimal
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    lines: tuple[PricedLine, ...]
    currency: str
    rate: Decimal
    is_foreign: bool

    @property
    def gross(self) -> Decimal:
        return sum((each.net + each.tax for each in self.lines), ZERO)

    def home(self, amount: Decimal) -> Decimal:
        return cents(amount * self.rate) if self.is_foreign else amount


def priced(document: Document, shortcuts: Shortcuts) -> Priced:
    sign = -1 if document.kind is DocumentKind.CREDIT_NOTE else 1
    pairs = zip(document.lines, line_taxes(document), strict=True)
    home = shortcuts.home_currency or document.currency
    return Priced(
        lines=tuple(_line(line, tax, sign=sign) for line, tax in pairs),
        currency=document.currency,
        rate=document.rate.quantize(PLACES),
        is_foreign=document.currency != home,
    )


def _line(line: Line, tax: Decimal, *, sign: int) -> PricedLine:
    quantity, price = quantity_and_price(line, price_places=4, quantity_places=4)
    return PricedLine(
        line=line,
        quantity=sign * quantity,
        price=price,
        net=sign * line.net,
        tax=sign * tax,
    )


def totals(found: Priced, shortcuts: Shortcuts) -> list[Node | None]:
    """`SazbaDPH1`, `SazbaDPH2`, `SouhrnDPH`, `Celkem` and `Valuty`, in that order."""
    return [
        leaf("SazbaDPH1", shortcuts.reduced),
        leaf("SazbaDPH2", shortcuts.standard),
        *summary(found, shortcuts),
    ]


def summary(found: Priced, shortcuts: Shortcuts) -> list[Node | None]:
    in_home = [
        _summary(found, shortcuts, in_home=True),
        leaf("Celkem", sum((_home_gross(each, found) for each in found.lines), ZERO)),
    ]
    if not found.is_foreign:
        return in_home
    return [
        *in_home,
        node(
            "Valuty",
            currency(found.currency, found.rate),
            _summary(found, shortcuts, in_home=False),
            leaf("Celkem", found.gross),
        ),
    ]


def currency(code: str, rate: Decimal) -> Node:
    return node("Mena", leaf("Kod", code), leaf("Mnozstvi", ONE), leaf("Kurs", rate))


def line_summary(each: PricedLine, found: Priced) -> Node:
    """What the line comes to, so that nothing is left to rounding."""
    return node(
        "SouhrnDPH",
        leaf("Zaklad", found.home(each.net)),
        leaf("DPH", found.home(each.tax)),
        node("Valuty", leaf("Zaklad", each.net), leaf("DPH", each.tax))
        if found.is_foreign
        else None,
    )


def _home_gross(each: PricedLine, found: Priced) -> Decimal:
    return found.home(each.net) + found.home(each.tax)


def _summary(found: Priced, shortcuts: Shortcuts, *, in_home: bool) -> Node:
    nets: dict[Decimal, Decimal] = defaultdict(Decimal)
    taxes: dict[Decimal, Decimal] = defaultdict(Decimal)
    for each in found.lines:
        rate = each.line.tax_rate.normalize()
        nets[rate] += found.home(each.net) if in_home else each.net
        taxes[rate] += found.home(each.tax) if in_home else each.tax
    own = {ZERO, shortcuts.reduced, shortcuts.standard}
    others = [
        node(
            "DalsiSazba",
            leaf("Sazba", rate),
            leaf("Zaklad", nets[rate]),
            leaf("DPH", taxes[rate]),
        )
        for rate in sorted(nets.keys() - own)
    ]
    return node(
        "SouhrnDPH",
        leaf("Zaklad0", nets.get(ZERO, ZERO)),
        leaf("Zaklad5", nets.get(shortcuts.reduced, ZERO)),
        leaf("Zaklad22", nets.get(shortcuts.standard, ZERO)),
        leaf("DPH5", taxes.get(shortcuts.reduced, ZERO)),
        leaf("DPH22", taxes.get(shortcuts.standard, ZERO)),
        node("SeznamDalsiSazby", *others) if others else None,
    )
