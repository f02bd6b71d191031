"""Documents for the tables of this folder, and the samples of the wire."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.records import Document, DocumentKind, Line
from connectors.transport.json_codec import decode

D = Decimal
WIRE = Path(__file__).parent / "wire"


def wire(name: str) -> bytes:
    return (WIRE / name).read_bytes()


def sample(name: str) -> Any:
    return decode(wire(name))


def line(**changes: Any) -> Line:
    base = Line(
        position=1,
        text="Boiler service",
        quantity=D(2),
        unit_price=D("60.00"),
        net=D("120.00"),
        tax=D("24.00"),
        account_id="64",
        item_id="12",
        tax_code_id="6",
        tax_rate=D(20),
    )
    return replace(base, **changes)


def document(*lines: Line, **changes: Any) -> Document:
    used = lines or (line(),)
    net, tax = sum((x.net for x in used), D(0)), sum((x.tax for x in used), D(0))
    base = Document(
        kind=DocumentKind.SALES_INVOICE,
        number="INV-1042",
        reference="FS-77",
        key="key-1042",
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
