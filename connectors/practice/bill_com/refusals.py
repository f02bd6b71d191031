"""How Bill.com refuses: a bare array with one member for each fault.

BDC_1101, 1102, 1109, 1121, 1143, 1144, 1145 and 1322 are its own; the sentences for
taken numbers, closed periods and unknown ids are worded here.
"""

from ..errors import (
    DuplicateNumber,
    HasSettlements,
    LedgerError,
    NotFound,
    PeriodClosed,
    UnknownAccount,
    UnknownItem,
    UnknownParty,
    UnknownTax,
    WrongState,
)
from ..shape import Misfit
from ..wire import Response, json_response

TIME = "2026-11-25T12:00:00.000+00:00"
INVALID = "BDC_1143"


class Refused(LedgerError):
    def __init__(
        self,
        message: str,
        *,
        code: str = INVALID,
        status: int = 400,
        category: str = "DOWNSTREAM",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.category = category

    def response(self) -> Response:
        row = {
            "timestamp": TIME,
            "severity": "ERROR",
            "category": self.category,
            "message": self.message,
        }
        if self.code:
            row["code"] = self.code
        return json_response([row], self.status)


def no_session() -> Refused:
    said = "Session is invalid.  Please log in."
    return Refused(said, code="BDC_1109", status=401)


def no_entry() -> Refused:
    said = "User name and/or password do not match our records."
    return Refused(said, code="BDC_1101", status=401)


def no_developer() -> Refused:
    return Refused("Developer key is invalid.", code="BDC_1102", status=401)


def no_right() -> Refused:
    said = "User does not have permission for this operation."
    return Refused(said, code="BDC_1145", status=403)


def unknown(field: str) -> Refused:
    return Refused(f"Invalid entity data. {field}.")


def not_found() -> Refused:
    return Refused("Object with the given id does not exist.", status=404)


def misfit(error: Misfit) -> Refused:
    """Of the request itself: these have no code."""
    said = {
        "missing": "must not be null",
        "unknown": "unrecognized field",
    }.get(error.reason, error.detail or error.reason)
    if error.reason == "missing" and error.path.endswith(("name", "email")):
        said = "must not be blank"
    if error.reason == "long" and error.path.endswith("Number"):
        return Refused(f"Invalid entity data. {error.path} exceeds {said}.")
    return Refused(f"{error.path}: {said}", code="", category="REQUEST")


def worded(error: LedgerError) -> Refused:
    if isinstance(error, Refused):
        return error
    if isinstance(error, NotFound):
        return not_found()
    for kind, said in _WORDS:
        if isinstance(error, kind):
            return Refused(said, status=422 if kind is DuplicateNumber else 400)
    return Refused(f"Invalid entity data. {error.message}")


_WORDS: tuple[tuple[type[LedgerError], str], ...] = (
    (DuplicateNumber, "Invalid entity data. Duplicate invoice number."),
    (UnknownParty, "Invalid entity data. customerId."),
    (UnknownAccount, "Invalid entity data. chartOfAccountId."),
    (UnknownTax, "Invalid entity data. salesTaxItemId."),
    (UnknownItem, "Invalid entity data. itemId."),
    (PeriodClosed, "The date is in a closed accounting period."),
    (HasSettlements, "The object has payments or credits applied to it."),
    (WrongState, "The object is archived."),
)
