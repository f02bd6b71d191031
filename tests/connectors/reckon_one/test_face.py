"""The practice face is as Reckon One is, seen by a caller that is not ours."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.connectors.plain_client import PlainClient, plain_client

BOOK = "c1b3da90-e9df-4d57-8cfb-71a1d7bfe401"
KEY = "Ocp-Apim-Subscription-Key"
MERGE = {"Content-Type": "application/merge-patch+json"}


@pytest.fixture
def at() -> Iterator[PlainClient]:
    with plain_client("reckon_one", f"/r1/v2/{BOOK}") as client:
        client.http.headers[KEY] = client.credentials["subscription_key"]
        yield client


def invoice(at: PlainClient, reference: str = "A-1", **changes: Any) -> dict[str, Any]:
    line = {
        "lineNumber": 1,
        "description": "Boiler service",
        "accountDetails": {"ledgerAccount": "Sales", "quantity": 1, "amount": 120},
        "taxRate": "Standard rate",
    }
    return {
        "customer": "Practice Customer",
        "invoiceDate": "2026-11-02T00:00:00Z",
        "amountTaxStatus": "Exclusive",
        "reference": reference,
        "lineItems": [line],
    } | changes


def made(at: PlainClient, reference: str = "A-1") -> str:
    answer = at.call("POST", "invoices", invoice(at, reference))
    assert answer.status_code == 201, answer.text
    assert answer.json().keys() == {"id"}
    return str(answer.json()["id"])


def listed(at: PlainClient, asked: str, more: str = "") -> list[str]:
    answer = at.call("GET", f"invoices?filter={quote(asked)}{more}")
    assert answer.status_code == 200, answer.text
    return [row["reference"] for row in answer.json()["list"]]


def test_names_do_in_place_of_ids_and_reckon_numbers(at: PlainClient) -> None:
    row = at.call("GET", f"invoices/{made(at)}").json()
    assert (row["invoiceNumber"], row["status"]) == ("INV1", "Draft")
    assert (row["totalAmount"], row["totalTaxAmount"]) == (144.0, 24.0)
    assert (row["reference"], row["emailStatus"]) == ("A-1", "Unsent")


def test_the_gateway_asks_for_its_key_first(at: PlainClient) -> None:
    for key, word in (("", "missing"), ("wrong", "invalid")):
        answer = at.call("GET", "settings", headers={KEY: key, "Authorization": ""})
        assert answer.status_code == 401 and word in answer.json()["message"]
        assert answer.json()["statusCode"] == 401


def test_the_key_may_stand_in_the_query(at: PlainClient) -> None:
    key = at.credentials["subscription_key"]
    path = f"settings?subscription-key={key}"
    assert at.call("GET", path, headers={KEY: ""}).status_code == 200


def test_a_token_is_refused_in_other_words(at: PlainClient) -> None:
    answer = at.call("GET", "settings", headers={"Authorization": "Bearer no"})
    assert (answer.status_code, answer.json()["code"]) == (401, 401)


def test_an_approval_is_a_patch_of_its_own_kind(at: PlainClient) -> None:
    path = f"invoices/{made(at)}"
    approved = {"status": "Approved"}
    assert at.call("PATCH", path, approved).status_code == 415
    assert at.call("PATCH", path, approved, headers=MERGE).status_code == 204
    assert at.call("GET", path).json()["status"] == "Approved"
    lines: dict[str, Any] = {"lineItems": []}
    assert at.call("PATCH", path, lines, headers=MERGE).status_code == 400


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"customer": "Nobody"}, "customer"),
        ({"invoiceDate": "2.11.2026"}, "invoiceDate"),
        ({"amountTaxStatus": "Net"}, "amountTaxStatus"),
        ({"invoiceNumber": "INV-1"}, "invoiceNumber"),
        ({"reference": "R" * 51}, "reference"),
        ({"lineItems": [{"lineNumber": 1}]}, "lineItems[0]"),
        (
            {"lineItems": [{"lineNumber": 1, "accountDetails": {"amount": 1}}]},
            "lineItems[0].accountDetails.ledgerAccount",
        ),
        (
            {
                "lineItems": [
                    {"lineNumber": 1, "accountDetails": {"ledgerAccount": "Nowhere"}}
                ]
            },
            "lineItems[0].accountDetails.ledgerAccount",
        ),
    ],
)
def test_wrong_members_are_named_by_their_place(
    at: PlainClient, changes: Any, place: str
) -> None:
    answer = at.call("POST", "invoices", invoice(at, **changes))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["location"] == place


def test_a_reference_may_be_used_twice(at: PlainClient) -> None:
    assert made(at) != made(at)
    assert listed(at, 'reference eq "A-1"') == ["A-1", "A-1"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ('reference eq "F-1"', ["F-1"]),
        ("reference eq 'F-1' or invoicenumber eq 'INV2'", ["F-1", "F-2"]),
        ('Reference startswith "F" and not reference endswith "2"', ["F-1"]),
        ("tolower(customer.name) eq 'practice customer'", ["F-1", "F-2"]),
        ("balance gt 144 or (totalamount le 144 and reference ne 'F-2')", ["F-1"]),
        ('reference eq "f-1"', []),
    ],
)
def test_lists_are_filtered(at: PlainClient, asked: str, expected: list[str]) -> None:
    for number in (1, 2):
        made(at, f"F-{number}")
    assert listed(at, asked, "&orderby=reference") == expected


@pytest.mark.parametrize(
    "asked", ["reference", "reference like 'x'", "(balance gt 1", "balance gt 1 x", "%"]
)
def test_a_filter_that_is_not_understood_is_refused(
    at: PlainClient, asked: str
) -> None:
    answer = at.call("GET", f"invoices?filter={quote(asked)}")
    assert answer.status_code == 400


def test_lists_tell_how_many_there_are(at: PlainClient) -> None:
    for number in range(12):
        made(at, f"P-{number:02}")
    answer = at.call("GET", "invoices")
    assert len(answer.json()["list"]) == 10
    assert answer.headers["X-Total-Count"] == "12"
    assert 'rel="next"' in answer.headers["Link"]
    last = at.call("GET", "invoices?page=2&perpage=5&orderby=reference desc")
    assert last.json()["list"][0]["reference"] == "P-06"
    assert 'rel="prev"' in last.headers["Link"]


def test_a_draft_takes_no_receipt(at: PlainClient) -> None:
    id = made(at)
    link = {
        "transactionId": id,
        "transactionType": "Invoice",
        "transactionAmount": 144,
    }
    paid = {
        "customer": "Practice Customer",
        "receiptDate": "2026-11-05T00:00:00Z",
        "ledgerAccount": "Bank",
        "totalAmount": 144,
        "transactionLinks": [link],
    }
    assert at.call("POST", "receipts", paid).status_code == 400
    at.call("PATCH", f"invoices/{id}", {"status": "Approved"}, headers=MERGE)
    assert at.call("POST", "receipts", paid).status_code == 201
    assert at.call("GET", f"invoices/{id}").json()["status"] == "Paid"
    assert at.call("DELETE", f"invoices/{id}").status_code == 400


def test_a_supplier_says_whether_it_is_a_contractor(at: PlainClient) -> None:
    answer = at.call("POST", "suppliers", {"name": "Parts"})
    assert answer.json()["errors"][0]["location"] == "isTpar"


def test_another_book_is_not_there(at: PlainClient) -> None:
    answer = at.http.get(f"{at.server.url}/r1/v2/{BOOK[:-1]}2/settings", timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (404, 404)


def test_a_mark_can_be_taken_back(at: PlainClient) -> None:
    path = f"invoices/{made(at)}"
    for word, status in (("markAsSent", "Sent"), ("markAsUnsent", "Unsent")):
        assert at.call("POST", f"{path}/email/{word}").status_code == 204
        assert at.call("GET", path).json()["emailStatus"] == status
