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
    Party,
    PartyRole,
)
from connectors.xero.mapping import (
    document_creation,
    document_payload,
    update_payload,
    warnings_of,
)
from connectors.xero.masters import party_payload
from connectors.xero.payments import allocations_by_credit, payment_creation
from connectors.xero.wire import dated, equals
from tests.connectors.examples import document, line, payment

D = Decimal
CONTACT = "430fa14a-f945-44d3-9f97-5df5e28441b8"
BILL = DocumentKind.SUPPLIER_INVOICE
CREDIT = DocumentKind.CREDIT_NOTE
LINE = {
    "Description": "Boiler service",
    "Quantity": D(2),
    "UnitAmount": D("60.00"),
    "AccountCode": "200",
    "TaxType": "T20",
    "TaxAmount": D("24.00"),
}


def sale(*lines: Any, **changes: Any) -> Any:
    return document(*lines, **{"party_id": CONTACT, **changes})


def test_an_invoice_goes_out_approved() -> None:
    assert document_payload(sale(sent=True)) == {
        "Type": "ACCREC",
        "Contact": {"ContactID": CONTACT},
        "Date": date(2026, 11, 2),
        "DueDate": date(2026, 12, 2),
        "LineAmountTypes": "Exclusive",
        "InvoiceNumber": "INV-1042",
        "Reference": "FS-77",
        "CurrencyCode": "GBP",
        "Status": "AUTHORISED",
        "SentToContact": True,
        "LineItems": [LINE],
    }


def test_a_credit_note_has_a_number_of_its_own_and_no_sent_mark() -> None:
    payload = document_payload(sale(kind=CREDIT, sent=True))
    assert (payload["Type"], payload["CreditNoteNumber"]) == (
        "ACCRECCREDIT",
        "INV-1042",
    )
    assert not payload.keys() & {"InvoiceNumber", "SentToContact", "DueDate"}
    assert payload["Reference"] == "FS-77"


@pytest.mark.parametrize(
    ("link_base", "url"),
    [("", None), ("https://crm.example/d/", "https://crm.example/d/FS-77")],
)
def test_a_bill_keeps_our_reference_in_its_link(link_base: str, url: object) -> None:
    payload = document_payload(sale(kind=BILL), link_base=link_base)
    assert payload["Type"] == "ACCPAY"
    assert "Reference" not in payload
    assert payload.get("Url") == url


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"rate": D("0.80")}, {"CurrencyRate": D("1.250000")}),
        ({"due_date": None}, {"DueDate": date(2026, 11, 2)}),
    ],
)
def test_headers_follow_the_document(changes: Any, expected: Any) -> None:
    payload = document_payload(sale(**changes))
    assert payload | expected == payload


def test_the_rate_of_the_day_is_xeros_matter() -> None:
    payload = document_payload(sale(rate=D("0.80")), our_rate=False)
    assert "CurrencyRate" not in payload


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"tax_code_id": "", "tax": D(0)}, {"TaxType": "NONE", "TaxAmount": D(0)}),
        ({"item_id": "LABOUR"}, {"ItemCode": "LABOUR", "AccountCode": "200"}),
        ({"account_id": CONTACT}, {"AccountID": CONTACT}),
        (
            {"quantity": D("0.12345"), "net": D("7.41")},
            {"Quantity": D(1), "UnitAmount": D("7.41")},
        ),
        (
            {"unit_price": D("0.12345"), "net": D("0.25")},
            {"Quantity": D(2), "UnitAmount": D("0.125")},
        ),
    ],
)
def test_lines_are_told_in_full(changes: Any, expected: Any) -> None:
    [made] = document_payload(sale(line(**changes)))["LineItems"]
    assert made | expected == made


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"party_id": "58"}, "ACCOUNT_WRONG", "party_id"),
        ({"lines": (line(account_id=""),)}, "NO_NOMINAL", "lines"),
        ({"number": "N" * 256}, "NUMBER_TOO_LONG", "number"),
    ],
)
def test_what_xero_cannot_be_told_is_refused_here(
    changes: Any, code: str, field: str
) -> None:
    with pytest.raises(Rejected) as caught:
        document_payload(replace(sale(), **changes))
    assert (caught.value.status_code, caught.value.field) == (code, field)


