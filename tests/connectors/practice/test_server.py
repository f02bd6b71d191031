import socket
import threading
from typing import Any

import pytest
import requests

from connectors.practice.runner import serve
from connectors.practice.server import PracticeServer
from tests.connectors.practice.client import Caller
from tests.connectors.practice.shop import Clock


def spoken(server: PracticeServer, text: bytes) -> bytes:
    """Says `text` on a bare socket and reads until the server hangs up."""
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
        wire.sendall(text)
        answer = b""
        while part := wire.recv(65536):
            answer += part
    return answer


def test_it_listens_on_loopback_alone(server: PracticeServer) -> None:
    assert server.url.startswith("http://127.0.0.1:")


def test_a_port_that_is_taken_is_told(server: PracticeServer) -> None:
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        serve("quickbooks_online", port=port)


def test_it_reads_chunked_bodies(caller: Caller) -> None:
    body = (part for part in (b'{"kind": "latency", ', b'"seconds": 0}'))
    address = f"{caller.url}/__practice__/faults"
    assert caller.http.post(address, data=body, timeout=5).status_code == 201


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: many",
        b"Content-Length: -5",
        b"Transfer-Encoding: chunked\r\nX: y",
    ],
)
def test_a_body_of_unreadable_length_is_refused(
    server: PracticeServer, head: bytes
) -> None:
    request = b"POST /__practice__/faults HTTP/1.1\r\nHost: x\r\n" + head
    answer = spoken(server, request + b"\r\n\r\nzz\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400")


def test_a_body_over_the_limit_is_refused_unread(server: PracticeServer) -> None:
    request = b"POST /v3/x HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n"
    answer = spoken(server, request + b"Content-Length: 900000000\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413")


def test_addresses_follow_the_host_header(caller: Caller) -> None:
    address = f"{caller.url}/__practice__/credentials"
    answer = requests.get(address, headers={"Host": "relay.test:81"}, timeout=5)
    assert answer.json()["url"] == "http://relay.test:81"


def test_one_connection_serves_many_requests(caller: Caller) -> None:
    for _ in range(3):
        caller.get("preferences")
    pool = caller.http.get_adapter("http://").poolmanager  # type: ignore[attr-defined] # of requests' own adapter
    connections = {key: pool.pools[key].num_connections for key in pool.pools.keys()}
    assert list(connections.values()) == [1]


def test_requests_run_side_by_side(caller: Caller) -> None:
    caller.fault(kind="latency", seconds=0.4, path="preferences")
    seconds: list[float] = []

    def ask() -> None:
        headers = dict(caller.http.headers)
        address = f"{caller.url}/v3/company/{caller.realm}/preferences"
        answer = requests.get(address, headers=headers, timeout=5)
        seconds.append(answer.elapsed.total_seconds())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seconds) == 4
    assert max(seconds) < 1.2


@pytest.mark.parametrize(
    ("rule", "committed"),
    [
        ({"kind": "cut_before"}, False),
        ({"kind": "cut_after"}, True),
        ({"kind": "cut_body"}, True),
    ],
)
def test_a_cut_connection_commits_or_not(
    caller: Caller, rule: dict[str, Any], committed: bool
) -> None:
    caller.fault(**rule, path="/invoice", nth=1)
    with pytest.raises(requests.RequestException):
        caller.post("invoice", caller.invoice("CUT-1"))
    assert ("CUT-1" in caller.documents()) is committed
    caller.get("preferences")


def test_a_connection_is_cut_inside_a_batch(caller: Caller) -> None:
    caller.fault(kind="cut_inside", items=2, path="/batch", nth=1)
    items = [
        {"bId": str(n), "operation": "create", "Invoice": caller.invoice(f"B-{n}")}
        for n in range(4)
    ]
    with pytest.raises(requests.RequestException):
        caller.post("batch?requestid=r1", {"BatchItemRequest": items})
    assert {n for n in caller.documents() if n.startswith("B-")} == {"B-0", "B-1"}
    again = caller.post("batch?requestid=r1", {"BatchItemRequest": items})
    assert all("Invoice" in item for item in again["BatchItemResponse"])
    assert sum(n.startswith("B-") for n in caller.documents()) == 4


