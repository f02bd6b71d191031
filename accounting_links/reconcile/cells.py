"""What stands in the columns of the documents' list, alike in CSV and XLSX."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from accounting_links.models import ReconciliationRow
from accounting_links.reconcile.totals import money

Value = str | Decimal | date | None

# A spreadsheet takes a cell that begins so for a formula, and runs it.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# XLSX is XML, which has no place for them.
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Column(NamedTuple):
    name: str
    title: str
    width: int
    value: Callable[[ReconciliationRow], Value]


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    text = CONTROL_CHARACTERS.sub("", text)
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def plain(value: Value, currency: str) -> str:
    """As CSV has it: amounts in the places of their currency, days in ISO form."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return money(value, currency)
    return value.isoformat() if isinstance(value, date) else safe(value)


def reason(row: ReconciliationRow) -> str:
    return row.accepted.reason if row.accepted else ""


def person(row: ReconciliationRow) -> str:
    if row.accepted is None:
        return ""
    return row.accepted.person.get_full_name() or row.accepted.person.get_username()


COLUMNS = (
    Column("number", "Number", 18, lambda row: row.number),
    Column("kind", "Kind", 16, lambda row: row.kind),
    Column("currency", "Currency", 9, lambda row: row.currency),
    Column("ours", "Ours", 14, lambda row: row.ours),
    Column("theirs", "Theirs", 14, lambda row: row.theirs),
    Column("verdict", "Verdict", 19, lambda row: row.verdict),
    Column("cause", "Cause", 60, lambda row: row.cause),
    Column("status_code", "Status code", 18, lambda row: row.status_code),
    Column("our_date", "Our date", 12, lambda row: row.our_date),
    Column("their_date", "Their date", 12, lambda row: row.their_date),
    Column("our_party", "Our contact", 30, lambda row: row.our_party),
    Column("their_party", "Their contact", 30, lambda row: row.their_party),
    Column("our_tax", "Our tax", 12, lambda row: row.our_tax),
    Column("their_tax", "Their tax", 12, lambda row: row.their_tax),
    Column("our_status", "Our status", 11, lambda row: row.our_status),
    Column("their_status", "Their status", 11, lambda row: row.their_status),
    Column("their_number", "Their number", 18, lambda row: row.remote_number),
    Column("their_id", "Their id", 18, lambda row: row.external_id),
    Column("their_currency", "Their currency", 9, lambda row: row.their_currency),
    Column("ours_counted", "Ours, counted", 14, lambda row: row.ours_counted),
    Column("theirs_counted", "Theirs, counted", 14, lambda row: row.theirs_counted),
    Column("differs", "All that differs", 24, lambda row: row.differs),
    Column("accepted", "Accepted because", 40, reason),
    Column("accepted_by", "Accepted by", 20, person),
    Column("url", "Over there", 40, lambda row: row.url),
)
