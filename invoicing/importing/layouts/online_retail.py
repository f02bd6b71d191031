"""Sales documents as the Online Retail data set (UCI, doi 10.24432/C5BW33) has them."""

import datetime as dt
import re
from collections.abc import Sequence

from invoicing.importing.cells import Cells
from invoicing.importing.layouts.base import StandIn
from invoicing.importing.layouts.countries import CODES
from invoicing.importing.records import ParsedContact, ParsedDocument, ParsedLine, Row
from invoicing.models import DocumentKind, Lifecycle
from invoicing.services.drafts import PAYMENT_DAYS, due_date_of

CREDIT_MARK = "C"
# Spreadsheet programs make numbers of identifiers.
FRACTION = re.compile(r"\.0+$")


class OnlineRetail:
    name = "online-retail"
    title = "Online Retail (UCI)"
    contact_field = "CustomerID"
    required: Sequence[str] = (
        *("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate"),
        *("UnitPrice", "CustomerID", "Country"),
    )
    optional: Sequence[str] = ()
    nominal: StandIn | None = StandIn("4000", "Sales")
    tax_rate: StandIn | None = StandIn("Z", "Zero rate")
    notes: Sequence[str] = (
        "Amounts are in GBP; each line is quantity times price, rounded half-up to the"
        " penny; tax is zero.",
        "All lines go to nominal code 4000, postage and manual adjustments too.",
        "The customer is named after its id: Customer 17850.",
        "A document without a customer goes to the walk-in customer that you name;"
        " without one it is refused.",
        f"The date is that of InvoiceDate; invoices are due {PAYMENT_DAYS} days later.",
        "Numbers are kept. Those that begin with C are credit notes: their quantities"
        " change sign.",
        "Lines without a description and documents of zero are taken in as they are;"
        " the checks before sending stop them.",
        "Documents come in approved.",
    )

    def group(self, row: Row) -> str:
        return self.number(row)

    def number(self, row: Row) -> str:
        return FRACTION.sub("", row.text("InvoiceNo"))

    def parse(self, cells: Sequence[Cells]) -> ParsedDocument | None:
        first = cells[0]
        number = FRACTION.sub("", first.text("InvoiceNo", longest=40))
        date = _date(first)
        contact = _contact(first)
        for other in cells[1:]:
            _refuse_another(other, first, date=date, contact=contact)
        if date is None:
            return None
        credit = number.startswith(CREDIT_MARK)
        kind = DocumentKind.CREDIT_NOTE if credit else DocumentKind.SALES_INVOICE
        return ParsedDocument(
            row=first.row,
            kind=kind,
            number=number,
            contact=contact,
            date=date,
            due_date=due_date_of(kind, date),
            lifecycle=Lifecycle.APPROVED,
            currency="GBP",
            lines=[_line(each, sign=-1 if credit else 1) for each in cells],
        )


def _date(cells: Cells) -> dt.date | None:
    if not cells.required("InvoiceDate", longest=40):
        return None
    return cells.date("InvoiceDate")


def _contact(cells: Cells) -> ParsedContact | None:
    code = FRACTION.sub("", cells.text("CustomerID", longest=40))
    if not code:
        return None
    country = CODES.get(cells.text("Country"), "")
    return ParsedContact(code=code, name=f"Customer {code}", country=country)


def _refuse_another(
    other: Cells, first: Cells, *, date: dt.date | None, contact: ParsedContact | None
) -> None:
    code = FRACTION.sub("", other.text("CustomerID"))
    if code != (contact.code if contact else ""):
        other.refuse(
            "CustomerID",
            f"The number stands there with another customer ({code or 'none'}) than in"
            f" row {first.row} ({contact.code if contact else 'none'}). Give one of the"
            " documents a number of its own.",
        )
    its_date = _date(other)
    if its_date and date and its_date != date:
        other.refuse(
            "InvoiceDate",
            f"The number stands there with another date ({its_date}) than in row"
            f" {first.row} ({date}). Give one of the documents a number of its own.",
        )


def _line(cells: Cells, *, sign: int) -> ParsedLine:
    return ParsedLine(
        row=cells.row,
        text=cells.text("Description", longest=1000),
        quantity=cells.decimal("Quantity", places=4) * sign,
        unit_price=cells.decimal("UnitPrice", places=6),
        product=cells.text("StockCode", longest=50),
    )
