"""The PDF that one hands to a partner: summary, tie-out, differences."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import IO, Any

from django.conf import settings
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import (
    KeepTogether,
    LongTable,
    PageBreak,
    SimpleDocTemplate,
    Spacer,
)

from accounting_links.models import (
    SETTLED_VERDICTS,
    Reconciliation,
    ReconciliationRow,
    Verdict,
)
from accounting_links.reconcile import pdf_parts
from accounting_links.reconcile.fonts import BODY, BOLD
from accounting_links.reconcile.heading import (
    by_currency,
    by_kind,
    by_nominal,
    by_verdict,
    facts,
    title,
)
from accounting_links.reconcile.pdf_tables import (
    H1,
    H2,
    HEAD_CELL,
    grouped,
    plain_style,
    shown_amount,
    table,
    text,
)

# More than a person reads; the whole list is in the XLSX.
MOST_ROWS = 1000
TIE = (100 * mm, 28 * mm, 40 * mm)
FOUR = (48 * mm, 30 * mm, 30 * mm, 30 * mm, 30 * mm)
LISTED = (26 * mm, 21 * mm, 25 * mm, 25 * mm, 26 * mm, 45 * mm)


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
    yield text(title(reconciliation), H1)
    told = [
        [text(label, HEAD_CELL), text(value)] for label, value in _facts(reconciliation)
    ]
    yield LongTable(told, colWidths=(40 * mm, 128 * mm), style=plain_style())
    for currency, whole in by_currency(reconciliation):
        yield KeepTogether(list(_tie_out(currency, whole)))
        yield from _four_columns(
            f"By kind, {currency}",
            [(str(kind.label), each) for kind, each in by_kind(whole)],
        )
        nominals = by_nominal(whole)
        if nominals:
            yield from _four_columns(f"By nominal code, {currency}", nominals)
    yield from pdf_parts.control(reconciliation)
    yield from pdf_parts.ageing_of(reconciliation)
    yield from pdf_parts.tax(reconciliation)
    yield from pdf_parts.payments(reconciliation)
    yield from pdf_parts.log(reconciliation)
    yield from pdf_parts.sign_off(reconciliation)
    yield from _lists(reconciliation)


def _facts(reconciliation: Reconciliation) -> list[tuple[str, str]]:
    count = sum(reconciliation.verdicts.values())
    matched = reconciliation.verdicts.get(Verdict.MATCHED, 0)
    return [*facts(reconciliation), ("Result", f"{matched:,} of {count:,} matched")]


def _tie_out(currency: str, whole: Mapping[str, Any]) -> Iterator[Any]:
    yield text(f"Tie-out, {currency}", H2)
    rows = [("Our total", "", grouped(whole["ours"]))]
    for verdict, share in by_verdict(whole):
        rows.append(
            (verdict.label, f"{share['count']:,}", grouped(share["difference"]))
        )
    rows.append(("Unexplained", "", grouped(whole["unexplained"])))
    rows.append(("Their total", "", grouped(whole["theirs"])))
    yield table(("", "Documents", currency), rows, widths=TIE, amounts=range(1, 3))


def _four_columns(
    name: str, tallies: list[tuple[str, Mapping[str, Any]]]
) -> Iterator[Any]:
    heads = ("", "Ours", "Explained", "Unexplained", "Theirs")
    sides = ("ours", "explained", "unexplained", "theirs")
    rows = [(key, *(grouped(each[side]) for side in sides)) for key, each in tallies]
    yield text(name, H2)
    yield table(heads, rows, widths=FOUR, amounts=range(1, 5))


def _lists(reconciliation: Reconciliation) -> Iterator[Any]:
    rows = reconciliation.rows.exclude(verdict=Verdict.MATCHED)
    rows = rows.select_related("accepted")
    yield PageBreak()
    differences = rows.exclude(verdict__in=SETTLED_VERDICTS)
    yield from _listed("Differences", differences.order_by("verdict", "id"))
    outside = rows.filter(verdict=Verdict.POSTED_OUTSIDE)
    yield from _listed("Posted outside FinSync", outside)


def _listed(name: str, rows: Any) -> Iterator[Any]:
    yield text(name, H2)
    count = rows.count()
    if not count:
        yield text("None.")
        return
    if count > MOST_ROWS:
        yield text(f"The first {MOST_ROWS:,} of {count:,}; the XLSX has them all.")
    heads = ("Number", "Date", "Ours", "Theirs", "Verdict", "Cause")
    yield table(
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
        shown_amount(row.ours, row.currency),
        shown_amount(row.theirs, row.their_currency),
        row.get_verdict_display(),
        _why(row),
    )


def _why(row: ReconciliationRow) -> str:
    if row.accepted is None:
        return row.cause
    return f"{row.cause} Accepted: {row.accepted.reason}".strip()


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
