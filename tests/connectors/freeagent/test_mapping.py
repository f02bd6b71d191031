from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.errors import Rejected
from connectors.freeagent.mapping import document_payload, forecast_totals
from connectors.freeagent.masters import party_payload
from connectors.freeagent.payments import payment_payload
from connectors.records import (
    Address,
    Allocation,
    DocumentKind,
    Party,
    PartyRole,
    PaymentDirection,
)
from tests.connectors.examples import document, line, payment

D = Decimal
BILL = DocumentKind.SUPPLIER_INVOICE
CREDIT = DocumentKind.CREDIT_NOTE
SOLD = {
    "position": 1,
    "item_type": "Services",
    "quantity": "2",
    "price": "60.00",
    "description": "Boiler service",
    "category": "https://x/v2/categories/001",
    "sales_tax_rate": "20",
}


def address(path: str, id: str) -> str:
    return f"https://x/v2/{path}/{id}"


def sold(**changes: Any) -> Any:
    return line(**{"account_id": "001", "tax_code_id": "", **changes})


def payload(*lines: Any, **changes: Any) -> dict[str, Any]:
    return document_payload(document(*(lines or (sold(),)), **changes), address)


def test_an_invoice_goes_out_by_addresses_and_texts() -> None:
    assert payload(note="Thank you") == {
        "contact": "https://x/v2/contacts/58",
        "reference": "INV-1042",
        "dated_on": date(2026, 11, 2),
        "due_on": date(2026, 12, 2),
        "payment_terms_in_days": 30,
        "currency": "GBP",
        "comments": "Thank you",
        "invoice_items": [SOLD],
    }


def test_the_prices_of_a_credit_note_are_negative() -> None:
    [item] = payload(kind=CREDIT)["credit_note_items"]
    assert (item["quantity"], item["price"]) == ("2", "-60.00")


def test_a_bill_is_told_with_its_tax() -> None:
    made = payload(kind=BILL)
    assert "payment_terms_in_days" not in made
    assert made["bill_items"] == [
        {
            "category": "https://x/v2/categories/001",
            "description": "Boiler service",
            "total_value": "144.00",
            "sales_tax_rate": "20",
        }
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"tax_code_id": "5.0"}, {"sales_tax_rate": "5.0"}),
        ({"tax_code_id": "EXEMPT"}, {"sales_tax_status": "EXEMPT"}),
        ({"tax_code_id": "OUT_OF_SCOPE"}, {"sales_tax_status": "OUT_OF_SCOPE"}),
    ],
)
def test_tax_is_a_rate_or_none(changes: Any, expected: Any) -> None:
    [item] = payload(sold(**changes))["invoice_items"]
    told = {k: v for k, v in item.items() if k.startswith("sales_tax")}
    assert told == expected


def test_a_foreign_currency_brings_its_rate() -> None:
    made = payload(currency="EUR", rate=D("0.85"))
    assert (made["currency"], made["exchange_rate"]) == ("EUR", "0.85")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": "N" * 33}, "NUMBER_TOO_LONG"),
        ({"lines": (line(account_id=""),)}, "NO_NOMINAL"),
        ({"kind": BILL, "lines": (sold(),) * 41}, "UNSUPPORTED"),
        ({"kind": DocumentKind.SALES_ORDER}, "UNSUPPORTED"),
    ],
)
def test_what_freeagent_cannot_be_told_is_refused_here(changes: Any, code: str) -> None:
    with pytest.raises(Rejected) as caught:
        document_payload(replace(document(sold()), **changes), address)
    assert caught.value.status_code == code


@pytest.mark.parametrize(
    ("kind", "net", "tax", "expected"),
    [
        # On the net of a sale, out of the whole of a bill.
        (DocumentKind.SALES_INVOICE, "8.33", "1.67", ("8.33", "1.67", "10.00")),
        (BILL, "8.33", "1.67", ("8.33", "1.67", "10.00")),
        (BILL, "0.03", "0.01", ("0.03", "0.01", "0.04")),
        (BILL, "10.00", "1.99", ("9.99", "2.00", "11.99")),
    ],
)
def test_totals_are_forecast_as_freeagent_rounds(
    kind: DocumentKind, net: str, tax: str, expected: tuple[str, str, str]
) -> None:
    made = forecast_totals(document(sold(net=D(net), tax=D(tax)), kind=kind))
    assert (made.net, made.tax, made.gross) == tuple(map(D, expected))


def test_a_contact_is_an_organisation() -> None:
    party = Party(
        role=PartyRole.CUSTOMER,
        name="Acme Ltd",
        email="ap@acme.example",
        address=Address(street="1 Quay", city="Bristol"),
    )
    assert party_payload(party) == {
        "organisation_name": "Acme Ltd",
        "email": "ap@acme.example",
        "address1": "1 Quay",
        "town": "Bristol",
    }


@pytest.mark.parametrize(
    ("direction", "kind", "expected"),
    [
        (
            PaymentDirection.RECEIVED,
            DocumentKind.SALES_INVOICE,
            {"gross_value": "100.00", "paid_invoice": "https://x/v2/invoices/1"},
        ),
        (
            PaymentDirection.MADE,
            BILL,
            {"gross_value": "-100.00", "paid_bill": "https://x/v2/bills/1"},
        ),
        (
            PaymentDirection.MADE,
            CREDIT,
            {"gross_value": "-100.00", "paid_invoice": "https://x/v2/credit_notes/1"},
        ),
    ],
)
def test_a_payment_explains_a_bank_transaction(
    direction: PaymentDirection, kind: DocumentKind, expected: Any
) -> None:
    paid = Allocation(document_id="1", kind=kind, amount=D("100.00"))
    made = payment_payload(payment(paid, direction=direction), address, home="GBP")
    assert made == expected | {
        "bank_account": "https://x/v2/bank_accounts/090",
        "dated_on": date(2026, 11, 5),
        "description": "BACS 991",
    }


def test_a_payment_in_another_currency_tells_both_values() -> None:
    foreign = payment(currency="EUR", rate=D("0.85"))
    made = payment_payload(foreign, address, home="GBP")
    assert (made["gross_value"], made["foreign_currency_value"]) == ("85.00", "100.00")


TWO = tuple(
    Allocation(document_id=id, kind=DocumentKind.SALES_INVOICE, amount=D("50.00"))
    for id in ("1", "2")
)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"bank_account_id": ""}, "NO_BANK"),
        ({"allocations": TWO}, "UNSUPPORTED"),
        ({"amount": D("120.00")}, "UNSUPPORTED"),
    ],
)
def test_payments_that_freeagent_cannot_be_told(changes: Any, code: str) -> None:
    with pytest.raises(Rejected) as caught:
        payment_payload(replace(payment(), **changes), address, home="GBP")
    assert caught.value.status_code == code
