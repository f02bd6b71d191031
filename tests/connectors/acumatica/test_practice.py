"""The practice site refuses what Acumatica refuses."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from connectors.practice.acumatica.face import ENTITY, ROOT
from connectors.practice.runner import serve
from connectors.practice.server import PracticeServer


@pytest.fixture
def server() -> Iterator[PracticeServer]:
    with serve("acumatica") as found:
        yield found


@pytest.fixture
def inside(server: PracticeServer) -> Iterator[requests.Session]:
    told = server.face.credentials(server.url)
    with requests.Session() as session:
        given = {"name": told["user"], "password": told["password"]}
        url = f"{server.url}{ENTITY}/auth/login"
        assert session.post(url, json=given, timeout=5).status_code == 204
        yield session


def put(
    server: PracticeServer,
    session: requests.Session,
    body: Any,
    entity: str = "Invoice",
) -> requests.Response:
    return session.put(f"{server.url}{ROOT}/{entity}", json=body, timeout=5)


def test_nothing_is_answered_without_a_session(server: PracticeServer) -> None:
    answer = requests.get(f"{server.url}{ENTITY}", timeout=5)
    assert (answer.status_code, answer.json()["message"]) == (
        401,
        "You are not logged in.",
    )


def test_a_third_session_is_refused(
    server: PracticeServer, inside: requests.Session
) -> None:
    told = server.face.credentials(server.url)
    given = {"name": told["user"], "password": told["password"]}
    url = f"{server.url}{ENTITY}/auth/login"
    statuses = [requests.post(url, json=given, timeout=5).status_code for _ in "12"]
    assert statuses == [204, 429]


@pytest.mark.parametrize(
    "body",
    [
        {"Custmer": {"value": "BP00001"}},
        {"Customer": "BP00001", "Details": []},
        {"Customer": {"value": "BP00001", "text": "x"}},
        {"Customer": {"value": "BP00001"}},
        {"Customer": {"value": "BP00001"}, "Date": {"value": "20.11.2026"}},
    ],
)
def test_what_does_not_fit_is_refused(
    server: PracticeServer, inside: requests.Session, body: Any
) -> None:
    assert put(server, inside, body).status_code == 400


def test_records_are_not_made_by_post(
    server: PracticeServer, inside: requests.Session
) -> None:
    url = f"{server.url}{ROOT}/Invoice"
    assert inside.post(url, json={}, timeout=5).status_code == 406


def test_rows_come_only_when_they_are_asked_for(
    server: PracticeServer, inside: requests.Session
) -> None:
    url = f"{server.url}{ROOT}/Invoice"
    [plain] = inside.get(url, params={"$top": "1"}, timeout=5).json()
    asked = {"$top": "1", "$expand": "Details"}
    [whole] = inside.get(url, params=asked, timeout=5).json()
    assert "Details" not in plain and whole["Details"][0]["Account"]["value"]


def test_an_unknown_word_in_a_filter_is_refused(
    server: PracticeServer, inside: requests.Session
) -> None:
    url = f"{server.url}{ROOT}/Invoice"
    asked = {"$filter": "Number eq '1'"}
    assert inside.get(url, params=asked, timeout=5).status_code == 400


def test_a_bad_row_is_told_beside_its_member(
    server: PracticeServer, inside: requests.Session
) -> None:
    row = {"Account": {"value": "99999"}, "Amount": {"value": 1}}
    customer = {"value": server.face.sample()["customer"]}
    answer = put(server, inside, {"Customer": customer, "Details": [row]})
    assert answer.status_code == 422
    told = answer.json()["Details"][0]["Account"]["error"]
    assert told == "'Account' '99999' cannot be found in the system."
