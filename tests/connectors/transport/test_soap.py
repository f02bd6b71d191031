from collections.abc import Sequence

import pytest
from lxml import etree

from connectors.errors import ConnectorError, InDoubt, Rejected, Unreadable
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport
from connectors.transport.retries import Effect
from connectors.transport.soap import SoapClient, SoapFault, SoapVersion
from connectors.transport.xml import child_text, parse_xml
from tests.connectors.scripted_server import answer
from tests.connectors.transport.client_bench import URL, talking

ENVELOPE = (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>{}'
    "</e:Body></e:Envelope>"
)
DONE = ENVELOPE.format("<done><id>7</id></done>").encode()
FAULT = ENVELOPE.format(
    "<e:Fault><faultcode>e:Client</faultcode><faultstring>No such item</faultstring>"
    "<detail><why>x</why></detail></e:Fault>"
).encode()


def refused(fault: SoapFault, answer: Answer) -> ConnectorError:
    inner = "" if fault.detail is None else str(fault.detail.tag)
    return Rejected(f"{fault.code}|{fault.message}|{inner}", where=answer.where)


def client(transport: HttpTransport, **options: object) -> SoapClient:
    return SoapClient(transport, URL, fault=refused, **options)  # type: ignore[arg-type]  # a few of its own options


def body() -> etree._Element:
    return etree.Element("add", number="1")


def test_it_answers_the_first_element_of_the_body() -> None:
    with talking(answer(200, DONE)) as (transport, server):
        done = client(transport).call("add", body(), action="urn:add")
        assert child_text(done, "id") == "7"
        assert server.requests[0].headers["soapaction"] == '"urn:add"'


@pytest.mark.parametrize("status", [200, 500])
def test_a_fault_becomes_a_named_error(status: int) -> None:
    with talking(answer(status, FAULT)) as (transport, _):
        with pytest.raises(Rejected, match=r"e:Client\|No such item\|why"):
            client(transport).call("add", body())


def test_an_error_500_without_fault_leaves_a_write_in_doubt() -> None:
    with talking(answer(500, b"<html>oops")) as (transport, _):
        with pytest.raises(InDoubt):
            client(transport).call("add", body())


def test_what_is_no_envelope_is_unreadable() -> None:
    with talking(answer(200, b"<other/>")) as (transport, _):
        with pytest.raises(Unreadable):
            client(transport).call("get", body(), effect=Effect.READ)


def test_headers_are_made_anew_for_each_attempt() -> None:
    nonces = iter("ab")

    def passport() -> Sequence[etree._Element]:
        return [etree.Element("passport", nonce=next(nonces))]

    with talking(answer(503), answer(200, DONE)) as (transport, server):
        client(transport, headers=passport).call("add", body())
        sent = [parse_xml(seen.body) for seen in server.requests]
    assert [root.find(".//passport").get("nonce") for root in sent] == ["a", "b"]  # type: ignore[union-attr]  # the test fails if absent
    assert all(root.find(".//add") is not None for root in sent)


def test_version_1_2_names_the_action_in_its_type() -> None:
    with talking(answer(200, DONE)) as (transport, server):
        client(transport, version=SoapVersion.V1_2).call("add", body(), action="urn:a")
        kind = server.requests[0].headers["content-type"]
    assert kind == 'application/soap+xml; charset=utf-8; action="urn:a"'
