"""FreeAgent's two error shapes, and which refusal of the books gets which sentence.

Sentences about locked items and taken references are known from the vendor's forum;
those about unknown contacts, categories and locked periods are worded here.
"""

from ..errors import (
    DuplicateNumber,
    HasSettlements,
    LedgerError,
    NotFound,
    PeriodClosed,
    UnknownAccount,
    UnknownParty,
    UnknownReference,
    WrongState,
)
from ..shape import Misfit
from ..wire import Response, json_response


class Refused(Exception):
    """A list of sentences; HTTP 422 unless it says else."""

    def __init__(self, *messages: str, status: int = 422) -> None:
        super().__init__(" ".join(messages))
        self.messages = messages
        self.status = status

    def response(self) -> Response:
        rows = [{"message": message} for message in self.messages]
        return json_response({"errors": rows}, self.status)


def single(message: str, status: int) -> Response:
    """The other shape."""
    return json_response({"errors": {"error": {"message": message}}}, status)


def not_found() -> Response:
    return single("Resource not found", 404)


def misfit(error: Misfit) -> Refused:
    if error.detail == "an array is needed":
        name = error.path.rpartition(".")[2]
        return Refused(f"'{name}' parameter does not match expected type 'array'")
    return Refused(f"{error.path.replace('.', ' ')}: {error.detail or error.reason}")


def refused(error: LedgerError) -> Refused:
    if isinstance(error, DuplicateNumber):
        return Refused("Reference has already been taken")
    if isinstance(error, PeriodClosed):
        return Refused("Dated on is in an accounting period that is locked")
    if isinstance(error, UnknownParty):
        return Refused("Contact can't be found")
    if isinstance(error, UnknownAccount):
        return Refused("Category can't be found")
    if isinstance(error, UnknownReference | NotFound):
        return Refused("Resource not found", status=404)
    if isinstance(error, HasSettlements | WrongState):
        return Refused("This document is locked and cannot be changed")
    return Refused(error.message)
