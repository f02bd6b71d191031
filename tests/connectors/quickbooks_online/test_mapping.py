from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.errors import Rejected, Unsupported
from connectors.quickbooks_online.mapping import (
    document_payload,
    forecast_totals,
    update_payload,
    warnings_of,
)
from connectors.quickbooks_online.masters import item_names, party_payload
from connectors.quickbooks_online.payments import payment_payload
from connectors.records import (
    Address,
    Allocation,
    Document,
    DocumentKind,
    Item,
    Line,
    Party,
    PartyRole,
    Payment,
    PaymentDirection,
)
from connectors.transport.json_codec import encode
from tests.connectors.quickbooks_online.documents import document, line

D = Decimal
BILL = DocumentKind.SUPPLIER_INVOICE
CREDIT = DocumentKind.CREDIT_NOTE


def test_an_invoice_goes_out_line_by_line() -> None:
    assert document_payload(document(note="Call first")) == {
        "DocNumber": "INV-1042",
        "TxnDate": date(2026, 11, 2),
        "DueDate": date(2026, 12, 2),
        "PrivateNote": "FS-77\nCall first",
        "CurrencyRef": {"value": "GBP"},
        "GlobalTaxCalculation": "TaxExcluded",
        "CustomerRef": {"value": "58"},
        "Line": [
            {
                "LineNum": 1,
                "Amount": D("120.00"),
                "DetailType": "SalesItemLineDetail",
                "Description": "Boiler service",
                "SalesItemLineDetail": {
                    "ItemRef": {"value": "12"},
                    "Qty": D(2),
                    "UnitPrice": D("60.00"),
                    "TaxCodeRef": {"value": "6"},
                },
            }
        ],
    }


def test_a_bill_names_accounts() -> None:
    payload = document_payload(document(kind=BILL))
    assert payload["VendorRef"] == {"value": "58"}
    assert payload["Line"][0]["AccountBasedExpenseLineDetail"] == {
        "AccountRef": {"value": "64"},
        "TaxCodeRef": {"value": "6"},
        "BillableStatus": "NotBillable",
    }
    assert "CustomerRef" not in payload and "EmailStatus" not in payload


def test_a_bill_line_without_account_names_its_item() -> None:
    [sent] = document_payload(document(line(account_id=""), kind=BILL))["Line"]
    assert sent["ItemBasedExpenseLineDetail"]["ItemRef"] == {"value": "12"}


def test_a_credit_note_names_the_invoice_that_it_corrects() -> None:
    payload = document_payload(document(kind=CREDIT, credited_id="239"))
    assert payload["InvoiceRef"] == {"value": "239"}
    assert "DueDate" not in payload


@pytest.mark.parametrize(
    ("changes", "members"),
    [
        ({"rate": D("0.85")}, {"ExchangeRate": D("0.85")}),
        ({"email": "a@b.example"}, {"BillEmail": {"Address": "a@b.example"}}),
        ({"sent": True}, {"PrintStatus": "PrintComplete"}),
        (
            {"sent": True, "email": "a@b.example"},
            {"EmailStatus": "EmailSent", "BillEmail": {"Address": "a@b.example"}},
        ),
        ({"tax_override": D("23.99")}, {"TxnTaxDetail": {"TotalTax": D("23.99")}}),
    ],
)
def test_what_a_header_may_carry_besides(
    changes: dict[str, Any], members: dict[str, Any]
) -> None:
    payload = document_payload(document(**changes))
    assert {name: payload[name] for name in members} == members


@pytest.mark.parametrize("code", ["TAX", "NON"])
def test_companies_in_the_united_states_compute_tax_as_told(code: str) -> None:
    payload = document_payload(document(line(tax_code_id=code)))
    assert "GlobalTaxCalculation" not in payload
    assert payload["TxnTaxDetail"] == {"TotalTax": D("24.00")}


def test_a_document_without_any_tax_code_has_no_tax() -> None:
    payload = document_payload(document(line(tax_code_id="", tax=D(0))))
    assert payload["GlobalTaxCalculation"] == "NotApplicable"


@pytest.mark.parametrize(
    ("changes", "quantity", "price"),
    [
        ({}, D(2), D("60.00")),
        ({"net": D("108.00"), "discount_percent": D(10)}, D(2), D("54.00")),
        (
            {"quantity": D(3), "unit_price": D("3.3333"), "net": D("10.00")},
            D(3),
            D("3.3333"),
        ),
        ({"quantity": D(3), "net": D("10.00")}, D(3), D("3.3333333")),
        ({"quantity": D(-1), "unit_price": D(5), "net": D(-5)}, D(-1), D("5.00")),
        ({"quantity": D(0), "net": D("7.00")}, D(1), D("7.00")),
        ({"quantity": D("100000000"), "net": D("0.01")}, D(1), D("0.01")),
    ],
)
def test_an_amount_is_always_quantity_times_price(
    changes: dict[str, Any], quantity: Decimal, price: Decimal
) -> None:
    [sent] = document_payload(document(line(**changes)))["Line"]
    detail = sent["SalesItemLineDetail"]
    assert (detail["Qty"], detail["UnitPrice"]) == (quantity, price)
    assert (quantity * price).quantize(D("0.01")) == sent["Amount"]


