"""The PDF that one hands to a partner: summary, tie-out, differences."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import IO, Any
from xml.sax.saxutils import escape

from django.conf import settings
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    KeepTogether,
    LongTable,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    TableStyle,
)

from accounting_links.models import (
    SETTLED_VERDICTS,
    Reconciliation,
    ReconciliationRow,
    Verdict,
)
from accounting_links.reconcile.cells import CONTROL_CHARACTERS
from accounting_links.reconcile.fonts import BODY, BOLD
from accounting_links.reconcile.heading import (
    by_currency,
    by_kind,
    by_nominal,
    by_verdict,
    facts,
    title,
)
from accounting_links.reconcile.totals import money

# More than a person reads; the whole list is in the XLSX.
MOST_ROWS = 1000
RULE = colors.HexColor("#d1d5db")
HEAD = colors.HexColor("#dce6f1")
TEXT = ParagraphStyle("text", fontName=BODY, fontSize=9, leading=12)
CELL = ParagraphStyle("cell", parent=TEXT, fontSize=7.5, leading=9)
HEAD_CELL = ParagraphStyle("head", parent=CELL, fontName=BOLD)
AMOUNT = ParagraphStyle("amount", parent=CELL, alignment=2)
HEAD_AMOUNT = ParagraphStyle("head_amount", parent=HEAD_CELL, alignment=2)
H1 = ParagraphStyle("h1", parent=TEXT, fontName=BOLD, fontSize=18, leading=24)
H2 = ParagraphStyle(
    "h2", parent=TEXT, fontName=BOLD, fontSize=12, leading=16, spaceBefore=10
)
TIE = (100 * mm, 28 * mm, 40 * mm)
FOUR = (48 * mm, 30 * mm, 30 * mm, 30 * mm, 30 * mm)
LISTED = (26 * mm, 18 * mm, 25 * mm, 25 * mm, 26 * mm, 48 * mm)


def write(reconciliation: Reconciliation, file: IO[bytes]) -> None:
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=18 * mm,
        bottomMargin=18 * mm,
        title=title(reconciliation),
        author="FinSync",
    )
    foot = _foot(title(reconciliation))
    document.build(list(_story(reconciliation)), onFirstPage=foot, onLaterPages=foot)


def _story(reconciliation: Reconciliation) -> Iterator[Any]:
    yield _text(title(reconciliation), H1)
    told = [
        [_text(label, HEAD_CELL), _text(value)]
        for label, value in _facts(reconciliation)
    ]
    yield LongTable(told, colWidths=(40 * mm, 128 * mm), style=_plain_style())
    for currency, whole in by_currency(reconciliation):
        yield KeepTogether(list(_tie_out(currency, whole)))
        yield from _four_columns(
            f"By kind, {currency}",
            [(str(kind.label), each) for kind, each in by_kind(whole)],
        )
        nominals = by_nominal(whole)
        if nominals:
            yield from _four_columns(f"By nominal code, {currency}", nominals)
    yield from _lists(reconciliation)


def _facts(reconciliation: Reconciliation) -> list[tuple[str, str]]:
    count = sum(reconciliation.verdicts.values())
    matched = reconciliation.verdicts.get(Verdict.MATCHED, 0)
    return [*facts(reconciliation), ("Result", f"{matched:,} of {count:,} matched")]


def _tie_out(currency: str, whole: Mapping[str, Any]) -> Iterator[Any]:
    yield _text(f"Tie-out, {currency}", H2)
    rows = [("Our total", "", grouped(whole["ours"]))]
    for verdict, share in by_verdict(whole):
        rows.append(
            (verdict.label, f"{share['count']:,}", grouped(share["difference"]))
        )
    rows.append(("Unexplained", "", grouped(whole["unexplained"])))
    rows.append(("Their total", "", grouped(whole["theirs"])))
    yield _table(("", "Documents", currency), rows, widths=TIE, amounts=range(1, 3))


def _four_columns(
    name: str, tallies: list[tuple[str, Mapping[str, Any]]]
) -> Iterator[Any]:
    heads = ("", "Ours", "Explained", "Unexplained", "Theirs")
    sides = ("ours", "explained", "unexplained", "theirs")
    rows = [(key, *(grouped(each[side]) for side in sides)) for key, each in tallies]
    yield _text(name, H2)
    yield _table(heads, rows, widths=FOUR, amounts=range(1, 5))


def _lists(reconciliation: Reconciliation) -> Iterator[Any]:
    rows = reconciliation.rows.exclude(verdict=Verdict.MATCHED)
    yield PageBreak()
    differences = rows.exclude(verdict__in=SETTLED_VERDICTS)
    yield from _listed("Differences", differences.order_by("verdict", "id"))
    outside = rows.filter(verdict=Verdict.POSTED_OUTSIDE)
    yield from _listed("Posted outside FinSync", outside)


def _listed(name: str, rows: Any) -> Iterator[Any]:
    yield _text(name, H2)
    count = rows.count()
    if not count:
        yield _text("None.")
        return
    if count > MOST_ROWS:
        yield _text(f"The first {MOST_ROWS:,} of {count:,}; the XLSX has them all.")
    heads = ("Number", "Date", "Ours", "Theirs", "Verdict", "Cause")
    yield _table(
        heads,
        [_listed_row(row) for row in rows[:MOST_ROWS]],
        widths=LISTED,
        amounts=range(2, 4),
    )
    yield Spacer(1, 6 * mm)


def _listed_row(row: ReconciliationRow) -> tuple[str, ...]:
    day: date | None = row.our_date or row.their_date
    return (
        row.number,
        day.isoformat() if day else "",
        _amount(row.ours, row.currency),
        _amount(row.theirs, row.their_currency),
        row.get_verdict_display(),
        row.cause,
    )


def grouped(amount: str) -> str:
    """1234.50 becomes 1,234.50."""
    return f"{Decimal(amount):,f}"


def _amount(amount: Decimal | None, currency: str) -> str:
    return "" if amount is None else f"{grouped(money(amount, currency))} {currency}"


def _table(
    heads: tuple[str, ...], rows: list[Any], *, widths: Any, amounts: range
) -> LongTable:
    """`amounts` are the columns that stand to the right."""
    head = [
        _text(each, HEAD_AMOUNT if at in amounts else HEAD_CELL)
        for at, each in enumerate(heads)
    ]
    cells = [head]
    for row in rows:
        cells.append(
            [
                _text(each, AMOUNT if at in amounts else CELL)
                for at, each in enumerate(row)
            ]
        )
    style = [
        ("BACKGROUND", (0, 0), (-1, 0), HEAD),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    return LongTable(cells, colWidths=widths, repeatRows=1, style=TableStyle(style))


def _plain_style() -> TableStyle:
    return TableStyle([("LEFTPADDING", (0, 0), (0, -1), 0)])


def _text(text: str, style: ParagraphStyle = CELL) -> Paragraph:
    """Paragraphs read markup: what comes from outside is escaped."""
    return Paragraph(escape(CONTROL_CHARACTERS.sub("", text)), style)


def _foot(name: str) -> Any:
    def draw(canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setFont(BODY, 7)
        canvas.drawString(18 * mm, 10 * mm, name[:110])
        canvas.drawRightString(A4[0] - 18 * mm, 10 * mm, f"Page {document.page}")
        if settings.FINSYNC_PRACTICE:
            canvas.setFont(BOLD, 9)
            canvas.drawRightString(A4[0] - 18 * mm, A4[1] - 11 * mm, "PRACTICE")
        canvas.restoreState()

    return draw
