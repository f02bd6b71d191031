"""The practice face is as FreeAgent is, seen by a caller that is not ours."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.connectors.plain_client import PlainClient, plain_client


@pytest.fixture
def at() -> Iterator[PlainClient]:
    with plain_client("freeagent", "/v2") as client:
        yield client


def invoice(at: PlainClient, number: str = "A-1", **changes: Any) -> dict[str, Any]:
    item = {
        "description": "Boiler service",
        "item_type": "Services",
        "quantity": "2.0",
        "price": "60.0",
        "sales_tax_rate": "20.0",
        "category": f"{at.prefix}/categories/{at.sample['account']}",
    }
    return {
        "invoice": {
            "contact": f"{at.prefix}/contacts/{at.sample['customer']}",
            "reference": number,
            "dated_on": "2026-11-02",
            "payment_terms_in_days": 30,
            "invoice_items": [item | changes],
        }
    }


def made(at: PlainClient, number: str = "A-1") -> str:
    """Its path."""
    answer = at.call("POST", "invoices", invoice(at, number))
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == answer.json()["invoice"]["url"]
    return str(answer.headers["Location"]).removeprefix(f"{at.prefix}/")


def seen(at: PlainClient, path: str) -> dict[str, Any]:
    row: dict[str, Any] = at.call("GET", path).json()["invoice"]
    return row


def test_a_new_invoice_is_a_draft_in_texts(at: PlainClient) -> None:
    row = seen(at, made(at))
    assert (row["status"], row["total_value"], row["due_on"]) == (
        "Draft",
        "144.0",
        "2026-12-02",
    )


def test_marking_it_as_sent_makes_it_count(at: PlainClient) -> None:
    path = made(at)
    for _ in range(2):
        assert at.call("PUT", f"{path}/transitions/mark_as_sent").status_code == 200
    assert seen(at, path)["status"] in ("Open", "Overdue")


def test_the_items_of_a_sent_invoice_are_locked(at: PlainClient) -> None:
    path = made(at)
    at.call("PUT", f"{path}/transitions/mark_as_sent")
    answer = at.call("PUT", path, invoice(at))
    assert answer.status_code == 422
    assert "is locked" in answer.json()["errors"][0]["message"]


def test_a_reference_that_is_taken_is_refused(at: PlainClient) -> None:
    made(at)
    answer = at.call("POST", "invoices", invoice(at))
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"message": "Reference has already been taken"}]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sales_tax_rate": "17.5"}, "Sales tax rate"),
        ({"category": "https://elsewhere/001"}, "Category"),
        ({"price": None}, "Price"),
        ({"item_type": "Wishes"}, "item_type"),
    ],
)
def test_wrong_items_are_named(at: PlainClient, changes: Any, sentence: str) -> None:
    answer = at.call("POST", "invoices", invoice(at, **changes))
    assert answer.status_code == 422
    assert sentence in answer.json()["errors"][0]["message"]


def test_items_must_be_a_real_array(at: PlainClient) -> None:
    body = invoice(at)
    body["invoice"]["invoice_items"] = {"0": {}}
    answer = at.call("POST", "invoices", body)
    assert answer.json()["errors"] == [
        {"message": "'invoice_items' parameter does not match expected type 'array'"}
    ]


def test_a_payment_has_the_sign_of_its_document(at: PlainClient) -> None:
    path = made(at)
    at.call("PUT", f"{path}/transitions/mark_as_sent")
    paid = {
        "bank_account": f"{at.prefix}/bank_accounts/{at.sample['bank']}",
        "dated_on": "2026-11-05",
        "gross_value": "-144.0",
        "paid_invoice": f"{at.prefix}/{path}",
    }
    wrapped = {"bank_transaction_explanation": paid}
    assert at.call("POST", "bank_transaction_explanations", wrapped).status_code == 422
    paid["gross_value"] = "144.0"
    assert at.call("POST", "bank_transaction_explanations", wrapped).status_code == 201
    assert seen(at, path)["status"] == "Paid"


def test_explanations_are_listed_by_bank_account(at: PlainClient) -> None:
    assert at.call("GET", "bank_transaction_explanations").status_code == 400


def test_callers_must_say_who_they_are(at: PlainClient) -> None:
    answer = at.call("GET", "company", headers={"User-Agent": ""})
    assert answer.status_code == 400


def test_lists_tell_how_many_there_are(at: PlainClient) -> None:
    for number in range(3):
        made(at, f"P-{number}")
    answer = at.call("GET", "invoices?view=all&per_page=2")
    assert len(answer.json()["invoices"]) == 2
    assert answer.headers["X-Total-Count"] == "3"
    assert "rel='next'" in answer.headers["Link"]
