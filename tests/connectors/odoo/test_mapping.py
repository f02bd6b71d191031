from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connectors.errors import Rejected, Unsupported
from connectors.odoo.mapping import (
    Habits,
    document_values,
    forecast_totals,
    integer,
    line_values,
)
from connectors.records import Document, DocumentKind, Line
from connectors.settings import ConnectionConfig
from tests.connectors.examples import document, line

D = Decimal
HABITS = Habits()
GBP = 143
LINE = {
    "name": "Boiler service",
    "quantity": D(2),
    "price_unit": D("60.00"),
    "account_id": 200,
    "tax_ids": [[6, 0, [1]]],
}


def a_line(**changes: Any) -> Line:
    return line(**{"tax_code_id": "1", **changes})


def an_invoice(*lines: Line, **changes: Any) -> Document:
    return document(*(lines or (a_line(),)), **changes)


def values(sent: Document, habits: Habits = HABITS) -> dict[str, Any]:
    return document_values(sent, currency_id=GBP, habits=habits)


def test_an_invoice_is_written_whole() -> None:
    assert values(an_invoice(note="Ring & wait\nthen knock")) == {
        "move_type": "out_invoice",
        "partner_id": 58,
        "invoice_date": "2026-11-02",
        "invoice_date_due": "2026-12-02",
        "ref": "INV-1042",
        "payment_reference": "INV-1042",
        "invoice_origin": "FS-77",
        "currency_id": GBP,
        "narration": "Ring &amp; wait<br>then knock",
        "invoice_line_ids": [[0, 0, LINE]],
    }


def test_a_credit_note_names_what_it_corrects() -> None:
    sent = an_invoice(kind=DocumentKind.CREDIT_NOTE, credited_id="20")
    made = values(sent)
    assert (made["move_type"], made["reversed_entry_id"]) == ("out_refund", 20)


def test_a_bill_keeps_the_suppliers_number_as_reference() -> None:
    made = values(an_invoice(kind=DocumentKind.SUPPLIER_INVOICE))
    assert (made["move_type"], made["ref"]) == ("in_invoice", "INV-1042")
    assert "payment_reference" not in made


def test_our_number_becomes_odoos_only_where_asked() -> None:
    habits = Habits(own_numbers=True, sales_journal="9")
    made = values(an_invoice(), habits)
    assert (made["name"], made["journal_id"]) == ("INV-1042", 9)
    assert "name" not in values(an_invoice())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, LINE),
        # No tax is told as none, or Odoo adds its default one.
        ({"tax_code_id": ""}, LINE | {"tax_ids": [[6, 0, []]]}),
        ({"text": ""}, LINE | {"name": "/"}),
        # What has too many places, or a discount, becomes another price or one piece.
        (
            {"unit_price": D("63.158"), "discount_percent": D(5)},
            LINE | {"price_unit": D("60.00")},
        ),
        (
            {"quantity": D("1.001"), "unit_price": D("119.88")},
            LINE | {"quantity": D(1), "price_unit": D("120.00")},
        ),
    ],
)
def test_lines_come_to_our_net(changes: dict[str, Any], expected: Any) -> None:
    assert line_values(a_line(**changes), HABITS) == expected


def test_a_product_stands_in_for_an_account_that_is_missing() -> None:
    made = line_values(a_line(account_id="", item_id="31"), HABITS)
    assert made["product_id"] == 31 and "account_id" not in made


def test_more_places_are_used_where_the_company_keeps_them() -> None:
    habits = Habits(price_places=3, quantity_places=3)
    exact = a_line(quantity=D("2.125"), unit_price=D("8.005"), net=D("17.01"))
    made = line_values(exact, habits)
    assert (made["quantity"], made["price_unit"]) == (D("2.125"), D("8.005"))


@pytest.mark.parametrize(
    ("sent", "code", "field"),
    [
        (an_invoice(party_id="x"), "ACCOUNT_WRONG", "party_id"),
        (an_invoice(a_line(account_id="")), "NO_NOMINAL", "lines"),
        (an_invoice(a_line(account_id="acc")), "NO_NOMINAL", "lines"),
        (an_invoice(a_line(tax_code_id="VAT")), "NO_TAX", "lines"),
        (an_invoice(kind=DocumentKind.SALES_ORDER), "UNSUPPORTED", "kind"),
        (an_invoice(tax_override=D("23.99")), "UNSUPPORTED", "tax_override"),
    ],
)
def test_what_cannot_be_told_is_named(sent: Document, code: str, field: str) -> None:
    with pytest.raises(Rejected) as caught:
        values(sent)
    assert (caught.value.status_code, caught.value.field) == (code, field)


def test_a_tax_override_that_changes_nothing_is_taken() -> None:
    assert values(an_invoice(tax_override=D("24.00")))


def test_a_currency_that_is_not_active_is_named() -> None:
    with pytest.raises(Rejected) as caught:
        document_values(an_invoice(currency="SEK"), currency_id=None, habits=HABITS)
    assert caught.value.field == "currency"


@pytest.mark.parametrize(("globally", "tax"), [(False, D("3.34")), (True, D("3.33"))])
def test_the_forecast_rounds_as_the_company_does(globally: bool, tax: Decimal) -> None:
    lines = [a_line(position=n, net=D("8.33"), tax=D("1.67")) for n in (1, 2)]
    totals = forecast_totals(an_invoice(*lines), Habits(round_globally=globally))
    assert (totals.net, totals.tax, totals.gross) == (D("16.66"), tax, D("16.66") + tax)


def test_habits_are_read_from_the_settings() -> None:
    told = {"price_places": "4", "tax_rounding": "round_globally", "own_numbers": "no"}
    config = ConnectionConfig(platform="odoo", values=told)
    assert Habits.of(config) == replace(HABITS, price_places=4, round_globally=True)


@pytest.mark.parametrize("id", ["", "0", "-3", "7.5", "abc", str(2**31)])
def test_ids_are_numbers_of_32_bits(id: str) -> None:
    with pytest.raises(Rejected):
        integer(id, "NOT_FOUND", field="id")


def test_unsupported_is_told_before_anything_leaves() -> None:
    with pytest.raises(Unsupported):
        values(an_invoice(kind=DocumentKind.SALES_ORDER))
