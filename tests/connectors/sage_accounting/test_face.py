"""The practice face is as Sage is, seen by a caller that is not ours."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.connectors.plain_client import SECONDS, PlainClient, plain_client


@pytest.fixture
def at() -> Iterator[PlainClient]:
    with plain_client("sage_accounting", "/v3.1") as client:
        client.http.headers["X-Business"] = client.credentials["company_id"]
        yield client


def invoice(at: PlainClient, **changes: Any) -> dict[str, Any]:
    line = {
        "description": "Boiler service",
        "ledger_account_id": at.sample["account"],
        "quantity": 2,
        "unit_price": 60.00,
        "tax_rate_id": "GB_STANDARD",
        "tax_amount": 24.00,
    }
    return {
        "sales_invoice": {
            "contact_id": at.sample["customer"],
            "date": "2026-11-02",
            "reference": "INV-1",
            "invoice_lines": [line | changes],
        }
    }


def made(at: PlainClient) -> dict[str, Any]:
    answer = at.call("POST", "sales_invoices", invoice(at))
    assert answer.status_code == 201, answer.text
    row: dict[str, Any] = answer.json()
    return row


def test_sage_numbers_sales_itself(at: PlainClient) -> None:
    row = made(at)
    assert (row["displayed_as"], row["reference"]) == ("SI-1", "INV-1")
    assert (row["total_amount"], row["status"]["id"]) == (144.0, "UNPAID")


def test_a_reference_may_be_taken_twice(at: PlainClient) -> None:
    made(at)
    made(at)
    assert len(at.documents("INV-1")) == 2


@pytest.mark.parametrize(
    ("query", "sent"), [("", True), ("?mark_as_sent=false", False)]
)
def test_a_plain_look_marks_it_as_sent(at: PlainClient, query: str, sent: bool) -> None:
    row = made(at)
    seen = at.call("GET", f"sales_invoices/{row['id']}{query}").json()
    assert seen["sent"] is sent


def test_a_rated_line_needs_its_tax(at: PlainClient) -> None:
    answer = at.call("POST", "sales_invoices", invoice(at, tax_amount=None))
    [error] = answer.json()
    assert (answer.status_code, error["$source"]) == (
        422,
        "invoice_lines[0].tax_amount",
    )


@pytest.mark.parametrize(
    "changes",
    [{"ledger_account_id": "nowhere"}, {"tax_rate_id": "GB_NEW"}, {"product_id": "x"}],
)
def test_an_unknown_id_is_not_named(at: PlainClient, changes: Any) -> None:
    answer = at.call("POST", "sales_invoices", invoice(at, **changes))
    [error] = answer.json()
    assert (error["$dataCode"], error["$source"]) == ("RecordNotFound", "")


def test_an_expense_account_is_not_for_sales(at: PlainClient) -> None:
    wrong = invoice(at, ledger_account_id=at.sample["expense_account"])
    assert at.call("POST", "sales_invoices", wrong).status_code == 404


def test_voiding_a_sale_needs_a_reason(at: PlainClient) -> None:
    path = f"sales_invoices/{made(at)['id']}"
    assert at.call("DELETE", path).status_code == 422
    voided = at.call("DELETE", f"{path}?void_reason=wrong").json()
    assert (voided["status"]["id"], voided["void_reason"]) == ("VOID", "wrong")


def test_without_a_business_the_call_goes_astray(at: PlainClient) -> None:
    del at.http.headers["X-Business"]
    answer = at.call("POST", "sales_invoices", invoice(at))
    assert answer.status_code == 404 and not at.documents("INV-1")


def test_lists_are_short_unless_all_is_asked_for(at: PlainClient) -> None:
    made(at)
    [short] = at.call("GET", "sales_invoices").json()["$items"]
    assert short.keys() == {"id", "displayed_as", "$path"}
    [whole] = at.call("GET", "sales_invoices?attributes=all").json()["$items"]
    assert whole["total_amount"] == 144.0


def test_a_used_refresh_token_is_dead(at: PlainClient) -> None:
    form = {
        "grant_type": "refresh_token",
        "refresh_token": at.credentials["refresh_token"],
        "client_id": at.credentials["client_id"],
        "client_secret": at.credentials["client_secret"],
    }
    url = f"{at.server.url}/token"
    first, again = (at.http.post(url, form, timeout=SECONDS) for _ in range(2))
    assert (first.json()["expires_in"], again.json()["error"]) == (300, "invalid_grant")
