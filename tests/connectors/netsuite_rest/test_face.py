"""How strict the practice face is: what our connector never sends."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.connectors.contract_parts.bench import Bench, bench

ROOT = "/services/rest"


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench("netsuite_rest") as made:
        yield made


def call(
    at: Bench, method: str, path: str, json: Any = None, **headers: str
) -> requests.Response:
    token = at.tokens.read().access
    return requests.request(
        method,
        f"{at.server.url}{ROOT}/{path}",
        json=json,
        headers={"Authorization": f"Bearer {token}", **headers},
        timeout=10,
    )


def invoice(at: Bench, **changes: Any) -> dict[str, Any]:
    line = {"item": {"id": at.sample["item"]}, "quantity": 1, "rate": 10}
    base = {"entity": {"id": at.sample["customer"]}, "item": {"items": [line]}}
    return base | changes


def details(answer: requests.Response) -> tuple[str, str]:
    [detail] = answer.json()["o:errorDetails"]
    return detail["o:errorCode"], detail.get("o:errorPath", "")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"entitty": {"id": "1"}}, "entitty"),
        ({"entity": "854"}, "entity"),
        ({"tranDate": "20/11/2026"}, "tranDate"),
        ({"exchangeRate": "1.5"}, "exchangeRate"),
        (
            {"item": {"items": [{"item": {"id": "1"}, "rate": "9"}]}},
            "item.items[0].rate",
        ),
        ({"item": []}, "item"),
    ],
)
def test_a_record_of_another_shape_is_refused(
    at: Bench, changes: dict[str, Any], path: str
) -> None:
    answer = call(at, "POST", "record/v1/invoice", invoice(at, **changes))
    assert answer.status_code == 400
    assert details(answer) == ("INVALID_CONTENT", path)


def test_a_missing_customer_is_asked_for(at: Bench) -> None:
    sent = invoice(at)
    del sent["entity"]
    answer = call(at, "POST", "record/v1/invoice", sent)
    assert (answer.status_code, details(answer)) == (400, ("USER_ERROR", "entity"))


def test_an_external_id_is_taken_once(at: Bench) -> None:
    sent = invoice(at, externalId="x-1")
    assert call(at, "POST", "record/v1/invoice", sent).status_code == 204
    again = call(at, "POST", "record/v1/invoice", sent)
    assert (again.status_code, details(again)[0]) == (400, "USER_ERROR")


def test_lines_are_added_unless_they_are_replaced(at: Bench) -> None:
    path = "record/v1/invoice/eid:x-2"
    counts = []
    for query in ("", "", "?replace=item"):
        call(at, "PUT", f"{path}{query}", invoice(at))
        found = call(at, "GET", f"{path}?expandSubResources=true").json()
        counts.append(len(found["item"]["items"]))
    assert counts == [1, 2, 1]


def test_a_query_must_be_transient(at: Bench) -> None:
    query = {"q": "SELECT id FROM customer WHERE isinactive = 'F' ORDER BY id"}
    assert call(at, "POST", "query/v1/suiteql", query).status_code == 400
    answer = call(at, "POST", "query/v1/suiteql", query, Prefer="transient")
    assert answer.json()["count"] > 0


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM customer WHERE id > 0 ORDER BY id",
        "SELECT odd FROM customer WHERE isinactive = 'F' ORDER BY id",
        "SELECT id FROM nothing WHERE isinactive = 'F' ORDER BY id",
        "SELECT id FROM customer WHERE isinactive LIKE 'F' ORDER BY id",
    ],
)
def test_an_unknown_query_is_refused(at: Bench, query: str) -> None:
    answer = call(at, "POST", "query/v1/suiteql", {"q": query}, Prefer="transient")
    assert answer.status_code == 400


def test_pages_begin_at_multiples_of_their_size(at: Bench) -> None:
    query = {"q": "SELECT id FROM customer WHERE isinactive = 'F' ORDER BY id"}
    path = "query/v1/suiteql?limit=3&offset=2"
    assert call(at, "POST", path, query, Prefer="transient").status_code == 400


def test_a_wrong_assertion_gets_no_token(at: Bench) -> None:
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    form = {"grant_type": "client_credentials", "client_assertion_type": kind}
    url = f"{at.server.url}{ROOT}/auth/oauth2/v1/token"
    answer = requests.post(url, data={**form, "client_assertion": "a.b.c"}, timeout=10)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


def test_a_bearer_that_nobody_gave_is_refused(at: Bench) -> None:
    answer = call(at, "GET", "record/v1/customer", Authorization="Bearer nobody")
    assert answer.status_code == 401
    assert "invalid_token" in answer.headers["WWW-Authenticate"]
