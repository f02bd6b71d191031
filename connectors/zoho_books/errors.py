"""Zoho Books' errors: `code` and `message`, whatever the HTTP status.

Few codes are documented, so the sentence decides where the code is not known.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    DuplicateParty,
    Locked,
    NotFound,
    Reauthorise,
    Rejected,
    Where,
    quoted,
)
from connectors.transport.answer import Answer
from connectors.transport.json_codec import decode

LABEL = "Zoho Books"
_INVALID, _GONE, _DUPLICATE_PARTY = 2, frozenset({5, 1002}), 3062
_NOT_ALLOWED, _NOT_A_MEMBER, _NUMBERED_THERE = 57, 6041, 4097
_DAY_LIMIT, _AT_ONCE_LIMIT = 45, 1070
MINUTE_SECONDS = 60
# A day ends at midnight of the organisation's own zone: asked for by the hour.
DAY_SECONDS = 3600
AT_ONCE_SECONDS = 5
# The member named in the sentence -> our status code and field.
_FIELDS: Mapping[str, tuple[str, str]] = {
    "customer_id": ("ACCOUNT_WRONG", "party_id"),
    "vendor_id": ("ACCOUNT_WRONG", "party_id"),
    "contact_id": ("ACCOUNT_WRONG", "party_id"),
    "account_id": ("NO_NOMINAL", "lines"),
    "item_id": ("NO_NOMINAL", "lines"),
    "tax_id": ("NO_TAX", "lines"),
    "currency_id": ("CURRENCY", "currency"),
    "paid_through_account_id": ("NO_BANK", "bank_account_id"),
    "from_account_id": ("NO_BANK", "bank_account_id"),
    "date": ("REJECTED", "date"),
    "contact_name": ("REJECTED", "name"),
}
_NAMED = re.compile(r"invalid value passed for (\w+)", re.IGNORECASE)
_TAKEN = re.compile(r"already (exists|been (used|taken))|exists already", re.IGNORECASE)
_LOCKED = re.compile(r"\block(ed|ing)?\b|closed period", re.IGNORECASE)


def away(content: bytes) -> float:
    """How long to stay away after too many calls: Zoho tells only which limit it
    was."""
    try:
        code = decode(content).get("code")
    except (ValueError, AttributeError):
        code = None
    return {_DAY_LIMIT: DAY_SECONDS, _AT_ONCE_LIMIT: AT_ONCE_SECONDS}.get(
        code, MINUTE_SECONDS
    )


def understood(answer: Answer) -> dict[str, Any]:
    """The envelope of a success. Raises the named error of anything else."""
    body = answer.json_object()
    code = body.get("code")
    if answer.ok and code == 0:
        return body
    if not isinstance(code, int):
        raise answer.unreadable(f"has HTTP {answer.status} and no code")
    where = replace(answer.where, vendor_code=str(code))
    raise named(code, str(body.get("message") or code), where)


def named(code: int, said: str, where: Where) -> ConnectorError:
    """The error that the engine acts on."""
    if code == _NOT_A_MEMBER:
        return Reauthorise(
            f"{LABEL} does not open this organisation to the person who connected.",
            where=where,
        )
    if code in _GONE or where.http_status == 404:
        return NotFound(f"{LABEL} has no such record: {quoted(said)}.", where=where)
    if code == _DUPLICATE_PARTY:
        return DuplicateParty(
            f"{LABEL} already has a contact of that name.",
            vendor_message=said,
            where=where,
        )
    if code == _NUMBERED_THERE:
        return _refused(
            f"{LABEL} numbers these documents itself and does not take ours. Turn "
            "automatic numbering off there.",
            said,
            where,
            field="number",
        )
    if _TAKEN.search(said) and "number" in said.casefold():
        return DuplicateNumber(
            f"The number is taken in {LABEL}.", vendor_message=said, where=where
        )
    if _LOCKED.search(said):
        return Locked(
            f"The date lies in a period that is locked in {LABEL}.",
            vendor_message=said,
            where=where,
        )
    return _other(code, said, where)


def _other(code: int, said: str, where: Where) -> Rejected:
    if code == _NOT_ALLOWED:
        return _refused(
            f"{LABEL} does not allow this to the person who connected: {quoted(said)}.",
            said,
            where,
        )
    found = _NAMED.search(said)
    name = found[1].lower() if code == _INVALID and found else ""
    status_code, field = _FIELDS.get(name, ("REJECTED", ""))
    if name == "account_id" and where.operation == "record_payments":
        status_code, field = "NO_BANK", "bank_account_id"
    return _refused(
        f"{LABEL} refused: {quoted(said)}.",
        said,
        where,
        status_code=status_code,
        field=field,
    )


def _refused(
    message: str,
    said: str,
    where: Where,
    *,
    status_code: str = "REJECTED",
    field: str = "",
) -> Rejected:
    return Rejected(
        message,
        status_code=status_code,
        field=field,
        vendor_message=said,
        where=where,
    )
