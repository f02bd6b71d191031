"""Records to NetSuite's XML and back. Pure."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from connectors.netsuite.mapping import Record
from connectors.netsuite_soap.names import (
    COUNTRIES,
    COUNTRY_CODES,
    LIST_KEYS,
    PART_KEYS,
    RECORDS,
    TYPE_OF,
    XSI,
    Field,
    Form,
    namespaces,
)
from connectors.transport.json_codec import plain
from connectors.transport.xml import local_name, printable

XSI_TYPE = f"{{{XSI}}}type"
_IDS = ("internalId", "externalId")


class Writer:
    """Writes in the names of one version."""

    def __init__(self, version: str) -> None:
        self.spaces = namespaces(version)

    def name(self, prefix: str, local: str) -> str:
        return f"{{{self.spaces[prefix]}}}{local}"

    def element(self, prefix: str, local: str) -> etree._Element:
        names = {**self.spaces, "xsi": XSI}
        return etree.Element(self.name(prefix, local), nsmap=names)

    def record(self, type: str, record: Record, *, tag: str = "record") -> Any:
        """`id` and `externalId` become attributes."""
        known = RECORDS[type]
        element = self.element("platformMsgs", tag)
        element.set(XSI_TYPE, f"{known.space}:{known.element}")
        for key, attribute in (("id", "internalId"), ("externalId", "externalId")):
            if record.get(key):
                element.set(attribute, str(record[key]))
        self._fill(element, known.space, known.fields, record)
        return element

    def ref(self, tag: str, type: str, **ids: str) -> etree._Element:
        element = self.element("platformMsgs", tag)
        element.set(XSI_TYPE, "platformCore:RecordRef")
        for attribute, value in ids.items():
            element.set(attribute, value)
        element.set("type", type)
        return element

    def _fill(
        self,
        parent: etree._Element,
        space: str,
        fields: tuple[Field, ...],
        record: Mapping[str, Any],
    ) -> None:
        for each in fields:
            value = record.get(each.key)
            if value is not None:
                self._add(parent, space, each, value)

    def _add(self, parent: etree._Element, space: str, each: Field, value: Any) -> None:
        if each.form is Form.COUNTRY and _id(value) not in COUNTRIES:
            return
        child = etree.SubElement(parent, self.name(space, each.element))
        if each.form is Form.REF:
            self._fill_ref(child, value)
        elif each.form is Form.REFS:
            for row in value["items"]:
                inner = self.name("platformCore", each.row)
                self._fill_ref(etree.SubElement(child, inner), row)
        elif each.form is Form.ROWS:
            # The only list that is whole here: what is not named is taken away.
            child.set("replaceAll", _flag(each.key != "apply"))
            for row in value["items"]:
                line = etree.SubElement(child, self.name(space, each.row))
                self._fill(line, space, each.inner, row)
        elif each.form is Form.PART:
            self._fill(child, "platformCommon", each.inner, value)
        else:
            child.text = written(each.form, value)

    def _fill_ref(self, element: etree._Element, value: Mapping[str, Any]) -> None:
        element.set("internalId", str(value["id"]))
        if value.get("refName"):
            name = etree.SubElement(element, self.name("platformCore", "name"))
            name.text = printable(str(value["refName"]))


def written(form: Form, value: Any) -> str:
    if form is Form.COUNTRY:
        return COUNTRIES[_id(value)]
    if form is Form.ID:
        return _id(value)
    if form is Form.FLAG:
        return _flag(bool(value))
    if form is Form.DAY and isinstance(value, date):
        return noon(value)
    if isinstance(value, Decimal):
        return plain(value)
    return printable(str(value))


def noon(day: date) -> str:
    """NetSuite wants a moment and turns it into the account's own day: noon is the same
    day nearly everywhere."""
    return f"{day.isoformat()}T12:00:00.000Z"


def record_from(element: etree._Element) -> Record:
    """Any record, whether we know its type or not; `type` is our name of it."""
    record = _children(element)
    record["id"] = element.get("internalId", "")
    if element.get("externalId"):
        record["externalId"] = element.get("externalId")
    kind = element.get(XSI_TYPE, "").rpartition(":")[2]
    record["type"] = TYPE_OF.get(kind, kind)
    return record


def _children(element: etree._Element) -> Record:
    found: Record = {}
    for child in element:
        name = local_name(child)
        if name.endswith("List"):
            key = LIST_KEYS.get(name, name.removesuffix("List"))
            found[key] = {"items": [_row(row) for row in child]}
        elif name == "country":
            code = COUNTRY_CODES.get(_text(child))
            found |= {"country": {"id": code}} if code else {}
        else:
            found[PART_KEYS.get(name, name)] = _value(child)
    return found


def _row(element: etree._Element) -> Any:
    return _value(element) if element.get("internalId") else _children(element)


def _value(element: etree._Element) -> Any:
    if any(element.get(name) for name in _IDS):
        name = next((_text(c) for c in element if local_name(c) == "name"), "")
        return {"id": element.get("internalId", ""), "refName": name}
    return _children(element) if len(element) else _text(element)


def _text(element: etree._Element) -> str:
    return element.text or ""


def _id(value: Any) -> str:
    return str(value["id"]) if isinstance(value, Mapping) else str(value)


def _flag(value: bool) -> str:
    return "true" if value else "false"
