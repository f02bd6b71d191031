"""Xero's refusals, and what each of them means for us.

A refusal is known by its sentence alone: Xero gives no codes. Sentences: Xero's
developer pages, and answers that users of its SDKs recorded.
"""

from dataclasses import replace
from typing import Any

from connectors.errors import (
    ConnectorError,
    DuplicateParty,
    InDoubt,
    NotFound,
    Reauthorise,
    Where,
)
from connectors.sentences import Sentences, locked, number_taken, refused
from connectors.transport.answer import Answer
from connectors.transport.retries import Effect

LABEL = "Xero"
# Of too many calls at the same time Xero does not say how long to wait.
THROTTLED_SECONDS = 5
_GONE = frozenset({404, 410})
_CLASH = frozenset({409, 412})


def answer_error(answer: Answer) -> ConnectorError:
    """The named error of an answer that is no success."""
    if answer.status == 403:
        return Reauthorise(
            f"{LABEL} does not let FinSync into this organisation: it was disconnected "
            "there, or its subscription has ended. Connect it again.",
            where=answer.where,
        )
    if answer.status in _GONE:
        return NotFound(f"{LABEL} no longer has this record.", where=answer.where)
    if answer.status in _CLASH and answer.effect is not Effect.READ:
        return InDoubt(
            f"{LABEL} saw this request before. FinSync checks what became of it.",
            where=answer.where,
        )
    if answer.status != 400:
        return answer.unreadable(f"refuses with HTTP {answer.status}")
    body = answer.json_object()
    said = sentences(body) or [str(body.get("Message") or body.get("Detail") or "")]
    return refusal(said, replace(answer.where, vendor_code=str(body.get("Type") or "")))


def sentences(element: dict[str, Any]) -> list[str]:
    """What Xero says against an element, or against the first of those in an answer
    that has several."""
    told = element.get("ValidationErrors") or []
    found = [str(each.get("Message") or "") for each in told if isinstance(each, dict)]
    for inner in element.get("Elements") or ():
        found = found or (sentences(inner) if isinstance(inner, dict) else [])
    return [sentence for sentence in found if sentence]


def refusal(said: list[str], where: Where) -> ConnectorError:
    """The sentence that we know best decides; all are shown."""
    whole = " ".join(said)
    return _SENTENCES.error(whole, where)


def _duplicate_party(said: str, where: Where) -> ConnectorError:
    return DuplicateParty(
        f"{LABEL} already has a contact of that name.", vendor_message=said, where=where
    )


_LOCKED = locked(f"The books of {LABEL} are locked for this date.")
_SENTENCES = Sentences(
    LABEL,
    (r"contact name .*(unique|already assigned)", _duplicate_party),
    (r"(invoice|credit ?note) ?(#|number).*unique", number_taken(LABEL)),
    (r"lock(ed)? date|period lock|year lock|locked period", _LOCKED),
    (
        r"account (code )?.*(valid|specified|archived|deleted)",
        refused(LABEL, "NO_NOMINAL", "lines"),
    ),
    (
        r"tax ?(rate|type)|taxtype",
        refused(LABEL, "NO_TAX", "lines"),
    ),
    (
        r"contact.*(valid|not found|not exist|could not|archived|specified)",
        refused(LABEL, "ACCOUNT_WRONG", "party_id"),
    ),
    (r"item code|itemcode", refused(LABEL, "NO_NOMINAL", "lines")),
    (
        r"currency",
        refused(LABEL, "CURRENCY", "currency"),
    ),
    (r"description", refused(LABEL, "BLANK_LINE", "lines")),
    (
        r"payment amount|exceeds the amount",
        refused(LABEL, "REJECTED", "amount"),
    ),
)
