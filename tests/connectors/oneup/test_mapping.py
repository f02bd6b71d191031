from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.errors import Rejected
from connectors.oneup.mapping import (
    Style,
    customer_payload,
    forecast_totals,
    invoice_payload,
    style_of,
)
from connectors.records import Address, DocumentKind, Party, PartyRole
from tests.connectors.examples import document, line

D = Decimal
PLAIN = Style(home="GBP")


def sold(**changes: Any) -> Any:
    return line(**{"item_id": "7", "tax_code_id": "3", **changes})


def payload(*lines: Any, style: Style = PLAIN, **changes: Any) -> dict[str, Any]:
    return invoice_payload(document(*(lines or (sold(),)), **changes), style)


def test_an_invoice_goes_out_with_ids_and_net_prices() -> None:
    assert payload(note="Thank you", job_code="JOB-77") == {
        "customer_id": 58,
        "date": date(2026, 11, 2),
        "user_code": "INV-1042",
        "external_id": "FS-77",
        "currency_iso_code": "GBP",
        "po_number": "JOB-77",
        "public_note": "Thank you",
        "order_lines": [
            {
                "item_id": 7,
                "description": "Boiler service",
                "quantity": D(2),
                "unit_price_wt": D("60.00"),
                "sales_tax": {"id": 3},
            }
        ],
    }


@pytest.mark.parametrize(
    ("references", "customer", "item", "tax"),
    [
        ("ids", ("customer_id", 58), ("item_id", 7), ("sales_tax", {"id": 3})),
        (
            "objects",
            ("customer", {"id": 58}),
            ("item", {"id": 7}),
            ("sales_tax", {"id": 3}),
        ),
        ("numbers", ("customer", 58), ("item", 7), ("tax", 3)),
    ],
)
def test_references_are_named_as_the_setting_says(
    references: str, customer: Any, item: Any, tax: Any
) -> None:
    made = payload(style=Style(home="GBP", references=references))
    [row] = made["order_lines"]
    assert (customer[0], made[customer[0]]) == customer
    assert (item[0], row[item[0]]) == item
    assert (tax[0], row[tax[0]]) == tax


def test_prices_may_be_told_with_their_tax() -> None:
    [row] = payload(style=Style(home="GBP", prices_with_tax=True))["order_lines"]
    assert (row["quantity"], row["unit_price_wt"]) == (D(2), D("72.00"))


def test_payment_terms_go_out_where_they_are_set() -> None:
    made = payload(style=Style(home="GBP", payment_terms_id="2"))
    assert made["payment_terms"] == {"id": 2}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": "N" * 65}, "NUMBER_TOO_LONG"),
        ({"currency": "EUR"}, "CURRENCY"),
        ({"party_id": "C-58"}, "ACCOUNT_WRONG"),
        ({"lines": (line(item_id=""),)}, "NO_NOMINAL"),
        ({"lines": (line(item_id="7", tax_code_id="T20"),)}, "NO_TAX"),
        ({"kind": DocumentKind.CREDIT_NOTE}, "UNSUPPORTED"),
    ],
)
def test_what_oneup_cannot_be_told_is_refused_here(changes: Any, code: str) -> None:
    with pytest.raises(Rejected) as caught:
        invoice_payload(replace(document(sold()), **changes), PLAIN)
    assert caught.value.status_code == code


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ("0.06", "0.00")),
        ({"rounding": "code"}, ("0.06", "0.01")),
        ({"prices": "with"}, ("0.06", "0.00")),
    ],
)
def test_totals_are_forecast_as_the_settings_say(
    values: dict[str, str], expected: tuple[str, str]
) -> None:
    lines = [sold(net=D("0.02"), tax=D(0)) for _ in range(3)]
    made = forecast_totals(document(*lines), style_of(values, home="GBP"))
    assert (made.net, made.tax) == tuple(map(D, expected))


def test_a_customer_is_a_company() -> None:
    party = Party(
        role=PartyRole.CUSTOMER,
        name="Acme Ltd",
        code="CRM-42",
        email="ap@acme.example",
        address=Address(street="1 Quay", city="Bristol"),
    )
    assert customer_payload(party) == {
        "type": 1,
        "company_name": "Acme Ltd",
        "user_code": "CRM-42",
        "email": "ap@acme.example",
        "address": {"street_line1": "1 Quay", "city": "Bristol"},
    }
