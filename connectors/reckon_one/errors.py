"""Reckon One's errors: those of the API name a place, those of the gateway a status."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from connectors.errors import (
    ConnectorError,
    DuplicateParty,
    InDoubt,
    Locked,
    NotFound,
    Reauthorise,
    Rejected,
    Where,
    quoted,
)
from connectors.transport.answer import Answer
from connectors.transport.json_codec import decode

LABEL = "Reckon One"
THROTTLED_SECONDS = 5
_SECONDS = re.compile(r"in (\d+) seconds?", re.IGNORECASE)
_LOCKED = re.compile(r"lock.?(off|ed|date)|closed period", re.IGNORECASE)
_TAKEN = re.compile(r"already (exists|in use|been used)|must be unique", re.IGNORECASE)
# The last member of the place -> our status code and field.
_PLACES: Mapping[str, tuple[str, str]] = {
    "customer": ("ACCOUNT_WRONG", "party_id"),
    "supplier": ("ACCOUNT_WRONG", "party_id"),
    "customerid": ("ACCOUNT_WRONG", "party_id"),
    "ledgeraccount": ("NO_NOMINAL", "lines"),
    "item": ("NO_NOMINAL", "lines"),
    "accountingcategoryid": ("NO_NOMINAL", "lines"),
    "taxrate": ("NO_TAX", "lines"),
    "taxgroupid": ("NO_TAX", "lines"),
    "taxamount": ("NO_TAX", "lines"),
    "description": ("BLANK_LINE", "lines"),
    "invoicedate": ("REJECTED", "date"),
    "creditnotedate": ("REJECTED", "date"),
    "receiptdate": ("REJECTED", "date"),
    "billdate": ("REJECTED", "date"),
    "reference": ("REJECTED", "number"),
    "totalamount": ("REJECTED", "amount"),
    "transactionamount": ("REJECTED", "amount"),
    "name": ("REJECTED", "name"),
}


def away(content: bytes) -> float:
    """How long to stay away, where the gateway says it in words alone."""
    found = _SECONDS.search(content.decode("utf-8", "replace"))
    return float(found[1]) if found else THROTTLED_SECONDS


def is_about_the_key(answer: Answer) -> bool:
    """The gateway refuses a subscription key as it would a token."""
    try:
        body = decode(answer.content)
    except ValueError:
        return False
    said = str(body.get("message") or "") if isinstance(body, Mapping) else ""
    return answer.status == 401 and "subscription key" in said.casefold()


def answer_error(answer: Answer) -> ConnectorError:
    """The named error of an answer that is no success."""
    if is_about_the_key(answer):
        return Reauthorise(
            f"{LABEL} does not take the subscription key of FinSync's registration. "
            "Enter a valid one under the platform's app settings.",
            where=answer.where,
        )
    if answer.status == 403:
        return Reauthorise(
            f"{LABEL} does not allow this: the person who connected lacks the role, or "
            "the book the module.",
            where=answer.where,
        )
    if answer.status == 404:
        return NotFound(f"{LABEL} has no such record.", where=answer.where)
    if answer.status != 400:
        return answer.unreadable(f"refuses with HTTP {answer.status}")
    return refusal(answer.json_object(), answer.where)


def require_done(answer: Answer) -> Answer:
    """What was merely accepted may still come to nothing."""
    if answer.status == 202:
        raise InDoubt(
            f"{LABEL} took this up, and has not done it yet. FinSync checks what "
            "became of it.",
            where=answer.where,
        )
    if not answer.ok:
        raise answer_error(answer)
    return answer


def refusal(body: Mapping[str, Any], where: Where) -> ConnectorError:
    """The first error that names a place decides; all are shown."""
    told = [each for each in body.get("errors") or () if isinstance(each, Mapping)]
    said = " ".join(str(each.get("message") or "") for each in told).strip()
    said = said or str(body.get("message") or "without a reason")
    place = next((str(each["location"]) for each in told if each.get("location")), "")
    member = place.rpartition(".")[2].casefold()
    where = replace(where, vendor_code=place)
    status_code, field = _PLACES.get(member, ("REJECTED", ""))
    if member == "ledgeraccount" and "." not in place:
        status_code, field = "NO_BANK", "bank_account_id"
    if _LOCKED.search(said) and field in ("date", ""):
        return Locked(
            f"The books of {LABEL} are locked for this date.",
            vendor_message=said,
            where=where,
        )
    if field == "name" and _TAKEN.search(said):
        return DuplicateParty(
            f"{LABEL} already has a contact of that name.",
            vendor_message=said,
            where=where,
        )
    return Rejected(
        f"{LABEL} refused: {quoted(said)}.",
        status_code=status_code,
        field=field,
        vendor_message=said,
        where=where,
    )
