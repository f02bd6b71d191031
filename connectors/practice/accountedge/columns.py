"""Which columns the import windows know, what each may hold, and which are needed: from
the vendor's lists of importable fields and the program family's exports.

A kind of record is written as words: `Heading`, with `!` where it is needed, and after
a colon what it holds: a greatest length, `date`, `money`, `number`, or letters of which
it is one.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

CARD = (
    "Co./Last Name!:50 | First Name:20 | Card ID:15 | Card Status:NY"
    " | Addr 1 - Line 1:255 | - Line 2:255 | - City:255 | - State:255"
    " | - ZIP Code:255 | - Country:255 | - Phone # 1:21 | - Email:255 | Notes:255"
    " | Terms - Payment is Due:012345 | - Balance Due Days:number | Tax Code:3"
)
SALE = (
    "Co./Last Name!:50 | First Name:20 | Inclusive:1 | Invoice #!:8 | Date!:date"
    " | Customer PO:20 | Ship Via:20 | Delivery Status:PEBA | Journal Memo:255"
    " | Comment:255 | Tax Code!:3 | Sale Status:IOQ | Terms - Payment is Due:012345"
    " | - Balance Due Days:number | Amount Paid:money | Card ID:15"
)
SERVICE = (
    "Description:255 | Account #!:6 | Amount!:money | Inc-Tax Amount:money | Job:15"
)
KINDS = {
    "receipt": "Co./Last Name!:50 | First Name:20 | Deposit Account!:6 | ID #:8"
    " | Receipt Date!:date | Invoice #:8 | Customer PO:20 | Amount Applied!:money"
    " | Memo:255 | Payment Method:20 | Card ID:15",
    "bill_payment": "Co./Last Name!:50 | First Name:20 | Account!:6 | Check #:8"
    " | Date!:date | Purchase #:8 | Supplier Invoice #:20 | Amount Applied!:money"
    " | Memo:255 | Card ID:15",
    "purchase": "Co./Last Name!:50 | First Name:20 | Inclusive:1 | Purchase #:8"
    " | Date!:date | Supplier Invoice #:20 | Delivery Status:PEBA"
    f" | {SERVICE} | Journal Memo:255 | Tax Code!:3 | Purchase Status:BOQ"
    " | Terms - Payment is Due:012345 | - Balance Due Days:number | Card ID:15",
    "item_sale": f"{SALE} | Item Number!:30 | Quantity!:number | Description:255"
    " | Price!:money | Discount:number | Total!:money | Inc-Tax Total:money",
    "sale": f"{SALE} | {SERVICE}",
    "card": CARD,
}
# A column that only this kind has.
MARKS = {
    "Deposit Account": "receipt",
    "Check #": "bill_payment",
    "Purchase Status": "purchase",
    "Item Number": "item_sale",
    "Sale Status": "sale",
    "Card Status": "card",
}
WORD = re.compile(r"(.+?)(!?)(?::(\w+))?$")
DATE = "%m/%d/%Y"
MOST_MONEY = 15


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    is_needed: bool
    holds: str


@lru_cache
def columns(kind: str) -> dict[str, Column]:
    found = {}
    for text in KINDS[kind].split(" | "):
        match = WORD.match(text)
        assert match is not None  # noqa: S101  # the table above is ours
        heading, needed, holds = match.groups()
        found[heading] = Column(heading, bool(needed), holds or "255")
    return found


def problem(kind: str, record: Mapping[str, str]) -> str:
    """Why a row cannot be imported, in the words of the log; empty when it can."""
    for each in columns(kind).values():
        cell = record.get(each.heading, "")
        if not cell:
            if each.is_needed:
                return f"The {each.heading} field is required for this import."
        elif wrong := _wrong(cell, each.holds):
            return f"Invalid {each.heading}: {wrong}."
    return ""


def _wrong(cell: str, holds: str) -> str:
    if holds.isdecimal() and not _is_choice(holds):
        return f"longer than {holds}" if len(cell) > int(holds) else ""
    if holds == "date":
        return "" if day(cell) else f"{cell!r} is no date"
    if holds == "money":
        return "" if money(cell) is not None else f"{cell!r} is no amount"
    if holds == "number":
        return "" if _is_number(cell) else f"{cell!r} is no number"
    return "" if cell in holds else f"{cell!r} is none of {', '.join(holds)}"


def _is_choice(holds: str) -> bool:
    return holds.startswith("0")


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"-?\d{1,12}(\.\d{1,4})?", cell) is not None


def day(cell: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(cell, DATE).date()  # a plain date
    except ValueError:
        return None


def money(cell: str) -> Decimal | None:
    plain = cell.replace("$", "").replace(",", "")
    if len(plain) > MOST_MONEY:
        return None
    try:
        found = Decimal(plain)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
