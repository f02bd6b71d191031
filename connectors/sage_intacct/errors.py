"""The gateway's refusals, on its three levels, and what each of them means for us.

Control (the sender), authentication (company, user, session), and each function's
result. HTTP is 200 for most of them. BL01001973 stands for whatever is wrong with a
record, so the sentence decides. Codes and sentences: developer.intacct.com, "Error
handling", and answers recorded in the vendor's PHP library.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from urllib.parse import unquote

from lxml import etree

from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    DuplicateParty,
    Locked,
    NotFound,
    PlatformDown,
    Reauthorise,
    Rejected,
    Retry,
    Unreadable,
    Where,
    quoted,
)
from connectors.transport.xml import child_text, local_name

LABEL = "Sage Intacct"
THROTTLED_SECONDS = 30
TAKEN_ID = "taken_id"
REPEATED = "repeated_control_id"
_LIMITED = "GW-0010"
_OUR_FAULT = frozenset({"GW-0011", "XL03000003"})
_TAKEN_IDS = frozenset({"BL34000061", "PL05000104"})
_SUPPORT = re.compile(r"\s*\[Support ID:[^\]]*\]")

Make = Callable[[str, Where], ConnectorError]


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
    for pattern, make in _KNOWN:
        if pattern.search(fault.said):
            return make(fault.said, where)
    return _refused("REJECTED", "")(fault.said, where)


def _sentence(error: etree._Element) -> str:
    parts = ("description", "description2", "correction")
    told = [_SUPPORT.sub("", unquote(child_text(error, name))) for name in parts]
    return " ".join(filter(None, told))


def _refused(status_code: str, field: str) -> Make:
    def make(said: str, where: Where) -> ConnectorError:
        return Rejected(
            f"{LABEL} refused it: {said[:300]}",
            status_code=status_code,
            field=field,
            vendor_message=said,
            where=where,
        )

    return make


def _duplicate(said: str, where: Where) -> ConnectorError:
    return DuplicateNumber(
        f"The number is already used in {LABEL}.", vendor_message=said, where=where
    )


def _locked(said: str, where: Where) -> ConnectorError:
    return Locked(
        f"The books of {LABEL} are closed for this date.",
        vendor_message=said,
        where=where,
    )


def _gone(said: str, where: Where) -> ConnectorError:
    return NotFound(f"{LABEL} no longer has this record.", where=where)


def _offline(said: str, where: Where) -> ConnectorError:
    return PlatformDown(f"{LABEL} is off line: {said[:200]}", where=where)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def _table(
    rows: Iterable[tuple[str, Make]],
) -> tuple[tuple[re.Pattern[str], Make], ...]:
    return tuple((_pattern(text), make) for text, make in rows)


_OFFLINE = _pattern(r"temporarily off-?line|service is unavailable")
# What the gateway says when a control id comes again is documented nowhere.
_REPEATED = _pattern(
    r"(duplicate|repeated|not unique|already).*control ?id|"
    r"control ?id.*(duplicate|repeated|not unique|already)"
)
# The first that fits decides.
_KNOWN = _table(
    [
        (r"temporarily off-?line", _offline),
        (r"number .*already exists|duplicate .*number", _duplicate),
        (r"period.*clos|clos.*period|books are closed", _locked),
        (r"could not find|not found|does not exist", _gone),
        (
            r"invalid (customer|vendor)|(customer|vendor) .*(invalid|inactive)",
            _refused("ACCOUNT_WRONG", "party_id"),
        ),
        (
            r"(gl|g/l) ?account|account (label|number)|invalid account",
            _refused("NO_NOMINAL", "lines"),
        ),
        (r"\btax\b", _refused("NO_TAX", "lines")),
        (r"currency|exchange rate", _refused("CURRENCY", "currency")),
        (
            r"location|department|project|\bclass\b|dimension",
            _refused("REJECTED", "lines"),
        ),
        (r"bank account|checking account", _refused("NO_BANK", "bank_account_id")),
    ]
)
