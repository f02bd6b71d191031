"""NetSuite's refusals by name, for both ways in.

Codes: `StatusDetailCodeType` of the published schema for SOAP, `o:errorCode` for REST.
What is wrong stands in the text ("Invalid entity reference key 99 for subsidiary 2.")
or, in REST, in the path of the field.
"""

import re
from dataclasses import dataclass

from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    DuplicateParty,
    InDoubt,
    Locked,
    NotFound,
    Reauthorise,
    Rejected,
    Retry,
    StaleVersion,
    Where,
)

LABEL = "NetSuite"
BUSY_SECONDS = 8
CLOSED = frozenset({"TRAN_PRD_CLOSED", "CLOSED_TRAN_PRD"})
LOGIN = frozenset(
    {
        "INVALID_LOGIN_ATTEMPT",
        "INVALID_LOGIN",
        "INVALID_LOGIN_CREDENTIALS",
        "LOGIN_DISABLED",
    }
)
BUSY = frozenset(
    {
        "WS_REQUEST_BLOCKED",
        "WS_CONCUR_SESSION_DISALLWD",
        "EXCEEDED_MAX_CONCUR_RQST",
        "CONCURRENCY_LIMIT_EXCEEDED",
    }
)
GONE = frozenset({"RCRD_DSNT_EXIST", "NONEXISTENT_ID"})
_SAME_NAME = frozenset({"DUP_ENTITY", "DUP_ENTITY_NAME", "DUP_VENDOR_NAME"})
_SAME_NUMBER = frozenset({"DUP_RCRD", "DUP_TRANS"})
_KEY = re.compile(r"invalid (\w+) reference key", re.I)
_FIELD = re.compile(r"following field: (\w+)", re.I)
_CLOSED = re.compile(r"period\b.*\b(closed|locked)|\b(closed|locked)\b.*\bperiod", re.I)
_EXISTS = re.compile(r"(already exists|duplicate)", re.I)
# Their field -> our field, and the code that staff see.
_FIELDS = {
    "entity": ("party_id", "ACCOUNT_WRONG"),
    "customer": ("party_id", "ACCOUNT_WRONG"),
    "item": ("lines", "NO_NOMINAL"),
    "account": ("lines", "NO_NOMINAL"),
    "taxcode": ("lines", "NO_TAX"),
    "currency": ("currency", "CURRENCY"),
    "tranid": ("number", "REJECTED"),
    "trandate": ("date", "REJECTED"),
    "doc": ("allocations", "REJECTED"),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One error detail. `path` is REST's, such as `item.items[0].taxCode`."""

    code: str
    message: str
    path: str = ""


def named(refusal: Refusal, where: Where) -> ConnectorError:
    said = refusal.message
    if refusal.code in LOGIN:
        return Reauthorise(
            f"{LABEL} does not accept these tokens (or the server's clock is wrong).",
            where=where,
        )
    if refusal.code in BUSY:
        return Retry(f"{LABEL} is busy.", after=BUSY_SECONDS, where=where)
    if refusal.code in CLOSED or _CLOSED.search(refusal.message):
        return Locked(
            f"The period is closed in {LABEL}.", vendor_message=said, where=where
        )
    if refusal.code in GONE:
        return NotFound(f"{LABEL} does not have it (any more).", where=where)
    if refusal.code == "RCRD_HAS_BEEN_CHANGED":
        return StaleVersion(f"It was changed in {LABEL} meanwhile.", where=where)
    if refusal.code in _SAME_NAME:
        return DuplicateParty(
            f"{LABEL} has that name already.", vendor_message=said, where=where
        )
    if refusal.code == "UNEXPECTED_ERROR":
        return InDoubt(f"{LABEL} failed while it worked.", where=where)
    if refusal.code in _SAME_NUMBER or _says_taken(refusal):
        return DuplicateNumber(
            f"{LABEL} has that number already.", vendor_message=said, where=where
        )
    return _rejected(refusal, where)


def _says_taken(refusal: Refusal) -> bool:
    return refusal.code == "USER_ERROR" and bool(_EXISTS.search(refusal.message))


def _rejected(refusal: Refusal, where: Where) -> Rejected:
    field, status_code = _FIELDS.get(_their_field(refusal), ("", "REJECTED"))
    sentence = f"{LABEL} refuses it: {refusal.message or refusal.code}"
    if refusal.code.startswith("INSUFFICIENT_PERMISSION"):
        sentence = f"The role in {LABEL} lacks a permission: {refusal.message}"
    return Rejected(
        sentence,
        status_code=status_code,
        field=field,
        vendor_message=refusal.message,
        where=where,
    )


def _their_field(refusal: Refusal) -> str:
    for word in (refusal.path.rpartition(".")[2], *_words(refusal.message)):
        name = word.partition("[")[0].casefold()
        if name in _FIELDS:
            return name
    return ""


def _words(message: str) -> list[str]:
    found = [pattern.search(message) for pattern in (_KEY, _FIELD)]
    return [match.group(1) for match in found if match]
