from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.errors import Rejected
from connectors.kashoo.mapping import (
    document_payload,
    forecast_totals,
    party_payload,
    payment_payload,
)
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


def sold(**changes: Any) -> Any:
    return line(**{"tax_code_id": "71", **changes})


def payload(*lines: Any, **changes: Any) -> dict[str, Any]:
    return document_payload(document(*(lines or (sold(),)), **changes), home="GBP")


def test_an_invoice_goes_out_in_whole_cents_and_numbers() -> None:
    assert payload(note="Thank you", job_code="JOB-77") == {
        "number": "INV-1042",
        "date": date(2026, 11, 2),
        "dueDate": date(2026, 12, 2),
        "contactId": 58,
        "currency": "GBP",
        "poNumber": "JOB-77",
        "memo": "Thank you",
        "lineItems": [
            {
                "position": 0,
                "account": {"id": 200},
                "description": "Boiler service",
                "quantity": D(2),
                "rate": 6000,
                "amount": 12000,
                "taxes": [{"id": 71}],
            }
        ],
    }


def test_a_bill_is_told_as_an_invoice_is() -> None:
    assert payload(kind=BILL) == payload()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"tax_code_id": ""}, (D(2), 6000, 12000)),
        # Parts of a cent cannot be told: the net for one.
        ({"unit_price": D("8.005"), "net": D("16.01")}, (D(1), 1601, 1601)),
        ({"discount_percent": D(5), "net": D("114.00")}, (D(2), 5700, 11400)),
        ({"quantity": D("2.1255"), "net": D("9.99")}, (D(1), 999, 999)),
        ({"quantity": D(-1), "net": D("-60.00")}, (D(-1), 6000, -6000)),
    ],
)
def test_quantity_and_rate_come_to_the_amount(changes: Any, expected: Any) -> None:
    [item] = payload(sold(**changes))["lineItems"]
    assert (item["quantity"], item["rate"], item["amount"]) == expected


def test_a_line_without_tax_names_none() -> None:
    [item] = payload(sold(tax_code_id=""))["lineItems"]
    assert "taxes" not in item


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": "N" * 21}, "NUMBER_TOO_LONG"),
        ({"currency": "EUR"}, "CURRENCY"),
        ({"party_id": "C-58"}, "ACCOUNT_WRONG"),
        ({"lines": (line(account_id=""),)}, "NO_NOMINAL"),
        ({"lines": (line(tax_code_id="T20"),)}, "NO_TAX"),
        ({"kind": DocumentKind.CREDIT_NOTE}, "UNSUPPORTED"),
    ],
)
def test_what_kashoo_cannot_be_told_is_refused_here(changes: Any, code: str) -> None:
    with pytest.raises(Rejected) as caught:
        document_payload(replace(document(sold()), **changes), home="GBP")
    assert caught.value.status_code == code


def test_a_currency_without_cents_is_not_sent() -> None:
    with pytest.raises(Rejected) as caught:
        document_payload(document(sold(), currency="JPY"), home="JPY")
    assert caught.value.status_code == "CURRENCY"


@pytest.mark.parametrize(("per_line", "tax"), [(True, "0.00"), (False, "0.01")])
def test_totals_are_forecast_as_the_setting_says(per_line: bool, tax: str) -> None:
    lines = [sold(net=D("0.02"), tax=D(0)) for _ in range(3)]
    made = forecast_totals(document(*lines), per_line=per_line)
    assert (made.net, made.tax) == (D("0.06"), D(tax))
    assert made.gross == made.net + made.tax


@pytest.mark.parametrize(
    ("direction", "kind", "name"),
    [
        (PaymentDirection.RECEIVED, DocumentKind.SALES_INVOICE, "invoiceId"),
        (PaymentDirection.MADE, BILL, "billId"),
    ],
)
def test_a_payment_names_what_it_pays(direction: Any, kind: Any, name: str) -> None:
    paid = Allocation(document_id="9", kind=kind, amount=D("100.00"))
    assert payment_payload(payment(paid, direction=direction)) == {
        "date": date(2026, 11, 5),
        "contactId": 58,
        "depositAccount": {"id": 90},
        "amount": 10000,
        "payments": [{name: 9, "amount": 10000}],
        "memo": "BACS 991",
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": D("120.00")}, "UNSUPPORTED"),
        ({"direction": PaymentDirection.MADE}, "UNSUPPORTED"),
        ({"bank_account_id": ""}, "NO_BANK"),
    ],
)
def test_payments_that_cannot_be_told(changes: Any, code: str) -> None:
    with pytest.raises(Rejected) as caught:
        payment_payload(payment(**changes))
    assert caught.value.status_code == code


def test_a_contact_goes_out_without_what_is_empty() -> None:
    party = Party(
        role=PartyRole.CUSTOMER,
        name="Acme Ltd",
        email="ap@acme.example",
        address=Address(street="1 Quay", city="Bristol"),
    )
    assert party_payload(party) == {
        "name": "Acme Ltd",
        "email": "ap@acme.example",
        "address": {"address1": "1 Quay", "city": "Bristol"},
    }
