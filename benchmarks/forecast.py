"""Whether the forecast of a document's totals is what the ledger then makes of it.

    python -m benchmarks.forecast [DOCUMENTS] [--seed N]

Random documents for each rounding rule: several lines and taxes, quantities of three
places, discounts, prices with tax inside, credits among the lines, overridden tax. Each
is worked out by the connectors' arithmetic, and by the practice ledger's core from what
a connector would tell it. A line of figures a rule: `disagree` must be 0; `differ` are
those that would not total what ours do, which the checks stop. Exit 1 on disagreement.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connectors.amounts import (
    line_taxes,
    quantity_and_price,
    totals_as_given,
    totals_per_line,
    totals_per_tax_code,
)
from connectors.capabilities import Rounding
from connectors.practice import books
from connectors.practice.policies import RoundPer, TaxPolicy
from connectors.practice.totals import priced
from connectors.records import ZERO, Document, DocumentKind, Line, Totals

RATES = {
    "T20": Decimal(20),
    "T5": Decimal(5),
    "T0": ZERO,
    "T17": Decimal("17.5"),
    "T8": Decimal("8.875"),
}
CENT = Decimal("0.01")
HUNDRED = Decimal(100)
POLICIES = {
    Rounding.PER_LINE: RoundPer.LINE,
    Rounding.PER_TAX_CODE: RoundPer.CODE,
    Rounding.PER_DOCUMENT: RoundPer.DOCUMENT,
    Rounding.AS_GIVEN: RoundPer.LINE,
}
# A platform that rounds on the document knows one tax for all of it.
FORECASTS: dict[Rounding, Callable[[Document], Totals]] = {
    Rounding.PER_LINE: totals_per_line,
    Rounding.PER_TAX_CODE: totals_per_tax_code,
    Rounding.PER_DOCUMENT: totals_per_tax_code,
    Rounding.AS_GIVEN: totals_as_given,
}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", type=int, nargs="?", default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    wrong = 0
    for rule in Rounding:
        figures = measured(rule, options.documents, options.seed)
        print(json.dumps(figures), flush=True)
        wrong += figures["disagree"]
    return 1 if wrong else 0


def measured(rule: Rounding, count: int, seed: int) -> dict[str, Any]:
    began = time.monotonic()
    disagree = differ = lines = 0
    for document in documents(rule, count, seed):
        there = forecast(rule, document)
        disagree += there != ledgers(rule, document)
        differ += there != ours(document)
        lines += len(document.lines)
    return {
        "rule": rule.value,
        "documents": count,
        "lines": lines,
        "disagree": disagree,
        "differ": differ,
        "seconds": round(time.monotonic() - began, 1),
    }


def forecast(rule: Rounding, document: Document) -> Totals:
    return FORECASTS[rule](document)


def ours(document: Document) -> Totals:
    return Totals(net=document.net, tax=document.tax, gross=document.gross)


def ledgers(rule: Rounding, document: Document) -> Totals:
    """What the ledger's core makes of the lines as a connector tells them."""
    taxes = line_taxes(document) if rule is Rounding.AS_GIVEN else None
    told = []
    for at, line in enumerate(document.lines):
        quantity, price = quantity_and_price(line, price_places=2)
        told.append(
            books.Line(
                quantity=quantity,
                unit_price=price,
                tax_code=line.tax_code_id,
                given_tax=taxes[at] if taxes else None,
            )
        )
    draft = books.Document(
        id="",
        kind=books.Kind.SALES_INVOICE,
        party="",
        date=document.date,
        lines=tuple(told),
    )
    made = priced(draft, RATES, TaxPolicy(per=POLICIES[rule]))
    return Totals(net=made.net, tax=made.tax, gross=made.gross)


def documents(rule: Rounding, count: int, seed: int) -> Iterator[Document]:
    """The same for the same seed."""
    dice = random.Random(f"{rule}-{seed}")  # no secret hangs on it
    for _ in range(count):
        yield _document(dice, one_tax=rule is Rounding.PER_DOCUMENT)


def _document(dice: random.Random, *, one_tax: bool) -> Document:
    inclusive = dice.random() < 0.3
    codes = [dice.choice(list(RATES))] if one_tax else list(RATES)
    lines = tuple(
        _line(dice, position, dice.choice(codes), inclusive=inclusive)
        for position in range(1, dice.randint(1, 8) + 1)
    )
    net = sum((line.net for line in lines), ZERO)
    tax = sum((line.tax for line in lines), ZERO)
    override = tax + CENT * dice.randint(-2, 2) if dice.random() < 0.1 else None
    tax = tax if override is None else override
    made = Document(
        kind=DocumentKind.SALES_INVOICE,
        number="R",
        reference="R",
        party_id="P",
        date=date(2026, 11, 2),
        currency="GBP",
        prices_include_tax=inclusive,
        lines=lines,
        net=net,
        tax=tax,
        gross=net + tax,
    )
    return replace(made, tax_override=override)


def _line(dice: random.Random, position: int, code: str, *, inclusive: bool) -> Line:
    """As our own documents are worked out: each line by itself, half-up."""
    quantity = Decimal(dice.choice((1, 2, 3, 12, 1.5, 0.333, 2.875))).quantize(
        Decimal("0.001")
    )
    price = Decimal(dice.randint(1, 50_000)) / HUNDRED
    price = -price if position > 1 and dice.random() < 0.05 else price
    discount = Decimal(dice.choice((0, 0, 0, 5, 12.5)))
    rate = RATES[code]
    amount = _cents(quantity * price * (HUNDRED - discount) / HUNDRED)
    tax = _cents(amount * rate / (HUNDRED + rate if inclusive else HUNDRED))
    return Line(
        position=position,
        text=f"Line {position}",
        quantity=quantity,
        unit_price=price,
        discount_percent=discount,
        net=amount - tax if inclusive else amount,
        tax=tax,
        account_id="4000",
        tax_code_id=code,
        tax_rate=rate,
    )


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
