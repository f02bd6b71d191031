"""The one place where amounts are worked out and rounded.

Half-up at the currency's places, each line by itself; a document is the sum of its
lines. A half is rounded away from zero, so that a credit note mirrors its invoice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from invoicing.currencies import smallest_unit
from invoicing.models import Document, DocumentLine

HUNDRED = Decimal(100)
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFigures:
    quantity: Decimal
    unit_price: Decimal
    discount_percent: Decimal = ZERO
    tax_percent: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class LineAmounts:
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """`lines` stand in the order of the figures, and always add up to the rest."""

    net: Decimal
    tax: Decimal
    gross: Decimal
    lines: tuple[LineAmounts, ...]


def rounded(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(smallest_unit(currency), rounding=ROUND_HALF_UP)


def work_out(
    lines: Iterable[LineFigures],
    *,
    currency: str,
    prices_include_tax: bool = False,
    discount_percent: Decimal = ZERO,
    tax_override: Decimal | None = None,
) -> Totals:
    """With a tax override, net prices keep the net and gross prices the gross; the
    difference is spread over the lines by their share of the tax."""
    unit = smallest_unit(currency)
    share = (HUNDRED - discount_percent) / HUNDRED
    amounts = [
        _line(figures, share, unit=unit, inclusive=prices_include_tax)
        for figures in lines
    ]
    if tax_override is not None:
        override = rounded(tax_override, currency)
        amounts = _overridden(
            amounts, override, unit=unit, inclusive=prices_include_tax
        )
        if not amounts:
            net = -override if prices_include_tax else ZERO
            return Totals(net, override, net + override, ())
    net = sum((line.net for line in amounts), ZERO)
    tax = sum((line.tax for line in amounts), ZERO)
    return Totals(net, tax, net + tax, tuple(amounts))


def _line(
    figures: LineFigures, share: Decimal, *, unit: Decimal, inclusive: bool
) -> LineAmounts:
    price = figures.quantity * figures.unit_price
    discounted = price * (HUNDRED - figures.discount_percent) / HUNDRED * share
    amount = discounted.quantize(unit, rounding=ROUND_HALF_UP)
    percent = figures.tax_percent
    base = HUNDRED + percent if inclusive else HUNDRED
    tax = (amount * percent / base).quantize(unit, rounding=ROUND_HALF_UP)
    return LineAmounts(amount - tax if inclusive else amount, tax)


def _overridden(
    lines: Sequence[LineAmounts], override: Decimal, *, unit: Decimal, inclusive: bool
) -> list[LineAmounts]:
    weights = [abs(line.tax) for line in lines]
    if not any(weights):
        weights = [abs(line.net) for line in lines]
    difference = override - sum((line.tax for line in lines), ZERO)
    return [
        LineAmounts(line.net - part if inclusive else line.net, line.tax + part)
        for line, part in zip(lines, spread(difference, weights, unit), strict=True)
    ]


def spread(total: Decimal, weights: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """Parts in whole units that add up to `total`; what is left over goes to the
    largest remainders. Without any weight, all parts weigh the same."""
    if not any(weights):
        weights = [Decimal(1)] * len(weights)
    whole = sum(weights, ZERO)
    exact = [total * weight / whole for weight in weights]
    parts = [part.quantize(unit, rounding=ROUND_FLOOR) for part in exact]
    left = int((total - sum(parts, ZERO)) / unit)
    by_remainder = sorted(
        range(len(parts)), key=lambda at: exact[at] - parts[at], reverse=True
    )
    for at in by_remainder[:left]:
        parts[at] += unit
    return parts


def figures_of(line: DocumentLine) -> LineFigures:
    return LineFigures(
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount_percent=line.discount_percent,
        tax_percent=line.tax_rate.rate if line.tax_rate else ZERO,
    )


def lay_on(document: Document, lines: Sequence[DocumentLine]) -> list[DocumentLine]:
    """Sets the amounts of the document and of these, all its lines, without saving.
    Answers the lines whose amounts have changed."""
    totals = work_out(
        map(figures_of, lines),
        currency=document.currency,
        prices_include_tax=document.prices_include_tax,
        discount_percent=document.discount_percent,
        tax_override=document.tax_override,
    )
    document.net, document.tax, document.gross = totals.net, totals.tax, totals.gross
    changed = []
    for line, amounts in zip(lines, totals.lines, strict=True):
        if (line.net, line.tax) != (amounts.net, amounts.tax):
            line.net, line.tax = amounts.net, amounts.tax
            changed.append(line)
    return changed


def recompute(document: Document) -> None:
    """Works the totals out anew from the saved lines, and saves what has changed."""
    lines = list(document.lines.select_related("tax_rate"))
    DocumentLine.objects.bulk_update(
        lay_on(document, lines), ("net", "tax"), batch_size=200
    )
    document.save(update_fields=("net", "tax", "gross", "updated_at"))
