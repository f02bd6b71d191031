from decimal import Decimal
from typing import Any
from xmlrpc.client import Fault, dumps, loads

import pytest

from connectors.errors import ConnectorError, InDoubt, Rejected, Unreadable
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport
from connectors.transport.retries import Effect
from connectors.transport.xmlrpc import XmlRpcClient, encode_call
from tests.connectors.scripted_server import answer
from tests.connectors.transport.client_bench import URL, talking


def refused(fault: Fault, answer: Answer) -> ConnectorError:
    return Rejected(f"{fault.faultCode}: {fault.faultString}", where=answer.where)


def client(transport: HttpTransport) -> XmlRpcClient:
    return XmlRpcClient(transport, URL, fault=refused)


def returning(value: Any) -> bytes:
    return dumps((value,), methodresponse=True, allow_none=True).encode()


def test_amounts_travel_as_plain_digits() -> None:
    sent = encode_call("execute_kw", ["db", {"amount": Decimal("1234567.10")}, None])
    assert b"<double>1234567.10</double>" in sent
    assert loads(sent)[1] == "execute_kw"


def test_amounts_come_back_as_decimal() -> None:
    body = returning([{"total": 115.1, "name": "Škoda & syn", "paid": False}])
    with talking(answer(200, body)) as (transport, _):
        found = client(transport).call("read", "m", [1], effect=Effect.READ)
    assert found == [{"total": Decimal("115.1"), "name": "Škoda & syn", "paid": False}]


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError, match="Decimal"):
        encode_call("m", [1.5])


def test_a_fault_becomes_a_named_error() -> None:
    body = dumps(Fault(2, "No such record")).encode()
    with talking(answer(200, body)) as (transport, _):
        with pytest.raises(Rejected, match="2: No such record"):
            client(transport).call("read", "m", [])


@pytest.mark.parametrize(
    "body",
    [
        b"<html>down</html>",
        b"<methodResponse/>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><methodResponse>&a;</methodResponse>',
    ],
)
def test_what_is_no_answer_is_unreadable(body: bytes) -> None:
    with talking(answer(200, body)) as (transport, _):
        with pytest.raises(Unreadable):
            client(transport).call("read", "m", [], effect=Effect.READ)


def test_what_is_no_answer_leaves_a_write_in_doubt() -> None:
    with talking(answer(200, b"<html/>")) as (transport, _):
        with pytest.raises(InDoubt):
            client(transport).call("create", "m", [])


def test_control_characters_are_left_out() -> None:
    sent = encode_call("m", ["a\x0bb\tc & <d>"])
    assert loads(sent)[0] == ("ab\tc & <d>",)
