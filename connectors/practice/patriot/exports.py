"""Lists and reports as one exports them from Patriot. Their words are not those of the
worksheets."""

from collections.abc import Iterator, Sequence

from ..books import ZERO, Direction, Document, Kind, Role, State
from ..ledger import Ledger
from .tables import DATE, write

Rows = Iterator[Sequence[str]]


def of_sheet(ledger: Ledger, name: str) -> bytes:
    if name == "customers":
        return people(ledger, Role.CUSTOMER)
    if name in ("vendors", "suppliers"):
        return people(ledger, Role.SUPPLIER)
    if name == "invoices":
        return invoices(ledger)
    return bills(ledger) if name == "bills" else payments(ledger)


def people(ledger: Ledger, role: Role) -> bytes:
    word = "Customer Name" if role is Role.CUSTOMER else "Vendor Name"
    found = ledger.parties.in_role(role)
    return write(
        (word, "City", "State", "Phone", "Status"),
        (
            (row.name, row.address.city, row.address.region, row.phone, "Active")
            for row in found
        ),
    )


def invoices(ledger: Ledger) -> bytes:
    headings = ("Type", "Invoice #", "Customer", "Date", "Due Date", "Status")
    found = ledger.documents.of_kind(Kind.SALES_INVOICE, Kind.CREDIT_NOTE)
    rows = (_invoice(ledger, each) for each in found)
    return write((*headings, "Total", "Amount Due"), rows)


def _invoice(ledger: Ledger, row: Document) -> Sequence[str]:
    is_credit = row.kind is Kind.CREDIT_NOTE
    return (
        "Credit Memo" if is_credit else "Invoice",
        row.number,
        ledger.parties.table.get(row.party).name,
        *_dates(row),
        _status(row),
        f"{-row.gross if is_credit else row.gross:,.2f}",
        f"{-row.balance if is_credit else row.balance:,.2f}",
    )


def bills(ledger: Ledger) -> bytes:
    headings = ("Vendor", "Bill #", "Date", "Due Date", "Status", "Total", "Balance")
    rows = (
        (
            ledger.parties.table.get(row.party).name,
            row.number,
            *_dates(row),
            _status(row),
            f"{row.gross:,.2f}",
            f"{row.balance:,.2f}",
        )
        for row in ledger.documents.of_kind(Kind.SUPPLIER_INVOICE)
    )
    return write(headings, rows)


def _dates(row: Document) -> tuple[str, str]:
    return row.date.strftime(DATE), row.due.strftime(DATE) if row.due else ""


def _status(row: Document) -> str:
    if row.state is State.VOID:
        return "Void"
    return "Unpaid" if row.balance > ZERO else "Paid"


def payments(ledger: Ledger) -> bytes:
    return write(
        ("Customer", "Vendor", "Date", "Method", "Number", "Amount Applied"),
        _payments(ledger),
    )


def _payments(ledger: Ledger) -> Rows:
    for each in ledger.settlements.payments:
        name = ledger.parties.table.get(each.party).name
        is_in = each.direction is Direction.RECEIVED
        who = (name, "") if is_in else ("", name)
        left = each.amount
        for share in ledger.settlements.of_payment(each.id):
            left -= share.amount
            number = ledger.documents.get(share.document).number
            head = (*who, each.date.strftime(DATE), each.method)
            yield (*head, number, f"{share.amount:,.2f}")
        if left > ZERO:
            yield (*who, each.date.strftime(DATE), each.method, "", f"{left:,.2f}")
