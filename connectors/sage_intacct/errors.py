"""The gateway's refusals, on its three levels, and what each of them means for us.

Control (the sender), authentication (company, user, session), and each function's
result. HTTP is 200 for most of them. BL01001973 stands for whatever is wrong with a
record, so the sentence decides. Codes and sentences: developer.intacct.com, "Error
handling", and answers recorded in the vendor's PHP library.
"""

import re
from dataclasses import dataclass, replace
from urllib.parse import unquote

from lxml import etree

from connectors.errors import (
    ConnectorError,
    DuplicateParty,
    NotFound,
    PlatformDown,
    Reauthorise,
    Retry,
    Unreadable,
    Where,
    quoted,
)
from connectors.sentences import Sentences, locked, number_taken, refused
from connectors.transport.xml import child_text, local_name

LABEL = "Sage Intacct"
THROTTLED_SECONDS = 30
TAKEN_ID = "taken_id"
REPEATED = "repeated_control_id"
_LIMITED = "GW-0010"
_OUR_FAULT = frozenset({"GW-0011", "XL03000003"})
_TAKEN_IDS = frozenset({"BL34000061", "PL05000104"})
_SUPPORT = re.compile(r"\s*\[Support ID:[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Fault:
    code: str
    said: str

    @property
    def repeats(self) -> bool:
        """The gateway has seen this control id before."""
        return bool(_REPEATED.search(self.said))


def fault_in(element: etree._Element | None) -> Fault:
    """All that an `errormessage` says; the first code."""
    if element is None:
        return Fault("", "")
    errors = [each for each in element if local_name(each) == "error"]
    told = [_sentence(each) for each in errors]
    codes = [child_text(each, "errorno") for each in errors]
    said = " ".join(dict.fromkeys(filter(None, told)))
    return Fault(next(filter(None, codes), ""), said)


def gateway_error(fault: Fault, where: Where) -> ConnectorError:
    """A failure of the whole request, before any function was carried out."""
    where = replace(where, vendor_code=fault.code)
    if fault.code == _LIMITED:
        return Retry(
            f"{LABEL} asks FinSync to wait: too many calls.",
            after=THROTTLED_SECONDS,
            where=where,
        )
    if _OFFLINE.search(fault.said):
        return PlatformDown(f"{LABEL} is off line: {fault.said[:200]}", where=where)
    if fault.code in _OUR_FAULT:
        return Unreadable(
            f"{LABEL} does not understand FinSync's request: {fault.said[:300]}",
            where=where,
        )
    return Reauthorise(
        f"{LABEL} does not let FinSync in: {quoted(fault.said) or fault.code}. Check "
        "the sender, and that the company authorises it; then company, user and "
        "password.",
        where=where,
    )


def result_error(fault: Fault, where: Where) -> ConnectorError:
    """A failure of one function; nothing of it was done."""
    where = replace(where, vendor_code=fault.code)
    if fault.code in _OUR_FAULT:
        return gateway_error(fault, where)
    if fault.code in _TAKEN_IDS:
        where = replace(where, vendor_code=TAKEN_ID)
        return DuplicateParty(
            f"{LABEL} already has a record of that id.",
            vendor_message=fault.said,
            where=where,
        )
    return _SENTENCES.error(fault.said, where)


def _sentence(error: etree._Element) -> str:
    parts = ("description", "description2", "correction")
    told = [_SUPPORT.sub("", unquote(child_text(error, name))) for name in parts]
    return " ".join(filter(None, told))


def _gone(said: str, where: Where) -> ConnectorError:
    return NotFound(f"{LABEL} no longer has this record.", where=where)


def _offline(said: str, where: Where) -> ConnectorError:
    return PlatformDown(f"{LABEL} is off line: {said[:200]}", where=where)


_OFFLINE = re.compile(r"temporarily off-?line|service is unavailable", re.IGNORECASE)
# What the gateway says when a control id comes again is documented nowhere.
_REPEATED = re.compile(
    r"(duplicate|repeated|not unique|already).*control ?id|"
    r"control ?id.*(duplicate|repeated|not unique|already)",
    re.IGNORECASE,
)
_LOCKED = locked(f"The books of {LABEL} are closed for this date.")
_SENTENCES = Sentences(
    LABEL,
    (r"temporarily off-?line", _offline),
    (r"number .*already exists|duplicate .*number", number_taken(LABEL)),
    (r"period.*clos|clos.*period|books are closed", _LOCKED),
    (r"could not find|not found|does not exist", _gone),
    (
        r"invalid (customer|vendor)|(customer|vendor) .*(invalid|inactive)",
        refused(LABEL, "ACCOUNT_WRONG", "party_id"),
    ),
    (
        r"(gl|g/l) ?account|account (label|number)|invalid account",
        refused(LABEL, "NO_NOMINAL", "lines"),
    ),
    (r"\btax\b", refused(LABEL, "NO_TAX", "lines")),
    (r"currency|exchange rate", refused(LABEL, "CURRENCY", "currency")),
    (
        r"location|department|project|\bclass\b|dimension",
        refused(LABEL, "REJECTED", "lines"),
    ),
    (r"bank account|checking account", refused(LABEL, "NO_BANK", "bank_account_id")),
)
