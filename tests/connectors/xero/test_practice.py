"""The practice Xero takes what the vendor's own SDKs send."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from connectors.practice.runner import serve
from connectors.practice.server import PracticeServer


@pytest.fixture
def server() -> Iterator[PracticeServer]:
    with serve("xero", empty=True) as found:
        yield found


def bearer(server: PracticeServer) -> dict[str, str]:
    told = server.face.credentials(server.url)
    return {
        "Authorization": f"Bearer {told['access_token']}",
        "xero-tenant-id": told["tenant_id"],
    }


def test_the_client_may_name_itself_in_the_body(server: PracticeServer) -> None:
    told = server.face.credentials(server.url)
    form = {name: told[name] for name in ("client_id", "client_secret")}
    form |= {"grant_type": "refresh_token", "refresh_token": told["refresh_token"]}
    answer = requests.post(f"{server.url}/connect/token", data=form, timeout=5)
    assert answer.json()["token_type"] == "Bearer"


def test_connections_may_be_written_with_a_capital(server: PracticeServer) -> None:
    headers = bearer(server)
    answers = [
        requests.get(f"{server.url}/{name}", headers=headers, timeout=5).json()
        for name in ("connections", "Connections")
    ]
    assert answers[0] == answers[1] and len(answers[0]) == 1


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("2026-11-02", 200),
        ("/Date(1793577600000)/", 200),
        ("/Date(1793577600000+0000)/", 200),
        ("/Date(-99999999999999)/", 400),
        ("/Date(soon)/", 400),
    ],
)
def test_dates_may_be_written_in_two_ways(
    server: PracticeServer, written: str, status: int
) -> None:
    body = invoice(server, Date=written, DueDate="2026-12-02", HasErrors=False)
    answer = requests.put(
        f"{server.url}/api.xro/2.0/Invoices",
        json={"Invoices": [body]},
        headers=bearer(server) | {"Accept": "application/json"},
        timeout=5,
    )
    assert answer.status_code == status
    if written == "/Date(1793577600000)/":
        assert answer.json()["Invoices"][0]["DateString"].startswith("2026-11-02")


def invoice(server: PracticeServer, **fields: Any) -> dict[str, Any]:
    sample = server.face.sample()
    line = {"Description": "x", "Quantity": 1, "UnitAmount": 10}
    line |= {"AccountCode": sample["account"], "TaxType": sample["tax_code"]}
    contact = {"ContactID": sample["customer"], "HasAttachments": False}
    body = {"Type": "ACCREC", "Contact": contact, "LineItems": [line]}
    return body | {"Status": "DRAFT"} | fields
