"""The practice Intacct answers the older way of asking, and any order of a query."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from lxml import etree

from connectors.practice.runner import serve
from connectors.practice.sage_intacct.query import test_of_words as matcher
from connectors.practice.sage_intacct.wording import Refused
from connectors.practice.server import PracticeServer

ENVELOPE = """<request><control><senderid>{sender_id}</senderid>
<password>{sender_password}</password><controlid>c</controlid></control>
<operation><authentication><login><userid>{user}</userid>
<companyid>{company_id}</companyid><password>{password}</password></login>
</authentication><content><function controlid="f">{function}</function></content>
</operation></request>"""
ROW: dict[str, Any] = {"NAME": "Tap 'n' Sons", "STATUS": "active", "RECORDNO": 7}


@pytest.fixture
def server() -> Iterator[PracticeServer]:
    with serve("sage_intacct", empty=True) as found:
        yield found


def ask(server: PracticeServer, function: str) -> etree._Element:
    told = server.face.credentials(server.url)
    answer = requests.post(
        f"{server.url}/ia/xml/xmlgw.phtml",
        data=ENVELOPE.format(function=function, **told).encode(),
        headers={"Content-Type": "application/xml"},
        timeout=5,
    )
    return etree.fromstring(answer.content)


def test_a_filter_may_come_last(server: PracticeServer) -> None:
    answer = ask(
        server,
        "<query><object>CUSTOMER</object><select><field>NAME</field></select>"
        "<pagesize>10</pagesize><offset>0</offset><filter><equalto>"
        "<field>NAME</field><value>Practice Customer</value></equalto></filter>"
        "</query>",
    )
    assert answer.findtext(".//CUSTOMER/NAME") == "Practice Customer"


def test_read_by_query_names_elements_in_small_letters(server: PracticeServer) -> None:
    answer = ask(
        server,
        "<readByQuery><object>CUSTOMER</object><fields>NAME</fields>"
        "<query>NAME = 'Practice Customer'</query></readByQuery>",
    )
    data = answer.find(".//data")
    assert data is not None and data.get("listtype") == "customer"
    assert [e.findtext("NAME") for e in data] == ["Practice Customer"]


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("", True),
        (r"NAME = 'Tap \'n\' Sons'", True),
        ("NAME = 'Tap'", False),
        ("RECORDNO >= '7' AND STATUS = 'active'", True),
        ("RECORDNO > '7' and STATUS = 'active'", False),
    ],
)
def test_words_are_read_as_a_filter(words: str, fits: bool) -> None:
    assert matcher(words, set(ROW))(ROW) is fits


@pytest.mark.parametrize(
    "words", ["NAME", "NAME = Tap", "COLOUR = 'red'", "NAME = 'a' AND", "NAME => 'a'"]
)
def test_words_that_cannot_be_read_are_refused(words: str) -> None:
    with pytest.raises(Refused):
        matcher(words, set(ROW))
