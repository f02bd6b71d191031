"""Acumatica's refusals, and what each of them means for us.

Two shapes: the record sent back with an `error` beside each bad field (HTTP 422), and
an error with the exception's text (HTTP 500 for most rules of the books). Shapes: the
OpenAPI document (`HttpError`); sentences as users of its API tell them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connectors.errors import (
    ConnectorError,
    NotFound,
    Reauthorise,
    Rejected,
    Retry,
    Where,
    quoted,
)
from connectors.sentences import Sentences, locked, number_taken, refused
from connectors.transport.answer import Answer
from connectors.transport.caller import server_error
from connectors.transport.json_codec import decode

LABEL = "Acumatica"
THROTTLED_SECONDS = 30
# Exceptions of these are rules; any other may have come after the books were touched.
_RULES = "PX."
_SEATS = re.compile(r"login limit|maximum number of .*users|concurrent", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """`field` is the member's name, where one is told."""

    said: str
    field: str = ""
    kind: str = ""


def fault_in(body: object) -> Fault | None:
    if not isinstance(body, Mapping):
        return None
    for field, said in _beside_fields(body):
        return Fault(said, field)
    told = body.get("exceptionMessage") or body.get("error") or body.get("message")
    kind = str(body.get("exceptionType") or "")
    return Fault(str(told), kind=kind) if told else None


def answer_error(answer: Answer) -> ConnectorError:
    """The named error of an answer that is no success. A failure that names no rule of
    the books may have come after they were touched."""
    fault = _fault_of(answer)
    if fault and _SEATS.search(fault.said):
        return seats_taken(answer.where)
    if answer.status >= 500 and not (fault and fault.kind.startswith(_RULES)):
        return _broken(answer)
    if answer.status == 404:
        return NotFound(f"{LABEL} no longer has this record.", where=answer.where)
    if answer.status == 403:
        return Rejected(
            f"FinSync's user may not do this in {LABEL}: give it the role.",
            where=answer.where,
        )
    if fault is None:
        return answer.unreadable(f"refuses with HTTP {answer.status} and no reason")
    return refusal(fault, answer.where)


def login_error(answer: Answer) -> ConnectorError:
    fault = _fault_of(answer)
    if fault and _SEATS.search(fault.said):
        return seats_taken(answer.where)
    if answer.status >= 500 and fault is None:
        return _broken(answer)
    said = quoted(fault.said) if fault else f"HTTP {answer.status}"
    return Reauthorise(
        f"{LABEL} does not let FinSync in: {said}. Check address, tenant, user and "
        "password.",
        where=answer.where,
    )


def seats_taken(where: Where) -> ConnectorError:
    return Retry(
        f"All seats of {LABEL}'s licence are taken.",
        after=THROTTLED_SECONDS,
        where=where,
    )


def refusal(fault: Fault, where: Where) -> ConnectorError:
    """A few sentences decide; else the field, where one is told."""
    field = fault.field or _field_told(fault.said)
    told = refused(LABEL, *_FIELDS.get(field, ("REJECTED", "")))
    return _SENTENCES.error(fault.said, where, otherwise=told)


def _beside_fields(body: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Members with an error of their own, those of rows too."""
    for name, member in body.items():
        rows = member if isinstance(member, list) else [member]
        for row in rows:
            if not isinstance(row, Mapping):
                continue
            if isinstance(row.get("error"), str) and "value" in row:
                yield name, str(row["error"])
            elif name not in ("custom", "_links"):
                yield from _beside_fields(row)


def _fault_of(answer: Answer) -> Fault | None:
    try:
        return fault_in(decode(answer.content))
    except ValueError:
        return None


def _field_told(said: str) -> str:
    found = _PROCESSING.search(said)
    return found[1] or found[2] if found else ""


def _broken(answer: Answer) -> ConnectorError:
    return server_error(LABEL, answer.where, answer.effect)


_PROCESSING = re.compile(r"processing of the field (\w+)|^'(\w+)' '?[^']*'? ?cannot be")
_LOCKED = locked(f"The financial period in {LABEL} is not open for this date.")
_SENTENCES = Sentences(
    LABEL,
    (r"period.*(closed|inactive|locked|not open)", _LOCKED),
    (r"vendor ref.*(already|exist)", number_taken(LABEL)),
)
_FIELDS = {
    **dict.fromkeys(("Customer", "CustomerID"), ("ACCOUNT_WRONG", "party_id")),
    **dict.fromkeys(("Vendor", "VendorID"), ("ACCOUNT_WRONG", "party_id")),
    "Account": ("NO_NOMINAL", "lines"),
    "InventoryID": ("NO_NOMINAL", "lines"),
    "TaxCategory": ("NO_TAX", "lines"),
    "Details": ("REJECTED", "lines"),
    "Date": ("REJECTED", "date"),
    "DueDate": ("REJECTED", "due_date"),
    "CustomerOrder": ("REJECTED", "number"),
    "VendorRef": ("REJECTED", "number"),
    "CashAccount": ("NO_BANK", "bank_account_id"),
    "PaymentMethod": ("NO_BANK", "bank_account_id"),
    "CurrencyID": ("CURRENCY", "currency"),
}
