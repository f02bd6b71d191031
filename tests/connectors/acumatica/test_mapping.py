from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.acumatica import masters, reading
from connectors.acumatica.mapping import Style, document_payload, warnings_of
from connectors.acumatica.payments import (
    credit_payloads,
    payment_from,
    payment_payload,
)
from connectors.acumatica.wrapping import moment, text, wrapped
from connectors.errors import Rejected, Unsupported
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
    RemoteStatus,
)

D = Decimal
DAY = date(2026, 11, 20)
STYLE = Style(home_currency="GBP")
LINE = Line(
    position=1,
    text="Labour",
    quantity=D("2.5"),
    unit_price=D(60),
    net=D(150),
    tax=D(30),
    tax_rate=D(20),
    account_id="40000",
    item_id="LABOUR",
    tax_code_id="TAXABLE",
)
INVOICE = Document(
    kind=DocumentKind.SALES_INVOICE,
    number="INV-2041",
    reference="FinSync-0a1b",
    party_id="C000004",
    date=DAY,
    due_date=date(2026, 12, 20),
    currency="GBP",
    lines=(LINE,),
    net=D(150),
    tax=D(30),
    gross=D(180),
    job_code="7781",
)
PAYMENT = Payment(
    direction=PaymentDirection.RECEIVED,
    key="key-5",
    party_id="C000004",
    date=date(2026, 11, 22),
    amount=D("287.99"),
    currency="GBP",
    allocations=(
        Allocation(
            document_id="AR004321", kind=DocumentKind.SALES_INVOICE, amount=D("287.99")
        ),
    ),
    bank_account_id="10200",
    reference="CARD-998",
)


def v(value: Any) -> dict[str, Any]:
    return {"value": value}


def test_an_invoice_wraps_each_value() -> None:
    assert document_payload(INVOICE, STYLE) == {
        "Type": v("Invoice"),
        "Customer": v("C000004"),
        "CustomerOrder": v("INV-2041"),
        "Date": v("2026-11-20T00:00:00+00:00"),
        "DueDate": v("2026-12-20T00:00:00+00:00"),
        "Description": v("FinSync-0a1b | Job 7781"),
        "Hold": v(False),
        "Details": [
            {
                "TransactionDescription": v("Labour"),
                "Account": v("40000"),
                "Qty": v(D("2.5")),
                "UnitPrice": v(D("60.00")),
                "TaxCategory": v("TAXABLE"),
            }
        ],
    }


def test_a_credit_memo_is_an_invoice_of_another_type() -> None:
    payload = document_payload(replace(INVOICE, kind=DocumentKind.CREDIT_NOTE), STYLE)
    assert payload["Type"] == v("Credit Memo") and "DueDate" not in payload


def test_a_bill_names_vendor_and_cost() -> None:
    payload = document_payload(
        replace(INVOICE, kind=DocumentKind.SUPPLIER_INVOICE), STYLE
    )
    assert payload["Vendor"] == v("C000004")
    assert payload["VendorRef"] == v("INV-2041")
    assert payload["Details"][0]["UnitCost"] == v(D("60.00"))


def test_a_sales_invoice_names_the_item_and_keeps_our_price() -> None:
    payload = document_payload(INVOICE, replace(STYLE, sales="SalesInvoice"))
    [row] = payload["Details"]
    assert payload["CustomerID"] == v("C000004")
    assert (row["InventoryID"], row["TransactionDescr"]) == (v("LABOUR"), v("Labour"))
    assert row["ManualPrice"] == v(True)


@pytest.mark.parametrize(
    ("changes", "style", "code"),
    [
        ({"lines": (replace(LINE, account_id=""),)}, {}, "NO_NOMINAL"),
        (
            {"lines": (replace(LINE, item_id=""),)},
            {"sales": "SalesInvoice"},
            "NO_NOMINAL",
        ),
        ({"currency": "EUR"}, {}, "CURRENCY"),
        ({"number": "N" * 41}, {}, "NUMBER_TOO_LONG"),
    ],
)
def test_what_cannot_be_told_is_refused(
    changes: dict[str, Any], style: dict[str, Any], code: str
) -> None:
    with pytest.raises(Rejected) as caught:
        document_payload(replace(INVOICE, **changes), replace(STYLE, **style))
    assert caught.value.status_code == code


def test_orders_are_not_sent() -> None:
    with pytest.raises(Unsupported):
        document_payload(replace(INVOICE, kind=DocumentKind.SALES_ORDER), STYLE)


def test_long_text_is_cut_and_told() -> None:
    long = replace(INVOICE, lines=(replace(LINE, text="x" * 257),))
    [row] = document_payload(long, STYLE)["Details"]
    assert len(row["TransactionDescription"]["value"]) == 256
    assert warnings_of(long) and not warnings_of(INVOICE)


