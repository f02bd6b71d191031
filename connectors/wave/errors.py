"""Wave's two kinds of refusal, and what each of them means for us.

`errors` beside the data speak of the call (code in `extensions`); `inputErrors` inside
a mutation's answer speak of the record (a path). Either comes with HTTP 200. Wave lists
no codes for the latter, so the path decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    InDoubt,
    Locked,
    NotFound,
    PlatformDown,
    Reauthorise,
    Rejected,
    Retry,
    Where,
)
from connectors.transport.answer import Answer
from connectors.transport.retries import Effect

LABEL = "Wave"
THROTTLED_SECONDS = 30
UNAUTHENTICATED, FORBIDDEN, MISSING = "UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND"
_OUR_FAULT = frozenset(
    {"GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED", "BAD_USER_INPUT"}
)
_THROTTLED = frozenset({"THROTTLED", "RATE_LIMITED", "TOO_MANY_REQUESTS"})
# The last name in a path -> our status code and field.
_PATHS: Mapping[str, tuple[str, str]] = {
    "customerId": ("ACCOUNT_WRONG", "party_id"),
    "productId": ("NO_NOMINAL", "lines"),
    "salesTaxId": ("NO_TAX", "lines"),
    "accountId": ("NO_NOMINAL", "lines"),
    "incomeAccountId": ("NO_NOMINAL", "lines"),
    "expenseAccountId": ("NO_NOMINAL", "lines"),
    "paymentAccountId": ("NO_METHOD", "bank_account_id"),
    "currency": ("CURRENCY", "currency"),
    "invoiceDate": ("REJECTED", "date"),
    "dueDate": ("REJECTED", "due_date"),
    "items": ("REJECTED", "lines"),
    "description": ("REJECTED", "lines"),
    "quantity": ("REJECTED", "lines"),
    "unitPrice": ("REJECTED", "lines"),
    "amount": ("REJECTED", "amount"),
    "name": ("REJECTED", "name"),
    "email": ("REJECTED", "email"),
}
_TAKEN = ("unique", "already", "exists", "taken")
_CLOSED = ("closed", "lock")


def code_in(body: object) -> str:
    """Of the first error of a decoded answer; empty where there is none."""
    errors = body.get("errors") if isinstance(body, Mapping) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    extensions = first.get("extensions") if isinstance(first, Mapping) else None
    return str(extensions.get("code") or "") if isinstance(extensions, Mapping) else ""


def call_error(errors: Sequence[Mapping[str, Any]], answer: Answer) -> ConnectorError:
    """The named error of `errors` beside the data."""
    code = code_in({"errors": list(errors)})
    said = "; ".join(str(each.get("message") or "") for each in errors)[:300]
    where = replace(answer.where, vendor_code=code)
    if code == UNAUTHENTICATED:
        return Reauthorise(f"{LABEL} no longer accepts this connection.", where=where)
    if code == FORBIDDEN:
        return forbidden(where)
    if code == MISSING:
        return NotFound(f"{LABEL} does not find it: {said}", where=where)
    if code in _THROTTLED:
        return Retry(
            f"{LABEL} asks FinSync to wait: too many calls.",
            after=THROTTLED_SECONDS,
            where=where,
        )
    if code in _OUR_FAULT:
        return Rejected(
            f"{LABEL} does not understand FinSync's request: {said}",
            vendor_message=said,
            where=where,
        )
    if answer.effect is Effect.READ:
        return PlatformDown(f"{LABEL} is out of order: {said}", where=where)
    return InDoubt(f"{LABEL} failed while it worked: {said}", where=where)


def forbidden(where: Where) -> ConnectorError:
    return Reauthorise(
        f"{LABEL} does not let FinSync in. The business needs Wave Pro, and the person "
        "who connects must grant all that is asked for.",
        where=where,
    )


def input_error(errors: Sequence[Mapping[str, Any]], where: Where) -> Rejected:
    """The named error of `inputErrors`; without any, an id is of another business."""
    if not errors:
        return Rejected(
            f"{LABEL} refused without a reason. An id may be of another business.",
            where=where,
        )
    first = errors[0]
    path = [str(part) for part in first.get("path") or ()]
    said = str(first.get("message") or "")
    where = replace(where, vendor_code=str(first.get("code") or ""))
    return _of_path(path, said, where)


def _of_path(path: Sequence[str], said: str, where: Where) -> Rejected:
    name = next((part for part in reversed(path) if not part.isdecimal()), "")
    lower = said.casefold()
    if name == "invoiceNumber" and any(word in lower for word in _TAKEN):
        return DuplicateNumber(
            f"The number is taken in {LABEL}.", vendor_message=said, where=where
        )
    if name == "invoiceDate" and any(word in lower for word in _CLOSED):
        return Locked(
            f"The date lies in a period that is closed in {LABEL}.",
            vendor_message=said,
            where=where,
        )
    if name == "invoiceNumber":
        status_code, field = "NUMBER_TOO_LONG", "number"
    else:
        status_code, field = _PATHS.get(name, ("REJECTED", ""))
    return Rejected(
        f"{LABEL} refused: {said or '.'.join(path)}",
        status_code=status_code,
        field=field,
        vendor_message=said,
        where=where,
    )
