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
from accounting_links.reconcile.heading import facts, title
from accounting_links.reconcile.totals import money
from invoicing.models import DocumentKind

# More than a person reads; the whole list is in the XLSX.
MOST_ROWS = 1000
RULE = colors.HexColor("#d1d5db")
HEAD = colors.HexColor("#dce6f1")
TEXT = ParagraphStyle("text", fontName=BODY, fontSize=9, leading=12)
CELL = ParagraphStyle("cell", parent=TEXT, fontSize=7.5, leading=9)
HEAD_CELL = ParagraphStyle("head", parent=CELL, fontName=BOLD)
AMOUNT = ParagraphStyle("amount", parent=CELL, alignment=2)
H1 = ParagraphStyle("h1", parent=TEXT, fontName=BOLD, fontSize=18, leading=24)
H2 = ParagraphStyle(
    "h2", parent=TEXT, fontName=BOLD, fontSize=12, leading=16, spaceBefore=10
)
TIE = (74 * mm, 28 * mm, 72 * mm)
FOUR = (54 * mm, 30 * mm, 30 * mm, 30 * mm, 30 * mm)
LISTED = (26 * mm, 20 * mm, 24 * mm, 24 * mm, 28 * mm, 52 * mm)


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
    yield LongTable(told, colWidths=(40 * mm, 134 * mm), style=_plain_style())
    for currency, whole in reconciliation.totals.items():
        yield KeepTogether(list(_tie_out(currency, whole)))
        yield from _four_columns(
            f"By kind, {currency}",
            {DocumentKind(kind).label: each for kind, each in whole["by_kind"].items()},
        )
        if "by_nominal" in whole:
            yield from _four_columns(
                f"By nominal code, {currency}", whole["by_nominal"]
            )
    yield from _lists(reconciliation)


def _facts(reconciliation: Reconciliation) -> list[tuple[str, str]]:
    count = sum(reconciliation.verdicts.values())
    matched = reconciliation.verdicts.get(Verdict.MATCHED, 0)
    return [*facts(reconciliation), ("Result", f"{matched:,} of {count:,} matched")]


def _tie_out(currency: str, whole: Mapping[str, Any]) -> Iterator[Any]:
    yield _text(f"Tie-out, {currency}", H2)
    rows = [("Our total", "", whole["ours"])]
    for verdict, share in whole["by_verdict"].items():
        if share["count"] and verdict != Verdict.MATCHED:
            label = str(Verdict(verdict).label)
            rows.append((label, f"{share['count']:,}", share["difference"]))
    matched = whole["by_verdict"].get(Verdict.MATCHED)
    if matched:
        rows.append(("Matched", f"{matched['count']:,}", matched["difference"]))
    rows.append(("Unexplained", "", whole["unexplained"]))
    rows.append(("Their total", "", whole["theirs"]))
    yield _table(("", "Documents", currency), rows, widths=TIE)


def _four_columns(name: str, tallies: Mapping[str, Any]) -> Iterator[Any]:
    heads = ("", "Ours", "Explained", "Unexplained", "Theirs")
    sides = ("ours", "explained", "unexplained", "theirs")
    rows = [(key, *(each[side] for side in sides)) for key, each in tallies.items()]
    yield _text(name, H2)
    yield _table(heads, rows, widths=FOUR)


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
    yield _table(heads, [_listed_row(row) for row in rows[:MOST_ROWS]], widths=LISTED)
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


def _amount(amount: Decimal | None, currency: str) -> str:
    return "" if amount is None else f"{money(amount, currency)} {currency}"


def _table(heads: tuple[str, ...], rows: list[Any], *, widths: Any) -> LongTable:
    cells = [[_text(each, HEAD_CELL) for each in heads]]
    for row in rows:
        cells.append([_text(each, _style_of(each)) for each in row])
    style = [
        ("BACKGROUND", (0, 0), (-1, 0), HEAD),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    return LongTable(cells, colWidths=widths, repeatRows=1, style=TableStyle(style))


def _style_of(text: str) -> ParagraphStyle:
    number = text.split(" ")[0].replace(",", "").removeprefix("-")
    is_amount = "." in number and number.replace(".", "", 1).isdigit()
    return AMOUNT if is_amount else CELL


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
