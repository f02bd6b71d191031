"""SOAP over our transport: envelopes by lxml, no bundled WSDL."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from connectors.errors import ConnectorError
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport
from connectors.transport.retries import Effect
from connectors.transport.xml import child_text, local_name, write_xml

Headers = Callable[[], Sequence[etree._Element]]


class SoapVersion(StrEnum):
    """By the namespace of its envelope."""

    V1_1 = "http://schemas.xmlsoap.org/soap/envelope/"
    V1_2 = "http://www.w3.org/2003/05/soap-envelope"


@dataclass(frozen=True, slots=True)
class SoapFault:
    """`detail` is the vendor's own element, where there is one."""

    code: str
    message: str
    detail: etree._Element | None = None


FaultError = Callable[[SoapFault, Answer], ConnectorError]


class SoapClient:
    """One service. `fault` turns a fault into the named error to raise; `headers`, when
    given, is asked anew for each attempt, for signatures are good once."""

    def __init__(
        self,
        transport: HttpTransport,
        url: str,
        *,
        fault: FaultError,
        headers: Headers | None = None,
        version: SoapVersion = SoapVersion.V1_1,
        namespaces: Mapping[str, str] | None = None,
    ) -> None:
        self.transport = transport
        self.url = url
        self._fault = fault
        self._headers = headers
        self._version = version
        self._namespaces = dict(namespaces or {})
        # Of the last answer: many services put their refusals into the payload.
        self.where = transport.where("")

    def call(
        self,
        operation: str,
        body: etree._Element,
        *,
        action: str = "",
        effect: Effect = Effect.WRITE,
    ) -> etree._Element:
        """The first element of the answer's body. Errors as `HttpTransport.call`, and
        what `fault` makes of a fault (a fault may come with HTTP 200 or 500)."""
        answer = self.transport.call(
            operation,
            "POST",
            self.url,
            content=lambda: self._envelope(body),
            headers=self._http_headers(action),
            effect=effect,
            returns={500},
        )
        self.where = answer.where
        return self._payload(answer)

    def _http_headers(self, action: str) -> dict[str, str]:
        if self._version is SoapVersion.V1_2:
            kind = "application/soap+xml; charset=utf-8"
            return {"Content-Type": f'{kind}; action="{action}"' if action else kind}
        return {
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": f'"{action}"',
        }

    def _envelope(self, body: etree._Element) -> bytes:
        names = {"soap": self._version.value, **self._namespaces}
        envelope = etree.Element(self._tag("Envelope"), nsmap=names)
        header = etree.SubElement(envelope, self._tag("Header"))
        for element in self._headers() if self._headers else ():
            header.append(element)
        # A copy: an element has one place alone, and attempts may be several.
        etree.SubElement(envelope, self._tag("Body")).append(_copy(body))
        return write_xml(envelope)

    def _tag(self, name: str) -> str:
        return f"{{{self._version.value}}}{name}"

    def _payload(self, answer: Answer) -> etree._Element:
        try:
            root = answer.xml()
        except ConnectorError:
            if answer.status >= 500:
                raise self.transport.server_error(answer) from None
            raise
        payload = _first_of_body(root)
        if payload is None:
            raise answer.unreadable("is not a SOAP envelope")
        if local_name(payload) == "Fault":
            raise self._fault(_fault_from(payload), answer)
        if not answer.ok:
            raise answer.unreadable(f"refuses with HTTP {answer.status} and no fault")
        return payload


def _copy(element: etree._Element) -> etree._Element:
    return etree.fromstring(etree.tostring(element))


def _first_of_body(root: etree._Element) -> etree._Element | None:
    if local_name(root) != "Envelope":
        return None
    for part in root:
        if local_name(part) == "Body":
            return next(iter(part), None)
    return None


def _fault_from(fault: etree._Element) -> SoapFault:
    """SOAP 1.1 names the parts in lower case; 1.2 nests them."""
    parts = {local_name(part): part for part in fault}
    code = child_text(fault, "faultcode") or child_text(fault, "Code")
    message = child_text(fault, "faultstring") or child_text(fault, "Reason")
    detail = parts.get("detail", parts.get("Detail"))
    inner = None if detail is None else next(iter(detail), None)
    return SoapFault(code=code, message=message, detail=inner)
