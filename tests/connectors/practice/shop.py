"""A small set of practice books, and documents to put in them."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from connectors.practice.books import Company, Document, Kind, Line
from connectors.practice.ledger import Ledger
from connectors.practice.policies import Policies
from connectors.practice.seed import seed
from connectors.practice.store import utc_now

DAY = dt.date(2026, 11, 2)


class Clock:
    def __init__(self, now: dt.datetime | None = None) -> None:
        self.now = now or dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def advance(self, **parts: float) -> None:
        self.now += dt.timedelta(**parts)


def ledger(policies: Policies | None = None, clock: Any = utc_now) -> Ledger:
    """With accounts, taxes, items and the ready records, and no documents."""
    made = Ledger(Company(id="c1", name="Tap & Sons"), policies or Policies(), clock)
    seed(made, empty=True)
    return made


def line(books: Ledger, price: str = "60.00", **fields: Any) -> Line:
    sample = books.recall("sample")
    fields = {"item": sample["item"], "tax_code": sample["tax_code"], **fields}
    return Line(description="Boiler service", unit_price=Decimal(price), **fields)


def invoice(books: Ledger, number: str = "INV-1", **fields: Any) -> Document:
    document = Document(
        kind=Kind.SALES_INVOICE,
        party=books.recall("sample")["customer"],
        date=DAY,
        number=number,
        lines=(line(books),),
    )
    return replace(document, **fields)


def bill(books: Ledger, number: str = "SUP-1", **fields: Any) -> Document:
    sample = books.recall("sample")
    supplied = line(books, "80.00", item="", account=sample["expense_account"])
    return invoice(
        books,
        number,
        kind=Kind.SUPPLIER_INVOICE,
        party=sample["supplier"],
        lines=(supplied,),
        **fields,
    )


def tax_id(books: Ledger, code: str) -> str:
    found = books.tax_codes.coded(code)
    assert found is not None
    return found.id
