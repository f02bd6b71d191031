"""Answers as NetSuite writes them: envelopes, statuses, records, faults."""

from collections.abc import Sequence
from typing import Any

from lxml import etree

from connectors.netsuite_soap.xml_record import Writer
from connectors.transport.soap import SoapVersion
from connectors.transport.xml import write_xml

from ..netsuite.refusals import Refused
from ..wire import Response
from .search import ACCOUNT_WORDS

SOAP = SoapVersion.V1_1.value
SUBLISTS = ("item", "expense", "apply", "addressBook")


class Answers:
    def __init__(self, version: str) -> None:
        self.writer = Writer(version)

    def envelope(self, body: etree._Element, *, status: int = 200) -> Response:
        names = {"soapenv": SOAP}
        root: etree._Element = etree.Element(f"{{{SOAP}}}Envelope", nsmap=names)
        header = etree.SubElement(root, f"{{{SOAP}}}Header")
        info = self.writer.element("platformMsgs", "documentInfo")
        self.child(info, "platformMsgs", "nsId", "WEBSERVICES_1234567_practice")
        header.append(info)
        etree.SubElement(root, f"{{{SOAP}}}Body").append(body)
        kind = "text/xml; charset=utf-8"
        return Response(status=status, body=write_xml(root), content_type=kind)

    def fault(self, name: str, code: str, message: str) -> Response:
        """`name` is the element of the detail; empty for what the schema refuses."""
        fault: etree._Element = etree.Element(f"{{{SOAP}}}Fault")
        etree.SubElement(fault, "faultcode").text = "soapenv:Server.userException"
        etree.SubElement(fault, "faultstring").text = message
        detail = etree.SubElement(fault, "detail")
        if name:
            inner = self.writer.element("platformFaults", name)
            self.child(inner, "platformFaults", "code", code)
            self.child(inner, "platformFaults", "message", message)
            detail.append(inner)
        return self.envelope(fault, status=500)

    def response(self, operation: str, inner: etree._Element) -> etree._Element:
        body = self.writer.element("platformMsgs", f"{operation}Response")
        body.append(inner)
        return body

    def status(self, refused: Refused | None = None) -> etree._Element:
        element = self.writer.element("platformCore", "status")
        element.set("isSuccess", "false" if refused else "true")
        if refused:
            detail = self.child(element, "platformCore", "statusDetail")
            detail.set("type", "ERROR")
            self.child(detail, "platformCore", "code", refused.code)
            self.child(detail, "platformCore", "message", refused.message)
        return element

    def written(
        self, type: str, id: str, external: str, refused: Refused | None
    ) -> etree._Element:
        element = self.writer.element("platformMsgs", "writeResponse")
        element.append(self.status(refused))
        if not refused:
            ids = {"internalId": id} | ({"externalId": external} if external else {})
            element.append(self.writer.ref("baseRef", type, **ids))
        return element

    def read(
        self, type: str, record: dict[str, Any] | None, refused: Refused | None
    ) -> etree._Element:
        element = self.writer.element("platformMsgs", "readResponse")
        element.append(self.status(refused))
        if record is not None:
            element.append(self.record(type, record))
        return element

    def many(self, name: str, rows: Sequence[etree._Element]) -> etree._Element:
        element = self.writer.element("platformMsgs", name)
        element.append(self.status())
        element.extend(rows)
        return element

    def result(
        self, name: str, rows: Sequence[etree._Element], *, page: dict[str, str] | None
    ) -> etree._Element:
        """A `searchResult`, `getAllResult` or `getDeletedResult`."""
        element = self.writer.element("platformCore", name)
        element.append(self.status())
        for key, value in (page or {}).items():
            self.child(element, "platformCore", key, value)
        tag = "deletedRecordList" if name == "getDeletedResult" else "recordList"
        found = self.child(element, "platformCore", tag)
        found.extend(rows)
        return element

    def row(self, type: str, record: dict[str, Any], *, whole: bool) -> etree._Element:
        """One of a list; without its sublists unless `whole`."""
        if not whole:
            record = {k: v for k, v in record.items() if k not in SUBLISTS}
        return self._in_core(self.record(type, record))

    def deleted(self, type: str, id: str, at: str) -> etree._Element:
        element = self.writer.element("platformCore", "deletedRecord")
        self.child(element, "platformCore", "deletedDate", at)
        ref = self.writer.ref("record", type, internalId=id)
        element.append(self._in_core(ref))
        return element

    def record(self, type: str, record: dict[str, Any]) -> etree._Element:
        shown = dict(record)
        status = shown.get("status")
        if isinstance(status, dict):
            shown["status"] = status["refName"]
        if "acctType" in shown:
            shown["acctType"] = ACCOUNT_WORDS[shown["acctType"]]
        if "available" in shown:
            shown["available"] = f"_{shown['available']}"
        for name in ("tranDate", "dueDate"):
            if name in shown:
                shown[name] = f"{shown[name]}T00:00:00.000Z"
        element: etree._Element = self.writer.record(type, shown)
        return element

    def child(
        self, parent: etree._Element, space: str, name: str, text: str = ""
    ) -> etree._Element:
        element = etree.SubElement(parent, self.writer.name(space, name))
        if text:
            element.text = text
        return element

    def _in_core(self, element: etree._Element) -> etree._Element:
        element.tag = self.writer.name("platformCore", "record")
        return element
