"""Sage's error shape, a list, and which refusal of the books gets which code.

The texts for a taken contact reference and for a locked date are not published; they
are worded here.
"""

from typing import Any

from ..errors import (
    HasSettlements,
    LedgerError,
    NotFound,
    PeriodClosed,
    UnknownReference,
    WrongState,
)
from ..shape import Misfit
from ..wire import Response, json_response


class Refused(Exception):
    """One entry of the list, with HTTP's status."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "ValidationError",
        source: str = "",
        status: int = 422,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.source = source
        self.status = status

    def response(self) -> Response:
        entry = {
            "$severity": "error",
            "$dataCode": self.code,
            "$message": self.message,
            "$source": self.source,
        }
        return json_response([entry], self.status)


def record_not_found(status: int = 404) -> Refused:
    """The vendor does not say of which id it speaks."""
    return Refused("Couldn't find record.", code="RecordNotFound", status=status)


def misfit(error: Misfit) -> Refused:
    return Refused(f"{error}", source=error.path)


def unauthorized() -> Refused:
    return Refused(
        "The access token is invalid or has expired.",
        code="AuthenticationFailure",
        status=401,
    )


def refused(error: LedgerError) -> Refused:
    if isinstance(error, PeriodClosed):
        return Refused(
            "The date must be after the year end lockdown date.", source="date"
        )
    if isinstance(error, UnknownReference | NotFound):
        return record_not_found()
    if isinstance(error, HasSettlements | WrongState):
        return Refused("The artefact has payments or allocations and is not editable.")
    return Refused(error.message, source=error.field)


def plain(message: str, code: str, status: int) -> Response:
    entry: dict[str, Any] = {
        "$severity": "error",
        "$dataCode": code,
        "$message": message,
        "$source": "",
    }
    return json_response([entry], status)
