"""Documents and payments for the tables of both ways into NetSuite."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from connectors.netsuite.mapping import Books
from connectors.records import (
    Allocation,
    Document,
    DocumentKind,
    Line,
    Payment,
    PaymentDirection,
)

D = Decimal
BOOKS = Books(currencies={"GBP": "1"})


def line(**changes: Any) -> Line:
    base = Line(
        position=1,
        text="Labour",
        quantity=D("2.5"),
        unit_price=D("60.00"),
        net=D("150.00"),
        tax=D("30.00"),
        item_id="310",
        tax_code_id="7",
        tax_rate=D(20),
    )
    return replace(base, **changes)


def document(*lines: Line, **changes: Any) -> Document:
    used = lines or (line(),)
    net, tax = sum((x.net for x in used), D(0)), sum((x.tax for x in used), D(0))
    base = Document(
        kind=DocumentKind.SALES_INVOICE,
        number="INV-2041",
        reference="FS-77",
        key="key-2041",
        party_id="854",
        date=date(2026, 11, 20),
        due_date=date(2026, 12, 20),
        currency="GBP",
        lines=used,
        net=net,
        tax=tax,
        gross=net + tax,
    )
    return replace(base, **changes)


def payment(**changes: Any) -> Payment:
    paid = Allocation(
        document_id="979", kind=DocumentKind.SALES_INVOICE, amount=D("287.99")
    )
    base = Payment(
        direction=PaymentDirection.RECEIVED,
        key="pay-5",
        party_id="854",
        date=date(2026, 11, 21),
        amount=D("287.99"),
        currency="GBP",
        allocations=(paid,),
    )
    return replace(base, **changes)
