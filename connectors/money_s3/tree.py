"""Elements of Money S3's exchange files. Their order matters: the schema is made of
sequences, so that nodes are written in the order in which they are given here."""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from lxml import etree

from connectors.transport.xml import printable, write_xml

PLACES = Decimal("0.0001")
POPIS = 50

Node = etree._Element


def node(name: str, *children: Node | None) -> Node:
    """Children that are None are left out."""
    made = etree.Element(name)
    made.extend([each for each in children if each is not None])
    return made


def leaf(name: str, value: str | Decimal | date | int | bool | None) -> Node | None:
    """None for what is empty: an element without content means something to Money."""
    text = _text(value)
    if not text:
        return None
    made = etree.Element(name)
    made.text = text
    return made


def title(value: str) -> str:
    """Free text as a description line: one line, cut to its 50 characters."""
    return " ".join(value.split())[:POPIS].rstrip()


def document(name: str, entries: Iterable[Node], *, company_id: str) -> bytes:
    """A whole file: one list of that name."""
    root = etree.Element("MoneyData")
    if company_id:
        root.set("ICAgendy", company_id)
    root.set("description", "FinSync")
    root.append(node(name, *entries))
    return write_xml(root, pretty=True)


def _text(value: str | Decimal | date | int | bool | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Decimal):
        return decimal_text(value)
    return printable(str(value)).strip()


def decimal_text(value: Decimal) -> str:
    """Four places at most, and no exponent."""
    text = f"{value.quantize(PLACES, ROUND_HALF_UP):f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
