"""The practice face, seen by a caller that is not ours."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from connectors.practice.runner import serve
from connectors.practice.server import PracticeServer

SECONDS = 10


class Caller:
    def __init__(self, server: PracticeServer) -> None:
        self.server = server
        self.sample = server.face.sample()
        self.told = server.face.credentials(server.url)
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.auth = (self.told["user"].upper(), self.told["api_key"])

    def call(self, method: str, path: str, json: Any = None) -> requests.Response:
        url = f"{self.server.url}/v1/{path}"
        return self.http.request(method, url, json=json, timeout=SECONDS)

    def invoice(self, number: str = "A-1", **changes: Any) -> dict[str, Any]:
        item = {
            "item_id": int(self.sample["item"]),
            "description": "Boiler service",
            "quantity": 2,
            "unit_price_wt": 60,
            "sales_tax": {"id": 1},
        }
        return {
            "customer_id": int(self.sample["customer"]),
            "date": "2026-11-02",
            "user_code": number,
            "order_lines": [item | changes],
        }

    def made(self, number: str = "A-1") -> dict[str, Any]:
        answer = self.call("POST", "invoices", self.invoice(number))
        assert answer.status_code == 201, answer.text
        row: dict[str, Any] = answer.json()
        return row


@pytest.fixture
def at() -> Iterator[Caller]:
    with serve("oneup", empty=True) as server:
        caller = Caller(server)
        with caller.http:
            yield caller


def said(answer: requests.Response) -> str:
    return str(answer.json()["error"]["message"])


@pytest.mark.parametrize("wrong", [("", ""), ("x@y", "k"), None])
def test_the_pair_must_be_right(at: Caller, wrong: Any) -> None:
    at.http.auth = wrong or (at.told["user"], at.told["api_key"].upper())
    answer = at.call("GET", "customers")
    assert answer.status_code == 401
    assert said(answer) == "The request requires user authentication"


def test_totals_are_computed_there(at: Caller) -> None:
    row = at.made()
    assert (row["subtotal"], row["tax_amount"], row["total"]) == (120, 24, 144)
    assert (row["paid"], row["unpaid"], row["sent"]) == (0, 144, False)


def test_a_discount_lowers_the_line(at: Caller) -> None:
    answer = at.call("POST", "invoices", at.invoice(discount_rate=10))
    assert answer.json()["subtotal"] == 108


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"item_id": 99999}, "item is invalid"),
        ({"sales_tax": {"id": 99999}}, "tax is invalid"),
        ({"sales_tax": 1}, "an object is needed"),
        ({"unit_price_wt": "60"}, "a number is needed"),
        ({"quantity": None}, "missing"),
        ({"account_id": 1}, "unknown"),
    ],
)
def test_wrong_lines_are_refused(at: Caller, changes: Any, sentence: str) -> None:
    answer = at.call("POST", "invoices", at.invoice(**changes))
    assert answer.status_code == 422
    assert sentence in said(answer)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"customer_id": 99999}, "customer is invalid"),
        ({"order_lines": []}, "missing"),
        ({"user_code": "N" * 65}, "64 characters"),
        ({"payment_terms": {"id": 9}}, "payment_terms is invalid"),
        ({"due_date": "2026-12-02"}, "unknown"),
    ],
)
def test_wrong_invoices_are_refused(at: Caller, changes: Any, sentence: str) -> None:
    answer = at.call("POST", "invoices", at.invoice() | changes)
    assert answer.status_code == 422
    assert sentence in said(answer)


def test_payment_terms_make_the_due_date(at: Caller) -> None:
    sent = at.invoice() | {"payment_terms": {"id": 2}}
    [due] = at.call("POST", "invoices", sent).json()["installments"]
    assert due["due_date"] == "2026-12-02"


def test_on_a_change_what_is_missing_stays(at: Caller) -> None:
    row = at.made()
    changed = at.call("PUT", f"invoices/{row['id']}", {"public_note": "Thank you"})
    assert changed.json()["total"] == 144
    assert changed.json()["updated_at"] > row["updated_at"]


def test_lists_are_bare_and_say_whether_they_go_on(at: Caller) -> None:
    for number in ("A-1", "A-2", "A-3"):
        at.made(number)
    page = at.call("GET", "invoices?limit=2&offset=0&sort=-created_at")
    assert [row["user_code"] for row in page.json()] == ["A-3", "A-2"]
    assert page.headers["X-MyERP-Has-Next-Page"] == "true"
    last = at.call("GET", "invoices?limit=2&offset=2&sort=-created_at")
    assert last.headers["X-MyERP-Has-Next-Page"] == "false"
    assert at.call("GET", "invoices?sort=total").status_code == 400
    assert at.call("GET", "invoices?limit=0").status_code == 400


@pytest.mark.parametrize(
    "path", ["payments", "credit_notes", "bills", "invoices/99999"]
)
def test_what_nobody_has_seen_is_not_found(at: Caller, path: str) -> None:
    answer = at.call("GET", path)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "003"


def test_the_list_itself_is_never_deleted(at: Caller) -> None:
    at.made()
    assert at.call("DELETE", "invoices").status_code == 404
    assert len(at.call("GET", "invoices").json()) == 1


@pytest.mark.parametrize(
    "sent", [{"type": 1}, {"type": 2, "first_name": "Ann"}, {"company_name": "X"}]
)
def test_customers_need_their_names(at: Caller, sent: Any) -> None:
    assert at.call("POST", "customers", sent).status_code == 422


def test_a_person_has_a_full_name(at: Caller) -> None:
    ann = {"type": 2, "first_name": "Ann", "last_name": "Lee"}
    row = at.call("POST", "customers", ann).json()
    assert (row["full_name"], row["company_name"]) == ("Ann Lee", "")


def test_what_was_voided_behind_it_is_gone(at: Caller) -> None:
    row = at.made()
    url = f"{at.server.url}/__practice__/documents/{row['id']}"
    at.http.patch(url, json={"status": "void"}, timeout=SECONDS)
    assert at.call("GET", f"invoices/{row['id']}").status_code == 404