@pytest.mark.parametrize(
    ("kind", "missing"), [("sales_invoice", "item_id"), ("supplier_invoice", "both")]
)
def test_a_line_without_nominal_stays_here(kind: str, missing: str) -> None:
    bare = {"item_id": ""} | ({"account_id": ""} if missing == "both" else {})
    with pytest.raises(Rejected) as caught:
        document_payload(document(line(**bare), kind=DocumentKind(kind)))
    assert (caught.value.status_code, caught.value.field) == ("NO_NOMINAL", "lines")


def test_orders_are_not_taken() -> None:
    with pytest.raises(Unsupported):
        document_payload(document(kind=DocumentKind.SALES_ORDER))


def test_long_text_is_cut_and_said_so() -> None:
    long = document(line(text="x" * 4001), note="y" * 5000)
    payload = document_payload(long)
    assert len(payload["Line"][0]["Description"]) == 4000
    assert payload["PrivateNote"].startswith("FS-77\n")
    assert len(payload["PrivateNote"]) == 4000
    assert warnings_of(long) == ("The text of line 1 was cut at 4000 characters.",)


def test_an_update_carries_its_version_and_all_lines() -> None:
    payload = update_payload(document(line(), line(position=2), id="239", version="3"))
    assert (payload["Id"], payload["SyncToken"], payload["sparse"]) == (
        "239",
        "3",
        True,
    )
    assert len(payload["Line"]) == 2


@pytest.mark.parametrize(
    ("lines", "tax"),
    [
        ([line(net=D("0.03")), line(net=D("0.03"))], D("0.01")),
        ([line(net=D("8.33")), line(net=D("8.33")), line(net=D("8.33"))], D("5.00")),
        ([line(net=D("0.125"), tax_rate=D(20))], D("0.03")),
        ([line(net=D(10)), line(net=D(10), tax_code_id="7", tax_rate=D(5))], D("2.50")),
        ([line(net=D(-10)), line(net=D(10))], D(0)),
    ],
)
def test_tax_is_forecast_once_for_each_code(lines: list[Line], tax: Decimal) -> None:
    assert forecast_totals(document(*lines)).tax == tax


@pytest.mark.parametrize(
    "made",
    [
        document(tax_override=D("23.99")),
        document(line(tax_code_id="TAX", tax=D("23.99"))),
    ],
)
def test_tax_that_is_told_is_forecast_as_told(made: Document) -> None:
    assert forecast_totals(made).gross == D("143.99")


def test_amounts_travel_without_floats() -> None:
    sent = encode(document_payload(document()))
    assert b'"Amount":120.00' in sent and b'"UnitPrice":60.00' in sent


def payment(**changes: Any) -> Payment:
    values: dict[str, Any] = {
        "direction": PaymentDirection.RECEIVED,
        "key": "pay-1",
        "party_id": "58",
        "date": date(2026, 11, 5),
        "amount": D("100.00"),
        "currency": "GBP",
        "bank_account_id": "35",
        "reference": "BACS 991",
        "allocations": (
            Allocation(
                document_id="239",
                kind=DocumentKind.SALES_INVOICE,
                amount=D("100.00"),
            ),
        ),
    }
    return Payment(**(values | changes))


def test_a_receipt_names_the_invoices_that_it_pays() -> None:
    assert payment_payload(payment()) == {
        "CustomerRef": {"value": "58"},
        "TotalAmt": D("100.00"),
        "TxnDate": date(2026, 11, 5),
        "CurrencyRef": {"value": "GBP"},
        "PaymentRefNum": "BACS 991",
        "DepositToAccountRef": {"value": "35"},
        "Line": [
            {
                "Amount": D("100.00"),
                "LinkedTxn": [{"TxnId": "239", "TxnType": "Invoice"}],
            }
        ],
    }


def test_a_payment_made_names_its_bank() -> None:
    bill = Allocation(document_id="88", kind=BILL, amount=D("100.00"))
    made = payment(direction=PaymentDirection.MADE, allocations=(bill,))
    payload = payment_payload(made)
    assert payload["CheckPayment"] == {"BankAccountRef": {"value": "35"}}
    assert payload["Line"][0]["LinkedTxn"] == [{"TxnId": "88", "TxnType": "Bill"}]


def test_a_payment_made_without_bank_stays_here() -> None:
    with pytest.raises(Rejected) as caught:
        payment_payload(payment(direction=PaymentDirection.MADE, bank_account_id=""))
    assert caught.value.field == "bank_account_id"


def test_a_long_payment_reference_is_cut() -> None:
    sent = payment_payload(payment(reference="R" * 40))["PaymentRefNum"]
    assert sent == "R" * 21


def test_a_party_goes_out_with_what_is_known() -> None:
    party = Party(
        role=PartyRole.SUPPLIER,
        name="Parts Direct",
        code="PD1",
        email="a@b.example",
        tax_number="GB1",
        address=Address(city="Bristol"),
    )
    assert party_payload(party) == {
        "DisplayName": "Parts Direct",
        "CompanyName": "Parts Direct",
        "PrimaryEmailAddr": {"Address": "a@b.example"},
        "AcctNum": "PD1",
        "TaxIdentifier": "GB1",
        "BillAddr": {"City": "Bristol"},
    }


def test_item_names_hold_no_colon_and_fit() -> None:
    item = Item(name="Labour: nights " + "x" * 120, code="4010", income_account_id="8")
    names = item_names(item)
    assert all(len(name) <= 100 and ":" not in name for name in names)
    assert [name[-9:] for name in names[1:]] == ["xx (4010)", "account 8)"[-9:]]
