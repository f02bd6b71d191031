"""The Service Layer's refusals, and what each of them means for us.

The code says little (-5002 and -10 stand for any rule of the company), so the sentence
decides. OData 4 answers `{"error": {"code", "message"}}`, version 3 the message as an
object. Codes: SAP Business One Service Layer API Reference; sentences: SAP KBA 2693418
and answers recorded in b1sl-python.
"""

from collections.abc import Mapping
from dataclasses import replace

from connectors.errors import (
    ConnectorError,
    NotFound,
    PlatformDown,
    Reauthorise,
    StaleVersion,
    Where,
    quoted,
)
from connectors.sentences import Sentences, locked, number_taken, refused
from connectors.transport.answer import Answer
from connectors.transport.json_codec import decode

LABEL = "SAP Business One"
EXISTS = "-2035"
_NO_MATCH = "-2028"
_STALE = "-2039"
# The company could not be opened just now.
_COMPANY = frozenset({"-1101", "305"})


def fault_in(answer: Answer) -> tuple[str, str]:
    """Code and sentence, both empty where there are none."""
    try:
        body = decode(answer.content)
    except ValueError:
        return "", ""
    fault = body.get("error") if isinstance(body, Mapping) else None
    if not isinstance(fault, Mapping):
        return "", ""
    said = fault.get("message")
    if isinstance(said, Mapping):
        said = said.get("value")
    return str(fault.get("code") or ""), str(said or "")


def answer_error(answer: Answer) -> ConnectorError:
    """The named error of an answer that is no success."""
    code, said = fault_in(answer)
    where = replace(answer.where, vendor_code=code)
    if answer.status == 412 or code == _STALE:
        return StaleVersion(
            f"Somebody changed this record in {LABEL} meanwhile.", where=where
        )
    if answer.status == 404:
        return NotFound(f"{LABEL} no longer has this record.", where=where)
    if not said:
        return answer.unreadable(f"refuses with HTTP {answer.status} and no reason")
    if code in _COMPANY:
        return PlatformDown(
            f"{LABEL} cannot open the company just now: {said[:200]}", where=where
        )
    return refusal(code, said, where)


def login_error(answer: Answer) -> ConnectorError:
    code, said = fault_in(answer)
    where = replace(answer.where, vendor_code=code)
    if code in _COMPANY:
        return PlatformDown(
            f"{LABEL} cannot open the company just now: {said[:200]}", where=where
        )
    if answer.status not in (400, 401, 403):
        return answer.unreadable(f"refuses the log-in with HTTP {answer.status}")
    return Reauthorise(
        f"{LABEL} does not let FinSync in: {quoted(said) or 'no reason given'}. Check "
        "company, user and password.",
        where=where,
    )


def refusal(code: str, said: str, where: Where) -> ConnectorError:
    field = "lines" if code == _NO_MATCH else ""
    return _SENTENCES.error(said, where, otherwise=refused(LABEL, field=field))


_LOCKED = locked(f"The posting period in {LABEL} is not open for this date.")
_SENTENCES = Sentences(
    LABEL,
    (r"permissible range|posting period|period .*(lock|clos)", _LOCKED),
    (r"reference (number|no).*(already|exist)", number_taken(LABEL)),
    (
        r"(bp|business partner|customer|vendor|card) ?(code|number)?\b",
        refused(LABEL, "ACCOUNT_WRONG", "party_id"),
    ),
    (r"g/?l account|account", refused(LABEL, "NO_NOMINAL", "lines")),
    (r"\bvat\b|\btax\b", refused(LABEL, "NO_TAX", "lines")),
    (r"currenc|exchange rate", refused(LABEL, "CURRENCY", "currency")),
    (r"inventory|\bitem\b", refused(LABEL, "REJECTED", "lines")),
)
