"""Holds envelopes, both ways, against NetSuite's published XSDs.

The schema on file is that of 2017_1; later versions differ by the year in each
namespace and by further optional fields.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from re import sub

from lxml import etree

from tests.connectors.spec_check.recorder import Sent

SENT_VERSION = b"2025_2"
FILED_VERSION = b"2017_1"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
# An XSD that imports all that envelopes hold, for they name several namespaces.
_ALL = """<schema xmlns="http://www.w3.org/2001/XMLSchema">{imports}</schema>"""
_FILES = {
    "platform.messages": "messages_2017_1.platform",
    "platform.faults": "faults_2017_1.platform",
    "platform.common": "common_2017_1.platform",
    "lists.relationships": "relationships_2017_1.lists",
    "lists.accounting": "accounting_2017_1.lists",
    "transactions.sales": "sales_2017_1.transactions",
    "transactions.customers": "customers_2017_1.transactions",
    "transactions.purchases": "purchases_2017_1.transactions",
}


@cache
def load(folder: Path) -> etree.XMLSchema:
    root = folder / "v2017_1"
    imports = "".join(
        f'<import namespace="urn:{name}.webservices.netsuite.com" '
        f'schemaLocation="{(root / file).as_uri()}.xsd"/>'
        for file, name in _FILES.items()
    )
    return etree.XMLSchema(etree.fromstring(_ALL.format(imports=imports)))


def findings(schema: etree.XMLSchema, traffic: Iterable[Sent]) -> list[str]:
    """What is not explained, once each."""
    return sorted({f for sent in traffic for f in of_exchange(schema, sent)})


def of_exchange(schema: etree.XMLSchema, sent: Sent) -> Iterator[str]:
    yield from of_envelope(schema, sent.body)
    if sent.answer.startswith(b"<?xml"):
        yield from of_envelope(schema, sent.answer)


def of_envelope(schema: etree.XMLSchema, content: bytes) -> Iterator[str]:
    """Each element of the header and of the body by itself; of a fault its detail."""
    try:
        root = etree.fromstring(content.replace(SENT_VERSION, FILED_VERSION))
    except etree.XMLSyntaxError:
        return
    for each in (
        each for part in root for element in part for each in _checked(element)
    ):
        try:
            schema.assertValid(each)
        except etree.DocumentInvalid as error:
            yield _short(str(error))


def _checked(element: etree._Element) -> Iterator[etree._Element]:
    if element.tag == f"{{{SOAP}}}Fault":
        yield from (inner for d in element.findall("detail") for inner in d)
    else:
        yield element


def _short(message: str) -> str:
    return sub(r"\{urn:[^}]*\}", "", message)


def operations(content: bytes) -> list[str]:
    body = etree.fromstring(content).find(f"{{{SOAP}}}Body")
    return [] if body is None else [str(etree.QName(each).localname) for each in body]
