"""FreshBooks' error shapes, of the older generation that it sends unasked."""

from typing import Any

from .. import errors
from ..errors import LedgerError
from ..shape import Misfit
from ..wire import Response, json_response

REQUIRED, INVALID, DELETED, UNKNOWN, TOO_LONG = 1001, 1004, 1011, 1012, 1017
_REASONS = {"missing": REQUIRED, "long": TOO_LONG}


class Refused(Exception):
    def __init__(
        self, number: int, message: str, *, field: str = "", status: int = 422
    ) -> None:
        super().__init__(message)
        self.number = number
        self.message = message
        self.field = field
        self.status = status

    def response(self, kind: str = "") -> Response:
        error: dict[str, Any] = {
            "errno": self.number,
            "field": self.field,
            "message": self.message,
            "object": kind,
            "value": None,
        }
        return json_response({"response": {"errors": [error]}}, self.status)


def unauthenticated() -> Response:
    body = {
        "error": "unauthenticated",
        "error_description": "This action requires authentication to continue.",
    }
    return json_response(body, 401)


def unknown(what: str, field: str, *, status: int = 404) -> Refused:
    return Refused(UNKNOWN, f"{what} not found.", field=field, status=status)


def misfit(error: Misfit) -> Refused:
    field = error.path.rpartition(".")[2]
    number = _REASONS.get(error.reason, INVALID)
    return Refused(number, f"{error.path}: {error.detail or error.reason}", field=field)


def of_ledger(error: LedgerError, *, number: str, day: str, party: str) -> Refused:
    """A refusal of the books: `number`, `day` and `party` are the kind's own names."""
    if isinstance(error, errors.UnknownParty):
        return unknown("Client", party)
    if isinstance(error, errors.UnknownAccount):
        return unknown("Category", "categoryid", status=422)
    if isinstance(error, errors.DuplicateNumber):
        return Refused(INVALID, "Invoice number already exists.", field=number)
    if isinstance(error, errors.PeriodClosed):
        return Refused(INVALID, "The books are closed for this date.", field=day)
    if isinstance(error, errors.NotFound):
        return unknown("Record", "id")
    if error.field == "number":
        return Refused(TOO_LONG, error.message, field=number)
    return Refused(INVALID, error.message, field=error.field)
