"""Holds the connector's requests against the gateway's own XSD.

The public copy stops at the third release of 2019. What is newer is looked at by name:
the query function, and the elements of tax.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from lxml import etree

from tests.connectors.spec_check.recorder import Sent

NEWER_FUNCTIONS = {"query"}
NEWER_ELEMENTS = {"taxentries", "taxsolutionid"}


@cache
def load(folder: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(folder / "api_v3.0.xsd"))


def findings(schema: etree.XMLSchema, traffic: Iterable[Sent]) -> list[str]:
    """What is not explained, once each."""
    return sorted(
        {found for sent in traffic for found in of_request(schema, sent.body)}
    )


def functions_sent(traffic: Iterable[Sent]) -> set[str]:
    return {
        str(wrapped[0].tag)
        for sent in traffic
        for wrapped in etree.fromstring(sent.body).iter("function")
    }


def of_request(schema: etree.XMLSchema, body: bytes) -> Iterator[str]:
    root = etree.fromstring(body)
    for name in NEWER_ELEMENTS:
        for element in list(root.iter(name)):
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
    for wrapped in list(root.iter("function")):
        if wrapped[0].tag in NEWER_FUNCTIONS:
            wrapped.replace(wrapped[0], etree.Element("getAPISession"))
    if not schema.validate(root):
        yield from str(schema.error_log).splitlines()
