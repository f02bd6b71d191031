"""MYOB's error shape, and which refusal of the books gets which name.

The names of a taken number, of a text that is too long and of amounts that do not fit
are not published; they are worded here.
"""

import re

from ..errors import (
    DuplicateNumber,
    HasSettlements,
    LedgerError,
    NotFound,
    PeriodClosed,
    StaleVersion,
    UnknownAccount,
    UnknownItem,
    UnknownParty,
    UnknownReference,
    UnknownTax,
)
from ..shape import Misfit
from ..wire import Response, json_response


class Refused(Exception):
    """One entry of the list, with HTTP's status."""

    def __init__(
        self,
        name: str,
        message: str,
        *,
        details: str = "",
        code: int | None = None,
        status: int = 400,
    ) -> None:
        super().__init__(message)
        self.name = name
        self.message = message
        self.details = details
        self.code = code
        self.status = status

    def response(self) -> Response:
        entry = {
            "Name": self.name,
            "Message": self.message,
            "AdditionalDetails": self.details,
            "ErrorCode": self.code,
            "Severity": "Error",
            "LearnMore": None,
        }
        return json_response({"Errors": [entry]}, self.status)


def unknown(path: str) -> Refused:
    """Of a record that another one names."""
    return Refused(
        "NotFound", "The record is not found", details=f"{path}.UID", code=150
    )


def required(path: str) -> Refused:
    return Refused("Required", f"{path} is required", details=path, code=100)


def stale() -> Refused:
    return Refused(
        "IncorrectRowVersionSupplied",
        "An update needs the latest RowVersion of each record",
        code=111,
        status=409,
    )


def not_there() -> Refused:
    return Refused("NotFound", "The record does not exist", status=404)


def denied() -> Refused:
    return Refused("AccessDenied", "You may not access this resource", status=403)


def reversed_only() -> Refused:
    return Refused(
        "TransactionsCannotBeDeleted",
        "Transactions cannot be changed or deleted and must be reversed",
        code=25003,
    )


def misfit(error: Misfit) -> Refused:
    path = re.sub(r"\.(\d+)", r"[\1]", error.path)
    if error.reason == "missing":
        return required(path)
    if error.reason == "long":
        return Refused("StringLength", f"{path}: {error.detail}", details=path)
    message = f"Error converting value: {error.detail or error.reason}. Path '{path}'"
    return Refused("SerializationError", message, details=path, code=50)


_NAMES: tuple[tuple[type[UnknownReference], str], ...] = (
    (UnknownAccount, "Account"),
    (UnknownItem, "Item"),
    (UnknownTax, "TaxCode"),
)


def refused(error: LedgerError, *, purchase: bool = False) -> Refused:
    if isinstance(error, PeriodClosed):
        return Refused("BusinessEvent_DateOccured_InLockPeriod", "The period is locked")
    if isinstance(error, DuplicateNumber):
        return duplicate()
    if isinstance(error, StaleVersion):
        return stale()
    if isinstance(error, NotFound):
        return not_there()
    if isinstance(error, HasSettlements):
        return Refused("BusinessEvent_IsSettled", "Payments have been applied to it")
    if isinstance(error, UnknownParty):
        return unknown("Supplier" if purchase else "Customer")
    for kind, name in _NAMES:
        if isinstance(error, kind):
            return unknown(name)
    return Refused("ValidationError", error.message, details=error.field)


def duplicate() -> Refused:
    return Refused("DuplicateNumber", "The number is used already", details="Number")
