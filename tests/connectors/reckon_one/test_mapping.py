from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.amounts import CreditShare
from connectors.correctable import FieldNames
from connectors.errors import Rejected
from connectors.reckon_one.bills import WAYS, bill_payload, id_in
from connectors.reckon_one.filters import can_ask, either, equals, on_days
from connectors.reckon_one.mapping import (
    document_payload,
    forecast_totals,
    warnings_of,
)
from connectors.reckon_one.masters import item_payload, party_payload
from connectors.reckon_one.payments import link_payload, receipt_payload
from connectors.records import (
    Address,
    Allocation,
    DocumentKind,
    Item,
    Party,
    PartyRole,
)
from tests.connectors.examples import document, line, payment

D = Decimal
BILL = DocumentKind.SUPPLIER_INVOICE
CREDIT = DocumentKind.CREDIT_NOTE


def guid(digit: int) -> str:
    return "-".join(str(digit) * n for n in (8, 4, 4, 4, 12))


PARTY, ACCOUNT, TAX, BANK = map(guid, range(1, 5))
SOLD = {
    "lineNumber": 1,
    "description": "Boiler service",
    "accountDetails": {"ledgerAccount": ACCOUNT, "quantity": 1, "amount": D("120.00")},
    "taxRate": TAX,
}


def sold(**changes: Any) -> Any:
    return line(**{"account_id": ACCOUNT, "tax_code_id": TAX, **changes})


def one(*lines: Any, **changes: Any) -> Any:
    return document(*(lines or (sold(),)), **{"party_id": PARTY, **changes})


def payload(*lines: Any, **changes: Any) -> dict[str, Any]:
    return document_payload(one(*lines, **changes), home="GBP")


def test_an_invoice_goes_out_with_our_number_as_reference() -> None:
    assert payload(note="Thank you") == {
        "customer": PARTY,
        "invoiceDate": "2026-11-02T00:00:00Z",
        "dueDate": "2026-12-02T00:00:00Z",
        "amountTaxStatus": "Exclusive",
        "reference": "INV-1042",
        "notes": "Thank you",
        "lineItems": [SOLD],
    }


def test_a_credit_note_has_a_date_of_its_own() -> None:
    made = payload(kind=CREDIT)
    assert made["creditNoteDate"] == "2026-11-02T00:00:00Z"
    assert "dueDate" not in made and made["lineItems"] == [SOLD]


def test_a_document_without_taxes_says_so() -> None:
    made = payload(sold(tax_code_id="", tax=D(0)))
    assert made["amountTaxStatus"] == "NonTaxed"
    assert "taxRate" not in made["lineItems"][0]


def test_a_tax_that_is_not_theirs_is_told() -> None:
    [told] = payload(tax_override=D("23.99"))["lineItems"]
    assert told["taxAmount"] == D("23.99")
    assert forecast_totals(one(tax_override=D("23.99"))).gross == D("143.99")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": "N" * 51}, "NUMBER_TOO_LONG"),
        ({"number": "A\"B'C"}, "REJECTED"),
        ({"party_id": "Acme Ltd"}, "ACCOUNT_WRONG"),
        ({"lines": (sold(account_id=""),)}, "NO_NOMINAL"),
        ({"lines": (sold(account_id="Sales:Service"),)}, "NO_NOMINAL"),
        ({"lines": (sold(tax_code_id="GST"),)}, "NO_TAX"),
        ({"currency": "EUR"}, "CURRENCY"),
        ({"kind": DocumentKind.SALES_ORDER}, "UNSUPPORTED"),
    ],
)
def test_what_reckon_cannot_be_told_is_refused_here(changes: Any, code: str) -> None:
    with pytest.raises(Rejected) as caught:
        document_payload(replace(one(), **changes), home="GBP")
    assert caught.value.status_code == code


def test_a_text_that_was_cut_is_told() -> None:
    long = sold(text="x" * 1001)
    assert len(payload(long)["lineItems"][0]["description"]) == 1000
    [said] = warnings_of(one(long))
    assert "line 1" in said


# Bills


def bill(text: str = "", **changes: Any) -> dict[str, Any]:
    fields = FieldNames.corrected(WAYS, text, label="Reckon One")
    return bill_payload(one(kind=BILL, **changes), fields, home="GBP")


def test_a_bill_goes_out_by_the_older_names() -> None:
    assert bill(note="Thank you") == {
        "CustomerId": PARTY,
        "BillDate": date(2026, 11, 2),
        "DueDate": date(2026, 12, 2),
        "Reference": "INV-1042",
        "AmountTaxStatus": 3,
        "Notes": "Thank you",
        "LineItems": [
            {
                "LineNumber": 1,
                "Description": "Boiler service",
                "AccountingCategoryId": ACCOUNT,
                "Quantity": D(2),
                "Price": D("60.00"),
                "TaxGroupId": TAX,
            }
        ],
    }