def test_a_receipt_carries_its_intent_as_external_reference() -> None:
    payload = payment_payload(PAYMENT, STYLE)
    assert payload["ExternalRef"] == v("key-5")
    assert (payload["PaymentRef"], payload["CashAccount"]) == (
        v("CARD-998"),
        v("10200"),
    )
    assert payload["DocumentsToApply"] == [
        {
            "DocType": v("Invoice"),
            "ReferenceNbr": v("AR004321"),
            "AmountPaid": v(D("287.99")),
        }
    ]


def test_a_payment_made_is_a_check() -> None:
    made = replace(PAYMENT, direction=PaymentDirection.MADE)
    payload = payment_payload(made, STYLE)
    assert payload["Vendor"] == v("C000004") and payload["Description"] == v("key-5")
    assert "ExternalRef" not in payload and payload["Details"]


def test_a_payment_needs_a_cash_account() -> None:
    with pytest.raises(Rejected) as caught:
        payment_payload(replace(PAYMENT, bank_account_id=""), STYLE)
    assert caught.value.status_code == "NO_BANK"


def test_a_memo_is_applied_on_the_screen_of_payments() -> None:
    kinds = DocumentKind.CREDIT_NOTE, DocumentKind.SALES_INVOICE
    both = tuple(
        Allocation(document_id=id, kind=kind, amount=D(15))
        for id, kind in zip(("AR000009", "AR004321"), kinds, strict=True)
    )
    [payload] = credit_payloads(replace(PAYMENT, allocations=both))
    assert payload["Type"] == v("Credit Memo")
    assert payload["ReferenceNbr"] == v("AR000009")
    assert payload["DocumentsToApply"][0]["ReferenceNbr"] == v("AR004321")


@pytest.mark.parametrize("kind", ["INV", "Invoice"])
def test_types_come_as_words_or_as_codes(kind: str) -> None:
    applied = {"DocType": v(kind), "ReferenceNbr": v("AR1"), "AmountPaid": v(D(5))}
    row = {"ReferenceNbr": v("000004"), "DocumentsToApply": [applied]}
    found = payment_from(PaymentDirection.RECEIVED, row)
    assert [(a.document_id, a.kind) for a in found.allocations] == [
        ("AR1", DocumentKind.SALES_INVOICE)
    ]


@pytest.mark.parametrize(
    ("status", "balance", "expected"),
    [
        ("Balanced", 180, RemoteStatus.DRAFT),
        ("On Hold", 180, RemoteStatus.DRAFT),
        ("Pending Approval", 180, RemoteStatus.DRAFT),
        ("Open", 180, RemoteStatus.OPEN),
        ("Open", 80, RemoteStatus.PART_PAID),
        ("Closed", 0, RemoteStatus.PAID),
        ("Voided", 0, RemoteStatus.VOID),
        ("Canceled", 0, RemoteStatus.VOID),
        ("Something new", 0, RemoteStatus.UNKNOWN),
    ],
)
def test_states_are_read_in_our_words(
    status: str, balance: int, expected: RemoteStatus
) -> None:
    row = {"Status": v(status), "Amount": v(180), "Balance": v(balance)}
    assert reading.document_status(row) is expected


def test_a_category_has_the_rates_of_its_taxes_in_force() -> None:
    schedule = [
        {"StartDate": v("2011-01-04T00:00:00+00:00"), "TaxRate": v(20)},
        {"StartDate": v("2008-12-01T00:00:00+00:00"), "TaxRate": v(15)},
        {"StartDate": v("2030-01-01T00:00:00+00:00"), "TaxRate": v(22)},
    ]
    rates = masters.rates_on([{"TaxID": v("VAT"), "TaxSchedule": schedule}], DAY)
    row = {"TaxCategoryID": v("TAXABLE"), "Details": [{"TaxID": v("VAT")}]}
    assert masters.tax_from(row, rates).rate == 20
    assert masters.tax_from({"TaxCategoryID": v("EXEMPT")}, rates).rate == 0
    other = {"TaxCategoryID": v("X"), "Details": [{"TaxID": v("OTHER")}]}
    assert masters.tax_from(other, rates).rate is None


def test_an_id_follows_from_our_code_or_from_the_intent() -> None:
    assert masters.party_id(Party(role=PartyRole.SUPPLIER, name="A", code="31")) == (
        "V31"
    )
    keyed = Party(role=PartyRole.CUSTOMER, name="A", key="k1")
    assert masters.party_id(keyed) == masters.party_id(replace(keyed, name="B"))
    assert len(masters.party_id(keyed)) == 10


def test_a_country_that_is_no_code_is_left_out() -> None:
    address = Address(city="Bristol", country="England")
    party = Party(role=PartyRole.CUSTOMER, name="A", address=address)
    payload = masters.party_payload(party, own_id=False, party_class="")
    assert payload["MainContact"]["Address"] == {"City": v("Bristol")}
    assert "CustomerID" not in payload and "CustomerClass" not in payload


def test_what_is_empty_is_left_out_and_read_as_empty() -> None:
    assert wrapped({"A": "", "B": None, "C": 0}) == {"C": v(0)}
    assert text({"A": {}, "B": v("x")}, "A", "B") == "x"
    assert moment(DAY) == "2026-11-20T00:00:00+00:00"
