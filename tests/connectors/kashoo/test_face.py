"""The practice face, seen by a caller that is not ours."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from connectors.practice.runner import serve
from connectors.practice.server import PracticeServer

SECONDS = 10


class Caller:
    """Logs in as an old client did, and asks by paths within the business."""

    def __init__(self, server: PracticeServer) -> None:
        self.server = server
        self.sample = server.face.sample()
        self.told = server.face.credentials(server.url)
        self.http = requests.Session()
        self.http.trust_env = False
        token = self.log_in(self.told["user"], self.told["password"]).text
        self.http.headers["Authorization"] = f"TOKEN uuid:{token}"

    def log_in(self, user: str, password: str) -> requests.Response:
        pair = b64encode(f"{user}:{password}".encode()).decode()
        return self.ask(
            "POST", "authTokens", headers={"Authorization": f"Basic {pair}"}
        )

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        url = f"{self.server.url}/api/{path}"
        return self.http.request(method, url, timeout=SECONDS, **more)

    def call(self, method: str, path: str, json: Any = None) -> requests.Response:
        place = f"businesses/{self.told['business_id']}"
        return self.ask(method, f"{place}/{path}", json=json)

    def invoice(self, number: str = "A-1", **changes: Any) -> dict[str, Any]:
        item = {
            "position": 0,
            "account": {"id": int(self.sample["account"])},
            "description": "Boiler service",
            "quantity": 2,
            "rate": 6000,
            "amount": 12000,
            "taxes": [{"id": 1}],
        }
        return {
            "number": number,
            "date": "2026-11-02",
            "dueDate": "2026-12-02",
            "contactId": int(self.sample["customer"]),
            "currency": "GBP",
            "lineItems": [item | changes],
        }

    def made(self, number: str = "A-1") -> dict[str, Any]:
        answer = self.call("POST", "records/invoices", self.invoice(number))
        assert answer.status_code == 201, answer.text
        row: dict[str, Any] = answer.json()
        return row


@pytest.fixture
def at() -> Iterator[Caller]:
    with serve("kashoo", empty=True) as server:
        caller = Caller(server)
        with caller.http:
            yield caller


def test_a_log_in_answers_a_bare_token(at: Caller) -> None:
    answer = at.log_in(at.told["user"], at.told["password"])
    assert answer.headers["Content-Type"] == "text/plain"
    assert len(answer.text) == 36
    assert at.log_in(at.told["user"], "wrong").status_code == 401
    assert at.log_in("", "").status_code == 401


@pytest.mark.parametrize(
    "header", ["", "Bearer {}", "TOKEN uuid:wrong", "TOKEN json:[", "TOKEN json:[1]"]
)
def test_other_forms_of_a_token_are_refused(at: Caller, header: str) -> None:
    token = at.log_in(at.told["user"], at.told["password"]).text
    headers = {"Authorization": header.format(token)}
    assert at.ask("GET", "users/me", headers=headers).status_code == 401


def test_a_log_in_opens_a_business_of_each_product(at: Caller) -> None:
    rows = at.ask("GET", "users/me/businesses").json()
    assert [row["product"] for row in rows] == ["kashoo", "tsa"]
    assert at.ask("GET", f"businesses/{rows[1]['id']}/accounts").status_code == 403


def test_totals_are_computed_in_whole_cents(at: Caller) -> None:
    row = at.made()
    assert (row["totalDue"], row["balanceDue"]) == (14400, 14400)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"account": {"id": 99999}}, "Unknown account"),
        ({"taxes": [{"id": 99999}]}, "Unknown tax"),
        ({"taxes": [{"id": 1}, {"id": 2}]}, "Unknown tax"),
        ({"rate": 60.0}, "whole number"),
        ({"amount": 12001}, "quantity times rate"),
        ({"quantity": 2.0001}, "3 places"),
        ({"price": 1}, "unknown"),
        ({"account": None}, "missing"),
    ],
)
def test_wrong_lines_are_refused(at: Caller, changes: Any, said: str) -> None:
    answer = at.call("POST", "records/invoices", at.invoice(**changes))
    assert answer.status_code == 400
    assert said in answer.json()["message"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"contactId": 99999}, "Unknown contact"),
        ({"contactId": "1"}, "whole number"),
        ({"number": "N" * 21}, "20 characters"),
        ({"state": "draft"}, "unknown"),
        ({"lineItems": []}, "missing"),
        ({"date": "2 November"}, "YYYY-MM-DD"),
    ],
)
def test_wrong_records_are_refused(at: Caller, changes: Any, said: str) -> None:
    answer = at.call("POST", "records/invoices", at.invoice() | changes)
    assert answer.status_code == 400
    assert said in answer.json()["message"]


def test_lists_need_both_ends_and_are_bare(at: Caller) -> None:
    for number in ("A-2", "A-1"):
        at.made(number)
    assert at.call("GET", "records/invoices?startDate=2026-01-01").status_code == 400
    window = "startDate=2026-01-01&endDate=2027-01-01"
    rows = at.call("GET", f"records/invoices?{window}&limit=1&offset=1").json()
    assert [row["number"] for row in rows] == ["A-1"]
    assert "lineItems" not in rows[0]
    assert at.call("GET", f"records/invoices?{window}&limit=x").status_code == 400


def test_a_payment_lowers_what_is_left(at: Caller) -> None:
    row = at.made()
    paid = {
        "date": "2026-11-10",
        "contactId": row["contactId"],
        "depositAccount": {"id": int(at.sample["bank"])},
        "amount": 20000,
        "payments": [{"invoiceId": row["id"], "amount": 20000}],
    }
    too_much = at.call("POST", "records/invoicePayments", paid)
    assert too_much.status_code == 400 and "balance" in too_much.json()["message"]
    paid |= {"amount": 4400, "payments": [{"invoiceId": row["id"], "amount": 4400}]}
    made = at.call("POST", "records/invoicePayments", paid)
    assert made.status_code == 201, made.text
    one = f"records/invoices/{row['id']}"
    assert at.call("GET", one).json()["balanceDue"] == 10000
    at.call("DELETE", f"records/invoicePayments/{made.json()['id']}")
    assert at.call("GET", one).json()["balanceDue"] == 14400


def test_money_goes_to_a_bank_account_alone(at: Caller) -> None:
    row = at.made()
    paid = {
        "date": "2026-11-10",
        "contactId": row["contactId"],
        "depositAccount": {"id": int(at.sample["account"])},
        "amount": 100,
        "payments": [{"invoiceId": row["id"], "amount": 100}],
    }
    answer = at.call("POST", "records/invoicePayments", paid)
    assert "deposit account" in answer.json()["message"]


def test_accounts_are_made_and_listed_by_type(at: Caller) -> None:
    wages = {"name": "Wages", "type": "EXPENSE", "number": "7000"}
    assert at.call("POST", "accounts", wages).status_code == 201
    assert at.call("POST", "accounts", wages | {"type": "Odd"}).status_code == 400
    rows = at.call("GET", "accounts?type=EXPENSE").json()
    assert "7000" in [row["number"] for row in rows]


def test_what_was_voided_behind_it_is_gone(at: Caller) -> None:
    row = at.made()
    url = f"{at.server.url}/__practice__/documents/{row['id']}"
    at.http.patch(url, json={"status": "void"}, timeout=SECONDS)
    assert at.call("GET", f"records/invoices/{row['id']}").status_code == 404


def test_a_record_is_of_its_list_alone(at: Caller) -> None:
    row = at.made()
    assert at.call("GET", f"records/bills/{row['id']}").status_code == 404
    assert at.call("GET", "contacts/friends").status_code == 404
