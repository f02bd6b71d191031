"""Documents, parties and payments for what is written into files."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from connectors.files import FileParty, FilePayment
from connectors.records import (
    Address,
    Allocation,
    Document,
    DocumentKind,
    Line,
    Party,
    PartyRole,
    Payment,
    PaymentDirection,
    party_role,
)

D = Decimal


def line(position: int, net: str, *, rate: str = "20", **changes: Any) -> Line:
    amount = D(net)
    base = Line(
        position=position,
        text="Boiler service",
        quantity=D(1),
        unit_price=amount,
        net=amount,
        tax=(amount * D(rate) / 100).quantize(D("0.01")),
        tax_rate=D(rate),
        product_code="SRV-01",
        unit="h",
    )
    return replace(base, **changes)


def document(number: str, *lines: Line, **changes: Any) -> Document:
    """A sales invoice; its reference follows from its number."""
    used = lines or (line(1, "100.00"),)
    net, tax = sum((x.net for x in used), D(0)), sum((x.tax for x in used), D(0))
    kind = changes.pop("kind", DocumentKind.SALES_INVOICE)
    base = Document(
        kind=kind,
        number=number,
        reference=f"FinSync-{sha256(f'{kind}{number}'.encode()).hexdigest()[:20]}",
        party_id="",
        party_name="Novák & syn s.r.o.",
        party=party(party_role(kind)),
        date=date(2026, 11, 2),
        due_date=date(2026, 12, 2),
        currency="GBP",
        lines=used,
        net=net,
        tax=tax,
        gross=net + tax,
    )
    return replace(base, **changes)


def party(role: PartyRole = PartyRole.CUSTOMER, **changes: Any) -> Party:
    base = Party(
        role=role,
        name="Novák & syn s.r.o.",
        code="NOVAK",
        company_number="12345679",
        tax_number="CZ12345679",
        email="novak@example.cz",
        address=Address(
            street="Školní 659/28", city="Praha 14", postcode="19800", country="CZ"
        ),
    )
    return replace(base, **changes)


def paid(number: str, amount: str, **changes: Any) -> FilePayment:
    allocation = Allocation(
        document_id=number, kind=DocumentKind.SALES_INVOICE, amount=D(amount)
    )
    base = Payment(
        direction=PaymentDirection.RECEIVED,
        key="",
        party_id="",
        date=date(2026, 11, 5),
        amount=D(amount),
        currency="GBP",
        allocations=(allocation,),
        bank_account_id="bank:",
        reference="BACS 991",
    )
    return FilePayment(
        payment=replace(base, **changes),
        reference="FinSync-P7",
        numbers={number: number},
        party=party(),
    )


def newcomer(role: PartyRole = PartyRole.CUSTOMER, **changes: Any) -> FileParty:
    reference = f"FinSync-{role.value[0].upper()}7"
    return FileParty(party=party(role, **changes), reference=reference)
