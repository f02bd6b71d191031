from typing import Any

import pytest

from tests.connectors.practice.client import Caller

ENTRY = {
    "kind": "sales_invoice",
    "number": "F-1",
    "party": "Somebody New Ltd",
    "date": "2010-12-05",
    "currency": "GBP",
    "gross": "33.30",
    "status": "open",
}
KEYS = {
    *("id", "kind", "number", "reference", "party", "date"),
    *("currency", "gross", "status"),
}


def test_it_lists_what_the_books_hold(caller: Caller) -> None:
    rows = caller.documents()
    assert all(row.keys() == KEYS for row in rows.values())
    assert {row["status"] for row in rows.values()} <= {"draft", "open", "paid", "void"}
    assert all(row["reference"] == "" for row in rows.values())
    assert rows["M-1001"]["status"] == "paid"


def test_credits_are_negative(caller: Caller) -> None:
    assert caller.documents()["MC-1001"]["gross"] == "-60.00"


def test_a_posted_entry_is_answered_with_its_id(caller: Caller) -> None:
    answer = caller.control("POST", "documents", ENTRY)
    assert answer.status_code == 201
    made = answer.json()
    assert made == {**ENTRY, "id": made["id"], "reference": ""}
    shown = caller.get(f"invoice/{made['id']}")["Invoice"]
    assert (shown["DocNumber"], shown["TotalAmt"]) == ("F-1", 33.3)
    assert shown["CustomerRef"]["name"] == "Somebody New Ltd"


def test_a_number_or_reference_may_be_there_twice(caller: Caller) -> None:
    entry = {**ENTRY, "number": "M-1001", "reference": "key"}
    ids = {caller.control("POST", "documents", entry).json()["id"] for _ in range(2)}
    assert len(ids) == 2
    found = caller.query("select * from Invoice where DocNumber = 'M-1001'")
    assert len(found["Invoice"]) == 3


@pytest.mark.parametrize("status", ["draft", "open", "paid", "void"])
def test_every_status_can_be_set_and_left(caller: Caller, status: str) -> None:
    made = caller.control("POST", "documents", {**ENTRY, "status": status}).json()
    assert made["status"] == status
    for other in ("draft", "paid", "void", "open"):
        answer = caller.control("PATCH", f"documents/{made['id']}", {"status": other})
        assert answer.json()["status"] == other


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"gross": "500.00"}, {"TotalAmt": 500}),
        ({"date": "2026-01-31"}, {"TxnDate": "2026-01-31"}),
        ({"status": "paid"}, {"Balance": 0}),
        ({"status": "void"}, {"TotalAmt": 0, "PrivateNote": "Voided"}),
    ],
)
def test_an_edit_shows_at_once_with_a_new_version(
    caller: Caller, change: dict[str, str], shown: dict[str, Any]
) -> None:
    document = caller.documents()["M-1002"]
    before = caller.get(f"invoice/{document['id']}")["Invoice"]
    caller.control("PATCH", f"documents/{document['id']}", change)
    after = caller.get(f"invoice/{document['id']}")["Invoice"]
    assert {name: after[name] for name in shown} == shown
    assert int(after["SyncToken"]) > int(before["SyncToken"])


def test_a_changed_gross_is_laid_on_the_first_line(caller: Caller) -> None:
    document = caller.documents()["M-1002"]
    caller.control("PATCH", f"documents/{document['id']}", {"gross": "120.00"})
    shown = caller.get(f"invoice/{document['id']}")["Invoice"]
    assert shown["Line"][0]["Amount"] == 100
    assert shown["TxnTaxDetail"]["TotalTax"] == 20


def test_a_lower_gross_takes_payments_off(caller: Caller) -> None:
    document = caller.documents()["M-1001"]
    path = f"documents/{document['id']}"
    assert caller.control("PATCH", path, {"gross": "10"}).json()["status"] == "open"


def test_the_party_is_changed_by_id_or_by_name(caller: Caller) -> None:
    path = f"documents/{caller.documents()['M-1002']['id']}"
    by_id = caller.control("PATCH", path, {"party": caller.sample["customer"]}).json()
    by_name = caller.control("PATCH", path, {"party": "J. Smith"}).json()
    assert (by_id["party"], by_name["party"]) == ("Practice Customer", "J. Smith")


def test_edits_pass_closed_periods_and_are_in_the_change_feed(caller: Caller) -> None:
    caller.control("PATCH", "company", {"closed_until": "2026-12-31"})
    document = caller.documents()["M-1001"]
    answer = caller.control("DELETE", f"documents/{document['id']}")
    assert answer.status_code == 204
    assert "M-1001" not in caller.documents()
    feed = caller.get("cdc", entities="Invoice", changedSince="2026-11-25T00:00:00Z")
    rows = feed["CDCResponse"][0]["QueryResponse"][0]["Invoice"]
    gone = {row["Id"] for row in rows if row.get("status") == "Deleted"}
    assert gone == {document["id"]}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PATCH", "documents/nothing", {"gross": "1"}, 404),
        ("DELETE", "documents/nothing", None, 404),
        ("POST", "documents", {"kind": "sales_invoice"}, 400),
        ("POST", "documents", {**ENTRY, "id": "7"}, 400),
        ("POST", "documents", {**ENTRY, "kind": "poem"}, 400),
        ("POST", "documents", {**ENTRY, "gross": "much"}, 400),
        ("POST", "documents", {**ENTRY, "gross": "NaN"}, 400),
        ("POST", "documents", {**ENTRY, "date": "5.12.2010"}, 400),
        ("POST", "documents", {**ENTRY, "status": "lost"}, 400),
        ("POST", "documents", [1], 400),
        ("POST", "faults", {"kind": "explode"}, 400),
        ("POST", "faults", [{"kind": "latency"}, {"kind": "explode"}], 400),
        ("PATCH", "company", {"id": "2"}, 400),
        ("PATCH", "company", {"closed_until": "soon"}, 400),
        ("PATCH", "company", {"settings": 5}, 400),
        ("PUT", "documents", {}, 405),
        ("GET", "elsewhere", None, 404),
    ],
)
def test_wrong_input_changes_nothing(
    caller: Caller, method: str, path: str, body: Any, status: int
) -> None:
    before = caller.documents()
    answer = caller.control(method, path, body)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert caller.documents() == before
    assert caller.control("GET", "faults").json() == {"faults": []}


def test_a_body_that_is_no_json_is_refused(caller: Caller) -> None:
    address = f"{caller.url}/__practice__/documents"
    assert caller.http.post(address, data="{", timeout=5).status_code == 400


def test_it_counts_requests_and_token_requests(caller: Caller) -> None:
    caller.get("preferences")
    caller.http.post(f"{caller.url}/oauth2/v1/tokens/bearer", data="x", timeout=5)
    stats = caller.control("GET", "stats").json()
    assert (stats["requests"], stats["token_requests"]) == (2, 1)
    assert stats["by_route"]["GET /v3/company/{realm}/preferences"] == 1
    caller.control("DELETE", "stats")
    assert caller.control("GET", "stats").json()["requests"] == 0
