"""Amounts as platforms want them: what they multiply must come to our nets."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from connectors.records import (
    ZERO,
    Document,
    DocumentKind,
    Line,
    Payment,
    RemotePayment,
    Totals,
)

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


def totals_per_tax_code(document: Document) -> Totals:
    """The forecast for platforms that round the tax once for each tax code."""
    nets: defaultdict[tuple[str, Decimal], Decimal] = defaultdict(Decimal)
    for line in document.lines:
        nets[line.tax_code_id, line.tax_rate] += line.net
    net = sum(nets.values(), ZERO)
    tax = sum((cents(part * rate / 100) for (_, rate), part in nets.items()), ZERO)
    return Totals(net=net, tax=tax, gross=net + tax)


def totals_per_line(document: Document) -> Totals:
    """The forecast for platforms that round the tax on each line."""
    net = sum((line.net for line in document.lines), ZERO)
    taxes = (cents(line.net * line.tax_rate / 100) for line in document.lines)
    tax = sum(taxes, ZERO)
    return Totals(net=net, tax=tax, gross=net + tax)


@dataclass(frozen=True, slots=True)
class CreditShare:
    """`amount` of a credit note that settles one invoice; both by id."""

    credit_id: str
    document_id: str
    amount: Decimal


def credit_shares(payment: Payment | RemotePayment) -> Iterator[CreditShare]:
    """What an allocation of credit comes to, credit by credit and invoice by invoice,
    in the order in which they are named."""
    owed = {
        each.document_id: each.amount
        for each in payment.allocations
        if each.kind is not DocumentKind.CREDIT_NOTE
    }
    for credit in payment.allocations:
        left = credit.amount
        for id in owed if credit.kind is DocumentKind.CREDIT_NOTE else ():
            used = min(left, owed[id])
            if used > ZERO:
                yield CreditShare(credit.document_id, id, used)
            left, owed[id] = left - used, owed[id] - used


def _weight(lines: Sequence[Line], at: int) -> tuple[Decimal, Decimal]:
    return abs(lines[at].tax), abs(lines[at].net)
