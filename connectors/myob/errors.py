"""MYOB's refusals, and what each of them means for us.

The body is `{"Errors": [{"Name", "Message", "AdditionalDetails", "ErrorCode",
"Severity"}]}`. Names tell refusals apart; of an unknown or missing record the words
say which field it stands in.
"""

import re
from dataclasses import replace
from typing import Any

from connectors.errors import (
    ConnectorError,
    NotFound,
    Reauthorise,
    Retry,
    StaleVersion,
    Unreadable,
    Unsupported,
    Where,
)
from connectors.sentences import Sentences, locked, number_taken, refused
from connectors.transport.answer import Answer

LABEL = "MYOB"
THROTTLED_SECONDS = 2
# The day's quota: asked again each hour, for nobody says when the day begins.
SPENT_SECONDS = 3600
# Of a record that another one names.
UNKNOWN_RECORD = "NotFound"
PAYING = frozenset({"record_payments", "void_payment"})


def answer_error(answer: Answer) -> ConnectorError:
    """The named error of an answer that is no success. May raise `Unreadable`."""
    first = _first(answer)
    name = str(first.get("Name") or "")
    told = (first.get("Message"), first.get("AdditionalDetails"))
    said = " ".join(str(each) for each in told if each)
    where = replace(answer.where, vendor_code=name)
    if answer.status == 403:
        return _forbidden(name, said, where)
    if answer.status == 404:
        return NotFound(f"{LABEL} does not have this record.", where=where)
    if answer.status == 409:
        return StaleVersion(
            f"Somebody changed this record in {LABEL} meanwhile.", where=where
        )
    if not first:
        return answer.unreadable(f"refuses with HTTP {answer.status} and no reason")
    return refusal(name, said, where)


def refusal(name: str, said: str, where: Where) -> ConnectorError:
    """By the name where it says enough, else by the words."""
    paying = where.operation in PAYING and re.search(r"\bAccount\b", said)
    if paying:
        return refused(LABEL, "NO_BANK", "bank_account_id")(said, where)
    for pattern, make in _NAMES:
        if pattern.search(name):
            return make(said or name, where)
    return _WORDS.error(said or name, where)


def _reversed_only(said: str, where: Where) -> ConnectorError:
    return Unsupported(
        f"This company file in {LABEL} lets transactions only be reversed, neither "
        "changed nor deleted. Send a credit note, or change its preferences there.",
        where=where,
    )


def _forbidden(name: str, said: str, where: Where) -> ConnectorError:
    """MYOB throttles by this status too."""
    if name == "RateLimitError":
        spent = "daily" in said.casefold()
        return Retry(
            f"{LABEL} asks FinSync to wait: too many calls.",
            after=SPENT_SECONDS if spent else THROTTLED_SECONDS,
            where=where,
        )
    if name == "DeveloperInactive":
        return Reauthorise(
            f"{LABEL} does not accept FinSync's API key. Look at it in my.MYOB, under "
            "Developer.",
            where=where,
        )
    return Reauthorise(
        f"{LABEL} does not let this connection do it. Connect it as an administrator "
        "of the company file, and look at the user of the file, where one is entered.",
        where=where,
    )


def _first(answer: Answer) -> dict[str, Any]:
    """Errors before warnings. A gateway of MYOB's may answer a page instead."""
    try:
        body = answer.json() if answer.content else {}
    except Unreadable:
        if answer.status not in (403, 404):
            raise
        return {}
    told = body.get("Errors") if isinstance(body, dict) else None
    rows = [row for row in told or () if isinstance(row, dict)]
    rows.sort(key=lambda row: row.get("Severity") == "Warning")
    return rows[0] if rows else {}


_LOCKED = locked(f"The books of {LABEL} are locked for this date.")
_NAMES = tuple(
    (re.compile(pattern), make)
    for pattern, make in (
        (r"Duplicate.*Number|Number.*Duplicate", number_taken(LABEL)),
        (r"LockPeriod|PriorToBeginningOfFinancialYear", _LOCKED),
        (r"MustBeReversed|CannotBe(Deleted|Changed)", _reversed_only),
        (r"CreditOnHold", refused(LABEL, "REJECTED", "party_id")),
        (r"Term", refused(LABEL, "REJECTED", "due_date")),
    )
)
# The first that fits: a line's members before the document's.
_WORDS = Sentences(
    LABEL,
    (r"LockPeriod", _LOCKED),
    (r"(Selling|Buying)Details\.\w*TaxCode", refused(LABEL, "NO_TAX", "")),
    *(
        (pattern, refused(LABEL, code, field))
        for pattern, code, field in (
            (r"TaxCode", "NO_TAX", "lines"),
            (r"\bItem\b", "NO_NOMINAL", "lines"),
            (r"\bAccount\b", "NO_NOMINAL", "lines"),
            (r"\b(Customer|Supplier)\b", "ACCOUNT_WRONG", "party_id"),
            (r"CompanyName|LastName", "REJECTED", "name"),
            (r"Currency", "CURRENCY", "currency"),
            (r"Description", "BLANK_LINE", "lines"),
            (r"Term|DueDate", "REJECTED", "due_date"),
            (r"SupplierInvoiceNumber|\bNumber\b", "REJECTED", "number"),
            (r"\bDate\b", "REJECTED", "date"),
            (r"Total|UnitCount|UnitPrice|Quantity|Lines", "REJECTED", "lines"),
            (r"Amount", "REJECTED", "amount"),
        )
    ),
)
