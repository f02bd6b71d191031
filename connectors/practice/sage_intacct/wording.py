"""How the gateway writes: answers, and refusals on their three levels."""

from collections.abc import Iterable

from lxml import etree

from connectors.transport.xml import child_text, write_xml

from ..errors import (
    DuplicateName,
    DuplicateNumber,
    HasSettlements,
    LedgerError,
    NotFound,
    PeriodClosed,
    UnknownAccount,
    UnknownParty,
    UnknownTax,
)
from ..wire import Response

Element = etree._Element
GENERIC = "BL01001973"
SCHEMA = "XL03000003"
SIGN_IN = "XL03000006"
SUPPORT = "[Support ID: practice%7E1]"


class Refused(LedgerError):
    def __init__(self, code: str, said: str) -> None:
        super().__init__(said)
        self.code = code


def node(name: str, *content: str | Element | None, **attributes: str) -> Element:
    made = etree.Element(name, attributes)
    for part in content:
        if isinstance(part, str):
            made.text = part
        elif part is not None:
            made.append(part)
    return made


def errors(code: str, said: str) -> Element:
    """The generic code is followed by a second error that says nothing more."""
    told = [_error(code, f"{said} {SUPPORT}", "")]
    if code == GENERIC:
        again = "Currently, we can't create the transaction"
        remedy = "Check the transaction for errors or inconsistencies, then try again."
        told.append(_error(code, again, remedy))
    return node("errormessage", *told)


def answer(*parts: Element, status: int = 200) -> Response:
    return Response(
        status=status,
        body=write_xml(node("response", *parts)),
        content_type="application/xml",
    )


def control(head: Element | None, *, ok: bool = True) -> Element:
    """Says again what the request's own head said, its password apart."""
    names = ("senderid", "controlid", "uniqueid", "dtdversion")
    told = (node(n, "" if head is None else child_text(head, n)) for n in names)
    return node("control", node("status", "success" if ok else "failure"), *told)


def control_failure(head: Element | None, code: str, said: str) -> Response:
    return answer(control(head, ok=False), errors(code, said))


def authentication(user: str, company: str, *, ok: bool = True) -> Element:
    return node(
        "authentication",
        node("status", "success" if ok else "failure"),
        node("userid", user),
        node("companyid", company),
    )


def sign_in_failure(head: Element, login: Element | None, said: str) -> Response:
    """A session that is gone names nobody."""
    named = ("", "")
    if login is not None:
        named = child_text(login, "userid"), child_text(login, "companyid")
    proof = authentication(*named, ok=False)
    return answer(control(head), node("operation", proof, errors(SIGN_IN, said)))


def success(function: str, control_id: str, *content: Element) -> Element:
    return node(
        "result",
        node("status", "success"),
        node("function", function),
        node("controlid", control_id),
        *content,
    )


def failure(function: str, control_id: str, error: LedgerError) -> Element:
    code, said = worded(error)
    return node(
        "result",
        node("status", "failure"),
        node("function", function),
        node("controlid", control_id),
        errors(code, said),
    )


def worded(error: LedgerError) -> tuple[str, str]:
    if isinstance(error, Refused):
        return error.code, error.message
    if isinstance(error, UnknownParty):
        return GENERIC, f"Invalid Customer '{error.record_id}' specified."
    if isinstance(error, UnknownAccount):
        return GENERIC, f"Invalid GL account '{error.record_id}' specified."
    if isinstance(error, UnknownTax):
        return GENERIC, f"Invalid tax detail '{error.record_id}' specified."
    if isinstance(error, DuplicateNumber):
        return GENERIC, f"Transaction with the number '{error.number}' already exists."
    if isinstance(error, DuplicateName):
        return "PL05000104", f"Another record with the value {error.name} exists."
    if isinstance(error, PeriodClosed):
        return GENERIC, "The accounting period for this date is closed."
    if isinstance(error, HasSettlements):
        return GENERIC, "The transaction is paid and cannot be reversed."
    if isinstance(error, NotFound):
        return GENERIC, f"Could not find the record '{error.record_id}'."
    return GENERIC, error.message


def rows(name: str, found: Iterable[Element], *, left: int, total: int) -> Element:
    each = list(found)
    data = node("data", *each, listtype=name, count=str(len(each)))
    data.set("totalcount", str(total))
    data.set("numremaining", str(left))
    data.set("resultId", "")
    return data


def _error(code: str, said: str, remedy: str) -> Element:
    return node(
        "error",
        node("errorno", code),
        node("description", ""),
        node("description2", said),
        node("correction", remedy),
    )
