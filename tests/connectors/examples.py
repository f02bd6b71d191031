"""One invoice, one line, one payment and one answer, for the mapping tests."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.errors import Where
from connectors.records import (
    Allocation,
    Document,
    DocumentKind,
    Line,
    Payment,
    PaymentDirection,
)
from connectors.transport.answer import Answer
from connectors.transport.json_codec import decode
from connectors.transport.retries import Effect

D = Decimal


def line(**changes: Any) -> Line:
    base = Line(
        position=1,
        text="Boiler service",
        quantity=D(2),
        unit_price=D("60.00"),
        net=D("120.00"),
        tax=D("24.00"),
        tax_rate=D(20),
        account_id="200",
        tax_code_id="T20",
    )
    return replace(base, **changes)


def document(*lines: Line, **changes: Any) -> Document:
    used = lines or (line(),)
    net, tax = sum((x.net for x in used), D(0)), sum((x.tax for x in used), D(0))
    base = Document(
        kind=DocumentKind.SALES_INVOICE,
        number="INV-1042",
        reference="FS-77",
        key="key-1",
        party_id="58",
        date=date(2026, 11, 2),
        due_date=date(2026, 12, 2),
        currency="GBP",
        lines=used,
        net=net,
        tax=tax,
        gross=net + tax,
    )
    return replace(base, **changes)


def payment(*allocations: Allocation, **changes: Any) -> Payment:
    used = allocations or (
        Allocation(
            document_id="1", kind=DocumentKind.SALES_INVOICE, amount=D("100.00")
        ),
    )
    base = Payment(
        direction=PaymentDirection.RECEIVED,
        key="key-2",
        party_id="58",
        date=date(2026, 11, 5),
        amount=sum((each.amount for each in used), D(0)),
        currency="GBP",
        allocations=used,
        bank_account_id="090",
        reference="BACS 991",
    )
    return replace(base, **changes)


def answer(
    status: int, content: bytes, *, effect: Effect = Effect.WRITE, label: str = ""
) -> Answer:
    where = Where(operation="push", http_status=status, exchange="7")
    return Answer(
        status=status,
        headers={},
        content=content,
        where=where,
        effect=effect,
        label=label,
    )


def wire(slug: str, name: str) -> bytes:
    return (Path(__file__).parent / slug / "wire" / name).read_bytes()


def wire_json(slug: str, name: str) -> Any:
    return decode(wire(slug, name))
