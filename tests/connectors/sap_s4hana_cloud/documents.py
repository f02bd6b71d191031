"""Documents for the tables of this folder, and the samples of the wire."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.records import Document, DocumentKind, Line
from connectors.sap_s4hana_cloud.connection import Rules

D = Decimal
WIRE = Path(__file__).parent / "wire"
NOW = datetime(2026, 11, 20, 10, 15, tzinfo=UTC)
RULES = Rules({"company_code": "1010"})


def wire(name: str) -> bytes:
    return (WIRE / name).read_bytes()


def line(**changes: Any) -> Line:
    base = Line(
        position=1,
        text="Labour",
        quantity=D("2.5"),
        unit_price=D("60.00"),
        net=D("150.00"),
        tax=D("30.00"),
        account_id="41000000",
        tax_code_id="A1",
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
        party_id="10100001",
        date=date(2026, 11, 20),
        currency="GBP",
        lines=used,
        net=net,
        tax=tax,
        gross=net + tax,
    )
    return replace(base, **changes)
