"""netsuite-oauth-python 1.0 against the practice NetSuite REST.

It knows OAuth 1.0 and JSON, one address a client; records and SuiteQL are ours to
write. The `netsuite` package knows more, and cannot be installed beside b1sl-python:
the two want different versions of httpx.
"""

from decimal import Decimal
from typing import Any

import pytest
from netsuite_oauth import NetsuiteOauth
from requests import HTTPError

from tests.clients.practice import Practice

SLUG = "netsuite_rest"
RECORDS = "record/v1"


def at(practice: Practice, path: str, **changed: str) -> NetsuiteOauth:
    names = ("consumer_key", "consumer_secret", "token_id", "token_secret")
    tokens = {name: practice.told[name] for name in names} | changed
    return NetsuiteOauth(
        f"{practice.url}/services/rest/{path}",
        account=practice.told["account_id"],
        **tokens,
    )


def created(practice: Practice, number: str) -> str:
    """Answers the address of the invoice."""
    line = {
        "item": {"id": practice.sample["item"]},
        "description": "Replace door seal",
        "quantity": 3,
        "rate": 19.90,
        "taxCode": {"id": practice.sample["tax_code"]},
    }
    sent: dict[str, Any] = {
        "externalId": number,
        "entity": {"id": practice.sample["customer"]},
        "tranId": number,
        "tranDate": "2026-11-02",
        "item": {"items": [line]},
    }
    answer = at(practice, f"{RECORDS}/invoice").post(sent, timeout=20)
    assert answer.status_code == 204
    return str(answer.headers["Location"])


def test_it_finds_a_customer_by_name(practice: Practice) -> None:
    customer = practice.sample["customer"]
    known = at(practice, f"{RECORDS}/customer/{customer}").get(timeout=20).json()
    name = known["companyName"]
    query = (
        "SELECT id, companyname FROM customer "  # noqa: S608 - no database of ours
        f"WHERE companyname = '{name}' ORDER BY id"
    )
    asked = at(practice, "query/v1/suiteql")
    found = asked.post({"q": query}, headers={"Prefer": "transient"}, timeout=20)
    assert [row["id"] for row in found.json()["items"]] == [customer]


def test_it_creates_an_invoice_and_reads_it_back(practice: Practice) -> None:
    path = created(practice, "PR-1").partition("/services/rest/")[2]
    asked = at(practice, path)
    back = asked.get(params={"expandSubResources": "true"}, timeout=20).json()
    assert (back["tranId"], back["externalId"]) == ("PR-1", "PR-1")
    assert back["entity"]["id"] == practice.sample["customer"]
    assert back["item"]["items"][0]["description"] == "Replace door seal"
    gross = practice.in_the_books("PR-1")["gross"]
    assert Decimal(str(back["total"])) == gross == Decimal("59.70")


def test_it_understands_a_refusal(practice: Practice) -> None:
    with pytest.raises(HTTPError) as refused:
        at(practice, f"{RECORDS}/invoice").post({"tranId": "PR-2"}, timeout=20)
    assert refused.value.response.json()["o:errorDetails"][0]["o:errorCode"]


def test_a_wrong_secret_is_refused(practice: Practice) -> None:
    stranger = at(practice, f"{RECORDS}/customer", token_secret="wrong")
    with pytest.raises(HTTPError) as refused:
        stranger.get(timeout=20)
    assert refused.value.response.status_code == 401
