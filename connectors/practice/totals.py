"""Nets, taxes and totals of a document, by the face's tax policy.

`priced(document, percents, policy)` answers the document with each line's `net` and
`tax` and its own `net`, `tax`, `gross` set. It is pure: same input, same output.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from .books import ZERO, Document, Line
from .policies import RoundPer, TaxPolicy

HUNDRED = Decimal(100)


def rounded(amount: Decimal, policy: TaxPolicy) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-policy.places), policy.rounding)


def line_amount(line: Line, policy: TaxPolicy) -> Decimal:
    """The line's amount as priced (with tax inside where prices include it)."""
    if line.given_net is not None:
        return line.given_net
    price = line.quantity * line.unit_price
    return rounded(price * (HUNDRED - line.discount_percent) / HUNDRED, policy)


def exact_tax(amount: Decimal, percent: Decimal, *, inclusive: bool) -> Decimal:
    if inclusive:
        return amount - amount * HUNDRED / (HUNDRED + percent)
    return amount * percent / HUNDRED


def _shares(exact: Sequence[Decimal], policy: TaxPolicy) -> list[Decimal]:
    """Rounds the sum once and hands it back, the last line taking the odd cents."""
    total = rounded(sum(exact, ZERO), policy)
    shares = [rounded(tax, policy) for tax in exact]
    taxed = [index for index, tax in enumerate(exact) if tax]
    if taxed:
        shares[taxed[-1]] += total - sum(shares, ZERO)
    return shares


def _taxes(
    exact: Sequence[Decimal], codes: Sequence[str], policy: TaxPolicy
) -> list[Decimal]:
    if policy.per is RoundPer.LINE:
        return [rounded(tax, policy) for tax in exact]
    if policy.per is RoundPer.DOCUMENT:
        return _shares(exact, policy)
    taxes = [ZERO] * len(exact)
    for code in set(codes):
        chosen = [i for i, each in enumerate(codes) if each == code]
        for i, tax in zip(
            chosen, _shares([exact[j] for j in chosen], policy), strict=True
        ):
            taxes[i] = tax
    return taxes


def priced(
    document: Document, percents: Mapping[str, Decimal], policy: TaxPolicy
) -> Document:
    """`percents`: percent by tax code id; a line without a code bears no tax."""
    inclusive = document.prices_include_tax
    amounts = [line_amount(line, policy) for line in document.lines]
    rates = [percents.get(line.tax_code, ZERO) for line in document.lines]
    exact = [
        exact_tax(amount, rate, inclusive=inclusive)
        for amount, rate in zip(amounts, rates, strict=True)
    ]
    taxes = _taxes(exact, [line.tax_code for line in document.lines], policy)
    lines = []
    for line, amount, computed in zip(document.lines, amounts, taxes, strict=True):
        tax = computed if line.given_tax is None else line.given_tax
        net = amount - tax if inclusive else amount
        lines.append(replace(line, net=net, tax=tax))
    return with_totals(document, tuple(lines))


def with_totals(document: Document, lines: tuple[Line, ...]) -> Document:
    net = sum((line.net for line in lines), ZERO)
    tax = sum((line.tax for line in lines), ZERO)
    return replace(document, lines=lines, net=net, tax=tax, gross=net + tax)