def test_an_item_of_a_batch_fails_alone(caller: Caller) -> None:
    caller.fault(kind="batch_error", item=1, path="/batch", nth=1)
    items = [
        {"bId": str(n), "operation": "create", "Invoice": caller.invoice(f"B-{n}")}
        for n in range(3)
    ]
    answer = caller.post("batch", {"BatchItemRequest": items})["BatchItemResponse"]
    assert ["Fault" in item for item in answer] == [False, True, False]
    assert "B-1" not in caller.documents()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_status_comes_in_the_vendors_shape(caller: Caller, status: int) -> None:
    caller.fault(kind="status", status=status, retry_after=7, path="/invoice")
    answer = caller.call("POST", "invoice", json=caller.invoice("S-1"))
    assert answer.status_code == status
    assert answer.headers["Retry-After"] == "7"
    assert answer.json()["Fault"]["Error"][0]["code"] in ("3001", "10000")
    assert "S-1" not in caller.documents()


def test_a_token_fault_leaves_the_rest_alone(caller: Caller) -> None:
    caller.fault(kind="token_error", count=1)
    caller.get("preferences")
    address = f"{caller.url}/oauth2/v1/tokens/bearer"
    assert caller.http.post(address, data="", timeout=5).status_code == 503
    assert caller.http.post(address, data="", timeout=5).status_code == 401


@pytest.mark.parametrize(
    ("rule", "start"),
    [
        ({"kind": "html"}, b"<!doctype html>"),
        ({"kind": "truncated"}, b'{"Preferences"'),
        ({"kind": "huge", "bytes": 1_000_000}, b" " * 100),
    ],
)
def test_an_unreadable_answer_is_sent(
    caller: Caller, rule: dict[str, Any], start: bytes
) -> None:
    caller.fault(**rule, path="preferences")
    answer = caller.call("GET", "preferences")
    assert answer.status_code == 200
    assert answer.content.startswith(start)
    if rule["kind"] == "truncated":
        with pytest.raises(ValueError, match="JSON|delimiter|string|value"):
            answer.json()


def test_an_answer_trickles(caller: Caller) -> None:
    caller.fault(kind="trickle", chunk=100, seconds=0.02, path="preferences")
    answer = caller.call("GET", "preferences", stream=True)
    assert answer.elapsed.total_seconds() < 1
    assert answer.json()["Preferences"]["Id"] == "1"


@pytest.mark.parametrize(
    ("kind", "refresh"), [("expired_token", 200), ("revoked_grant", 400)]
)
def test_tokens_end_on_request(caller: Caller, kind: str, refresh: int) -> None:
    caller.fault(kind=kind, nth=1)
    answer = caller.call("GET", "preferences")
    assert answer.status_code == 401
    assert answer.json()["fault"]["error"][0]["code"] == "3200"
    token = caller.credentials["refresh_token"]
    answer = requests.post(
        f"{caller.url}/oauth2/v1/tokens/bearer",
        data={"grant_type": "refresh_token", "refresh_token": token},
        auth=(caller.credentials["client_id"], caller.credentials["client_secret"]),
        timeout=5,
    )
    assert answer.status_code == refresh


def test_faults_are_taken_away(caller: Caller) -> None:
    caller.fault(kind="status", status=500)
    rule = caller.control("GET", "faults").json()["faults"][0]
    assert caller.control("DELETE", f"faults/{rule['id']}").status_code == 204
    caller.get("preferences")
    caller.fault(kind="status", status=500)
    assert caller.control("DELETE", "faults").status_code == 204
    caller.get("preferences")


def test_quotas_hold_with_limits_alone(clock: Clock) -> None:
    with serve("quickbooks_online", clock=clock, limits=True) as limited:
        caller = Caller(limited)
        statuses = [caller.call("GET", "preferences").status_code for _ in range(502)]
        caller.http.close()
    assert statuses == [200] * 500 + [429] * 2


def test_a_fault_of_the_face_is_answered_and_told(
    caller: Caller, server: PracticeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.face.ledger.accounts.table._rows.clear()
    answer = caller.call("GET", "query", params={"query": "select * from Customer"})
    assert answer.status_code == 200
    server.face.ledger.forget("sample")
    answer = caller.call(
        "POST",
        "payment",
        json={
            "CustomerRef": {"value": caller.sample["customer"]},
            "TotalAmt": 1,
        },
    )
    assert answer.status_code == 500
    assert "Traceback" in capsys.readouterr().err
