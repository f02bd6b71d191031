"""FreeAgent's refusals, and what each of them means for us.

Two shapes exist: `{"errors": [{"message": ...}, ...]}` and
`{"errors": {"error": {"message": ...}}}`. There are no codes; the sentences are known
from FreeAgent's API forum, and are told apart by the words in them.
"""

from typing import Any

from connectors.errors import (
    ConnectorError,
    NotFound,
    Reauthorise,
    Where,
)
from connectors.sentences import Sentences, locked, number_taken, refused
from connectors.transport.answer import Answer

LABEL = "FreeAgent"
THROTTLED_SECONDS = 60


def answer_error(answer: Answer) -> ConnectorError:
    """The named error of an answer that is no success. May raise `Unreadable`."""
    if answer.status == 403:
        return Reauthorise(
            f"{LABEL} does not let this user do it. Give the user a higher level of "
            "access there (Banking for payments, Bills for supplier invoices).",
            where=answer.where,
        )
    if answer.status == 404:
        return NotFound(f"{LABEL} does not have this record.", where=answer.where)
    said = sentences(answer.json_object()) if answer.content else []
    if not said:
        return answer.unreadable(f"refuses with HTTP {answer.status} and no reason")
    return refusal(" ".join(said), answer.where)


def sentences(body: dict[str, Any]) -> list[str]:
    errors = body.get("errors")
    if isinstance(errors, dict):
        errors = [errors.get("error")]
    rows = errors if isinstance(errors, list) else []
    return [str(row["message"]) for row in rows if isinstance(row, dict)]


def refusal(said: str, where: Where) -> ConnectorError:
    return _SENTENCES.error(said, where)


_LOCKED = locked(f"The books of {LABEL} are locked for this date.")
# Of an item that "is locked" the document is meant, of a period the books.
_SENTENCES = Sentences(
    LABEL,
    (r"reference.*(taken|unique|already|exists)", number_taken(LABEL)),
    (r"(period|year|return).*(lock|filed|closed)|locked period", _LOCKED),
    (r"is locked", refused(LABEL)),
    (r"bank.?account", refused(LABEL, "NO_BANK", "bank_account_id")),
    (r"categor", refused(LABEL, "NO_NOMINAL", "lines")),
    (r"sales.?tax|vat rate", refused(LABEL, "NO_TAX", "lines")),
    (r"contact", refused(LABEL, "ACCOUNT_WRONG", "party_id")),
    (r"currency|exchange.?rate", refused(LABEL, "CURRENCY", "currency")),
    (r"description", refused(LABEL, "BLANK_LINE", "lines")),
    (r"gross.?value|amount", refused(LABEL, "REJECTED", "amount")),
    (r"reference", refused(LABEL, "REJECTED", "number")),
    (r"dated.?on|date", refused(LABEL, "REJECTED", "date")),
    (r"items", refused(LABEL, "REJECTED", "lines")),
)