def test_orders_are_not_taken() -> None:
    with pytest.raises(Unsupported):
        document_creation(sale(kind=DocumentKind.SALES_ORDER))


def test_an_update_names_its_document_and_is_silent_on_sent() -> None:
    payload = update_payload(sale(id="I-1", sent=True))
    assert payload["InvoiceID"] == "I-1"
    assert "SentToContact" not in payload


def test_long_text_is_cut_with_a_warning() -> None:
    long = sale(line(text="x" * 4001))
    assert len(document_payload(long)["LineItems"][0]["Description"]) == 4000
    assert "line 1" in warnings_of(long)[0]
    assert warnings_of(sale()) == ()


def test_a_contact_goes_out_with_what_we_know() -> None:
    party = Party(
        role=PartyRole.CUSTOMER,
        name="Acme Ltd",
        email="ap@acme.example",
        phone="020 1",
        code="C1",
        address=Address(street="1 Quay", postcode="BS1"),
    )
    assert party_payload(party) == {
        "Name": "Acme Ltd",
        "EmailAddress": "ap@acme.example",
        "AccountNumber": "C1",
        "Phones": [{"PhoneType": "DEFAULT", "PhoneNumber": "020 1"}],
        "Addresses": [
            {"AddressType": "POBOX", "AddressLine1": "1 Quay", "PostalCode": "BS1"}
        ],
    }


def test_a_payment_of_one_invoice() -> None:
    creation = payment_creation(payment())
    assert (creation.path, creation.payload) == (
        "Payments",
        {
            "Account": {"Code": "090"},
            "Date": date(2026, 11, 5),
            "Reference": "BACS 991",
            "Invoice": {"InvoiceID": "1"},
            "Amount": D("100.00"),
        },
    )


def test_a_payment_of_several_is_one_movement() -> None:
    rows = [
        Allocation(document_id=id, kind=kind, amount=D("50.00"))
        for id, kind in (("1", DocumentKind.SALES_INVOICE), ("2", CREDIT))
    ]
    creation = payment_creation(payment(*rows, bank_account_id=CONTACT))
    assert creation.path == "BatchPayments"
    assert creation.payload["Account"] == {"AccountID": CONTACT}
    assert creation.payload["Payments"] == [
        {"Invoice": {"InvoiceID": "1"}, "Amount": D("50.00")},
        {"CreditNote": {"CreditNoteID": "2"}, "Amount": D("50.00")},
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"bank_account_id": ""}, "NO_BANK"),
        ({"amount": D("120.00")}, "UNSUPPORTED"),
        ({"allocations": ()}, "UNSUPPORTED"),
    ],
)
def test_payments_that_xero_cannot_be_told(changes: Any, code: str) -> None:
    with pytest.raises(Rejected) as caught:
        payment_creation(replace(payment(), **changes))
    assert caught.value.status_code == code


def test_credit_is_laid_on_invoices() -> None:
    rows = [
        Allocation(document_id="1", kind=DocumentKind.SALES_INVOICE, amount=D(10)),
        Allocation(document_id="9", kind=CREDIT, amount=D(4)),
    ]
    assert allocations_by_credit(payment(*rows)) == {
        "9": [
            {"Invoice": {"InvoiceID": "1"}, "Amount": D(4), "Date": date(2026, 11, 5)}
        ]
    }


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (equals("Name", 'A "b" \\c'), 'Name=="A \\"b\\" \\\\c"'),
        (dated(None, None), ""),
        (
            dated(date(2026, 1, 2), date(2026, 11, 30)),
            "Date >= DateTime(2026, 01, 02) AND Date <= DateTime(2026, 11, 30)",
        ),
    ],
)
def test_filters_are_written_as_xero_reads_them(made: str, expected: str) -> None:
    assert made == expected
