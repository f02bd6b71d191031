"""Tables and text as the PDF has them."""

from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import LongTable, Paragraph, TableStyle

from accounting_links.reconcile.cells import CONTROL_CHARACTERS
from accounting_links.reconcile.fonts import BODY, BOLD
from accounting_links.reconcile.totals import money

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


def grouped(amount: str) -> str:
    """1234.50 becomes 1,234.50."""
    return f"{Decimal(amount):,f}"


def shown_amount(amount: Decimal | None, currency: str) -> str:
    return "" if amount is None else f"{grouped(money(amount, currency))} {currency}"


def table(
    heads: tuple[str, ...], rows: list[Any], *, widths: Any, amounts: range
) -> LongTable:
    """`amounts` are the columns that stand to the right."""
    head = [
        text(each, HEAD_AMOUNT if at in amounts else HEAD_CELL)
        for at, each in enumerate(heads)
    ]
    cells = [head]
    for row in rows:
        cells.append(
            [
                text(each, AMOUNT if at in amounts else CELL)
                for at, each in enumerate(row)
            ]
        )
    style = [
        ("BACKGROUND", (0, 0), (-1, 0), HEAD),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    return LongTable(cells, colWidths=widths, repeatRows=1, style=TableStyle(style))


def plain_style() -> TableStyle:
    return TableStyle([("LEFTPADDING", (0, 0), (0, -1), 0)])


def text(text: str, style: ParagraphStyle = CELL) -> Paragraph:
    """Paragraphs read markup: what comes from outside is escaped."""
    return Paragraph(escape(CONTROL_CHARACTERS.sub("", text)), style)
