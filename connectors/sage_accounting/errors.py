"""Sage's refusals, and what each of them means for us: a list of
`{"$severity", "$dataCode", "$message", "$source"}`, where the source names the field in
some of them."""

import re
from dataclasses import replace
from typing import Any

from connectors.errors import (
    ConnectorError,
    Locked,
    NotFound,
    Reauthorise,
    Rejected,
    Where,
)
from connectors.transport.answer import Answer

LABEL = "Sage Accounting"
# Sage promises no Retry-After.
THROTTLED_SECONDS = 60
UNKNOWN_RECORD = "RecordNotFound"
_LOCKED = re.compile(r"lock ?down|locked period|year.?end", re.IGNORECASE)
_FIELDS: tuple[tuple[str, str, str], ...] = (
    ("ledger_account", "NO_NOMINAL", "lines"),
    ("tax_rate", "NO_TAX", "lines"),
    ("tax_amount", "NO_TAX", "lines"),
    ("description", "BLANK_LINE", "lines"),
    ("currency", "CURRENCY", "currency"),
    ("contact_id", "ACCOUNT_WRONG", "party_id"),
    ("bank_account", "NO_BANK", "bank_account_id"),
    ("invoice_lines", "REJECTED", "lines"),
    ("credit_note_lines", "REJECTED", "lines"),
    ("reference", "REJECTED", "number"),
    ("date", "REJECTED", "date"),
    ("name", "REJECTED", "name"),
)


def answer_error(answer: Answer) -> ConnectorError:
    """The named error of an answer that is no success. May raise `Unreadable`."""
    first = _first(answer)
    code, said = str(first.get("$dataCode") or ""), str(first.get("$message") or "")
    where = replace(answer.where, vendor_code=code)
    if answer.status == 403 or code == "AuthorizationFailure":
        return Reauthorise(
            f"{LABEL} does not let this user do it ({said[:200]}). Give the user full "
            "access there, or connect as another.",
            where=where,
        )
    if answer.status == 404 or code == UNKNOWN_RECORD:
        return NotFound(f"{LABEL} does not have this record.", where=where)
    if not first:
        return answer.unreadable(f"refuses with HTTP {answer.status} and no reason")
    return _refusal(said, str(first.get("$source") or ""), where)


def _first(answer: Answer) -> dict[str, Any]:
    rows = answer.json() if answer.content else []
    found = [row for row in rows if isinstance(row, dict)] if rows else []
    return found[0] if isinstance(rows, list) and found else {}


def _refusal(said: str, source: str, where: Where) -> ConnectorError:
    if _LOCKED.search(said):
        return Locked(
            f"The books of {LABEL} are locked for this date.",
            vendor_message=said,
            where=where,
        )
    code, field = next(
        ((code, field) for part, code, field in _FIELDS if part in source),
        ("REJECTED", ""),
    )
    return Rejected(
        f"{LABEL} refused it: {said[:300]}",
        status_code=code,
        field=field,
        vendor_message=said,
        where=where,
    )
