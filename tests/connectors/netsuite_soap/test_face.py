"""How strict the practice face is: what our connector never sends."""

from collections.abc import Callable, Iterator

import pytest
import requests
from lxml import etree

from connectors.netsuite_soap.connector import NetSuiteSoap
from tests.connectors.contract_parts.bench import Bench, bench
from tests.connectors.spec_check.recorder import Sent, recording


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench("netsuite_soap") as made:
        yield made


def posted(one: Sent, body: bytes, action: str) -> requests.Response:
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action}"'}
    return requests.post(one.url, data=body, headers=headers, timeout=10)


def test_a_call_cannot_be_played_again(at: Bench) -> None:
    with recording() as sent:
        at.connector.organisation()
    answer = posted(sent[0], sent[0].body, "search")
    assert answer.status_code == 500
    assert "invalidCredentialsFault" in answer.text


def written(at: Bench, change: Callable[[bytes], bytes]) -> requests.Response:
    """An invoice on its way, changed, under a signature of its own."""
    with recording() as sent:
        at.pushed("FACE-1")
    one = next(s for s in sent if b"upsertList" in s.body)
    assert isinstance(at.connector, NetSuiteSoap)
    old = one.body[one.body.index(b"<platformMsgs:tokenPassport") :]
    old = old[: old.index(b"</platformMsgs:tokenPassport>")]
    fresh = etree.tostring(at.connector.api._passport())
    fresh = fresh[: fresh.index(b"</platformMsgs:tokenPassport>")]
    return posted(one, change(one.body.replace(old, fresh)), "upsertList")


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.replace(b"<tranSales:tranId>", b"<tranSales:tranNo>").replace(
            b"</tranSales:tranId>", b"</tranSales:tranNo>"
        ),
        lambda body: body.replace(b"2026-11-20T12:00:00.000Z", b"20.11.2026"),
        lambda body: body.replace(b"tranSales:Invoice", b"tranSales:Invoyce"),
        lambda body: body.replace(b"sales_2025_2", b"sales_2017_1"),
        lambda body: body.replace(b">21.25<", b">twenty<"),
    ],
)
def test_what_the_schema_refuses_is_a_fault(
    at: Bench, change: Callable[[bytes], bytes]
) -> None:
    answer = written(at, change)
    assert answer.status_code == 500 and "SAXException" in answer.text


def test_an_unchanged_call_is_taken(at: Bench) -> None:
    answer = written(at, lambda body: body)
    assert answer.status_code == 200 and 'isSuccess="true"' in answer.text


def test_a_missing_customer_is_refused_inside_a_success(at: Bench) -> None:
    def without(body: bytes) -> bytes:
        start = body.index(b"<tranSales:entity")
        return body[:start] + body[body.index(b"<tranSales:tranDate") :]

    answer = written(at, lambda body: without(body).replace(b"FACE-1", b"FACE-2"))
    assert answer.status_code == 200
    assert "Please enter value(s) for: entity" in answer.text
