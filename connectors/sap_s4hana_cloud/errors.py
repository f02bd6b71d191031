"""What S/4HANA refuses, by name: OData errors, and the log of a posting.

The texts of a log are SAP's own messages in English (the connection asks for that
language); what no text is known for is shown to staff as it is.
"""

import re
from dataclasses import replace

from connectors.errors import (
    ConnectorError,
    DuplicateParty,
    InDoubt,
    Locked,
    NotFound,
    Rejected,
    Unreadable,
    Where,
)
from connectors.transport.answer import Answer
from connectors.transport.caller import server_error
from connectors.transport.soap import SoapFault

LABEL = "SAP S/4HANA Cloud"
_CLOSED = re.compile(r"period\b.*\bnot open|\bnot open\b.*\bperiod", re.I)
_TAKEN = re.compile(r"already exists", re.I)
# The first that fits a text: our field and the code that staff see.
_TEXTS = (
    (re.compile(r"\b(customer|supplier|vendor)\b.*not (defined|exist)", re.I), "party"),
    (re.compile(r"\b(invoicing party|customer|supplier) \S+ does not", re.I), "party"),
    (re.compile(r"G/?L account\b.*(not|block)", re.I), "account"),
    (re.compile(r"\btax code\b", re.I), "tax"),
    (re.compile(r"\bcurrency\b.*(not|unknown)", re.I), "currency"),
    (re.compile(r"\bbalance\b", re.I), "totals"),
)
_FIELDS = {
    "party": ("party_id", "ACCOUNT_WRONG"),
    "account": ("lines", "NO_NOMINAL"),
    "tax": ("lines", "NO_TAX"),
    "currency": ("currency", "CURRENCY"),
    "totals": ("tax", "TOTALS"),
}


def refused(message: str, where: Where) -> Rejected:
    """A refusal in SAP's words."""
    if _CLOSED.search(message):
        return Locked(
            f"The period is closed in {LABEL}.", vendor_message=message, where=where
        )
    found = next((name for text, name in _TEXTS if text.search(message)), "")
    if not found and _TAKEN.search(message):
        return DuplicateParty(
            f"{LABEL} has it already.", vendor_message=message, where=where
        )
    field, code = _FIELDS.get(found, ("", "REJECTED"))
    return Rejected(
        f"{LABEL} refuses it: {message}",
        status_code=code,
        field=field,
        vendor_message=message,
        where=where,
    )


def is_no_entity(error: ConnectorError) -> bool:
    """Whether a service that is there lacks the record; 404 is also what a service says
    that no arrangement has opened."""
    code = error.where.vendor_code
    return isinstance(error, NotFound) and code.startswith("/IWBEP/")


def answer_error(answer: Answer) -> ConnectorError:
    """Of an OData answer below 500 that is no success."""
    code, message = error_in(answer)
    where = replace(answer.where, vendor_code=code)
    if answer.status == 404:
        return NotFound(f"{LABEL} does not have it, or not by this way.", where=where)
    if answer.status == 403:
        return Rejected(
            f"{LABEL} does not allow this. A communication arrangement is missing.",
            vendor_message=message,
            where=where,
        )
    if message:
        return refused(message, where)
    return Unreadable(f"{LABEL} refuses with HTTP {answer.status}.", where=where)


def error_in(answer: Answer) -> tuple[str, str]:
    """Code and text; empty where the body holds none."""
    try:
        error = answer.json_object().get("error")
    except ConnectorError:
        return "", ""
    if not isinstance(error, dict):
        return "", ""
    message = error.get("message")
    text = message.get("value") if isinstance(message, dict) else message
    return str(error.get("code") or ""), str(text or "")


def fault_error(fault: SoapFault, answer: Answer) -> ConnectorError:
    """A fault is no refusal of a document: those come with HTTP 200."""
    if answer.doubted:
        return InDoubt(f"{LABEL} failed after an unanswered call.", where=answer.where)
    if "server" in fault.code.casefold():
        return server_error(LABEL, answer.where, answer.effect)
    return Unreadable(f"{LABEL} refuses the call: {fault.message}", where=answer.where)