def test_the_names_of_a_bill_can_be_corrected() -> None:
    made = bill("bill.CustomerId = ContactId\nbill.LineItems.Price = Amount")
    assert made["ContactId"] == PARTY and "CustomerId" not in made
    assert made["LineItems"][0]["Amount"] == D("60.00")


def test_a_bill_cannot_be_told_another_tax() -> None:
    with pytest.raises(Rejected) as caught:
        bill(tax_override=D("23.99"))
    assert caught.value.status_code == "UNSUPPORTED"
    assert forecast_totals(one(kind=BILL)).tax == D("24.00")


@pytest.mark.parametrize(
    ("told", "id"),
    [(PARTY, PARTY), ({"BillID": PARTY}, PARTY), ({"Id": PARTY}, PARTY), ([], "")],
)
def test_the_id_of_a_new_bill_is_found_in_any_form(told: object, id: str) -> None:
    assert id_in(told) == id


# Parties, items, payments


def test_a_supplier_says_that_it_is_no_contractor() -> None:
    party = Party(
        role=PartyRole.SUPPLIER,
        name="Acme Ltd",
        email="ap@acme.example",
        phone="0117 1",
        tax_number="N" * 21,
        address=Address(street="1 Quay", city="Bristol"),
    )
    assert party_payload(party) == {
        "name": "Acme Ltd",
        "isTpar": False,
        "businessNumber1": "N" * 20,
        "electronicAddresses": [{"type": "Email", "address": "ap@acme.example"}],
        "phoneNumbers": [{"type": "Work", "number": "0117 1"}],
        "addresses": [{"type": "Billing", "line1": "1 Quay", "town": "Bristol"}],
    }


def test_an_item_has_an_account_for_each_side() -> None:
    item = Item(name="Valve", income_account_id=ACCOUNT, expense_account_id=BANK)
    made = item_payload(item)
    assert (made["sale"], made["purchase"]) == (
        {"ledgerAccount": ACCOUNT},
        {"ledgerAccount": BANK},
    )


def paid(id: str, amount: str, kind: Any = DocumentKind.SALES_INVOICE) -> Allocation:
    return Allocation(document_id=id, kind=kind, amount=D(amount))


def received(*allocations: Allocation, **changes: Any) -> Any:
    told = {"party_id": PARTY, "bank_account_id": BANK, **changes}
    return payment(*allocations, **told)


def test_a_receipt_may_settle_several_and_leave_some() -> None:
    two = (paid(guid(7), "50.00"), paid(guid(8), "50.00"))
    made = receipt_payload(received(*two, amount=D("120.00")), home="GBP")
    assert made == {
        "customer": PARTY,
        "receiptDate": "2026-11-05T00:00:00Z",
        "ledgerAccount": BANK,
        "totalAmount": D("120.00"),
        "reference": "BACS 991",
        "transactionLinks": [
            link_payload(CreditShare("", guid(7), D("50.00"))),
            link_payload(CreditShare("", guid(8), D("50.00"))),
        ],
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"bank_account_id": ""}, "NO_BANK"),
        ({"party_id": "Acme"}, "ACCOUNT_WRONG"),
        ({"currency": "EUR"}, "CURRENCY"),
        ({"allocations": (paid(guid(7), "1.00", CREDIT),)}, "UNSUPPORTED"),
        ({"allocations": (paid("7", "1.00"),)}, "NOT_FOUND"),
    ],
)
def test_payments_that_reckon_cannot_be_told(changes: Any, code: str) -> None:
    good = received(paid(guid(7), "100.00"))
    with pytest.raises(Rejected) as caught:
        receipt_payload(replace(good, **changes), home="GBP")
    assert caught.value.status_code == code


# Filters


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Acme", 'name eq "Acme"'), ('The "A" Team', "name eq 'The \"A\" Team'")],
)
def test_a_text_stands_in_the_quotes_that_it_does_not_hold(
    text: str, expected: str
) -> None:
    assert can_ask(text) and equals("name", text) == expected


def test_a_text_with_both_quotes_cannot_be_asked_for() -> None:
    assert not can_ask('O\'Hara "Nord"')


def test_days_are_asked_for_whole() -> None:
    assert on_days("invoicedate", date(2026, 11, 1), date(2026, 11, 30)) == (
        'invoicedate ge "2026-11-01T00:00:00Z" and '
        'invoicedate le "2026-11-30T23:59:59Z"'
    )
    assert on_days("invoicedate", None, None) == ""
    assert either(["a", "b"]) == "a or b"
