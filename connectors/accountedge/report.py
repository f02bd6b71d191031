"""What the program says of an import: its log, which names what was refused, or an
export of what is there, which confirms. Each is read against the file that it is
about."""

import re
from collections.abc import Iterator, Sequence

from connectors.accountedge.layouts import (
    BILL_PAYMENTS,
    CUSTOMERS,
    PURCHASES,
    RECEIPTS,
    Layout,
)
from connectors.accountedge.settings import Style
from connectors.accountedge.written import Entry, entries
from connectors.errors import Unreadable, Where
from connectors.files import Report, Reported
from connectors.transport.tables import NoTable, heading_key

# What the program's log says of records that it left out.
REFUSES = re.compile(
    r"error|reject|not found|invalid|is required|skipped|duplicate|not imported", re.I
)
IS_LOG = re.compile(r"import|record", re.I)
ORDERS = ("O", "Q")
ITEM_SALES_AND_SERVICE = ("salestatus", "purchasestatus")


def parse(content: bytes, *, file: bytes, style: Style) -> Report:
    """Raises `Unreadable`."""
    layout, ours = entries(file, encoding=style["code_page"])
    try:
        their_layout, theirs = entries(content, encoding=style["code_page"])
    except NoTable:
        return _by_log(_log(content, style), ours)
    if not _fits(layout, their_layout):
        raise Unreadable(
            f"This is an export of {their_layout.menu}, and the file is imported under"
            f" {layout.menu}.",
            where=_where(),
        )
    return Report(results=tuple(_there(layout, ours, theirs)))


def _fits(layout: Layout, other: Layout) -> bool:
    """Sales are exported with or without items."""
    if layout is other:
        return True
    special = (CUSTOMERS, PURCHASES, RECEIPTS, BILL_PAYMENTS)
    return layout not in special and other not in special


def _there(
    layout: Layout, ours: Sequence[Entry], theirs: Sequence[Entry]
) -> Iterator[Reported]:
    """Those of ours that the export has. By our reference, else by number and card."""
    there: dict[tuple[str, ...], Entry] = {}
    for each in theirs:
        for key in _keys(layout, each):
            there.setdefault(key, each)
    for each in ours:
        found = next((there[key] for key in _keys(layout, each) if key in there), None)
        if found is not None and not _is_order(found):
            yield _reported(layout, each, found)


def _keys(layout: Layout, entry: Entry) -> Iterator[tuple[str, ...]]:
    """What an entry is known by, the surest first. Payments have no number that both
    sides know."""
    if entry.reference:
        yield ("reference", entry.reference)
    if layout in (RECEIPTS, BILL_PAYMENTS):
        return
    number = () if layout is CUSTOMERS else (entry.number,)
    if entry.card_id:
        yield ("card", entry.card_id, *number)
    yield ("name", entry.who.casefold(), *number)


def _is_order(entry: Entry) -> bool:
    first = entry.rows[0]
    return any(first.get(key) in ORDERS for key in ITEM_SALES_AND_SERVICE)


def _reported(layout: Layout, ours: Entry, theirs: Entry) -> Reported:
    if layout in (CUSTOMERS, RECEIPTS, BILL_PAYMENTS) or theirs.total is None:
        return Reported(reference=ours.reference, accepted=True)
    sign = -1 if ours.total is not None and ours.total < 0 else 1
    gross = sign * theirs.total
    paid = None if theirs.paid is None else sign * theirs.paid
    return Reported(
        reference=ours.reference,
        accepted=True,
        gross=gross,
        balance=None if paid is None else gross - paid,
    )


def _log(content: bytes, style: Style) -> list[str]:
    if b"\x00" in content:
        raise Unreadable("This is no log and no export.", where=_where())
    text = content.decode(style["code_page"], "replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    is_markup = bool(lines) and lines[0].startswith("<")
    if is_markup or not any(map(IS_LOG.search, lines)):
        raise Unreadable(
            "This is neither the log of an import nor an export of AccountEdge.",
            where=_where(),
        )
    return lines


def _by_log(lines: Sequence[str], ours: Sequence[Entry]) -> Report:
    """The words stand on the line that names the record, or just before or after it.
    What the log does not name is not in question: an export confirms it."""
    results = []
    for each in ours:
        for at, line in enumerate(lines):
            words = _names(line, each) and _words(lines, at)
            if words:
                refused = Reported(
                    reference=each.reference, accepted=False, message=words
                )
                results.append(refused)
                break
    return Report(results=tuple(results))


def _names(line: str, entry: Entry) -> bool:
    """The record's reference stands in the line, or its cells, or it is spelled out
    (Invoice # 00000042)."""
    if entry.reference in line:
        return True
    cells = {heading_key(each) for each in re.split(r"[\t,;]|\s{2,}", line)}
    has_name = heading_key(entry.who) in cells
    if not entry.number:
        return has_name
    spelled = (
        rf"(invoice|purchase|card)\s*(#|no\.?|id)\s*:?\s*{re.escape(entry.number)}\b"
    )
    is_spelled = re.search(spelled, line, re.I) is not None
    return is_spelled or has_name and heading_key(entry.number) in cells


def _words(lines: Sequence[str], at: int) -> str:
    """A name may hold such a word: the record's own line comes last."""
    around = [lines[i] for i in (at - 1, at + 1) if 0 <= i < len(lines)]
    for line in (*around, lines[at]):
        if REFUSES.search(line) and "FinSync-" not in line:
            return line[:300]
    found = REFUSES.search(lines[at])
    return lines[at][:300] if found else ""


def _where() -> Where:
    return Where(platform="accountedge", operation="parse_report")
