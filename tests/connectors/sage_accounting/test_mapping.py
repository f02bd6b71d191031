from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.errors import Rejected, Unsupported
from connectors.records import (
    Address,
    Allocation,
    DocumentKind,
    Item,
    Party,
    PartyRole,
    PaymentDirection,
)
from connectors.sage_accounting.mapping import document_payload
from connectors.sage_accounting.masters import item_payload, party_payload
from connectors.sage_accounting.payments import allocation_payload, payment_payload
from tests.connectors.examples import document, line, payment

D = Decimal
BILL = DocumentKind.SUPPLIER_INVOICE
CREDIT = DocumentKind.CREDIT_NOTE
LINE = {
    "description": "Boiler service",
    "ledger_account_id": "200",
    "quantity": D(2),
    "unit_price": D("60.00"),
    "tax_amount": D("24.00"),
    "tax_rate_id": "T20",
}


def test_an_invoice_goes_out_with_our_number_as_reference() -> None:
    assert document_payload(document(sent=True, note="Job 77"), home="GBP") == {
        "sales_invoice": {
            "contact_id": "58",
            "date": date(2026, 11, 2),
            "due_date": date(2026, 12, 2),
            "reference": "INV-1042",
            "notes": "Job 77",
            "sent": True,
            "invoice_lines": [LINE],
        }
    }


def test_a_credit_note_has_lines_of_its_own_name() -> None:
    inner = document_payload(document(kind=CREDIT), home="GBP")["sales_credit_note"]
    assert inner["credit_note_lines"] == [LINE]
    assert (inner["reference"], inner["sent"]) == ("INV-1042", False)
    assert "due_date" not in inner


def test_a_bill_keeps_the_suppliers_number_and_our_reference() -> None:
    inner = document_payload(document(kind=BILL), home="GBP")["purchase_invoice"]
    assert (inner["vendor_reference"], inner["reference"]) == ("INV-1042", "FS-77")
    assert "sent" not in inner and inner["due_date"] == date(2026, 12, 2)


def test_a_foreign_currency_brings_its_rate() -> None:
    foreign = document(currency="EUR", rate=D("0.80"))
    inner = document_payload(foreign, home="GBP")["sales_invoice"]
    assert (inner["currency_id"], inner["exchange_rate"]) == ("EUR", D("1.250000"))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"tax_code_id": "", "tax": D(0)}, {"tax_amount": D(0)}),
        (
            {"unit_price": D("8.005"), "quantity": D("2.125"), "net": D("17.01")},
            {"quantity": D(1), "unit_price": D("17.01")},
        ),
        ({"net": D("108.00")}, {"quantity": D(2), "unit_price": D("54.00")}),
    ],
)
def test_lines_come_to_our_net(changes: Any, expected: Any) -> None:
    changed = document(line(**changes))
    [made] = document_payload(changed, home="GBP")["sales_invoice"]["invoice_lines"]
    assert made | expected == made


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": "N" * 26}, "NUMBER_TOO_LONG"),
        ({"lines": (line(account_id=""),)}, "NO_NOMINAL"),
    ],
)
def test_what_sage_cannot_be_told_is_refused_here(changes: Any, code: str) -> None:
    with pytest.raises(Rejected) as caught:
        document_payload(replace(document(), **changes), home="GBP")
    assert caught.value.status_code == code


def test_orders_are_not_taken() -> None:
    with pytest.raises(Unsupported):
        document_payload(document(kind=DocumentKind.SALES_ORDER), home="GBP")


def test_a_contact_goes_out_without_our_code() -> None:
    party = Party(
        role=PartyRole.SUPPLIER,
        name="Acme Ltd",
        email="ap@acme.example",
        code="C1",
        address=Address(street="1 Quay", country="gb"),
    )
    assert party_payload(party)["contact"] == {
        "name": "Acme Ltd",
        "contact_type_ids": ["VENDOR"],
        "main_address": {"address_line_1": "1 Quay", "country_id": "GB"},
        "main_contact_person": {
            "name": "Acme Ltd",
            "is_main_contact": True,
            "email": "ap@acme.example",
        },
    }


@pytest.mark.parametrize(("own", "expected"), [("5010", "5010"), ("", "5000")])
def test_a_product_gets_a_purchase_account(own: str, expected: str) -> None:
    item = Item(name="Filter", income_account_id="4000", expense_account_id=own)
    made = item_payload(item, purchase_account="5000")["product"]
    assert made["purchase_ledger_account_id"] == expected
    assert made["item_code"] == "Filter"


@pytest.mark.parametrize(
    ("direction", "kind", "type"),
    [
        (PaymentDirection.RECEIVED, DocumentKind.SALES_INVOICE, "CUSTOMER_RECEIPT"),
        (PaymentDirection.MADE, BILL, "VENDOR_PAYMENT"),
        (PaymentDirection.MADE, CREDIT, "CUSTOMER_REFUND"),
    ],
)
def test_payments_tell_their_type(
    direction: PaymentDirection, kind: DocumentKind, type: str
) -> None:
    paid = Allocation(document_id="1", kind=kind, amount=D("100.00"))
    inner = payment_payload(payment(paid, direction=direction))["contact_payment"]
    assert inner["transaction_type_id"] == type
    assert inner["allocated_artefacts"] == [{"artefact_id": "1", "amount": D("100.00")}]


def test_a_payment_needs_a_bank() -> None:
    with pytest.raises(Rejected) as caught:
        payment_payload(payment(bank_account_id=""))
    assert caught.value.status_code == "NO_BANK"


def test_an_allocation_comes_to_nothing() -> None:
    rows = [
        Allocation(document_id="1", kind=DocumentKind.SALES_INVOICE, amount=D(10)),
        Allocation(document_id="9", kind=CREDIT, amount=D(4)),
    ]
    inner = allocation_payload(payment(*rows))["contact_allocation"]
    assert inner["allocated_artefacts"] == [
        {"artefact_id": "1", "amount": D(4)},
        {"artefact_id": "9", "amount": D(-4)},
    ]
