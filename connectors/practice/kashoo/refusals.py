"""How refusals are worded here. Kashoo's own shape and sentences are not documented."""

from ..errors import (
    DuplicateNumber,
    LedgerError,
    NotFound,
    PeriodClosed,
    UnknownAccount,
    UnknownParty,
    UnknownReference,
    UnknownTax,
)
from ..shape import Misfit
from ..wire import Response, json_response


class Refused(Exception):
    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status

    def response(self) -> Response:
        return json_response({"message": self.message}, self.status)


def misfit(error: Misfit) -> Refused:
    return Refused(f"{error.path or 'body'}: {error.detail or error.reason}")


def refused(error: LedgerError) -> Refused:
    if isinstance(error, DuplicateNumber):
        return Refused(f"Number {error.number} is already in use", 409)
    if isinstance(error, PeriodClosed):
        return Refused("The date is in a closed period")
    if isinstance(error, UnknownParty):
        return Refused(f"Unknown contact {error.record_id}")
    if isinstance(error, UnknownAccount):
        return Refused(f"Unknown account {error.record_id}")
    if isinstance(error, UnknownTax):
        return Refused(f"Unknown tax {error.record_id}")
    if isinstance(error, UnknownReference):
        return Refused(f"Unknown record {error.record_id}")
    if isinstance(error, NotFound):
        return Refused("Not found", 404)
    return Refused(error.message)
