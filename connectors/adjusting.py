"""Documents that would total another sum over there, made to total ours.

Both answer a record to send in the document's place, or None where that cannot be. A
record that is adjusted has the net and tax that it will have there; its gross is ours.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from connectors.amounts import CENT
from connectors.records import ZERO, Document, Line, Totals

MOST = Decimal("0.05")
TEXT = "Rounding"
LINES_TRIED = 20
Forecast = Callable[[Document], Totals]


def ours(document: Document) -> Totals:
    return Totals(net=document.net, tax=document.tax, gross=document.gross)


def with_tax_told(document: Document, forecast: Forecast) -> Document | None:
    """Where the platform can be told the tax of a document."""
    told = replace(document, tax_override=document.tax)
    return told if forecast(told) == ours(document) else None


def adjusted(
    document: Document, forecast: Forecast, *, untaxed: str | None, negative: bool
) -> Document | None:
    """A line is made dearer or cheaper by as little as will do, the dearest first; else
    a line of its own bears the rest, with the tax code `untaxed` (None: there is none,
    and no such line can be). `negative`: whether that line may be below zero."""
    there = forecast(document)
    gap = document.gross - there.gross
    if abs(gap) > MOST or abs(document.tax - there.tax) > MOST:
        return None
    if gap < 0 and not negative:
        untaxed = None
    for candidate in _candidates(document, gap, untaxed):
        made = forecast(candidate)
        if made.gross == document.gross:
            return replace(candidate, net=made.net, tax=made.tax)
    return None


def _candidates(
    document: Document, gap: Decimal, untaxed: str | None
) -> Iterator[Document]:
    if not gap:
        yield document
        return
    by_size = sorted(
        range(len(document.lines)), key=lambda at: -abs(document.lines[at].net)
    )
    for at in by_size[:LINES_TRIED]:
        for step in _steps(gap):
            yield _with_line(document, at, step)
    if untaxed is not None and document.lines:
        yield _with_extra_line(document, gap, untaxed, like=by_size[0])


def _steps(gap: Decimal) -> Iterator[Decimal]:
    """The tax may follow: less than the gap may be enough."""
    cent = CENT.copy_sign(gap)
    while gap:
        yield gap
        gap -= cent


def _with_line(document: Document, at: int, step: Decimal) -> Document:
    lines = list(document.lines)
    lines[at] = replace(lines[at], net=lines[at].net + step)
    return replace(document, lines=tuple(lines))


def _with_extra_line(
    document: Document, gap: Decimal, untaxed: str, *, like: int
) -> Document:
    last = max(line.position for line in document.lines)
    extra = Line(
        position=last + 1,
        text=TEXT,
        quantity=Decimal(1),
        unit_price=gap,
        net=gap,
        tax=ZERO,
        nominal_code=document.lines[like].nominal_code,
        account_id=document.lines[like].account_id,
        item_id=document.lines[like].item_id,
        tax_code_id=untaxed,
    )
    return replace(document, lines=(*document.lines, extra))
