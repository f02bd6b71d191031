"""The practice face is as Zoho Books is, seen by a caller that is not ours."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.connectors.plain_client import PlainClient, plain_client

ORGANISATION = "organization_id=10234695"
OURS = f"{ORGANISATION}&ignore_auto_number_generation=true"


@pytest.fixture
def at() -> Iterator[PlainClient]:
    with plain_client("zoho_books", "/books/v3") as client:
        yield client


def invoice(at: PlainClient, number: str = "A-1", **changes: Any) -> dict[str, Any]:
    line = {
        "name": "Boiler service",
        "rate": 60.0,
        "quantity": 2,
        "account_id": at.sample["account"],
    }
    return {
        "customer_id": at.sample["customer"],
        "invoice_number": number,
        "date": "2026-11-02",
        "line_items": [line],
    } | changes


def made(at: PlainClient, number: str = "A-1") -> dict[str, Any]:
    answer = at.call("POST", f"invoices?{OURS}", invoice(at, number))
    assert answer.status_code == 201, answer.text
    row: dict[str, Any] = answer.json()["invoice"]
    return row


def refusal(at: PlainClient, **changes: Any) -> tuple[int, int]:
    answer = at.call("POST", f"invoices?{OURS}", invoice(at, **changes))
    return answer.status_code, answer.json()["code"]


def test_a_new_invoice_is_a_draft(at: PlainClient) -> None:
    row = made(at)
    assert (row["status"], row["total"], row["balance"]) == ("draft", 120.0, 120.0)
    assert isinstance(row["invoice_id"], str)


def test_marking_it_as_sent_makes_it_count(at: PlainClient) -> None:
    id = made(at)["invoice_id"]
    for _ in range(2):
        path = f"invoices/{id}/status/sent?{ORGANISATION}"
        assert at.call("POST", path).json()["code"] == 0
    row = at.call("GET", f"invoices/{id}?{ORGANISATION}").json()["invoice"]
    assert row["status"] in ("sent", "overdue")


def test_an_organisation_that_numbers_by_itself_takes_no_number(
    at: PlainClient,
) -> None:
    answer = at.call("POST", f"invoices?{ORGANISATION}", invoice(at))
    assert (answer.status_code, answer.json()["code"]) == (400, 4097)
    unnumbered = invoice(at) | {"invoice_number": None}
    answer = at.call("POST", f"invoices?{ORGANISATION}", unnumbered)
    assert answer.json()["invoice"]["invoice_number"] == "INV-1"


def test_a_number_that_is_taken_is_refused(at: PlainClient) -> None:
    made(at)
    answer = at.call("POST", f"invoices?{OURS}", invoice(at))
    assert answer.json() == {
        "code": 1001,
        "message": "Invoice number A-1 already exists.",
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"customer_id": "1"}, 2),
        ({"currency_id": "1"}, 2),
        ({"date": "2.11.2026"}, 2),
        ({"invoice_number": "N" * 101}, 2),
        ({"refrence": "x"}, 15),
        ({"line_items": []}, 4),
        ({"line_items": [{"rate": "60"}]}, 2),
        ({"line_items": [{"rate": 1, "account_id": "1"}]}, 2),
        ({"line_items": [{"rate": 1, "tax_id": "1"}]}, 2),
    ],
)
def test_wrong_members_are_refused(at: PlainClient, changes: Any, code: int) -> None:
    assert refusal(at, **changes) == (400, code)


@pytest.mark.parametrize("query", ["", "organization_id=999"])
def test_each_call_names_an_organisation_of_the_person(
    at: PlainClient, query: str
) -> None:
    answer = at.call("GET", f"invoices?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, 6041)


def test_the_list_of_organisations_needs_none(at: PlainClient) -> None:
    [row] = at.call("GET", "organizations").json()["organizations"]
    assert row["organization_id"] == "10234695"


def test_zohos_own_word_for_a_token_is_taken(at: PlainClient) -> None:
    token = at.credentials["access_token"]
    for scheme, status in (("Zoho-oauthtoken", 200), ("authtoken", 401)):
        headers = {"Authorization": f"{scheme} {token}"}
        answer = at.call("GET", "organizations", headers=headers)
        assert answer.status_code == status


def test_lists_tell_whether_there_is_more(at: PlainClient) -> None:
    for number in range(3):
        made(at, f"P-{number}")
    answer = at.call("GET", f"invoices?{ORGANISATION}&per_page=2").json()
    assert len(answer["invoices"]) == 2 and "line_items" not in answer["invoices"][0]
    assert answer["page_context"]["has_more_page"] is True
    last = at.call("GET", f"invoices?{ORGANISATION}&per_page=2&page=2").json()
    assert last["page_context"]["has_more_page"] is False
    assert at.call("GET", f"invoices?{ORGANISATION}&per_page=201").status_code == 400


def test_a_change_drops_the_lines_that_are_left_out(at: PlainClient) -> None:
    id = made(at)["invoice_id"]
    lines = [{"name": "Valve", "rate": 5, "account_id": at.sample["account"]}]
    changed = invoice(at, line_items=lines)
    row = at.call("PUT", f"invoices/{id}?{OURS}", changed).json()["invoice"]
    assert (len(row["line_items"]), row["total"]) == (1, 5.0)


def test_an_unknown_key_field_is_refused(at: PlainClient) -> None:
    headers = {
        "X-Unique-Identifier-Key": "cf_other",
        "X-Unique-Identifier-Value": "1",
        "X-Upsert": "true",
    }
    answer = at.call("PUT", f"invoices?{OURS}", invoice(at), headers=headers)
    assert answer.json()["code"] == 2


def test_without_the_word_nothing_is_made_by_key(at: PlainClient) -> None:
    headers = {
        "X-Unique-Identifier-Key": "cf_finsync",
        "X-Unique-Identifier-Value": "1",
    }
    answer = at.call("PUT", f"invoices?{OURS}", invoice(at), headers=headers)
    assert answer.status_code == 404 and not at.documents("A-1")


def test_customers_and_suppliers_share_their_names(at: PlainClient) -> None:
    for kind, code in (("customer", 0), ("vendor", 3062)):
        contact = {"contact_name": "Harbour Ltd", "contact_type": kind}
        answer = at.call("POST", f"contacts?{ORGANISATION}", contact)
        assert answer.json()["code"] == code


def test_a_draft_is_not_paid(at: PlainClient) -> None:
    id = made(at)["invoice_id"]
    paid = {
        "customer_id": at.sample["customer"],
        "payment_mode": "cash",
        "amount": 120,
        "date": "2026-11-05",
        "account_id": at.sample["bank"],
        "invoices": [{"invoice_id": id, "amount_applied": 120}],
    }
    path = f"customerpayments?{ORGANISATION}"
    assert at.call("POST", path, paid).status_code == 400
    at.call("POST", f"invoices/{id}/status/sent?{ORGANISATION}")
    assert at.call("POST", path, paid).json()["payment"]["unused_amount"] == 0.0
