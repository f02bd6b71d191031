"""Xero's error shapes, and which refusal of the books gets which sentence.

Sentences about uniqueness, accounts and tax types are the vendor's as far as they are
known; the one about an unknown contact is not published, and is worded here.
"""

import datetime as dt
from typing import Any
from uuid import uuid4

from ..books import Kind
from ..errors import (
    DuplicateName,
    DuplicateNumber,
    HasSettlements,
    Invalid,
    LedgerError,
    Missing,
    PeriodClosed,
    UnknownParty,
    WrongState,
)
from ..wire import Response, json_response

NOTHING = "00000000-0000-0000-0000-000000000000"
LOCKED = (
    "The document date cannot be before the period lock date ({day}) of the "
    "organisation."
)


class Refused(Exception):
    """What is wrong with one element."""

    def __init__(self, *messages: str) -> None:
        super().__init__(" ".join(messages))
        self.messages = messages

    def errors(self) -> list[dict[str, str]]:
        return [{"Message": message} for message in self.messages]


class BadRequest(Exception):
    """What is wrong with the whole request; nothing was looked at."""

    def __init__(self, kind: str, message: str, number: int = 17) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.number = number


def bad_body(message: str) -> BadRequest:
    return BadRequest("PostDataInvalidException", message)


def bad_filter(message: str) -> BadRequest:
    return BadRequest("QueryParseException", message, 16)


def bad_request(error: BadRequest) -> Response:
    body = {"ErrorNumber": error.number, "Type": error.kind, "Message": error.message}
    return json_response(body, 400)


def invalid(elements: list[dict[str, Any]]) -> Response:
    body = {
        "ErrorNumber": 10,
        "Type": "ValidationException",
        "Message": "A validation exception occurred",
        "Elements": elements,
    }
    return json_response(body, 400)


def no_tax_type(told: str) -> Refused:
    return Refused(
        f"The TaxType code '{told}' does not exist or cannot be used for this type of "
        "transaction."
    )


def no_account(code: str) -> Refused:
    return Refused(f"Account code '{code}' is not a valid code for this document.")


def no_contact(id: str) -> Refused:
    return Refused(f"The contact with ContactID {id} could not be found.")


def refused(error: LedgerError, kind: Kind | None = None) -> Refused:
    if isinstance(error, DuplicateNumber):
        credit = kind is not None and kind.is_credit
        return Refused(f"{'CreditNote' if credit else 'Invoice'} # must be unique.")
    if isinstance(error, DuplicateName):
        return Refused(
            f"The contact name {error.name} is already assigned to another contact. "
            "The contact name must be unique across all active contacts."
        )
    if isinstance(error, PeriodClosed):
        return Refused(LOCKED.format(day=error.closed_until))
    if isinstance(error, UnknownParty):
        return no_contact(error.record_id)
    return _plain(error)


def _plain(error: LedgerError) -> Refused:
    if isinstance(error, HasSettlements):
        return Refused("The document has payments or credits allocated to it.")
    if isinstance(error, WrongState):
        return Refused("Invoice not of valid status for modification")
    if isinstance(error, Missing) and error.field == "lines":
        return Refused("One or more line items must be specified")
    if isinstance(error, Invalid) and error.field == "amount":
        return Refused("Payment amount exceeds the amount outstanding on this document")
    return Refused(error.message)


def unauthorized(detail: str, status: int = 401) -> Response:
    title = "Unauthorized" if status == 401 else "Forbidden"
    body: dict[str, Any] = {
        "Type": None,
        "Title": title,
        "Status": status,
        "Detail": detail,
        "Instance": str(uuid4()),
        "Extensions": {},
    }
    return json_response(body, status)


def token_detail(reason: str, now: dt.datetime) -> str:
    if reason == "expired":
        return f"TokenExpired: token expired at {now:%m/%d/%Y %H:%M:%S}"
    return "AuthenticationUnsuccessful"
