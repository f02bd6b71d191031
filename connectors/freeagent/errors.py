"""FreeAgent's refusals, and what each of them means for us.

Two shapes exist: `{"errors": [{"message": ...}, ...]}` and
`{"errors": {"error": {"message": ...}}}`. There are no codes; the sentences are known
from FreeAgent's API forum, and are told apart by the words in them.
"""

import re
from collections.abc import Callable
from typing import Any

from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    Locked,
    NotFound,
    Reauthorise,
    Rejected,
    Where,
)
from connectors.transport.answer import Answer

LABEL = "FreeAgent"
THROTTLED_SECONDS = 60

Make = Callable[[str, Where], ConnectorError]


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
    for pattern, make in _KNOWN:
        if pattern.search(said):
            return make(said, where)
    return _refused("REJECTED", "")(said, where)


def _refused(code: str, field: str) -> Make:
    def make(said: str, where: Where) -> ConnectorError:
        return Rejected(
            f"{LABEL} refused it: {said[:300]}",
            status_code=code,
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
        f"The books of {LABEL} are locked for this date.",
        vendor_message=said,
        where=where,
    )


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


# Of an item that "is locked" the document is meant, of a period the books.
_KNOWN: tuple[tuple[re.Pattern[str], Make], ...] = (
    (_pattern(r"reference.*(taken|unique|already|exists)"), _duplicate),
    (_pattern(r"(period|year|return).*(lock|filed|closed)|locked period"), _locked),
    (_pattern(r"is locked"), _refused("REJECTED", "")),
    (_pattern(r"bank.?account"), _refused("NO_BANK", "bank_account_id")),
    (_pattern(r"categor"), _refused("NO_NOMINAL", "lines")),
    (_pattern(r"sales.?tax|vat rate"), _refused("NO_TAX", "lines")),
    (_pattern(r"contact"), _refused("ACCOUNT_WRONG", "party_id")),
    (_pattern(r"currency|exchange.?rate"), _refused("CURRENCY", "currency")),
    (_pattern(r"description"), _refused("BLANK_LINE", "lines")),
    (_pattern(r"gross.?value|amount"), _refused("REJECTED", "amount")),
    (_pattern(r"reference"), _refused("REJECTED", "number")),
    (_pattern(r"dated.?on|date"), _refused("REJECTED", "date")),
    (_pattern(r"items"), _refused("REJECTED", "lines")),
)
