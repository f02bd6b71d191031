"""FreshBooks' errors of several generations, and what each of them means for us.

Old: `response.errors[]` with a number and a field. New (with a version header, and then
perhaps with HTTP 200): `details[]` with the number as `reason`. Ledger accounts and the
token end point have forms of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    Locked,
    NotFound,
    Rejected,
    Retry,
    Where,
    quoted,
)
from connectors.transport.answer import Answer

LABEL = "FreshBooks"
THROTTLED_SECONDS = 8
BUSY_SECONDS = 5
DENIED, INACTIVE, DELETED, UNKNOWN, TOO_LONG = "1003", "1042", "1011", "1012", "1017"
# The field -> our status code and field.
_FIELDS: Mapping[str, tuple[str, str]] = {
    "customerid": ("ACCOUNT_WRONG", "party_id"),
    "clientid": ("ACCOUNT_WRONG", "party_id"),
    "userid": ("ACCOUNT_WRONG", "party_id"),
    "vendorid": ("ACCOUNT_WRONG", "party_id"),
    "categoryid": ("NO_NOMINAL", "lines"),
    "lines": ("REJECTED", "lines"),
    "taxname1": ("NO_TAX", "lines"),
    "taxamount1": ("NO_TAX", "lines"),
    "tax_name1": ("NO_TAX", "lines"),
    "tax_percent1": ("NO_TAX", "lines"),
    "currency_code": ("CURRENCY", "currency"),
    "create_date": ("REJECTED", "date"),
    "issue_date": ("REJECTED", "date"),
    "date": ("REJECTED", "date"),
    "paid_date": ("REJECTED", "date"),
    "type": ("NO_METHOD", "bank_account_id"),
    "payment_type": ("NO_METHOD", "bank_account_id"),
    "amount": ("REJECTED", "amount"),
    "organization": ("REJECTED", "name"),
    "vendor_name": ("REJECTED", "name"),
    "email": ("REJECTED", "email"),
}
_NUMBERS = frozenset({"invoice_number", "credit_number", "bill_number"})
_DATES = frozenset({"create_date", "issue_date"})
# The record itself, and not one that it names.
_OWN = frozenset({"", "id", "invoiceid", "creditid", "billid", "paymentid", "itemid"})


@dataclass(frozen=True, slots=True)
class Fault:
    number: str
    message: str = ""
    field: str = ""


def fault_in(body: object) -> Fault | None:
    """The first error of a decoded answer, whatever its generation."""
    if not isinstance(body, Mapping):
        return None
    response = body.get("response")
    if isinstance(response, Mapping) and response.get("errors"):
        return _old(response["errors"][0])
    if body.get("details") and "code" in body:
        return _new(body)
    if isinstance(body.get("errors"), Mapping):
        return _of_ledger(body["errors"])
    if body.get("error"):
        said = str(body.get("error_description") or body["error"])
        return Fault(str(body["error"]), said)
    return None


def _old(error: Mapping[str, Any]) -> Fault:
    return Fault(
        number=str(error.get("errno") or ""),
        message=str(error.get("message") or ""),
        field=str(error.get("field") or ""),
    )


def _new(body: Mapping[str, Any]) -> Fault:
    first = body["details"][0]
    told = first.get("metadata") or {}
    return Fault(
        number=str(first.get("reason") or body.get("code") or ""),
        message=str(told.get("message") or body.get("message") or ""),
        field=str(told.get("field") or ""),
    )


def _of_ledger(errors: Mapping[str, Any]) -> Fault:
    details = errors.get("details") or [{}]
    told = details[0].get("metadata") or {}
    return Fault(
        number=str(errors.get("status") or ""),
        message=str(told.get("message") or errors.get("message") or ""),
        field=str(told.get("field") or ""),
    )


def answer_error(answer: Answer) -> ConnectorError:
    """The named error of an answer that is no success."""
    if answer.status in (408, 409):
        return Retry(
            f"{LABEL} is busy with this record.", after=BUSY_SECONDS, where=answer.where
        )
    fault = fault_in(answer.json())
    if fault is None:
        return answer.unreadable(f"refuses with HTTP {answer.status} and no reason")
    return named(fault, replace(answer.where, vendor_code=fault.number))


def named(fault: Fault, where: Where) -> ConnectorError:
    """The error that the engine acts on."""
    said, field = fault.message, fault.field.lower()
    lower = said.casefold()
    if fault.number in (DENIED, INACTIVE):
        return Rejected(
            f"{LABEL} does not allow this: {quoted(said)}. The person who connected "
            "needs the right, or the account a larger plan.",
            vendor_message=said,
            where=where,
        )
    if field in _NUMBERS and fault.number != TOO_LONG:
        return DuplicateNumber(
            f"The number is taken in {LABEL}.", vendor_message=said, where=where
        )
    if field in _DATES and any(word in lower for word in ("closed", "lock")):
        return Locked(
            f"The date lies in a period that is closed in {LABEL}.",
            vendor_message=said,
            where=where,
        )
    if fault.number in (UNKNOWN, DELETED) and field in _OWN:
        return NotFound(f"{LABEL} has no such record: {said}", where=where)
    return _refused(fault, field, where)


def _refused(fault: Fault, field: str, where: Where) -> Rejected:
    status_code, ours = _FIELDS.get(field, ("REJECTED", ""))
    if field in _NUMBERS:
        status_code, ours = "NUMBER_TOO_LONG", "number"
    return Rejected(
        f"{LABEL} refused: {fault.message or fault.number}",
        status_code=status_code,
        field=ours,
        vendor_message=fault.message,
        where=where,
    )
