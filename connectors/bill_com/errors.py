"""Bill.com's refusals, and what each of them means for us.

They come as a bare array, one member for each thing that is wrong, with the real HTTP
status. Codes are few (BDC_1143 stands for any bad value), so the sentence decides.
Codes: developer.bill.com, "Common API error codes" and FAQ.
"""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.errors import (
    ConnectorError,
    DuplicateParty,
    NotFound,
    Reauthorise,
    Rejected,
    Retry,
    Where,
)
from connectors.sentences import Sentences, locked, number_taken, refused
from connectors.transport.answer import Answer
from connectors.transport.json_codec import decode

LABEL = "Bill.com"
NO_SESSION = "BDC_1109"
_NOT_LET_IN = frozenset({"BDC_1101", "BDC_1102"})
_NO_SUCH_CALL = "BDC_1121"
NO_RIGHT = "BDC_1145"
_HOUR_IS_SPENT = "BDC_1144"
_TOO_MANY_AT_ONCE = "BDC_1322"
_QUOTAS = frozenset({_HOUR_IS_SPENT, _TOO_MANY_AT_ONCE})


@dataclass(frozen=True, slots=True)
class Fault:
    """The first code, and all sentences as one."""

    code: str = ""
    said: str = ""


def fault_in(content: bytes) -> Fault:
    """Empty where the body is none of Bill.com's."""
    try:
        body = decode(content)
    except ValueError:
        return Fault()
    listed = body if isinstance(body, list) else []
    rows = [row for row in listed if isinstance(row, dict)]
    codes = [str(row["code"]) for row in rows if row.get("code")]
    told = [" ".join(str(row["message"]).split()) for row in rows if row.get("message")]
    return Fault(code=(codes or [""])[0], said="; ".join(told))


def session_is_gone(answer: Answer) -> bool:
    """By its code on any status, or by the status alone."""
    if answer.ok:
        return False
    code = fault_in(answer.content).code
    return code == NO_SESSION or (answer.status == 401 and code not in _NOT_LET_IN)


def seconds_away(content: bytes, now: datetime) -> float:
    """How long to stay away after HTTP 429: the hour's quota begins anew with the
    hour, and a place among the concurrent calls is free at once."""
    if fault_in(content).code != _HOUR_IS_SPENT:
        return random.uniform(1, 2)  # noqa: S311 - jitter, not a secret
    following = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return (following - now).total_seconds()


def answer_error(answer: Answer, now: datetime) -> ConnectorError:
    """The named error of an answer that is no success. Bill.com does not say with which
    status its quotas answer, so their codes count on any."""
    fault = fault_in(answer.content)
    where = replace(answer.where, vendor_code=fault.code)
    if fault.code in _QUOTAS | _NOT_LET_IN:
        return login_error(answer, now)
    if answer.status == 403 or fault.code == NO_RIGHT:
        return Rejected(
            f"The user of this connection may not do that in {LABEL}. Give the user a "
            "role with that right there.",
            vendor_message=fault.said,
            where=where,
        )
    if answer.status == 404 and fault.code != _NO_SUCH_CALL:
        return NotFound(f"{LABEL} does not have this record.", where=where)
    if not fault.said or fault.code == _NO_SUCH_CALL:
        return answer.unreadable(f"refuses with HTTP {answer.status} {fault.said}")
    return refusal(fault, where)


def login_error(answer: Answer, now: datetime) -> ConnectorError:
    fault = fault_in(answer.content)
    where = replace(answer.where, vendor_code=fault.code)
    if fault.code in _QUOTAS:
        return Retry(
            f"{LABEL} asks FinSync to wait: {fault.said[:200]}",
            after=seconds_away(answer.content, now),
            where=where,
        )
    if not fault.said:
        return answer.unreadable(f"refuses the log-in with HTTP {answer.status}")
    return Reauthorise(
        f"{LABEL} does not let FinSync in: {fault.said[:200]} Check user, password, "
        "organisation and developer key, and that all are of the same environment.",
        where=where,
    )


def lacks_right(error: ConnectorError) -> bool:
    """Whether it was the user's role, and not the record."""
    return error.where.http_status == 403 or error.where.vendor_code == NO_RIGHT


def refusal(fault: Fault, where: Where) -> ConnectorError:
    return _SENTENCES.error(fault.said, where)


def _party_exists(said: str, where: Where) -> ConnectorError:
    return DuplicateParty(
        f"{LABEL} already has an account of that name.",
        vendor_message=said,
        where=where,
    )


_SENTENCES = Sentences(
    LABEL,
    (r"\bname\b.*(already|duplicate)|duplicate.*\bname\b", _party_exists),
    (r"duplicate|already (exists|in use|used)", number_taken(LABEL)),
    (
        r"(invoice|reference) ?number.*(length|long|exceed|characters)",
        refused(LABEL, "NUMBER_TOO_LONG", "number"),
    ),
    (
        r"(closed|locked).*period|period.*(closed|locked)",
        locked(f"The period of this date is closed in {LABEL}."),
    ),
    (r"\bemail\b", refused(LABEL, "REJECTED", "email")),
    (r"customer|vendor", refused(LABEL, "ACCOUNT_WRONG", "party_id")),
    (r"sales ?tax", refused(LABEL, "NO_TAX", "lines")),
    (r"chart ?of ?accounts?", refused(LABEL, "NO_NOMINAL", "lines")),
    (r"line ?items?|\bitemId\b", refused(LABEL, "REJECTED", "lines")),
    (r"currenc|exchange ?rate", refused(LABEL, "CURRENCY", "currency")),
)
