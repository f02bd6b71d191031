"""OneUp's error shape. The sentences of 401 and 404 are the vendor's, the rest ours."""

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
)
from ..shape import Misfit
from ..wire import Response, json_response


class Refused(Exception):
    def __init__(self, message: str, status: int = 422, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code or str(status)

    def response(self) -> Response:
        error = {"code": self.code, "message": self.message}
        return json_response({"error": error}, self.status)


def not_found() -> Refused:
    return Refused("The resource was not found.", 404, "003")


def no_user() -> Response:
    refused = Refused("The request requires user authentication", 401, "other")
    return refused.response()


def misfit(error: Misfit) -> Refused:
    return Refused(f"{error.path or 'body'}: {error.detail or error.reason}")


def refused(error: LedgerError) -> Refused:
    if isinstance(error, DuplicateNumber):
        return Refused("user_code has already been taken")
    if isinstance(error, PeriodClosed):
        return Refused("date is in a closed period")
    if isinstance(error, UnknownParty):
        return Refused("customer is invalid")
    if isinstance(error, UnknownItem):
        return Refused("item is invalid")
    if isinstance(error, UnknownAccount):
        return Refused("account is invalid")
    if isinstance(error, UnknownTax):
        return Refused("tax is invalid")
    if isinstance(error, NotFound):
        return not_found()
    if isinstance(error, HasSettlements):
        return Refused("the invoice was paid")
    return Refused(error.message)
