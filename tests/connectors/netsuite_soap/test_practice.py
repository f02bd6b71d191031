"""The practice NetSuite takes searches in both forms that its schema allows."""

from collections.abc import Iterator

import pytest
from lxml import etree

from connectors.netsuite_soap.names import XSI
from connectors.practice.netsuite_soap.face import NetSuiteSoap
from connectors.practice.runner import open_face
from connectors.practice.wire import Request

CORE = "urn:core_2025_2.platform.webservices.netsuite.com"
COMMON = "urn:common_2025_2.platform.webservices.netsuite.com"
NAMED = (
    "<{space}companyName operator='is' xmlns:c='" + CORE + "'>"
    "<c:searchValue>Practice Customer</c:searchValue></{space}companyName>"
)
ALONE = "<searchRecord xsi:type='m:CustomerSearchBasic'>{named}</searchRecord>"
WHOLE = (
    "<searchRecord xsi:type='r:CustomerSearch'><basic>{named}</basic></searchRecord>"
)


@pytest.fixture
def face() -> Iterator[NetSuiteSoap]:
    found = open_face("netsuite_soap", empty=True)
    assert isinstance(found, NetSuiteSoap)
    yield found
    found.ledger.close()


@pytest.mark.parametrize("form", [ALONE, WHOLE])
def test_basic_search_may_stand_alone(face: NetSuiteSoap, form: str) -> None:
    inner = form.format(named=NAMED.format(space="m:"))
    text = f"<search xmlns:xsi='{XSI}' xmlns:m='{COMMON}'>{inner}</search>"
    answer = face._search(Request("POST", "/", text.encode()), etree.fromstring(text))
    ids = [e.get("internalId") for e in answer.iter() if e.get("internalId")]
    assert face.sample()["customer"] in ids
