"""Requests to the XML gateway, and what is in its answers.

Several functions travel in one request, each with a control id of its own, and are
carried out one by one. The request has a control id too: marked as unique, the gateway
refuses it when it comes again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from connectors.errors import ConnectorError, InDoubt
from connectors.sage_intacct.errors import (
    REPEATED,
    Fault,
    fault_in,
    gateway_error,
    result_error,
)
from connectors.transport.answer import Answer
from connectors.transport.retries import Effect
from connectors.transport.xml import (
    UnsafeXml,
    child_text,
    local_name,
    parse_xml,
    printable,
    write_xml,
)

Element = etree._Element


def element(name: str, *content: str | Element, **attributes: str) -> Element:
    """Text, or elements."""
    made = etree.Element(name, attributes)
    for part in content:
        if isinstance(part, str):
            made.text = printable(part)
        else:
            made.append(part)
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What every request of a sender has in common."""

    sender_id: str
    sender_password: str

    def written(
        self,
        functions: Sequence[Element],
        proof: Element,
        *,
        control_id: str = "",
    ) -> bytes:
        """With a control id the gateway carries the request out once."""
        control = element(
            "control",
            element("senderid", self.sender_id),
            element("password", self.sender_password),
            element("controlid", control_id or "finsync"),
            element("uniqueid", "true" if control_id else "false"),
            element("dtdversion", "3.0"),
            element("includewhitespace", "false"),
        )
        operation = element(
            "operation",
            element("authentication", proof),
            element("content", *_numbered(functions)),
            transaction="false",
        )
        return write_xml(element("request", control, operation))


@dataclass(frozen=True, slots=True)
class Result:
    """Of one function: either an element or an error."""

    element: Element | None = None
    error: ConnectorError | None = None

    def text(self, name: str) -> str:
        """The first of that name, however deep."""
        if self.element is None:
            return ""
        found = next(self.element.iter(f"{{*}}{name}", name), None)
        return (found.text or "").strip() if found is not None else ""

    def rows(self) -> list[Element]:
        """The records of the data that it brought."""
        data = None if self.element is None else self.element.find("data")
        return [] if data is None else list(data)

    def left(self) -> int:
        """How many records are on later pages."""
        data = None if self.element is None else self.element.find("data")
        return int(data.get("numremaining", "0")) if data is not None else 0


def results_of(answer: Answer, count: int) -> list[Result]:
    """One result for each function, in order. Raises what went wrong with the request
    as a whole; a write that the answer says nothing of is in doubt."""
    root = _root(answer)
    if local_name(root) != "response":
        raise answer.unreadable("is no answer of the gateway")
    if fault := _failure(root, "control"):
        raise _request_error(fault, answer)
    operation = root.find("operation")
    if operation is None:
        raise answer.unreadable("has no operation")
    if fault := _failure(operation, "authentication"):
        raise gateway_error(fault, answer.where)
    found = [_result(each, answer) for each in operation.iter("result")]
    if not found and operation.find("errormessage") is not None:
        fault = fault_in(operation.find("errormessage"))
        raise gateway_error(fault, answer.where)
    return found[:count] + [_unanswered(answer)] * (count - len(found))


def authentication_refused(answer: Answer) -> bool:
    """Whether the session was turned down: whatever the reason, a new one is tried."""
    if answer.status == 401:
        return True
    try:
        operation = _parsed(answer.content).find("operation")
    except UnsafeXml:
        return False
    return operation is not None and bool(_failure(operation, "authentication"))


def _numbered(functions: Sequence[Element]) -> Iterator[Element]:
    for number, function in enumerate(functions, 1):
        # A copy: an element has one place alone, and attempts may be several.
        copied = etree.fromstring(etree.tostring(function))
        yield element("function", copied, controlid=f"f{number}")


def _root(answer: Answer) -> Element:
    try:
        return _parsed(answer.content)
    except UnsafeXml:
        raise answer.unreadable("is not XML") from None


def _parsed(content: bytes) -> Element:
    """Some refusals come as two documents, one after the other; the first counts."""
    begin = content.find(b"<?xml", 1)
    return parse_xml(content[:begin] if begin > 0 else content)


def _failure(parent: Element, level: str) -> Fault | None:
    part = parent.find(level)
    if part is None or child_text(part, "status") != "failure":
        return None
    found = part.find("errormessage")
    return fault_in(parent.find("errormessage") if found is None else found)


def _request_error(fault: Fault, answer: Answer) -> ConnectorError:
    if fault.repeats and answer.effect is not Effect.READ:
        return InDoubt(
            "Sage Intacct has had this request before. FinSync checks what became of "
            "it.",
            where=replace(answer.where, vendor_code=REPEATED),
        )
    return gateway_error(fault, answer.where)


def _result(found: Element, answer: Answer) -> Result:
    status = child_text(found, "status")
    if status == "success":
        return Result(found)
    if status != "failure" and status != "aborted":
        return Result(error=answer.unreadable("has a result without a status"))
    fault = fault_in(found.find("errormessage"))
    return Result(error=result_error(fault, answer.where))


def _unanswered(answer: Answer) -> Result:
    return Result(error=answer.unreadable("leaves a function without a result"))
