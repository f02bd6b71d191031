from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from connectors.dynamics_365.mapping import (
    Style,
    document_payload,
    tax_rates_of,
    warnings_of,
)
from connectors.dynamics_365.masters import party_payload
from connectors.dynamics_365.payments import (
    document_number,
    journal_code,
    journal_payload,
    line_payloads,
    require_tellable,
)
from connectors.errors import Rejected, Unsupported
from connectors.records import (
    Address,
    Allocation,
    DocumentKind,
    Party,
    PartyRole,
    PaymentDirection,
)
from connectors.settings import ConnectionConfig
from tests.connectors.examples import D, document, line, payment

STYLE = Style()
BILL = DocumentKind.SUPPLIER_INVOICE
CREDIT = DocumentKind.CREDIT_NOTE


def test_an_invoice_names_everything_by_number() -> None:
    assert document_payload(document(job_code="JOB-7781"), STYLE) == {
        "customerNumber": "58",
        "externalDocumentNumber": "INV-1042",
        "invoiceDate": date(2026, 11, 2),
        "postingDate": date(2026, 11, 2),
        "dueDate": date(2026, 12, 2),
        "currencyCode": "GBP",
        "customerPurchaseOrderReference": "JOB-7781",
        "salesInvoiceLines": [
            {
                "lineType": "Account",
                "lineObjectNumber": "200",
                "description": "Boiler service",
                "quantity": D(2),
                "unitPrice": D("60.00"),
                "taxCode": "T20",
            }
        ],
    }


def test_a_bill_has_the_vendors_number_and_unit_costs() -> None:
    payload = document_payload(document(kind=BILL, job_code="7"), STYLE)
    assert payload["vendorNumber"] == "58"
    assert payload["vendorInvoiceNumber"] == "INV-1042"
    assert payload["purchaseInvoiceLines"][0]["unitCost"] == D("60.00")
    assert "customerPurchaseOrderReference" not in payload


@pytest.mark.parametrize(
    ("style", "credited", "invoice"),
    [
        (STYLE, "9e0f", None),
        (Style(apply_credits=True), "9e0f", "9e0f"),
        (Style(apply_credits=True), "", None),
    ],
)
def test_a_credit_note_settles_its_invoice_where_set_so(
    style: Style, credited: str, invoice: str | None
) -> None:
    payload = document_payload(document(kind=CREDIT, credited_id=credited), style)
    assert payload["creditMemoDate"] == date(2026, 11, 2)
    assert payload.get("invoiceId") == invoice


@pytest.mark.parametrize(
    ("style", "changes", "kind", "number"),
    [
        (STYLE, {"item_id": "LABOUR"}, "Account", "200"),
        (Style(items=True), {"item_id": "LABOUR"}, "Item", "LABOUR"),
        (Style(items=True), {}, "Account", "200"),
        (STYLE, {"item_id": "LABOUR", "account_id": ""}, "Item", "LABOUR"),
    ],
)
def test_lines_name_accounts_or_items(
    style: Style, changes: dict[str, Any], kind: str, number: str
) -> None:
    payload = document_payload(document(line(**changes)), style)
    [row] = payload["salesInvoiceLines"]
    assert (row["lineType"], row["lineObjectNumber"]) == (kind, number)


@pytest.mark.parametrize(
    ("changes", "quantity", "price"),
    [
        ({"discount_percent": D(5), "net": D("114.00")}, D(2), D("57.00")),
        ({"unit_price": D("72.00")}, D(2), D("60.00")),
        ({"quantity": D("0.123456789")}, D(1), D("120.00")),
        ({"quantity": D(3), "net": D("0.10"), "unit_price": D(0)}, D(3), D("0.03333")),
    ],
)
def test_prices_come_to_our_nets(
    changes: dict[str, Any], quantity: object, price: object
) -> None:
    payload = document_payload(document(line(**changes)), STYLE)
    [row] = payload["salesInvoiceLines"]
    assert (row["quantity"], row["unitPrice"]) == (quantity, price)


def test_notes_stand_below_as_lines_of_text() -> None:
    long = document(note=f"One\n\n{'x' * 130}", care_of_name="The landlord")
    rows = document_payload(long, STYLE)["salesInvoiceLines"][1:]
    assert {row["lineType"] for row in rows} == {"Comment"}
    told = ["Care of The landlord", "One", "x" * 100, "x" * 30]
    assert [row["description"] for row in rows] == told


