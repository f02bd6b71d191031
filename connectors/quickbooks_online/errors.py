"""Intuit's faults, and what each of them means for us.

They come as JSON with `Fault` or `fault`, in either case of letters, or as XML; inside
a batch one per item. Codes and texts: Intuit, "Handling common errors".
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    DuplicateParty,
    InDoubt,
    Locked,
    NotFound,
    Reauthorise,
    Rejected,
    Retry,
    StaleVersion,
    Unreadable,
    Where,
    quoted,
)
from connectors.transport.answer import Answer
from connectors.transport.json_codec import decode
from connectors.transport.xml import UnsafeXml, child_text, local_name, parse_xml

LABEL = "QuickBooks Online"
THROTTLED_SECONDS = 60

_FIELDS = {
    "CustomerRef": "party_id",
    "VendorRef": "party_id",
    "DocNumber": "number",
    "TxnDate": "date",
    "DueDate": "due_date",
    "CurrencyRef": "currency",
    "DisplayName": "name",
    "Line": "lines",
    "ItemRef": "lines",
    "AccountRef": "lines",
    "TaxCodeRef": "lines",
    "Description": "lines",
    "DepositToAccountRef": "bank_account_id",
    "BankAccountRef": "bank_account_id",
}
_EXISTING_ID = re.compile(r"TxnId=(\d+)")


@dataclass(frozen=True, slots=True)
class Fault:
    code: str
    message: str = ""
    detail: str = ""
    element: str = ""
    kind: str = ""

    @property
    def said(self) -> str:
        return self.detail or self.message

    @property
    def field(self) -> str:
        return _FIELDS.get(self.element.rpartition(".")[2], "")


def fault_in(body: object) -> Fault | None:
    """The first error of a decoded answer or batch item."""
    if not isinstance(body, Mapping):
        return None
    fault = _lowered(body).get("fault")
    if not isinstance(fault, Mapping):
        return None
    fault = _lowered(fault)
    errors = fault.get("error")
    if not isinstance(errors, list) or not errors or not isinstance(errors[0], Mapping):
        return None
    first = _lowered(errors[0])
    return Fault(
        code=str(first.get("code") or ""),
        message=str(first.get("message") or ""),
        detail=str(first.get("detail") or ""),
        element=str(first.get("element") or ""),
        kind=str(fault.get("type") or ""),
    )


def fault_of(answer: Answer) -> Fault | None:
    """JSON or XML; None where there is no fault to be found."""
    try:
        return fault_in(decode(answer.content))
    except ValueError:
        return _xml_fault(answer.content)


def answer_error(answer: Answer) -> ConnectorError:
    """The named error of an answer that is no success."""
    fault = fault_of(answer)
    if fault is None:
        return answer.unreadable(f"refuses with HTTP {answer.status} and no reason")
    return named(fault, replace(answer.where, vendor_code=fault.code))


def named(fault: Fault, where: Where) -> ConnectorError:
    """The error that the engine acts on. Numbers that a batch item or an answer gives
    as code decide; an unknown code of a validation is a refusal all the same."""
    make = _BY_CODE.get(fault.code.lstrip("0"))
    if make:
        return make(fault, where)
    if fault.kind.lower() in ("validationfault", "validation"):
        return _refused(fault, where)
    return Unreadable(
        f"{LABEL} refused with an error that FinSync does not know "
        f"({fault.code}: {fault.said[:300]}).",
        where=where,
    )


def _lowered(body: Mapping[str, Any]) -> dict[str, Any]:
    return {str(name).lower(): value for name, value in body.items()}


def _xml_fault(content: bytes) -> Fault | None:
    try:
        root = parse_xml(content)
    except UnsafeXml:
        return None
    for element in root.iter("{*}Error"):
        parent = element.getparent()
        return Fault(
            code=element.get("code", ""),
            message=child_text(element, "Message"),
            detail=child_text(element, "Detail"),
            element=element.get("element", ""),
            kind=parent.get("type", "") if parent is not None else local_name(root),
        )
    return None


def _refused(fault: Fault, where: Where) -> ConnectorError:
    return Rejected(
        f"{LABEL} refused it: {fault.said[:300]}",
        field=fault.field,
        vendor_message=fault.said,
        where=where,
    )


def _duplicate_number(fault: Fault, where: Where) -> ConnectorError:
    existing = _EXISTING_ID.search(fault.detail)
    return DuplicateNumber(
        f"The number is already used in {LABEL}.",
        existing_id=existing[1] if existing else "",
        vendor_message=fault.said,
        where=where,
    )


def _duplicate_name(fault: Fault, where: Where) -> ConnectorError:
    return DuplicateParty(
        f"{LABEL} already has a customer, supplier or employee of that name.",
        vendor_message=fault.said,
        where=where,
    )


def _unknown_reference(fault: Fault, where: Where) -> ConnectorError:
    return Rejected(
        f"Something that the document uses is unknown or inactive in {LABEL}: its "
        "customer or supplier, an item, an account or a tax code.",
        field=fault.field,
        vendor_message=fault.said,
        where=where,
    )


def _not_found(fault: Fault, where: Where) -> ConnectorError:
    return NotFound(f"{LABEL} no longer has this record.", where=where)


def _stale(fault: Fault, where: Where) -> ConnectorError:
    return StaleVersion(
        f"Somebody changed this record in {LABEL} meanwhile.", where=where
    )


def _locked(fault: Fault, where: Where) -> ConnectorError:
    return Locked(
        f"The books of {LABEL} are closed for this date.",
        vendor_message=fault.said,
        where=where,
    )


def _connect_again(fault: Fault, where: Where) -> ConnectorError:
    return Reauthorise(
        f"{LABEL} does not let FinSync in ({quoted(fault.said)}). Connect it again.",
        where=where,
    )


def _subscription(fault: Fault, where: Where) -> ConnectorError:
    return Reauthorise(
        f"The {LABEL} company is not active: its subscription may have ended. Connect "
        "it again when it has been renewed.",
        where=where,
    )


def _throttled(fault: Fault, where: Where) -> ConnectorError:
    return Retry(
        f"{LABEL} asks FinSync to wait: too many calls.",
        after=THROTTLED_SECONDS,
        where=where,
    )


def _system(fault: Fault, where: Where) -> ConnectorError:
    return InDoubt(
        f"{LABEL} failed while it worked ({fault.said[:200]}). FinSync checks whether "
        "the document arrived.",
        where=where,
    )


def _business(fault: Fault, where: Where) -> ConnectorError:
    """A rule of the books; but a repeated batch was seen to get this code, with words
    of an accident, for items that are there (quickbooks-ruby, pull request 344)."""
    if "unexpected error" in fault.detail.lower():
        return _system(fault, where)
    return _refused(fault, where)


_BY_CODE: dict[str, Callable[[Fault, Where], ConnectorError]] = {
    "100": _connect_again,
    "120": _connect_again,
    "3100": _connect_again,
    "3200": _connect_again,
    "3001": _throttled,
    "610": _not_found,
    "2010": _refused,
    "2020": _refused,
    "2170": _refused,
    "6000": _business,
    "6070": _refused,
    "6540": _refused,
    "2500": _unknown_reference,
    "5010": _stale,
    "6140": _duplicate_number,
    "6190": _subscription,
    "6210": _locked,
    "6240": _duplicate_name,
    "10000": _system,
}
