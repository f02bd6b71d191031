from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.errors import Rejected
from connectors.records import (
    Address,
    Allocation,
    DocumentKind,
    LedgerAccount,
    Party,
    PartyRole,
    PaymentDirection,
)
from connectors.zoho_books.mapping import (
    Style,
    document_payload,
    forecast_totals,
    strayed,
    warnings_of,
)
from connectors.zoho_books.masters import carrier_of, item_payload, party_payload
from connectors.zoho_books.payments import credits_applied, mode_of, payment_payload
from tests.connectors.examples import document, line, payment

D = Decimal
BILL = DocumentKind.SUPPLIER_INVOICE
CREDIT = DocumentKind.CREDIT_NOTE
STYLE = Style(currencies={"GBP": "97", "EUR": "98"})
SOLD = {
    "name": "Boiler service",
    "rate": D("60.00"),
    "quantity": D(2),
    "account_id": "200",
    "tax_id": "20",
    "item_order": 1,
}


def sold(**changes: Any) -> Any:
    return line(**{"tax_code_id": "20", **changes})


def payload(*lines: Any, style: Style = STYLE, **changes: Any) -> dict[str, Any]:
    return document_payload(document(*(lines or (sold(),)), **changes), style)


def test_an_invoice_goes_out_with_our_number_and_reference() -> None:
    assert payload(note="Thank you") == {
        "customer_id": "58",
        "invoice_number": "INV-1042",
        "reference_number": "FS-77",
        "date": date(2026, 11, 2),
        "due_date": date(2026, 12, 2),
        "currency_id": "97",
        "is_inclusive_tax": False,
        "notes": "Thank you",
        "line_items": [SOLD],
    }


def test_a_bill_names_its_supplier_and_describes_its_lines() -> None:
    made = payload(kind=BILL)
    assert (made["vendor_id"], made["bill_number"]) == ("58", "INV-1042")
    described = {k: v for k, v in SOLD.items() if k != "name"}
    assert made["line_items"] == [{"description": "Boiler service", **described}]


def test_a_credit_note_has_whole_quantities_and_no_order() -> None:
    half = sold(quantity=D("0.5"), unit_price=D("240.00"))
    made = payload(sold(), half, kind=CREDIT)
    told = [(row["quantity"], row["rate"]) for row in made["line_items"]]
    assert told == [(2, D("60.00")), (1, D("120.00"))]
    assert "due_date" not in made and "item_order" not in made["line_items"][0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Valve", {"name": "Valve"}),
        ("Two\nlines", {"name": "Two lines", "description": "Two\nlines"}),
        ("x" * 101, {"name": "x" * 100, "description": "x" * 101}),
    ],
)
def test_a_name_is_one_line_of_text(text: str, expected: dict[str, str]) -> None:
    [row] = payload(sold(text=text))["line_items"]
    assert {k: v for k, v in row.items() if k in ("name", "description")} == expected


def test_a_negative_quantity_becomes_a_negative_price() -> None:
    less = sold(quantity=D(-1), unit_price=D(5), net=D("-5.00"), tax=D("-1.00"))
    [row] = payload(less)["line_items"]
    assert (row["quantity"], row["rate"]) == (D(1), D("-5.00"))


@pytest.mark.parametrize(
    ("kind", "expected"), [(DocumentKind.SALES_INVOICE, D("0.85")), (CREDIT, "0.85")]
)
def test_a_foreign_currency_brings_its_rate(kind: DocumentKind, expected: Any) -> None:
    made = payload(kind=kind, currency="EUR", rate=D("0.85"))
    assert (made["currency_id"], made["exchange_rate"]) == ("98", expected)


def test_a_product_stands_beside_the_account() -> None:
    [row] = payload(sold(item_id="7"))["line_items"]
    assert (row["account_id"], row["item_id"]) == ("200", "7")


def test_items_carry_the_accounts_where_that_was_chosen() -> None:
    by_item = replace(STYLE, carriers={"200": "9"})
    [row] = payload(sold(item_id="7"), style=by_item)["line_items"]
    assert (row.get("account_id"), row["item_id"]) == (None, "9")


def test_extra_fields_never_take_the_place_of_ours() -> None:
    extra = {"vat_treatment": "uk", "customer_id": "1"}
    made = payload(style=replace(STYLE, extra=extra))
    assert (made["vat_treatment"], made["customer_id"]) == ("uk", "58")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": "N" * 101}, "NUMBER_TOO_LONG"),
        ({"party_id": "ACME"}, "ACCOUNT_WRONG"),
        ({"lines": (sold(account_id=""),)}, "NO_NOMINAL"),
        ({"lines": (sold(tax_code_id="T20"),)}, "NO_TAX"),
        ({"currency": "CHF"}, "CURRENCY"),
        ({"tax_override": D("23.99")}, "UNSUPPORTED"),
        ({"kind": DocumentKind.SALES_ORDER}, "UNSUPPORTED"),
    ],
)
def test_what_zoho_cannot_be_told_is_refused_here(changes: Any, code: str) -> None:
    with pytest.raises(Rejected) as caught:
        document_payload(replace(document(sold()), **changes), STYLE)
    assert caught.value.status_code == code


