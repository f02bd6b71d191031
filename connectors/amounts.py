"""Amounts as platforms want them: what they multiply must come to our nets."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from connectors.records import ZERO, Document, Line, Totals

CENT = Decimal("0.01")
ONE = Decimal(1)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def quantity_and_price(
    line: Line, *, price_places: int, quantity_places: int = 6
) -> tuple[Decimal, Decimal]:
    """A quantity and a net price whose product is the line's net to the cent, within
    the places that the platform keeps. A discount, tax inside the price or too many
    places make it another price than ours, at worst the net for one."""
    quantity = line.quantity or ONE
    unit = ONE.scaleb(-price_places)
    if quantity == quantity.quantize(ONE.scaleb(-quantity_places)):
        for price in (line.unit_price, (line.net / quantity).quantize(unit)):
            fits = price == price.quantize(unit)
            if fits and cents(quantity * price) == line.net:
                return quantity, trimmed(price)
    return ONE, line.net


def trimmed(price: Decimal) -> Decimal:
    """Without the zeros that more than two places end in."""
    short = price.quantize(CENT)
    return short if short == price else price.normalize()


def line_taxes(document: Document) -> list[Decimal]:
    """The tax of each line, with what the document's own tax differs by laid on the
    line that bears most, so that they add up to it."""
    taxes = [line.tax for line in document.lines]
    total = document.tax if document.tax_override is None else document.tax_override
    odd = total - sum(taxes, ZERO)
    if odd and taxes:
        most = max(range(len(taxes)), key=lambda at: _weight(document.lines, at))
        taxes[most] += odd
    return taxes


def totals_as_given(document: Document) -> Totals:
    """The forecast for platforms that take each line's tax as they are told."""
    net = sum((line.net for line in document.lines), ZERO)
    tax = sum(line_taxes(document), ZERO)
    return Totals(net=net, tax=tax, gross=net + tax)


def _weight(lines: Sequence[Line], at: int) -> tuple[Decimal, Decimal]:
    return abs(lines[at].tax), abs(lines[at].net)
