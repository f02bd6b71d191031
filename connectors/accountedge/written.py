"""What stands in a file that we have written, or in an export of the program: both are
tables of the same columns, in which the rows of one transaction follow each other."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from connectors.accountedge.layouts import (
    BILL_PAYMENTS,
    CUSTOMERS,
    PURCHASES,
    RECEIPTS,
    Layout,
    key_of,
    layout_of,
)
from connectors.transport.tables import NoTable, Table, read_table, record_of

REFERENCE = re.compile(r"FinSync-(?:[0-9a-f]{20}|[PCS][0-9]+)")
Record = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One card or transaction. `who` is the card's name, `number` what it is known by
    beside it, `total` with tax, None where that is not told."""

    who: str
    card_id: str
    number: str
    date: str
    total: Decimal | None
    paid: Decimal | None
    reference: str
    rows: tuple[Record, ...]


def entries(content: bytes, *, encoding: str) -> tuple[Layout, list[Entry]]:
    """Raises `NoTable`."""
    table = read_table(content, encoding=encoding)
    keys = tuple(map(key_of, table.headings))
    layout = layout_of(keys)
    if layout is None:
        raise NoTable("It has none of the columns that tell what it is.")
    return layout, [_entry(layout, rows) for rows in _grouped(table, keys, layout)]


def number_key(layout: Layout) -> str:
    """The column that tells one transaction of a card from another."""
    if layout is CUSTOMERS:
        return "cardid"
    if layout in (PURCHASES, BILL_PAYMENTS):
        return "supplierinvoiceno"
    return "idno" if layout is RECEIPTS else "invoiceno"


def _grouped(
    table: Table, keys: tuple[str, ...], layout: Layout
) -> Iterator[tuple[Record, ...]]:
    """A blank row ends a transaction; without one, another number or card does."""
    own = ("colastname", "firstname", number_key(layout), "memo")
    group: list[Record] = []
    for cells in table.rows:
        record = record_of(keys, cells) if any(cells) else None
        is_next = record is not None and group and _differ(group[-1], record, own)
        if group and (record is None or is_next or layout is CUSTOMERS):
            yield tuple(group)
            group = []
        if record is not None:
            group.append(record)
    if group:
        yield tuple(group)


def _differ(one: Record, other: Record, keys: tuple[str, ...]) -> bool:
    return any(one.get(key, "") != other.get(key, "") for key in keys)


def _entry(layout: Layout, rows: tuple[Record, ...]) -> Entry:
    first = rows[0]
    text = " ".join(first.get(key, "") for key in ("journalmemo", "memo", "notes"))
    found = REFERENCE.search(text)
    return Entry(
        who=name_of(first),
        card_id=first.get("cardid", "").removeprefix("*None"),
        number=first.get(number_key(layout), ""),
        date=first.get("date") or first.get("receiptdate", ""),
        total=_total(rows),
        paid=money(first.get("amountpaid", "")),
        reference=found.group() if found else "",
        rows=rows,
    )


def name_of(record: Record) -> str:
    """Of a person the first name stands apart."""
    last, first = record.get("colastname", ""), record.get("firstname", "")
    return f"{first} {last}".strip()


def _total(rows: tuple[Record, ...]) -> Decimal | None:
    for key in ("inctaxamount", "inctaxtotal", "amountapplied"):
        amounts = [money(row.get(key, "")) for row in rows]
        if all(each is not None for each in amounts):
            freight = money(rows[0].get("inctaxfreightamount", "")) or Decimal(0)
            return sum((each or Decimal(0) for each in amounts), freight)
    return None


def money(text: str) -> Decimal | None:
    """`$1,234.50`, `-$5.00` and `($5.00)` are amounts; blank is none."""
    plain = text.replace("$", "").replace(",", "").strip()
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1]}"
    try:
        found = Decimal(plain) if plain else None
    except InvalidOperation:
        return None
    return found if found is None or found.is_finite() else None
