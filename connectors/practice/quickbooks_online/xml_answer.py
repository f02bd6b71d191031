"""The same answers as XML, which the vendor sends when JSON is not asked for."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lxml import etree

from .refusals import answer_time

NAMESPACE = "http://schema.intuit.com/finance/v3"
NSMAP: Any = {None: NAMESPACE}  # the stubs know no default namespace


def xml_body(answer: Mapping[str, Any]) -> bytes:
    root = etree.Element(
        f"{{{NAMESPACE}}}IntuitResponse", nsmap=NSMAP, time=answer_time()
    )
    for name, value in answer.items():
        if name != "time":
            _append(root, name, value)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _append(parent: Any, name: str, value: Any) -> None:
    if isinstance(value, list):
        for each in value:
            _append(parent, name, each)
        return
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    if not isinstance(value, Mapping):
        element.text = _text(value)
        return
    for key, part in value.items():
        if key == "value":
            element.text = _text(part)
        elif key[:1].islower() and not isinstance(part, (Mapping, list)):
            element.set(key, _text(part))
        else:
            _append(element, key, part)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return format(value, "f") if isinstance(value, Decimal) else str(value)
