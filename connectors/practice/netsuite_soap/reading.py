"""What was sent, as records: held against the names, their order and their types."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from connectors.netsuite_soap.names import (
    COUNTRY_CODES,
    RECORDS,
    TYPE_OF,
    XSI,
    Field,
    Form,
)
from connectors.transport.xml import local_name

WORDS = {"true": True, "1": True, "false": False, "0": False}


class Malformed(Exception):
    """What the schema refuses; the service answers a fault."""


def record_sent(element: etree._Element, spaces: dict[str, str]) -> tuple[str, Any]:
    """Its type and its fields; `id` and `externalId` where they were sent."""
    prefix, _, word = element.get(f"{{{XSI}}}type", "").rpartition(":")
    type = TYPE_OF.get(word, "")
    if not type:
        raise Malformed(f"cannot resolve type {word}")
    known = RECORDS[type]
    if element.nsmap.get(prefix or None) != spaces[known.space]:
        raise Malformed(f"{word} is in another namespace")
    record = _fields(element, known.fields, spaces[known.space], spaces)
    if element.get("internalId"):
        record["id"] = element.get("internalId")
    if element.get("externalId"):
        record["externalId"] = element.get("externalId")
    return type, record


def _fields(
    element: etree._Element,
    known: tuple[Field, ...],
    space: str,
    spaces: dict[str, str],
) -> dict[str, Any]:
    """In the order of the schema, each once."""
    found: dict[str, Any] = {}
    left = iter(known)
    for child in element:
        name = etree.QName(child)
        field = next((f for f in left if f.element == name.localname), None)
        if field is None or name.namespace != space:
            raise Malformed(f"Invalid content was found at element '{name.localname}'")
        found[field.key] = _value(child, field, space, spaces)
    return found


def _value(
    element: etree._Element, field: Field, space: str, spaces: dict[str, str]
) -> Any:
    if field.form is Form.REF:
        return _ref(element)
    if field.form is Form.REFS:
        return {"items": [_ref(row) for row in element]}
    if field.form is Form.ROWS:
        rows = [_fields(row, field.inner, space, spaces) for row in element]
        if any(local_name(row) != field.row for row in element):
            raise Malformed(f"{field.element} holds nothing but {field.row}")
        return {"items": rows}
    if field.form is Form.PART:
        return _fields(element, field.inner, spaces["platformCommon"], spaces)
    return _scalar(element.text or "", field)


def _ref(element: etree._Element) -> dict[str, str]:
    return {"id": element.get("internalId", "")}


def _scalar(text: str, field: Field) -> Any:
    if field.form is Form.FLAG:
        if text not in WORDS:
            raise Malformed(f"'{text}' is not a boolean ({field.element})")
        return WORDS[text]
    if field.form in (Form.NUMBER, Form.ID):
        return _number(text, field)
    if field.form in (Form.DAY, Form.MOMENT):
        return _moment(text, field)
    if field.form is Form.COUNTRY:
        if text not in COUNTRY_CODES:
            raise Malformed(f"'{text}' is no Country")
        return {"id": COUNTRY_CODES[text]}
    return text


def _number(text: str, field: Field) -> Any:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise Malformed(f"'{text}' is no number ({field.element})") from error
    return text if field.form is Form.ID else number


def _moment(text: str, field: Field) -> str:
    try:
        datetime.fromisoformat(text)
    except ValueError as error:
        raise Malformed(f"'{text}' is no dateTime ({field.element})") from error
    if "T" not in text:
        raise Malformed(f"'{text}' is no dateTime ({field.element})")
    return text


def conditions(element: etree._Element) -> Iterator[tuple[str, str, list[str]]]:
    """Name, operator and values of each condition of a search."""
    for child in element:
        values = [
            row.get("internalId") or row.get("externalId") or row.text or ""
            for row in child
        ]
        yield local_name(child), child.get("operator", ""), values
