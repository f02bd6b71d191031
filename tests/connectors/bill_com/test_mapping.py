"""What BILL is sent, exactly."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.bill_com.api import among, equals
from connectors.bill_com.mapping import document_payload, forecast_totals
from connectors.bill_com.masters import Usual, party_payload
from connectors.bill_com.payments import payment_payload, payment_type
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
    Totals,
)
from connectors.settings import ConnectionConfig
from tests.connectors.examples import document, line, payment

D = Decimal
USUAL = Usual(
    email="nobody@finsync.example",
    address=Address(street="1 Main Street", city="San Jose", postcode="95002"),
)
LINE = {
    "quantity": D(2),
    "price": D("60.00"),
    "description": "Boiler service",
    "taxable": True,
    "classifications": {"chartOfAccountId": "200"},
}


def payload(sent: Document) -> dict[str, Any]:
    return document_payload(sent, home="GBP")


def test_an_invoice_is_sent_whole() -> None:
    assert payload(document()) == {
        "customer": {"id": "58"},
        "invoiceNumber": "INV-1042",
        "invoiceDate": date(2026, 11, 2),
        "dueDate": date(2026, 12, 2),
        "invoiceLineItems": [LINE],
        "processingOptions": {"sendEmail": False},
        "salesTaxItemId": "T20",
    }


def test_a_credit_memo_keeps_our_reference() -> None:
    sent = document(
        kind=DocumentKind.CREDIT_NOTE,
        number="CN-7",
        credited_number="INV-1042",
        note="Wrong part",
        job_code="J-9",
    )
    assert payload(sent) == {
        "customerId": "58",
        "referenceNumber": "CN-7",
        "creditDate": date(2026, 11, 2),
        "creditMemoLineItems": [LINE],
        "description": "Credits INV-1042\nJob J-9\nWrong part\nReference: FS-77",
        "salesTaxItemId": "T20",
    }


def test_a_bill_has_its_tax_inside() -> None:
    sent = document(kind=DocumentKind.SUPPLIER_INVOICE, number="SUP-77")
    assert payload(sent) == {
        "vendorId": "58",
        "dueDate": date(2026, 12, 2),
        "invoice": {"invoiceNumber": "SUP-77", "invoiceDate": date(2026, 11, 2)},
        "billLineItems": [
            {
                "amount": D("144.00"),
                "description": "Boiler service",
                "classifications": {"chartOfAccountId": "200"},
            }
        ],
        "description": "Reference: FS-77",
    }


def test_an_untaxed_line_stands_beside_a_taxed_one() -> None:
    free = line(tax=D(0), tax_rate=D(0), tax_code_id="T0", item_id="I7")
    sent = payload(document(line(), free))
    assert [each["taxable"] for each in sent["invoiceLineItems"]] == [True, False]
    assert sent["salesTaxItemId"] == "T20"
    assert sent["invoiceLineItems"][1]["classifications"]["itemId"] == "I7"


def test_a_document_without_tax_names_none() -> None:
    sent = payload(document(line(tax=D(0), tax_rate=D(0), tax_code_id="T0")))
    assert "salesTaxItemId" not in sent


def test_what_is_taken_off_is_a_price_below_nothing() -> None:
    less = line(quantity=D(-1), unit_price=D(5), net=D(-5), tax=D(-1))
    [_, sent] = payload(document(line(), less))["invoiceLineItems"]
    assert (sent["quantity"], sent["price"]) == (D(1), D("-5.00"))


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"number": "N" * 22}, "NUMBER_TOO_LONG", "number"),
        ({"currency": "EUR"}, "CURRENCY", "currency"),
        ({"lines": (line(account_id=""),)}, "NO_NOMINAL", "lines"),
        ({"lines": (line(tax_code_id=""),)}, "NO_TAX", "lines"),
        (
            {"lines": (line(), line(tax_rate=D(5), tax_code_id="T5"))},
            "NO_TAX",
            "lines",
        ),
    ],
)
def test_what_cannot_be_told_is_refused_by_name(
    changes: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(Rejected) as caught:
        payload(document(**changes))
    assert (caught.value.status_code, caught.value.field) == (code, field)


def test_orders_are_not_taken() -> None:
    with pytest.raises(Unsupported):
        payload(document(kind=DocumentKind.SALES_ORDER))


def cents(*nets: str) -> tuple[Line, ...]:
    return tuple(
        line(
            quantity=D(1),
            unit_price=D(net),
            net=D(net),
            tax=(D(net) / 5).quantize(D("0.01")),
        )
        for net in nets
    )


def test_one_tax_is_laid_on_the_sum() -> None:
    forecast = forecast_totals(document(*cents("0.03", "0.03", "0.03")))
    assert forecast == Totals(net=D("0.09"), tax=D("0.02"), gross=D("0.11"))


def test_a_bill_comes_to_what_it_says() -> None:
    bill = document(*cents("0.03", "0.03"), kind=DocumentKind.SUPPLIER_INVOICE)
    assert forecast_totals(bill).gross == bill.gross


# Payments


def test_a_receipt_names_invoices_and_keeps_the_rest() -> None:
    sent = payment_payload(payment(amount=D("120.00"), method="Debit card"))
    assert sent == {
        "customerId": "58",
        "paymentDate": date(2026, 11, 5),
        "paymentType": "CREDIT_CARD",
        "amount": D("120.00"),
        "invoices": [{"id": "1", "amount": D("100.00")}],
        "description": "BACS 991",
    }


def made(*amounts: str, **changes: Any) -> Payment:
    kind = DocumentKind.SUPPLIER_INVOICE
    paid = [
        Allocation(document_id=str(at), kind=kind, amount=D(amount))
        for at, amount in enumerate(amounts)
    ]
    return payment(*paid, direction=PaymentDirection.MADE, **changes)


def test_a_payment_to_a_supplier_names_bills() -> None:
    assert payment_payload(made("70.00", "30.00")) == {
        "vendorId": "58",
        "processDate": date(2026, 11, 5),
        "toPrintCheck": False,
        "payments": [
            {"billId": "0", "amount": D("70.00")},
            {"billId": "1", "amount": D("30.00")},
        ],
        "classifications": {"chartOfAccountId": "090"},
        "description": "BACS 991",
    }


REFUND = Allocation(document_id="1", kind=DocumentKind.CREDIT_NOTE, amount=D(5))


@pytest.mark.parametrize(
    "refused",
    [
        made(amount=D(5)),
        made("70.00", amount=D(80)),
        payment(REFUND, direction=PaymentDirection.MADE),
        payment(REFUND),
    ],
    ids=["pays nothing", "on account", "refund", "of a credit memo"],
)
def test_payments_that_cannot_be_told(refused: Payment) -> None:
    with pytest.raises(Unsupported) as caught:
        payment_payload(refused)
    assert caught.value.field == "allocations"


@pytest.mark.parametrize(
    ("method", "word"),
    [
        ("Cash", "CASH"),
        ("Cheque", "CHECK"),
        ("card at the door", "CREDIT_CARD"),
        ("PayPal", "PAYPAL"),
        ("Bank transfer", "ACH"),
        ("Cashier", "OTHER"),
        ("", "OTHER"),
    ],
)
def test_ways_of_paying_get_bills_words(method: str, word: str) -> None:
    assert payment_type(method) == word


# Parties


def test_a_customer_is_told_as_far_as_it_is_known() -> None:
    address = Address(street="1 Quay", city="Bristol", postcode="BS1", country="GB")
    party = Party(
        role=PartyRole.CUSTOMER,
        name="Harbour Ltd",
        email="office@harbour.example",
        code="H-1",
        address=address,
    )
    assert party_payload(party, USUAL) == {
        "name": "Harbour Ltd",
        "email": "office@harbour.example",
        "accountNumber": "H-1",
        "billingAddress": {
            "line1": "1 Quay",
            "city": "Bristol",
            "zipOrPostalCode": "BS1",
            "country": "GB",
        },
    }


def test_what_a_party_lacks_is_stood_in_for() -> None:
    customer = Party(role=PartyRole.CUSTOMER, name="J. Smith")
    assert party_payload(customer, USUAL)["email"] == "nobody@finsync.example"
    supplier = Party(
        role=PartyRole.SUPPLIER, name="Spares", address=Address(city="Bath")
    )
    assert party_payload(supplier, USUAL)["address"] == {
        "line1": "1 Main Street",
        "city": "San Jose",
        "zipOrPostalCode": "95002",
        "country": "US",
    }


@pytest.mark.parametrize(
    ("told", "street", "whole"),
    [
        ("1 Main Street, San Jose, 95002", "1 Main Street", True),
        ("Unit 2, 1 Main Street, San Jose, 95002", "Unit 2, 1 Main Street", True),
        ("1 Main Street", "1 Main Street", False),
        ("", "", False),
    ],
)
def test_the_address_that_stands_in_is_read(
    told: str, street: str, whole: bool
) -> None:
    config = ConnectionConfig(
        platform="bill_com", values={"fallback_address": told, "country": "GB"}
    )
    usual = Usual.of(config)
    assert (usual.address.street, bool(usual.address.postcode)) == (street, whole)
    assert (usual.country, usual.email) == ("GB", "")


@pytest.mark.parametrize(
    ("role", "field"), [(PartyRole.CUSTOMER, "email"), (PartyRole.SUPPLIER, "address")]
)
def test_without_a_stand_in_it_is_held_back(role: PartyRole, field: str) -> None:
    with pytest.raises(Rejected) as caught:
        party_payload(Party(role=role, name="J. Smith"), Usual())
    assert caught.value.field == field


# Questions


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (equals("name", "Söhne & Co, Ltd"), 'name:eq:"Söhne & Co, Ltd"'),
        (equals("name", 'Nord "9" GmbH'), 'name:sw:"Nord "'),
        (equals("archived", False), "archived:eq:false"),
        (among("id", ["0cu1", "0cu2"]), 'id:in:"0cu1,0cu2"'),
    ],
)
def test_filters_are_quoted(asked: str, expected: str) -> None:
    assert asked == expected
