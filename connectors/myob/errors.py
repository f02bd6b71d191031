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
    DuplicateNumber,
    Locked,
    NotFound,
    Reauthorise,
    Rejected,
    Retry,
    StaleVersion,
    Unreadable,
    Unsupported,
    Where,
)
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
    both = f"{name} {said}"
    if re.search(r"Duplicate.*Number|Number.*Duplicate", name):
        return DuplicateNumber(
            f"The number is already used in {LABEL}.", vendor_message=said, where=where
        )
    if re.search(r"LockPeriod|PriorToBeginningOfFinancialYear", both):
        return Locked(
            f"The books of {LABEL} are locked for this date.",
            vendor_message=said,
            where=where,
        )
    if re.search(r"MustBeReversed|CannotBe(Deleted|Changed)", name):
        return Unsupported(
            f"This company file in {LABEL} lets transactions only be reversed, neither "
            "changed nor deleted. Send a credit note, or change its preferences there.",
            where=where,
        )
    code, field = _meant(both, where.operation)
    return Rejected(
        f"{LABEL} refused it: {said[:300] or name}",
        status_code=code,
        field=field,
        vendor_message=said,
        where=where,
    )


def _meant(words: str, operation: str) -> tuple[str, str]:
    if operation in PAYING and re.search(r"\bAccount\b", words):
        return "NO_BANK", "bank_account_id"
    return next(
        ((code, field) for found, code, field in _KNOWN if found.search(words)),
        ("REJECTED", ""),
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


# The first that fits: a line's members before the document's.
_KNOWN = tuple(
    (re.compile(pattern), code, field)
    for pattern, code, field in (
        (r"CreditOnHold", "REJECTED", "party_id"),
        (r"(SellingDetails|BuyingDetails|Freight)\w*\.?TaxCode", "NO_TAX", ""),
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
)