def test_a_long_text_is_cut_with_a_warning() -> None:
    long = document(line(position=3, text="y" * 101))
    [row] = document_payload(long, STYLE)["salesInvoiceLines"]
    assert len(row["description"]) == 100
    assert warnings_of(long) == ("The text of line 3 was cut at 100 characters.",)
    assert not warnings_of(document())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"tax_code_id": ""}, "NO_TAX"),
        ({"account_id": ""}, "NO_NOMINAL"),
    ],
)
def test_what_a_line_lacks_is_named(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Rejected) as caught:
        document_payload(document(line(**changes)), STYLE)
    assert caught.value.status_code == code


def test_what_cannot_be_told_is_refused() -> None:
    with pytest.raises(Rejected, match="35 characters"):
        document_payload(document(number="N" * 36), STYLE)
    with pytest.raises(Unsupported):
        document_payload(document(kind=DocumentKind.SALES_ORDER), STYLE)


def test_the_style_is_read_from_the_settings() -> None:
    values = {"lines": "items", "apply_credits": "true"}
    config = ConnectionConfig(platform="dynamics_365", values=values)
    assert Style.of(config) == Style(items=True, apply_credits=True)


def test_rates_of_taxes_are_read_line_by_line() -> None:
    text = "STANDARD=20\n REDUCED = 5 %\nnonsense\nZERO=0;EXEMPT=x"
    told = {"STANDARD": D(20), "REDUCED": D(5), "ZERO": D(0)}
    assert tax_rates_of(text) == told


def test_a_customer_leaves_out_what_is_empty() -> None:
    party = Party(role=PartyRole.CUSTOMER, name="N" * 120, address=Address(city="Bath"))
    assert party_payload(party) == {"displayName": "N" * 100, "city": "Bath"}
    abroad = replace(party, name="A", address=Address(country="gb"))
    assert party_payload(abroad)["country"] == "GB"
    wordy = replace(party, address=Address(country="England"))
    assert "country" not in party_payload(wordy)


# Payments

PART = Allocation(
    document_id="9e0f", kind=DocumentKind.SALES_INVOICE, amount=D("60.00")
)


def test_money_received_is_negative_line_by_line() -> None:
    rows = line_payloads(payment(PART, amount=D("100.00")))
    assert [(row["amount"], row.get("appliesToInvoiceId")) for row in rows] == [
        (D("-60.00"), "9e0f"),
        (D("-40.00"), None),
    ]
    assert rows[0] == {
        "customerNumber": "58",
        "postingDate": date(2026, 11, 5),
        "documentNumber": "FKEY2",
        "description": "BACS 991",
        "externalDocumentNumber": "BACS 991",
        "amount": D("-60.00"),
        "appliesToInvoiceId": "9e0f",
    }


def test_money_paid_is_positive() -> None:
    owed = replace(PART, kind=BILL)
    [row] = line_payloads(payment(owed, direction=PaymentDirection.MADE))
    assert (row["vendorNumber"], row["amount"]) == ("58", D("60.00"))


def test_a_payment_is_known_by_a_number_of_its_key() -> None:
    keyed = payment(PART, key="0a1b2c3d4e5f60718293a4b5c6d7e8f9")
    assert document_number(keyed) == "F0A1B2C3D4E5F6071829"
    assert document_number(keyed) == document_number(replace(keyed, amount=D(1)))


def test_each_bank_account_has_a_journal() -> None:
    assert journal_code("1200") == "FS1200"
    assert len(journal_code("123456789012")) == 10
    assert journal_code("123456789012") != journal_code("023456789013")
    assert journal_payload("1200", "f3a5") == {
        "code": "FS1200",
        "displayName": "FinSync 1200",
        "balancingAccountId": "f3a5",
    }


@pytest.mark.parametrize(
    ("changes", "kind", "field"),
    [
        ({"bank_account_id": ""}, Rejected, "bank_account_id"),
        ({"currency": "EUR"}, Unsupported, "currency"),
        ({"allocations": (replace(PART, kind=CREDIT),)}, Unsupported, "allocations"),
    ],
)
def test_what_a_journal_cannot_be_told(
    changes: dict[str, Any], kind: type[Rejected], field: str
) -> None:
    with pytest.raises(kind) as caught:
        require_tellable(payment(PART, **changes), "GBP")
    assert caught.value.field == field
