"""The practice Service Layer refuses what SAP Business One refuses."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from connectors.practice.runner import serve
from connectors.practice.sap_business_one.face import ROOT
from connectors.practice.server import PracticeServer

ROW = {"AccountCode": "4000", "LineTotal": 10, "VatGroup": "O0"}


@pytest.fixture
def server() -> Iterator[PracticeServer]:
    with serve("sap_business_one") as found:
        yield found


@pytest.fixture
def inside(server: PracticeServer) -> Iterator[requests.Session]:
    told = server.face.credentials(server.url)
    given = {
        "CompanyDB": told["company_db"],
        "UserName": told["user"],
        "Password": told["password"],
    }
    with requests.Session() as session:
        answer = session.post(f"{server.url}{ROOT}/Login", json=given, timeout=5)
        assert answer.json()["SessionTimeout"] == 30
        yield session


def refused(
    server: PracticeServer, session: requests.Session, *rows: Any, **members: Any
) -> tuple[str, str]:
    body = {
        "CardCode": server.face.sample()["customer"],
        "DocType": "dDocument_Service",
        "DocumentLines": list(rows),
        **members,
    }
    answer = session.post(f"{server.url}{ROOT}/Invoices", json=body, timeout=5)
    assert answer.status_code == 400, answer.text
    error = answer.json()["error"]
    return error["code"], error["message"]


def test_a_session_needs_both_cookies(
    server: PracticeServer, inside: requests.Session
) -> None:
    url = f"{server.url}{ROOT}/Invoices"
    assert inside.get(url, timeout=5).status_code == 200
    lone = {"B1SESSION": inside.cookies["B1SESSION"]}
    answer = requests.get(url, cookies=lone, timeout=5)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "301")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (ROW | {"ItemCode": "LABOUR"}, "Invalid G/L account"),
        (ROW | {"AccountCode": "99999"}, "Invalid G/L account"),
        (ROW | {"VatGroup": "I0"}, "Invalid VAT Group"),
        ({"AccountCode": "4000", "LineTotal": 1}, "Specify valid tax code"),
        (ROW | {"LineTotal": -1}, "greater than or equal to zero"),
        (ROW | {"LineTotal": "1"}, "Invalid value of property 'LineTotal'"),
        (ROW | {"Acount": "1"}, "Property 'Acount' of 'Document' is invalid"),
        (ROW | {"ItemDescription": "x" * 101}, "Value too long"),
    ],
)
def test_rows_that_do_not_fit_are_refused(
    server: PracticeServer, inside: requests.Session, row: Any, said: str
) -> None:
    assert said in refused(server, inside, row)[1]


def test_rows_of_items_need_an_item(
    server: PracticeServer, inside: requests.Session
) -> None:
    _, said = refused(server, inside, ROW, DocType="dDocument_Items")
    assert "Enter item code" in said


def test_a_currency_must_be_the_partners(
    server: PracticeServer, inside: requests.Session
) -> None:
    _, said = refused(server, inside, ROW, DocCurrency="EUR")
    assert "currency differs" in said


def test_pages_have_twenty_rows_and_a_relative_link(
    server: PracticeServer, inside: requests.Session
) -> None:
    url = f"{server.url}{ROOT}/ChartOfAccounts"
    few = {"Prefer": "odata.maxpagesize=5"}
    body = inside.get(url, headers=few, timeout=5).json()
    assert len(body["value"]) == 5
    assert body["@odata.nextLink"] == "ChartOfAccounts?$skip=5"


def test_an_unknown_word_in_a_filter_is_refused(
    server: PracticeServer, inside: requests.Session
) -> None:
    url = f"{server.url}{ROOT}/Invoices"
    answer = inside.get(url, params={"$filter": "Number eq '1'"}, timeout=5)
    assert "Property 'Number' is invalid" in answer.json()["error"]["message"]


def test_numbers_that_people_see_are_not_the_keys(
    server: PracticeServer, inside: requests.Session
) -> None:
    rows = inside.get(f"{server.url}{ROOT}/Invoices", timeout=5).json()["value"]
    assert rows and all(row["DocNum"] != row["DocEntry"] for row in rows)
