"""The practice organisation refuses what BILL refuses."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from connectors.practice.bill_com.face import ROOT
from connectors.practice.runner import serve
from connectors.practice.server import PracticeServer

SECONDS = 5


class Client:
    """Knows nothing of our connector."""

    def __init__(self, server: PracticeServer) -> None:
        self.server = server
        self.root = f"{server.url}{ROOT}"
        told = server.face.credentials(server.url)
        self.sample = server.face.sample()
        self.entry = {
            "username": told["username"],
            "password": told["password"],
            "organizationId": told["organization_id"],
            "devKey": told["developer_key"],
        }
        self.http = requests.Session()
        self.http.trust_env = False
        answer = self.call("POST", "login", self.entry)
        self.http.headers["sessionId"] = answer.json()["sessionId"]
        self.http.headers["devKey"] = told["developer_key"]

    def call(self, method: str, path: str, json: Any = None) -> requests.Response:
        url = f"{self.root}/{path}"
        return self.http.request(method, url, json=json, timeout=SECONDS)

    def asked(self, path: str, **params: str) -> requests.Response:
        url = f"{self.root}/{path}"
        return self.http.get(url, params=params, timeout=SECONDS)

    def invoice(self, **changes: Any) -> dict[str, Any]:
        base = {
            "customer": {"id": self.sample["customer"]},
            "invoiceNumber": "T-1",
            "invoiceDate": "2026-11-20",
            "invoiceLineItems": [
                {
                    "quantity": 1,
                    "price": 10,
                    "classifications": {"chartOfAccountId": self.sample["account"]},
                }
            ],
        }
        return base | changes

    def made(self, **changes: Any) -> dict[str, Any]:
        answer = self.call("POST", "invoices", self.invoice(**changes))
        assert answer.status_code == 201, answer.text
        body: dict[str, Any] = answer.json()
        return body


@pytest.fixture
def client() -> Iterator[Client]:
    with serve("bill_com") as server:
        made = Client(server)
        with made.http:
            yield made


def fault(answer: requests.Response) -> tuple[int, str, str]:
    row = answer.json()[0]
    return answer.status_code, row.get("code", ""), row["message"]


def test_both_headers_are_needed(client: Client) -> None:
    assert client.asked("customers").status_code == 200
    client.http.headers["sessionId"] = "another"
    assert fault(client.asked("customers"))[:2] == (401, "BDC_1109")
    client.http.headers["devKey"] = "another"
    assert fault(client.asked("customers"))[:2] == (401, "BDC_1102")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"password": "x"}, "BDC_1101"),
        ({"organizationId": "008x"}, "BDC_1101"),
        ({"devKey": "x"}, "BDC_1102"),
    ],
)
def test_only_the_right_ones_get_in(
    client: Client, wrong: dict[str, str], code: str
) -> None:
    assert fault(client.call("POST", "login", client.entry | wrong))[1] == code


def test_logging_out_ends_the_session(client: Client) -> None:
    assert client.call("POST", "logout").status_code == 200
    assert fault(client.asked("customers"))[1] == "BDC_1109"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"customer": None}, "customer: must not be null"),
        ({"customer": "0cu1"}, "customer: an object is needed"),
        ({"customer": {"id": "0cu1"}}, "Invalid entity data. customerId."),
        ({"invoiceLineItems": []}, "invoiceLineItems: must not be null"),
        ({"invoiceNumber": "N" * 22}, "Invalid entity data. invoiceNumber"),
        ({"invoiceDate": "20 Nov"}, "invoiceDate: YYYY-MM-DD is needed"),
        ({"lineItems": []}, "lineItems: unrecognized field"),
        ({"salesTaxItemId": "0ii1"}, "Invalid entity data. salesTaxItemId."),
    ],
)
def test_invoices_that_do_not_fit(
    client: Client, changes: dict[str, Any], said: str
) -> None:
    sent = client.invoice(**changes)
    assert said in fault(client.call("POST", "invoices", sent))[2]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"quantity": 1}, "price: must not be null"),
        ({"quantity": 1, "price": "1"}, "price: a number is needed"),
        ({"quantity": 1, "price": 0.123}, "price: at most 2 places"),
        ({"quantity": -1, "price": 1}, "quantity"),
        ({"quantity": 1, "price": -1}, "must not be negative"),
        (
            {
                "quantity": 1,
                "price": 1,
                "classifications": {"chartOfAccountId": "0ca9"},
            },
            "Invalid entity data. chartOfAccountId.",
        ),
    ],
)
def test_lines_that_do_not_fit(client: Client, line: Any, said: str) -> None:
    sent = client.invoice(invoiceLineItems=[line])
    assert said in fault(client.call("POST", "invoices", sent))[2]


def test_a_customer_needs_an_email_and_a_vendor_an_address(client: Client) -> None:
    lacking = client.call("POST", "customers", {"name": "J. Smith"})
    assert fault(lacking)[2] == "email: must not be blank"
    lacking = client.call("POST", "vendors", {"name": "Spares"})
    assert fault(lacking)[2] == "address: must not be null"


def test_a_number_may_be_taken_twice_unless_the_organisation_forbids_it(
    client: Client,
) -> None:
    first = client.made()
    assert client.made()["id"] != first["id"]
    client.server.face.ledger.change_company(extra={"unique_numbers": True})
    status, _, said = fault(client.call("POST", "invoices", client.invoice()))
    assert status == 422 and "Duplicate" in said


def test_archiving_keeps_the_status_and_may_be_repeated(client: Client) -> None:
    id = client.made()["id"]
    for _ in range(2):
        body = client.call("POST", f"invoices/{id}/archive").json()
        assert (body["archived"], body["status"]) == (True, "OPEN")


def test_replacing_keeps_nothing_that_is_not_sent(client: Client) -> None:
    made = client.made(dueDate="2026-12-20")
    sent = client.invoice(invoiceNumber="T-2")
    body = client.call("PUT", f"invoices/{made['id']}", sent).json()
    assert (body["invoiceNumber"], body["dueDate"]) == ("T-2", "2026-11-20")


def test_invoices_of_one_payment_are_of_one_customer(client: Client) -> None:
    paid = {"id": client.made()["id"], "amount": "10"}
    sent = {
        "customerId": client.server.face.sample()["customer"],
        "paymentDate": "2026-11-21",
        "paymentType": "CASH",
        "amount": "15",
        "invoices": [paid],
    }
    body = client.call("POST", "invoices/record-payment", sent).json()
    assert body["id"].startswith("0rp") and body["unappliedAmount"] == 5
    other = client.asked("customers").json()["results"][1]["id"]
    second = {"id": client.made()["id"], "amount": 10}
    wrong = sent | {"customerId": other, "invoices": [second]}
    refused = client.call("POST", "invoices/record-payment", wrong)
    assert fault(refused)[2] == "Invalid entity data. customerId."


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"max": "101"}, "max: must be between 1 and 100"),
        ({"filters": "totalAmount:eq:5"}, "totalAmount:eq is not supported"),
        ({"filters": 'invoiceNumber:in:"a,b"'}, "invoiceNumber:in is not supported"),
        ({"filters": "archived"}, "cannot be read"),
        ({"filters": 'updatedTime:gte:"yesterday"'}, "a time is needed"),
        ({"sort": "status:asc"}, "status is not supported"),
    ],
)
def test_questions_that_bill_does_not_take(
    client: Client, asked: dict[str, str], said: str
) -> None:
    assert said in fault(client.asked("invoices", **asked))[2]


def test_pages_end_where_no_other_is_named(client: Client) -> None:
    few = {"max": "4", "filters": "archived:eq:false"}
    first = client.asked("customers", **few).json()
    assert len(first["results"]) == 4
    second = client.asked("customers", max="4", page=first["nextPage"]).json()
    assert second["results"] and "nextPage" not in second
    other = {"max": "4", "page": first["nextPage"], "filters": 'name:sw:"J"'}
    assert "other filters" in fault(client.asked("customers", **other))[2]


def test_only_administrators_see_the_organisation(client: Client) -> None:
    id = client.server.face.ledger.company.id
    assert client.asked(f"organizations/{id}").json()["name"]
    client.server.face.ledger.change_company(extra={"role": "CLERK"})
    assert fault(client.asked(f"organizations/{id}"))[:2] == (403, "BDC_1145")


def test_a_fourth_call_at_the_same_time_is_too_much() -> None:
    with serve("bill_com", limits=True) as server:
        client = Client(server)
        gate = server.dispatcher.gate
        held = [gate.enter(f"{ROOT}/customers") for _ in range(3)]
        assert held == [None, None, None]
        assert fault(client.asked("customers"))[:2] == (429, "BDC_1322")
        gate.leave()
        assert client.asked("customers").status_code == 200
