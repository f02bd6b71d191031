"""Business Central's refusals, and what each of them means for us.

The code says little (`Application_DialogException` stands for any rule of the books),
so the sentence decides; FinSync asks for English. Each ends with an id for Microsoft's
support, which staff have no use for. Sentences: Microsoft's published source of the
API, and the posting routines' own.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from connectors.errors import (
    ConnectorError,
    InDoubt,
    NotFound,
    PlatformDown,
    Reauthorise,
    Retry,
    StaleVersion,
    Where,
)
from connectors.sentences import Sentences, locked, number_taken, refused
from connectors.transport.answer import Answer
from connectors.transport.json_codec import decode
from connectors.transport.retries import Effect

LABEL = "Dynamics 365 Business Central"
# Of the five minutes that a quota counts.
THROTTLED_SECONDS = 30.0
_STALE = frozenset({409, 412, 428})
_TIMED_OUT = 408
_CORRELATION = re.compile(r"\s*CorrelationId:\s*[0-9a-fA-F-]*\.?\s*$")
_DOWN = frozenset({"Internal_TenantUnavailable", "Internal_ServerError"})


def fault_in(answer: Answer) -> tuple[str, str]:
    """Code and sentence, both empty where there are none."""
    try:
        body = decode(answer.content)
    except ValueError:
        return "", ""
    fault = body.get("error") if isinstance(body, Mapping) else None
    if not isinstance(fault, Mapping):
        return "", ""
    said = _CORRELATION.sub("", str(fault.get("message") or ""))
    return str(fault.get("code") or ""), said.strip()


def answer_error(answer: Answer) -> ConnectorError:
    """The named error of an answer that is no success, a batch's part included."""
    code, said = fault_in(answer)
    where = replace(answer.where, vendor_code=code)
    if passing := _passing(answer, code, where):
        return passing
    if answer.status in _STALE or code == "Request_EntityChanged":
        return StaleVersion(
            f"Somebody changed this record in {LABEL} meanwhile.", where=where
        )
    if answer.status in (401, 403) or code.startswith("Authorization_"):
        return Reauthorise(
            f"{LABEL} does not let FinSync do this: {said[:200] or 'no reason given'}. "
            "Check the permission sets of the application there.",
            where=where,
        )
    if answer.status == 404:
        return NotFound(f"{LABEL} no longer has this record.", where=where)
    if not said or answer.status in (413, 415):
        return answer.unreadable(f"refuses with HTTP {answer.status} and no reason")
    return refusal(said, where)


def refusal(said: str, where: Where) -> ConnectorError:
    return _SENTENCES.error(said, where)


def _passing(answer: Answer, code: str, where: Where) -> ConnectorError | None:
    """What another time may bring, or what nobody knows the end of."""
    if answer.status == 429:
        return Retry(
            f"{LABEL} asks FinSync to wait: too many calls.",
            after=THROTTLED_SECONDS,
            where=where,
        )
    if answer.status < 500 and answer.status != _TIMED_OUT and code not in _DOWN:
        return None
    if answer.status == 503 or answer.effect is Effect.READ:
        return PlatformDown(
            f"{LABEL} is out of order (HTTP {answer.status}).", where=where
        )
    return InDoubt(
        f"{LABEL} failed while it worked (HTTP {answer.status}). FinSync checks "
        "whether the document arrived.",
        where=where,
    )


_SENTENCES = Sentences(
    LABEL,
    (
        r"allowed posting dates|posting date .*(clos|lock)",
        locked(f"The posting date is not within the range that {LABEL} allows."),
    ),
    (r"already exists for this (vendor|customer)", number_taken(LABEL)),
    (r"posting setup|posting group", refused(LABEL, "REJECTED", "lines")),
    (
        r"(customer|vendor) (cannot be found|does not exist)"
        r"|(customer|vendor)(number|id)\b.*(provided|match)"
        r"|(customer|vendor) .*blocked",
        refused(LABEL, "ACCOUNT_WRONG", "party_id"),
    ),
    (r"balancing ?account|bal\. account", refused(LABEL, "NO_BANK", "bank_account_id")),
    (r"\baccount\b|direct posting", refused(LABEL, "NO_NOMINAL", "lines")),
    (r"tax ?(code|group)|\bvat\b", refused(LABEL, "NO_TAX", "lines")),
    (r"currenc|exchange rate", refused(LABEL, "CURRENCY", "currency")),
    (r"\bitem\b", refused(LABEL, "REJECTED", "lines")),
)
