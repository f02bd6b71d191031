import pytest
from lxml import etree

from connectors.transport.xml import (
    UnsafeXml,
    child_text,
    local_name,
    parse_xml,
    printable,
    write_xml,
)


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY x "boom">]><a>&x;</a>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        "<a>&undefined;</a>",
        "<a><b></a>",
        "",
    ],
)
def test_it_refuses_document_types_and_broken_text(text: str) -> None:
    with pytest.raises(UnsafeXml):
        parse_xml(text)


def test_it_reads_children_by_local_name() -> None:
    root = parse_xml('<r xmlns="urn:x"><name> A <b>&amp; B</b></name></r>')
    assert (local_name(root), child_text(root, "name")) == ("r", "A & B")


def test_it_writes_with_a_declaration() -> None:
    root = etree.Element("a")
    root.text = "ü"
    assert write_xml(root) == b"<?xml version='1.0' encoding='UTF-8'?>\n<a>\xc3\xbc</a>"


def test_it_drops_what_xml_cannot_hold() -> None:
    assert printable("a\x00b\x0b\ud800c\n") == "abc\n"