def test_a_tax_of_ours_that_is_theirs_too_is_no_matter() -> None:
    assert payload(tax_override=D("24.00"))["line_items"] == [SOLD]


@pytest.mark.parametrize(("per_line", "tax"), [(True, "0.03"), (False, "0.02")])
def test_totals_are_forecast_as_the_organisation_rounds(
    per_line: bool, tax: str
) -> None:
    small = sold(net=D("0.03"), tax=D("0.01"))
    assert forecast_totals(document(*[small] * 3), per_line=per_line).tax == D(tax)


def test_a_text_that_was_cut_is_told() -> None:
    [said] = warnings_of(document(sold(text="x" * 2001)))
    assert "line 1" in said


@pytest.mark.parametrize(
    ("told", "lines"), [("200", []), ("201", [1]), ("", []), (None, [])]
)
def test_a_line_on_another_account_is_noticed(told: Any, lines: list[int]) -> None:
    answered = {"line_items": [{"account_id": told}]}
    assert strayed(document(sold()), answered) == lines


def test_a_contact_has_a_person_and_an_address() -> None:
    party = Party(
        role=PartyRole.SUPPLIER,
        name="Acme Ltd",
        email="ap@acme.example",
        tax_number="GB1",
        address=Address(street="1 Quay", postcode="BS1"),
    )
    made = party_payload(
        party, tax_number_field="tax_reg_no", currency_id="97", extra={"notes": "x"}
    )
    assert made == {
        "contact_name": "Acme Ltd",
        "company_name": "Acme Ltd",
        "contact_type": "vendor",
        "currency_id": "97",
        "tax_reg_no": "GB1",
        "billing_address": {"address": "1 Quay", "zip": "BS1"},
        "contact_persons": [{"email": "ap@acme.example", "is_primary_contact": True}],
        "notes": "x",
    }


def test_an_item_carries_one_account() -> None:
    item = carrier_of(LedgerAccount(id="200", code="4000", name="Sales"))
    made = item_payload(item)
    assert (made["name"], made["account_id"]) == ("4000 Sales", "200")
    assert (made["item_type"], made["rate"]) == ("sales", 0)


TWO = tuple(
    Allocation(document_id=id, kind=DocumentKind.SALES_INVOICE, amount=D("50.00"))
    for id in ("1", "2")
)


def test_a_payment_may_settle_several_and_leave_some() -> None:
    made = payment_payload(payment(*TWO, amount=D("120.00"), method="BACS"))
    assert made == {
        "customer_id": "58",
        "payment_mode": "banktransfer",
        "amount": D("120.00"),
        "date": date(2026, 11, 5),
        "account_id": "090",
        "reference_number": "BACS 991",
        "invoices": [
            {"invoice_id": "1", "amount_applied": D("50.00")},
            {"invoice_id": "2", "amount_applied": D("50.00")},
        ],
    }


def test_a_payment_made_goes_out_of_a_bank_to_bills() -> None:
    paid = Allocation(document_id="1", kind=BILL, amount=D("10.00"))
    made = payment_payload(
        payment(paid, direction=PaymentDirection.MADE, rate=D("0.85"))
    )
    assert (made["vendor_id"], made["paid_through_account_id"]) == ("58", "090")
    assert made["bills"] == [{"bill_id": "1", "amount_applied": D("10.00")}]
    assert made["exchange_rate"] == D("0.85")


@pytest.mark.parametrize(
    ("method", "mode"),
    [("Card", "creditcard"), ("Bank  transfer", "banktransfer"), ("Barter", "others")],
)
def test_methods_become_the_modes_there(method: str, mode: str) -> None:
    assert mode_of(method) == mode


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"bank_account_id": ""}, "NO_BANK"),
        ({"party_id": "x"}, "ACCOUNT_WRONG"),
        ({"allocations": (replace(TWO[0], kind=CREDIT),)}, "UNSUPPORTED"),
    ],
)
def test_payments_that_zoho_cannot_be_told(changes: Any, code: str) -> None:
    with pytest.raises(Rejected) as caught:
        payment_payload(replace(payment(), **changes))
    assert caught.value.status_code == code


def test_credits_are_laid_on_by_credit_note() -> None:
    both = (
        Allocation(document_id="7", kind=CREDIT, amount=D("60.00")),
        *TWO,
    )
    assert credits_applied(payment(*both)) == {
        "7": [
            {"invoice_id": "1", "amount_applied": D("50.00")},
            {"invoice_id": "2", "amount_applied": D("10.00")},
        ]
    }
